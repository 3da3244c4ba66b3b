"""What is counted of cases: filed, closed, in time, late, early, and what is open past its day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, DateTimeField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Least, Now

from approvals.cases import figures
from approvals.cases.clock import ClockKind
from approvals.cases.models import Case, ClockRow
from approvals.cases.sources.rows import OF_CASE, WHERE
from approvals.cases.sources.shared import fact_of, needed, promised, said
from hall.facts import indicators, sources
from hall.facts.indicators import Better, Indicator, Unit
from hall.facts.periods import FIRST_YEAR, between
from hall.facts.slices import Slice
from hall.facts.sources import Fact, QuerySource

Rows = QuerySet[Case]


def _closed() -> Rows:
    return figures.closed(Case.objects.all())


def _measured(how: Q) -> Callable[[], Rows]:
    return lambda: figures.measurable(_closed()).filter(figures.MEASURED, how)


def _early_ones() -> Rows:
    """With the days left; a subquery, which counting leaves out."""
    row = ClockRow.objects.filter(case=OuterRef("pk"), clock=ClockKind.DECISION)
    found = _measured(figures.ON_TIME & figures.EARLY)()
    return found.annotate(spare_days=Subquery(row.values("spare_days")[:1]))


def _of_cases(
    code: str, label: str, definition: str, *, rows: Callable[[], Rows], when: str, text: Callable[[Any], str]
) -> QuerySource:
    def fact(case: Case) -> Fact:
        return fact_of(case, f"{code}:{case.docket}", getattr(case, when), text(case))

    def found(_: Slice) -> Rows:
        return rows().select_related(*needed(""))

    return QuerySource(
        code=code, label=label, definition=definition, rows=found, fact=fact, when=when, where=WHERE, key_field="docket"
    )


def _decided(case: Any) -> str:
    return f"{said(case.decided_at)}作出决定{promised(case)}，{said(case.closed_at)}办结。"


def _early(case: Any) -> str:
    return f"{said(case.decided_at)}作出决定{promised(case)}，提前 {case.spare_days} 个工作日。"


FIGURES: Final[Sequence[QuerySource]] = (
    _of_cases(
        "cases.filed",
        "收件",
        "这段时间收件的办件，含存量导入，含后来作废的。以收件时间计。",
        rows=Case.objects.all,
        when="received_at",
        text=lambda case: f"{said(case.received_at)}{case.get_channel_display()}收件。",
    ),
    _of_cases(
        "cases.closed",
        "办结",
        "这段时间办结的办件：送达、不受理告知、不予受理、撤回、终止、退件。不含作废。以办结时间计。",
        rows=_closed,
        when="closed_at",
        text=lambda case: f"{said(case.closed_at)}办结。",
    ),
    _of_cases(
        "cases.closed_on_time",
        "按时办结",
        "这段时间办结、作出过决定、有期限的办件中，决定早于超承诺时刻的（没有承诺的看法定期限，停表的日子不计）；"
        "即办件须在受理当日决定。",
        rows=_measured(figures.ON_TIME),
        when="closed_at",
        text=_decided,
    ),
    _of_cases(
        "cases.closed_late",
        "逾期办结",
        "这段时间办结、作出过决定、有期限的办件中，决定不早于超承诺时刻的；即办件在受理当日以后决定的。",
        rows=_measured(figures.LATE),
        when="closed_at",
        text=_decided,
    ),
    _of_cases(
        "cases.closed_early",
        "提前办结",
        "按时办结的办件中，决定日离到期日还有至少 1 个工作日的。",
        rows=_early_ones,
        when="closed_at",
        text=_early,
    ),
)


@dataclass(frozen=True)
class StockSource(QuerySource):
    """What stands at the end of a span, or now where that is not over: whenever it began."""

    def _rows(self, part: Slice) -> QuerySet[Any]:
        whole = between(date(FIRST_YEAR, 1, 1), part.period.last)
        return super()._rows(part.but(period=whole))

    def counts(self, part: Slice, numbers: Mapping[str, Count]) -> dict[str, int]:
        """Several numbers of the same rows, in one query; names may hold points."""
        named = {f"number_{place}": number for place, number in enumerate(numbers.values())}
        found = self._rows(part).order_by().aggregate(**named)
        return dict(zip(numbers, (found[name] for name in named), strict=True))


def _open_late(part: Slice) -> QuerySet[ClockRow]:
    """Decision clocks past the promise at the end of the span, whose cases were neither decided nor closed by then."""
    end = part.period.end
    until = Least(Value(end, output_field=DateTimeField()), Now())
    running = Q(ended_on__isnull=True, stopped=False) | Q(ended_on__gt=part.period.last)
    undecided = Q(case__decided_at__isnull=True) | Q(case__decided_at__gte=end)
    unclosed = Q(case__closed_at__isnull=True) | Q(case__closed_at__gte=end)
    rows = ClockRow.objects.filter(running, undecided, unclosed, clock=ClockKind.DECISION, late_from__lte=until)
    return rows.select_related(*needed())


OPEN_LATE: Final = StockSource(
    code="cases.open_late",
    label="逾期在办",
    definition="到这段时间末（没有过完的到现在）已超承诺而还没有作出决定的办件，不论哪天开始超的；停表中的不计。含存量导入。",
    rows=_open_late,
    fact=lambda row: fact_of(
        row.case,
        f"cases.open_late:{row.case.docket}",
        row.late_from,
        f"自 {said(row.late_from)}起超过承诺期限，还没有作出决定{promised(row.case)}。",
        paused=row.stopped,
    ),
    when="late_from",
    where=OF_CASE,
    key_field="case__docket",
)

ON_TIME_RATE: Final = Indicator(
    code="cases.on_time_rate",
    label="按时办结率",
    definition="按时办结 ÷（按时办结 + 逾期办结）。",
    numerator=("cases.closed_on_time",),
    denominator=("cases.closed_on_time", "cases.closed_late"),
    numerator_label="按时办结",
    denominator_label="作出决定并办结、有期限的办件",
    excludes="没有作出决定就结束的（不予受理、撤回、退件、终止、作废）和没有期限的；仍在办的逾期件另列，不在分母里。",
    source="优化营商环境条例第三十六条；事项承诺时限",
    unit=Unit.PERCENT,
    better=Better.MORE,
)
EARLY_RATE: Final = Indicator(
    code="cases.early_rate",
    label="提前办结率",
    definition="提前办结 ÷（按时办结 + 逾期办结）；决定日离到期日至少 1 个工作日为提前。",
    numerator=("cases.closed_early",),
    denominator=("cases.closed_on_time", "cases.closed_late"),
    numerator_label="提前办结",
    denominator_label="作出决定并办结、有期限的办件",
    excludes="同按时办结率。",
    source="优化营商环境条例第三十六条；事项承诺时限",
    unit=Unit.PERCENT,
    better=Better.MORE,
)


def announce() -> None:
    """Fill the registries; again replaces."""
    for source in (*FIGURES, OPEN_LATE):
        sources.register(source)
    for indicator in (ON_TIME_RATE, EARLY_RATE):
        indicators.register(indicator)
