"""The facts behind the five zeros, from rows and events: nobody declares them, and every one leads to its case.

Who undid an error is not asked: a correction that a second person agreed to is an error of the hall, and so is a
document that had to be issued anew. Legacy cases of another system are left out throughout.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

from django.db.models import Count, DateField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Least, Now, TruncDate

from approvals.cases.enums import Channel, CorrectableField, DeliveryMethod, DocumentKind
from approvals.cases.figures import VOIDED
from approvals.cases.models import Case, ClockRow, Correction, Handover, OfficialDocument, ReturnReview
from approvals.cases.sources import styles
from approvals.cases.sources.daytime import WorkdayAfter
from approvals.cases.sources.figures import OPEN_LATE, StockSource
from approvals.cases.sources.rows import OF_CASE, fact, of_cases, of_parts
from hall.facts import parameters, sources
from hall.facts.periods import BEIJING
from hall.facts.slices import Slice
from hall.facts.sources import EVERYTHING, Family
from hall.organisation.enums import Level
from hall.workdays.calendars import calendar_for

# Facts the hall wrote down wrong. Phone and address change on the applicant's side; the summary is a note of our own.
WRONG_FACTS: Final = (
    CorrectableField.NAME, CorrectableField.IDENTITY, CorrectableField.CHANNEL, CorrectableField.RECEIVED_AT,
    CorrectableField.ACCEPTED_AT, CorrectableField.DEEMED_ACCEPTANCE, CorrectableField.LAPSE,
)  # fmt: skip
ELECTRONIC: Final = (Channel.ONLINE, Channel.EMAIL)
FROM_HOME: Final = (Channel.AGENT, Channel.POST)
SENT_HOME: Final = (DeliveryMethod.POSTED, DeliveryMethod.BROUGHT)
NOT_ELSEWHERE: Final = "同一件只归入网上、上门、村级、在家四类中的一类；和“收件”同口径，含存量导入和后来作废的。"


def _corrections(_: Slice) -> QuerySet[Correction]:
    return Correction.objects.filter(agreed=True, field__in=WRONG_FACTS, case__imported=False)


def _reissued(_: Slice) -> QuerySet[OfficialDocument]:
    whole_case = Q(case__closing_code__in=VOIDED)
    return OfficialDocument.objects.filter(~whole_case, voided_at__isnull=False, case__imported=False).defer(
        "snapshot", "content"
    )


def _overturned(_: Slice) -> QuerySet[ReturnReview]:
    return ReturnReview.objects.filter(agreed=False, case__imported=False)


def _voided(_: Slice) -> QuerySet[Case]:
    return Case.objects.filter(closing_code__in=VOIDED, imported=False)


ERRORS: Final = (
    of_parts(
        "cases.corrected", "更正的办件事实",
        "经第二人复核同意的更正，一项算一次，按复核时间归期：姓名或名称、证件号码、渠道、收件时间、受理时间，以及视为受理、"
        "视为撤回的更正。联系电话、联系地址和摘要不计（可能是申请人一方变了）；没有同意的更正不计。",
        when="reviewed_at", rows=_corrections,
        text=lambda row: f"更正{CorrectableField(row.field).label}，已复核同意",
    ),
    of_parts(
        "cases.documents_reissued", "作废重出的文书",
        "已经出具、后来作废的文书，一份算一次，按作废时间归期。整件办件作废而一并作废的文书不计（已计入作废的办件）；"
        "重打同一份文书不计。",
        when="voided_at", rows=_reissued,
        text=lambda row: f"{DocumentKind(row.kind).label} {row.number} 作废"
        + ("，另出新文书" if row.replaced_by_id else ""),
    ),
    of_parts(
        "cases.returned_by_error", "复核不同意的退件",
        "窗口提请退件、第二人复核认为不该退的，一次算一次，按复核时间归期。复核同意的退件不计。",
        when="reviewed_at", rows=_overturned, text=lambda _: "提请退件，复核不同意，退回继续办理",
    ),
    of_cases(
        "cases.voided_by_error", "录入错误作废的办件",
        "因录入或技术错误作废的办件，一件算一次，按作废时间归期。申请人撤回、退件、视为撤回的不计。",
        when="closed_at", rows=_voided, text=lambda _: "录入或技术错误，整件作废",
    ),
)  # fmt: skip


def _handovers(_: Slice) -> QuerySet[Handover]:
    return Handover.objects.filter(case__imported=False)


def _unaccepted(part: Slice) -> QuerySet[Handover]:
    """Declined, taken later than the limit allows, or still waiting when the limit was over."""
    center = next(iter(part.centers)) if part.centers and len(part.centers) == 1 else None
    days = parameters.whole_number("pledges.handover_days", center=center, on=part.period.last)
    waiting = Least(Value(part.period.last), TruncDate(Now(), tzinfo=BEIJING), output_field=DateField())
    return (
        _handovers(part)
        .alias(
            limit=WorkdayAfter(TruncDate("at", tzinfo=BEIJING), days),
            answered=Coalesce(TruncDate("accepted_at", tzinfo=BEIJING), waiting),
        )
        .filter(Q(declined_at__isnull=False) | Q(answered__gt=F("limit")))
    )


def _unaccepted_text(row: Handover) -> str:
    if row.declined_at is not None:
        return "移交被退回"
    return "移交逾期才接收" if row.accepted_at is not None else "移交逾期没有接收"


HANDOVERS: Final = (
    of_parts(
        "cases.handovers", "移交", "办件从一个人移交给另一个人，一次算一次，按移交时间归期；办结以后的移交没有。",
        when="at", rows=_handovers, text=lambda _: "移交办件", staff="to_staff",
    ),
    of_parts(
        "cases.handovers_unaccepted", "没有按期接收的移交",
        "移交后被退回的，或者超过中心规定的工作日（按全国放假安排数）才接收、仍没有接收的，一次算一次，按移交时间归期。"
        "负责人调配的移交当时即为接收，不计。",
        when="at", rows=_unaccepted, text=_unaccepted_text, staff="to_staff",
    ),
)  # fmt: skip


def _online(_: Slice) -> QuerySet[Case]:
    return Case.objects.filter(channel__in=ELECTRONIC)


def _outreach(_: Slice) -> QuerySet[Case]:
    return Case.objects.filter(channel=Channel.OUTREACH)


def _village(_: Slice) -> QuerySet[Case]:
    return Case.objects.filter(channel=Channel.WINDOW, center__level=Level.VILLAGE)


def _at_home(_: Slice) -> QuerySet[Case]:
    sent = Q(channel=Channel.WINDOW, delivery_method__in=SENT_HOME) & ~Q(center__level=Level.VILLAGE)
    return Case.objects.filter(Q(channel__in=FROM_HOME) | sent)


def _filed_by(case: Case) -> str:
    return f"{Channel(case.channel).label}收件"


def _at_home_text(case: Case) -> str:
    if case.channel in FROM_HOME:
        return _filed_by(case)
    return f"窗口收件，{DeliveryMethod(case.delivery_method).label}"


NEAR: Final = (
    of_cases(
        "cases.online", "网上办", f"从网上或者用电子邮件申请的办件，按收件时间归期。{NOT_ELSEWHERE}",
        when="received_at", rows=_online, text=_filed_by,
    ),
    of_cases(
        "cases.outreach", "上门办", f"工作人员上门收件的办件，按收件时间归期。{NOT_ELSEWHERE}",
        when="received_at", rows=_outreach, text=_filed_by,
    ),
    of_cases(
        "cases.village", "村级办", f"在村（社区）服务站窗口收件的办件，按收件时间归期。{NOT_ELSEWHERE}",
        when="received_at", rows=_village, text=_filed_by,
    ),
    of_cases(
        "cases.at_home", "在家办",
        f"委托代办员或邮寄申请的，以及在窗口申请、结果邮寄或送上门的办件，按收件时间归期；结果后来才送出的，送出时补计。"
        f"{NOT_ELSEWHERE}",
        when="received_at", rows=_at_home, text=_at_home_text,
    ),
)  # fmt: skip


def last_workday(on: date) -> date:
    """The day itself where it is worked, else the last one before it that is."""
    calendar = calendar_for()
    return on if calendar.is_working(on) else calendar.add(on, -1).on


def late_between(least: int, most: int | None) -> Callable[[Slice], QuerySet[ClockRow]]:
    """The backlog, as far as it is late by so many working days on the last day asked for; `most` None has no end."""

    def rows(part: Slice) -> QuerySet[ClockRow]:
        found = OPEN_LATE.rows(part)
        return found if part is EVERYTHING else found.filter(_due(least, most, part.period.last))

    return rows


def _due(least: int, most: int | None, last: date) -> Q:
    """Due so many working days before the last day asked for."""
    calendar, on, due = calendar_for(), last_workday(last), Q()
    if least > 1:
        due &= Q(due__lt=calendar.add(on, 1 - least).on)
    return due if most is None else due & Q(due__gte=calendar.add(on, -most).on)


def _ageing(code: str, least: int, most: int | None) -> StockSource:
    words = f"{least}—{most} 个工作日" if most else f"超过 {least - 1} 个工作日"
    if least == 1:
        words = f"不满 {most + 1 if most else least} 个工作日"
    return StockSource(
        code=code,
        label=f"逾期在办{words}",
        definition=f"“逾期在办”的办件里，到这段时间最后一天已经超过到期日{words}的（按全国放假安排数）。",
        rows=late_between(least, most),
        fact=lambda row: fact(code, row.pk, row.case, row.late_from, f"承诺 {row.due:%Y-%m-%d} 到期，仍在办"),
        when="late_from",
        where=OF_CASE,
    )


# 零积压: how long they have been lying.
_AGES: Final = {
    "cases.late_1_5": (1, 5),
    "cases.late_6_10": (6, 10),
    "cases.late_11_20": (11, 20),
    "cases.late_over_20": (21, None),
}
LATE: Final = tuple(_ageing(code, least, most) for code, (least, most) in _AGES.items())


def backlog(part: Slice) -> dict[str, int]:
    """What is late and open, the whole and by age, in one query: the rows are many where the hall is behind."""
    ages = {code: Count("pk", filter=_due(*age, part.period.last)) for code, age in _AGES.items()}
    return OPEN_LATE.counts(part, {OPEN_LATE.code: Count("pk"), **ages})


def announce() -> None:
    """Tell those who count; called once from AppConfig.ready."""
    for source in (*ERRORS, *HANDOVERS, *NEAR, *LATE, *styles.STYLES):
        sources.register(source)
    sources.register_family(Family((OPEN_LATE, *LATE), backlog))
