"""Cases in the field set a provincial platform asks for first: five tables (domain.md §2.2, up_pro_*). Reads only.

The tables carry personal data, for the platform needs it; the page and the command leave a trail and ask for a purpose.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import Any, Final

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from approvals.cases.enums import DocumentKind, PartyRole
from approvals.cases.models import Case, ClockRow, OfficialDocument, Party
from approvals.cases.transitions import BY_NAME
from hall.ledger.models import Event

Column = tuple[str, str]
Cells = list[Any]
BATCH: Final = 500
# National codes: 01 到 02 of the case kind, and what an applicant is.
_CASE_KIND: Final = {"instant": "1", "promise": "2"}
_PARTY_KIND: Final = {"person": "1", "organisation": "2"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of the exchange: its name there, a Chinese title, its columns, and how a case becomes rows."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Callable[[Any], Iterator[Cells]]


def for_exchange(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Everything the five tables need, in a fixed number of queries per batch."""
    acceptance = OfficialDocument.objects.filter(kind=DocumentKind.ACCEPTANCE, voided_at__isnull=True)
    decisions = OfficialDocument.objects.filter(
        kind__in=(DocumentKind.DECISION_GRANT, DocumentKind.DECISION_DENY), voided_at__isnull=True
    )
    return cases.select_related(
        "center", "department", "version_filed__item", "handler", "accepted_by__staff", "decided_by__staff"
    ).prefetch_related(
        Prefetch("clocks", ClockRow.objects.filter(clock="decision"), to_attr="decision_clocks"),
        Prefetch("parties", Party.objects.all(), to_attr="all_parties"),
        Prefetch("documents", acceptance.defer("content", "snapshot"), to_attr="acceptances"),
        Prefetch("documents", decisions.defer("content", "snapshot"), to_attr="decisions"),
        "pauses__ground",
        "pauses__approved_by__staff",
        "materials__material",
    )


def _time(moment: datetime | None) -> datetime | None:
    """Spreadsheets know no zone: Beijing wall-clock time."""
    return timezone.localtime(moment).replace(tzinfo=None) if moment else None


def _party(case: Any, role: PartyRole) -> Party | None:
    return next((party for party in case.all_parties if party.role == role), None)


def _who(user: Any) -> str:
    return user.staff.name if user and user.staff else ""


def _promise(case: Any) -> date | None:
    return next((row.promise_due or row.due for row in case.decision_clocks), None)


def _accept(case: Any) -> Iterator[Cells]:
    applicant, proxy = _party(case, PartyRole.APPLICANT), _party(case, PartyRole.PROXY)
    version = case.version_filed
    yield [
        case.docket,
        version.item.code,
        version.name,
        version.number,
        _CASE_KIND[case.case_kind],
        case.get_channel_display(),
        _time(case.received_at),
        _time(case.accepted_at),
        _promise(case),
        next((document.number for document in case.acceptances), ""),
        case.department.name,
        case.department.code,
        _who(case.accepted_by),
        applicant.name if applicant else "",
        _PARTY_KIND[applicant.kind] if applicant else "",
        applicant.get_identity_kind_display() if applicant else "",
        applicant.identity if applicant else "",
        applicant.legal_representative if applicant else "",
        applicant.phone if applicant else "",
        applicant.address if applicant else "",
        proxy.name if proxy else (applicant.contact_name if applicant else ""),
        proxy.get_identity_kind_display() if proxy else "",
        proxy.identity if proxy else "",
        proxy.phone if proxy else "",
        case.summary,
    ]


def _process(case: Any) -> Iterator[Cells]:
    """One row for each move; a move ends when the next begins."""
    moves = [e for e in case.exchange_events if e.kind.removeprefix("case.") in BY_NAME]
    for event, following in zip_longest(moves, moves[1:]):
        line = BY_NAME[event.kind.removeprefix("case.")]
        opinion = event.data.get("reason") or event.data.get("opinion") or line.label
        ended = following.occurred_at if following else event.occurred_at
        yield [
            case.docket, line.name, line.label, opinion, _who(event.actor), _time(event.occurred_at), _time(ended)
        ]  # fmt: skip


def _special(case: Any) -> Iterator[Cells]:
    for pause in case.pauses.all():
        yield [
            case.docket,
            pause.ground.code,
            pause.ground.name,
            f"{pause.reason}（{pause.ground.law}{pause.ground.article}）",
            pause.start_on,
            pause.end_on,
            pause.document_no,
            pause.notified_days,
            _who(pause.approved_by),
        ]


def _result(case: Any) -> Iterator[Cells]:
    if case.closed_at is None:
        return
    yield [
        case.docket,
        case.closing_code,
        case.get_closing_code_display(),
        _time(case.closed_at),
        case.closing_reason or case.decision_reason,
        case.version_filed.result_name if case.granted else "",
        next((document.number for document in case.decisions), ""),
        case.delivery_method == "posted",
        _time(case.delivered_at),
    ]


