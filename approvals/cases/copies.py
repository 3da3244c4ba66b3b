"""What the cases know of one person, for the copy they may ask for (hall.retention.persons)."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from approvals.cases import attachments, papers
from approvals.cases.enums import PartyRole
from approvals.cases.models import Attachment, Case, Correction, OfficialDocument, Party
from hall.access.models import User
from hall.access.scope import centers_of
from hall.outbox.models import Message
from hall.privacy.canonical import canonical_phone
from hall.retention import persons
from hall.retention.persons import Entry, File, Part, Person

Line = tuple[str, str]
_COVERS: Final = frozenset(
    {
        *(f"cases_party.{name}" for name in ("name", "identity", "legal_representative", "contact_name", "phone")),
        "cases_party.address",
        "cases_correction.before",
        "cases_correction.after",
        "cases_officialdocument.snapshot",
        "cases_officialdocument.content",
        "cases_attachment.storage_key",
    }
)


def announce() -> None:
    """Tell the room of keeping."""
    persons.find_by(find)
    persons.register(Part("cases", "办件", _COVERS, entries))
    persons.leave_out("查询码的密文：只为打印凭条暂存，凭条在本人手里", ["cases_querycode.sealed"])


def find(user: User, index: str) -> Person:
    """Every case the account may see in which the number stands, as applicant or as proxy."""
    parties = list(_parties(index, Case.objects.visible_to(user)))
    with_proxy = set(
        Party.objects.filter(case__in={one.case_id for one in parties}, role=PartyRole.PROXY).values_list(
            "case_id", flat=True
        )
    )
    acting = (one for one in parties if one.role == PartyRole.PROXY or one.case_id not in with_proxy)
    return Person(
        index=index,
        references=frozenset(one.case.docket for one in parties),
        acting=frozenset(one.case.docket for one in acting),
        phones=frozenset(canonical_phone(one.phone) for one in parties if one.phone),
        centers=frozenset(centers_of(user).values_list("pk", flat=True)),
    )


def _parties(index: str, cases: QuerySet[Case]) -> QuerySet[Party]:
    found = Party.objects.filter(identity_index=index, case__in=cases).exclude(identity_index="")
    return found.select_related("case__version_filed").order_by("case__received_at", "pk")


def entries(person: Person) -> Iterator[Entry]:
    """One entry a case and part in it, the oldest first.

    Of a proxy the case knows who they are and what they may do; everything else in it is the applicant's.
    """
    cases = Case.objects.filter(docket__in=person.references)
    told = _messages(person)
    for party in _parties(person.index, cases).prefetch_related(*_ALL_OF_IT):
        case, applied = party.case, party.role == PartyRole.APPLICANT
        lines = [*_party(party), *_case(case)]
        if applied:
            lines += _procedure(case)
        if case.docket in person.acting:
            lines += told.get(case.docket, [])
        yield Entry(
            reference=case.docket,
            lines=tuple(lines),
            kind=f"case_{case.version_filed.kind}",
            center_id=case.center_id,
            ended=case.closed_at,
            files=tuple(_files(case)) if applied else (),
        )


_ALL_OF_IT: Final = (
    "case__materials__material",
    "case__attachments",
    Prefetch("case__documents", OfficialDocument.objects.defer("content")),
    "case__corrections",
    "case__steps",
    "case__inspections",
    "case__fees",
)


def _party(party: Party) -> list[Line]:
    return [
        ("身份", str(party.get_role_display())),
        ("姓名或名称", party.name),
        ("证件", f"{party.get_identity_kind_display()} {party.identity}"),
        ("法定代表人", party.legal_representative),
        ("联系人", party.contact_name),
        ("联系电话", party.phone),
        ("联系地址", party.address),
        ("代理权限", party.mandate),
    ]


def _case(case: Case) -> list[Line]:
    return [
        ("事项", case.version_filed.name),
        ("收件时间", _when(case.received_at)),
        ("环节", str(case.get_state_display())),
        ("办结", f"{_when(case.closed_at)} {case.get_closing_code_display()}" if case.closed_at else ""),
    ]


def _procedure(case: Case) -> list[Line]:
    """What was written in the case about the matter of its applicant."""
    return [
        ("办理摘要", case.summary),
        ("决定理由", case.decision_reason),
        ("办结说明", case.closing_reason),
        *(("材料", _joined(m.material.name, m.get_state_display(), m.note)) for m in case.materials.all()),
        *(("扫描件", _joined(a.label, _when(a.uploaded_at))) for a in case.attachments.all()),
        *(("文书", _joined(d.get_kind_display(), d.number, _when(d.issued_at))) for d in case.documents.all()),
        *(("办理意见", _joined(s.step.name, s.opinion)) for s in case.steps.all() if s.opinion),
        *(("现场核查", _joined(_when(i.inspected_at), i.finding)) for i in case.inspections.all()),
        *(("收费", _joined(f"{f.amount} 元", f.receipt_number, f.reduction)) for f in case.fees.all()),
        *(line for correction in case.corrections.all() for line in _correction(correction)),
    ]


def _correction(row: Correction) -> Iterator[Line]:
    """What stood there before, what stands there now, and whether the second person agreed."""
    said = {None: "待复核", True: "已更正", False: "未同意"}[row.agreed]
    before, after = (row.before or "无", row.after or "无")
    yield "更正", f"{row.get_field_display()}：{before} → {after}，{said}，{_when(row.reviewed_at or row.proposed_at)}"


def _messages(person: Person) -> dict[str, list[Line]]:
    """What was sent to them, by docket: to the telephone the case holds at the moment of sending."""
    sent = Message.objects.filter(docket__in=person.acting, recipient_kind="cases.applicant", done_at__isnull=False)
    found: dict[str, list[Line]] = {}
    for message in sent.order_by("done_at"):
        found.setdefault(message.docket, []).append((str(message.get_channel_display()), _when(message.done_at)))
    return found


def _files(case: Case) -> Iterator[File]:
    for scan in case.attachments.all():
        kind = attachments.BY_MEDIA_TYPE.get(scan.content_type)
        yield File(f"{scan.label}.{kind.extension if kind else 'bin'}", _reader(attachments.content_of, scan))
    for document in case.documents.all():
        if document.snapshot:  # emptied when its years were over
            yield File(f"{document.get_kind_display()}_{document.number}.pdf", _reader(papers.content_of, document))


def _reader(read: Callable[[Any], bytes], row: Attachment | OfficialDocument) -> Callable[[], bytes]:
    return lambda: read(row)


def _when(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _joined(*words: object) -> str:
    return "，".join(str(word) for word in words if word)
