"""Conduct: what was done without a reason, twice, for too much, without paper, afterwards, or outside the hall."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from approvals.cases.enums import ClosingCode, DocumentKind
from approvals.cases.models import Case, FeeCharged, OfficialDocument, Pause, SupplementNotice
from approvals.cases.models.case import NO_REASON, OUTSIDE_HALL
from approvals.cases.sources.rows import OF_CASE, WHERE
from approvals.cases.sources.shared import fact_of, needed, said
from hall.facts import sources
from hall.facts.slices import Slice
from hall.facts.sources import Fact, QuerySource


def _no_reason(_: Slice) -> QuerySet[Case]:
    decided = Coalesce("decided_at", "closed_at")
    return Case.objects.filter(NO_REASON).select_related(*needed("")).annotate(ended_at=decided)


def _no_reason_fact(case: Any) -> Fact:
    how = "决定不予许可" if case.granted is False else f"以“{ClosingCode(case.closing_code).label}”办结"
    return fact_of(case, f"cases.no_reason:{case.docket}", case.ended_at, f"{how}，没有写明理由。")


def _second_notices(_: Slice) -> QuerySet[SupplementNotice]:
    rows = SupplementNotice.objects.filter(sequence__gt=1, case__imported=False)
    return rows.select_related(*needed(), "given_by")


def _second_notice_fact(notice: SupplementNotice) -> Fact:
    return fact_of(
        notice.case,
        f"cases.second_notice:{notice.pk}",
        notice.given_at,
        f"第 {notice.sequence} 次告知补正，应当一次告知。",
        staff=notice.given_by.staff_id,
    )


def _fees(_: Slice) -> QuerySet[FeeCharged]:
    free = Q(case__version_filed__is_free=True, amount__gt=0)
    above = Q(fee_item__amount__lt=F("amount"))
    return FeeCharged.objects.filter(free | above).select_related(*needed(), "fee_item", "by")


def _fee_fact(fee: FeeCharged) -> Fact:
    least = fee.fee_item.amount if fee.fee_item else None
    against = f"“{fee.fee_item}”的最低标准是 {least} 元" if fee.fee_item and least is not None else "这个事项不收费"
    if fee.case.version_filed.is_free:
        against = "这个事项不收费"
    return fact_of(
        fee.case,
        f"cases.fee_above_minimum:{fee.pk}",
        fee.charged_at,
        f"收费 {fee.amount} 元，{against}。",
        staff=fee.by.staff_id,
    )


def _without_notice(_: Slice) -> QuerySet[Pause]:
    told = OfficialDocument.objects.filter(
        case=OuterRef("case"), number=OuterRef("document_no"), kind=DocumentKind.SPECIAL_PROCEDURE,
        voided_at__isnull=True,
    )  # fmt: skip
    # Voiding a case voids its papers with it; that is no fault of the pause.
    rows = Pause.objects.filter(~Exists(told), case__imported=False).exclude(case__closing_code=ClosingCode.VOIDED)
    return rows.select_related(*needed(), "ground", "approved_by")


def _pause_fact(pause: Pause) -> Fact:
    return fact_of(
        pause.case,
        f"cases.pause_without_notice:{pause.pk}",
        pause.created_at,
        f"因{pause.ground.name}自 {said(pause.created_at)}起停表，没有有效的特别程序告知书。",
        staff=pause.approved_by.staff_id,
        paused=False,
    )


def _outside(_: Slice) -> QuerySet[Case]:
    return Case.objects.filter(OUTSIDE_HALL).select_related(*needed(""))


def _outside_fact(case: Case) -> Fact:
    why = "事后补录" if case.backdated else "收件人员没有登记窗口"
    key = f"cases.outside_hall:{case.docket}"
    text = f"登记为窗口收件，{why}，可能在大厅外受理。"
    return fact_of(case, key, case.received_at, text, staff=case.first_handler_id, recorded=case.created_at)


CONDUCT: Final[Sequence[QuerySource]] = (
    QuerySource(
        code="cases.no_reason",
        label="没有写明理由",
        definition="不予受理、无需许可、不予许可、退件、撤回、终止、作废而没有写明理由的办件。不含存量导入。",
        rows=_no_reason,
        fact=_no_reason_fact,
        when="ended_at",
        where=WHERE,
        key_field="docket",
    ),
    QuerySource(
        code="cases.second_notice",
        label="再次告知补正",
        definition="同一办件第二次及以后的补正告知（应当一次告知）。不含存量导入。",
        rows=_second_notices,
        fact=_second_notice_fact,
        when="given_at",
        where=OF_CASE | {"staff": "given_by__staff"},
    ),
    QuerySource(
        code="cases.fee_above_minimum",
        label="高于最低标准收费",
        definition="登记的收费高于事项所列收费项目的金额，或者事项不收费而收了费。收费标准是算式、没有列金额的不计。",
        rows=_fees,
        fact=_fee_fact,
        when="charged_at",
        where=OF_CASE | {"staff": "by__staff"},
    ),
    QuerySource(
        code="cases.pause_without_notice",
        label="停表没有告知书",
        definition="停表而没有有效的特别程序告知书（没有出具，或已作废）。不含作废的办件和存量导入。",
        rows=_without_notice,
        fact=_pause_fact,
        when="created_at",
        where=OF_CASE | {"staff": "approved_by__staff"},
    ),
    QuerySource(
        code="cases.outside_hall",
        label="厅外受理",
        definition="渠道为窗口，而收件人员没有登记窗口，或者事后补录的办件（安阳市优化营商环境条例第五十六条第一项）。"
        "不含存量导入。",
        rows=_outside,
        fact=_outside_fact,
        when="received_at",
        recorded="created_at",
        where=WHERE | {"staff": "first_handler"},
        key_field="docket",
    ),
)


def announce() -> None:
    """Fill the registry; again replaces."""
    for source in CONDUCT:
        sources.register(source)