def _material(case: Any) -> Iterator[Cells]:
    for row in case.materials.all():
        yield [
            case.docket,
            row.material.name,
            row.get_state_display(),
            row.material.get_form_display(),
            row.copies,
            row.original_checked,
            _time(row.received_at),
        ]


_NO: Final = ("PROJECT_NO", "办件编号")
SHEETS: Final = (
    Sheet(
        "up_pro_accept",
        "受理",
        (
            _NO, ("TASK_CODE", "实施编码"), ("TASK_NAME", "事项名称"), ("TASK_VERSION", "事项版本"),
            ("PROJECT_TYPE", "办件类型"), ("APPLY_TYPE", "申请方式"), ("APPLY_DATE", "申请时间"),
            ("ACCEPT_DATE", "受理时间"), ("PROMISE_DATE", "承诺办结日"), ("ACCEPT_NUM", "受理文书编号"),
            ("ORG_NAME", "受理部门"), ("ORG_CODE", "受理部门编码"), ("HANDLE_USER_NAME", "受理人员"),
            ("APPLYER_NAME", "申请人名称"), ("APPLYER_TYPE", "申请人类型"), ("APPLYER_PAGE_TYPE", "申请人证件类型"),
            ("APPLYER_PAGE_CODE", "申请人证件号码"), ("LEGAL_NAME", "法定代表人"), ("APPLYER_PHONE", "联系电话"),
            ("ADDRESS", "通讯地址"), ("CONTACT_NAME", "联系人或代理人"), ("CONTACT_TYPE", "代理人证件类型"),
            ("CONTACT_CODE", "代理人证件号码"), ("CONTACT_MOBILE", "代理人手机"), ("CONTENT", "办理摘要"),
        ),
        _accept,
    ),
    Sheet(
        "up_pro_process",
        "过程",
        (
            _NO, ("PROCESS_CODE", "环节代码"), ("PROCESS_NAME", "环节名称"), ("HANDLE_EXPLAIN", "办理意见"),
            ("HANDLE_USER_NAME", "办理人"), ("EVENT_START_TIME", "开始时间"), ("EVENT_END_TIME", "结束时间"),
        ),
        _process,
    ),
    Sheet(
        "up_pro_special_procedure",
        "特别程序",
        (
            _NO, ("SPECIAL_CODE", "种类代码"), ("SPECIAL_NAME", "种类"), ("SPECIAL_REASON", "启动理由和依据"),
            ("START_DATE", "开始日"), ("END_DATE", "结束日"), ("NOTICE_NUM", "告知文号"),
            ("NOTICE_DAYS", "告知的工作日数"), ("HANDLE_USER_NAME", "批准人"),
        ),
        _special,
    ),
    Sheet(
        "up_pro_result",
        "结果",
        (
            _NO, ("RESULT_TYPE", "办结结果代码"), ("RESULT_NAME", "办结结果"), ("RESULT_DATE", "办结时间"),
            ("RESULT_EXPLAIN", "结果说明"), ("RESULT_CE_NAME", "证照名称"), ("RESULT_CE_CODE", "文书编号"),
            ("IS_DELIVERY", "是否邮寄"), ("DELIVERY_DATE", "送达时间"),
        ),
        _result,
    ),
    Sheet(
        "up_pro_material",
        "材料",
        (
            _NO, ("MATERIAL_NAME", "材料名称"), ("MATERIAL_STATE", "收取情况"), ("MATERIAL_TYPE", "收取方式"),
            ("MATERIAL_COUNT", "收取数量"), ("IS_CHECKED", "已核原件"), ("RECEIVE_DATE", "收取时间"),
        ),
        _material,
    ),
)  # fmt: skip


def rows(cases: QuerySet[Case], *, limit: int) -> Iterator[tuple[Sheet, Cells]]:
    """Every row of every table, case by case, in batches; memory does not grow with the number of cases."""
    ordered = for_exchange(cases).order_by("received_at", "pk")[:limit]
    batch: list[Any] = []
    for case in ordered.iterator(chunk_size=BATCH):
        batch.append(case)
        if len(batch) == BATCH:
            yield from _batch(batch)
            batch = []
    yield from _batch(batch)


def _batch(cases: list[Any]) -> Iterator[tuple[Sheet, Cells]]:
    by_docket: dict[str, list[Event]] = {case.docket: [] for case in cases}
    for event in Event.objects.filter(docket__in=by_docket).select_related("actor__staff").order_by("id"):
        by_docket[event.docket].append(event)
    for case in cases:
        case.exchange_events = by_docket[case.docket]
        for sheet in SHEETS:
            for cells in sheet.rows(case):
                yield sheet, cells
