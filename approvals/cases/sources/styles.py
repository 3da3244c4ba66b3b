"""The seven working styles (马上办 … 节假日预约办) as facts of closed cases: found, never declared.

Closed means decided and delivered; delivery is the moment a case closes. One case may show several styles.
特事特办 is not among them: no case records yet that it was given a lane of its own, and being quick does not prove it.
"""

from typing import Final

from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.fields import DurationField
from django.db.models.functions import TruncDate

from approvals.cases.clock import ClockKind
from approvals.cases.enums import Channel, DeliveryMethod
from approvals.cases.models import Case, ClockRow
from approvals.cases.sources import daytime
from approvals.cases.sources.rows import cases, of_cases
from approvals.catalogue.enums import CaseKind
from approvals.catalogue.models import FeeItem, ItemVersion, LegalBasis, Material, StepLimit
from hall.facts.periods import BEIJING
from hall.facts.slices import Slice

BROUGHT_BY_US: Final = (DeliveryMethod.POSTED, DeliveryMethod.BROUGHT)
CLOSED_CASES: Final = "只数送达了的办件，按办结时间归期，不含存量导入。"


def delivered() -> QuerySet[Case]:
    """Cases decided and delivered."""
    return cases().filter(delivered_at__isnull=False)


def at_once(_: Slice) -> QuerySet[Case]:
    """Filed and delivered on one Beijing day."""
    filed, closed = TruncDate("received_at", tzinfo=BEIJING), TruncDate("closed_at", tzinfo=BEIJING)
    return delivered().alias(filed=filed, closed=closed).filter(filed=F("closed"))


def proactive(_: Slice) -> QuerySet[Case]:
    """Decided in the first half of the promised days, and taken to the applicant instead of fetched."""
    used = ExpressionWrapper((F("ended_on") - F("start_on")) * 2, output_field=DurationField())
    given = ExpressionWrapper(F("promise_due") - F("start_on"), output_field=DurationField())
    in_half = ClockRow.objects.filter(
        case=OuterRef("pk"), clock=ClockKind.DECISION, subject="", ended_on__isnull=False, promise_due__gt=F("start_on")
    ).alias(used=used, given=given)
    return delivered().filter(Exists(in_half.filter(used__lte=F("given"))), delivery_method__in=BROUGHT_BY_US)


def at_door(_: Slice) -> QuerySet[Case]:
    """Filed at the applicant's place, or the result brought there."""
    return delivered().filter(Q(channel=Channel.OUTREACH) | Q(delivery_method=DeliveryMethod.BROUGHT))


def whole_guides() -> QuerySet[ItemVersion]:
    """Versions whose guide names all that must be public (六公开: 事项、依据、条件材料、程序、时限、收费)."""
    of_version = {"version": OuterRef("pk")}
    timed = Q(promise_count__isnull=False) | Q(case_kind=CaseKind.INSTANT)
    return ItemVersion.objects.filter(
        timed,
        Exists(LegalBasis.objects.filter(**of_version)),
        Exists(StepLimit.objects.filter(**of_version)),
        Q(no_materials=True) | Exists(Material.objects.filter(**of_version)),
        Q(is_free=True) | Exists(FeeItem.objects.filter(**of_version)),
        published_at__isnull=False,
    )


def in_the_open(_: Slice) -> QuerySet[Case]:
    """Under a whole guide published before the filing, with the means to look the case up handed over."""
    return delivered().filter(
        version_filed__in=whole_guides().order_by(),
        version_filed__published_at__lte=F("received_at"),
        query_code__printed_at__isnull=False,
    )


def _timed() -> QuerySet[Case]:
    """Delivered cases with what is known of the days of filing and delivery."""
    found = delivered()
    for name, moment in (("filed", "received_at"), ("handed", "delivered_at")):
        found = daytime.with_day_off(daytime.with_day(found, name, moment), name, region="center__region_id")
    return found


# Somebody of the hall stood there: an application that came by wire or post was filed by nobody's overtime.
_FILED_IN_PERSON: Final = Q(channel__in=(Channel.WINDOW, Channel.OUTREACH, Channel.AGENT))


def after_hours(_: Slice) -> QuerySet[Case]:
    """Filed in person or delivered on a working day outside of the opening hours of the center."""
    filed, handed = (daytime.is_worked(name) & ~daytime.is_open(name, center="center") for name in ("filed", "handed"))
    return _timed().filter(daytime.has_hours("center"), (_FILED_IN_PERSON & filed) | handed)


def on_days_off(_: Slice) -> QuerySet[Case]:
    """Filed in person or delivered on a weekend day or a holiday."""
    return _timed().filter((_FILED_IN_PERSON & daytime.is_off("filed")) | daytime.is_off("handed"))


STYLES: Final = (
    of_cases(
        "cases.style_at_once", "马上办", f"收件当天就送达的办件。{CLOSED_CASES}",
        when="closed_at", rows=at_once, text=lambda _: "收件当天办结",
    ),
    of_cases(
        "cases.style_proactive", "主动办",
        "承诺期限过半之前就作出决定，并且由大厅邮寄或上门送出结果、没有等申请人来取的办件；申请人自己来取的不计，即办件不计。"
        f"{CLOSED_CASES}",
        when="closed_at", rows=proactive, text=lambda _: "承诺期限过半前决定，并主动送出结果",
    ),
    of_cases(
        "cases.style_at_door", "上门办",
        f"工作人员上门收件，或者把结果送上门的办件；邮寄的不计，现场核查是法定审查、不计。{CLOSED_CASES}",
        when="closed_at", rows=at_door,
        text=lambda case: "上门收件" if case.channel == Channel.OUTREACH else "送结果上门",
    ),
    of_cases(
        "cases.style_open", "公开办",
        "收件时办事指南已经发布，依据、材料、程序、时限、收费齐全，并且带查询码的收件凭证已经打印交给申请人、本人可以随时查进度的"
        f"办件；缺一样就不计。{CLOSED_CASES}",
        when="closed_at", rows=in_the_open, text=lambda _: "指南公开齐全，查询凭证已交付",
    ),
    of_cases(
        "cases.style_after_hours", "延时办",
        "在工作日、本中心开放时间以外当面收件或送达的办件；网上和邮寄来的申请不算当面收件；没有登记开放时间的中心不计。"
        f"{CLOSED_CASES}",
        when="closed_at", rows=after_hours, text=lambda _: "在开放时间以外收件或送达",
    ),
    of_cases(
        "cases.style_holiday", "节假日预约办",
        "在周末或法定节假日当面收件或送达的办件；调休上班的周末是工作日，不计；网上和邮寄来的申请不算当面收件。"
        f"{CLOSED_CASES}",
        when="closed_at", rows=on_days_off, text=lambda _: "在休息日收件或送达",
    ),
)  # fmt: skip
