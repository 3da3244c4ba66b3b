"""What each number of the dashboard means, said once: the tallies count by it, and the list behind the number too.

A measure belongs to the Beijing day of one moment of a case. `where` may ask what
`figures.measurable` adds: the clock of the decision, of which a case has at most one. What is in time, early or late is
said there. `adds` sums a column instead of counting cases.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Q, QuerySet

from approvals.cases import figures
from approvals.cases.clock import LampKind
from approvals.cases.enums import Channel
from approvals.cases.models import Case
from approvals.catalogue.enums import CaseKind, LimitUnit
from hall.dashboard.enums import Moment


@dataclass(frozen=True, slots=True)
class Measure:
    """One column of CaseTally: what it counts, in words and as a filter."""

    code: str
    label: str
    moment: Moment
    definition: str
    where: Q = field(default_factory=Q)
    adds: str = ""

    def cases(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """Those of the cases it counts, whatever their day."""
        return figures.measurable(cases).filter(self.where, **{f"{self.moment}__isnull": False})


@dataclass(frozen=True, slots=True)
class Standing:
    """A number of open cases as they stand now: under these lamps, or all of them."""

    code: str
    label: str
    definition: str
    lamps: tuple[str, ...] = ()


_NOT_VOIDED: Final = ~Q(closing_code__in=figures.VOIDED)
TIMED: Final = _NOT_VOIDED & figures.MEASURED
_COMPRESSED: Final = TIMED & Q(
    case_kind=CaseKind.PROMISE,
    promise_unit=LimitUnit.WORKDAY,
    statute_unit=LimitUnit.WORKDAY,
    decision__net_days__isnull=False,
)
_COMPARED: Final = "承诺件中，法定时限和承诺时限都按工作日计、已作出决定并办结的。"

MEASURES: Final[dict[str, Measure]] = {
    measure.code: measure
    for measure in (
        Measure("filed", "收件", Moment.RECEIVED, "按收件日计，所有渠道，包括后来作废的。"),
        Measure("online", "网上收件", Moment.RECEIVED, "按收件日计，渠道为网上的。", Q(channel=Channel.ONLINE)),
        Measure("accepted", "受理", Moment.ACCEPTED, "按受理日计，包括视为受理的。"),
        Measure("decided", "作出决定", Moment.DECIDED, "按决定日计，准予和不予都算。"),
        Measure("granted", "准予", Moment.DECIDED, "按决定日计，决定为准予的。", Q(granted=True)),
        Measure("closed", "办结", Moment.CLOSED, "按办结日计，不含作废（录入或技术错误）。", _NOT_VOIDED),
        Measure(
            "timed", "有期限的办结", Moment.CLOSED,
            "办结的办件中作出过决定、并且有期限的。撤回、退件、不予受理和没有期限的不在内。", TIMED,
        ),
        Measure(
            "on_time", "按时办结", Moment.CLOSED,
            "有期限的办结中，期限最后一天过完以前作出决定的；承诺在前按承诺，没有承诺按法定，停表的日子不计。即办件当日决定为按时。",
            TIMED & figures.ON_TIME,
        ),
        Measure(
            "late", "超期办结", Moment.CLOSED, "有期限的办结中，过了期限才作出决定的。",
            TIMED & figures.LATE,
        ),
        Measure(
            "early", "提前办结", Moment.CLOSED, "有期限的办结中，至少比期限提前一个工作日作出决定的。",
            TIMED & figures.EARLY,
        ),
        Measure("compressed", "可比压缩的办结", Moment.CLOSED, _COMPARED, _COMPRESSED),
        Measure("statute_days", "法定工作日之和", Moment.CLOSED, _COMPARED, _COMPRESSED, "statute_count"),
        Measure("promise_days", "承诺工作日之和", Moment.CLOSED, _COMPARED, _COMPRESSED, "promise_count"),
        Measure("actual_days", "实际净工作日之和", Moment.CLOSED, _COMPARED, _COMPRESSED, "decision__net_days"),
    )
}  # fmt: skip
LATE_LAMPS: Final = (LampKind.OVER_PROMISE.value, LampKind.OVER_STATUTE.value)
STANDINGS: Final[dict[str, Standing]] = {
    standing.code: standing
    for standing in (
        Standing("open", "在办", "此刻没有办结的办件。"),
        Standing("open_late", "未结已超期", "此刻没有办结、并且已经超承诺或超法定的办件。", LATE_LAMPS),
        Standing("over_statute", "超法定", "此刻没有办结、超过法定期限的。", (LampKind.OVER_STATUTE.value,)),
        Standing("over_promise", "超承诺", "此刻没有办结、超过承诺而未超过法定的。", (LampKind.OVER_PROMISE.value,)),
        Standing("due_soon", "临期", "此刻没有办结、期限将到的。", (LampKind.DUE_SOON.value,)),
        Standing("paused", "停表", "此刻没有办结、依法停表的。", (LampKind.PAUSED.value,)),
        Standing("normal", "正常", "此刻没有办结、离期限还远的。", (LampKind.NORMAL.value,)),
    )
}


def of_moment(moment: Moment) -> list[Measure]:
    """The measures that count under the day of one moment."""
    return [measure for measure in MEASURES.values() if measure.moment == moment]


def listed() -> Iterable[Measure]:
    """The measures that count cases: each opens its list."""
    return (measure for measure in MEASURES.values() if not measure.adds)
