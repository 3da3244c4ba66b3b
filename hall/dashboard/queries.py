"""Reading the tallies: a fixed number of queries a page, none of which looks at a case."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Min, Q, QuerySet, Sum

from hall.dashboard.enums import DayKind, Grain, Span
from hall.dashboard.measures import MEASURES
from hall.dashboard.models import CaseTally, DurationTally, FactTally, OpenTally, Watermark
from hall.dashboard.spread import Spread
from hall.facts.periods import Period, PeriodKind, holding
from hall.facts.slices import Slice

Totals = Counter[str]


def within(period: Period) -> Q:
    """The rows that make up a period: whole months as months, the days before and after them as days."""
    months = list(_months(period))
    if not months:
        return Q(span=Span.DAY, day__gte=period.first, day__lte=period.last)
    whole = Q(span=Span.MONTH, day__gte=months[0].first, day__lte=months[-1].first)
    before = Q(span=Span.DAY, day__gte=period.first, day__lt=months[0].first)
    after = Q(span=Span.DAY, day__gt=months[-1].last, day__lte=period.last)
    parts = ((whole, True), (before, period.first < months[0].first), (after, period.last > months[-1].last))
    found = Q()
    for part, needed in parts:
        found |= part if needed else Q()
    return found


def _months(period: Period) -> Sequence[Period]:
    """The calendar months that lie in a period as a whole."""
    month = holding(PeriodKind.MONTH, period.first)
    if month.first < period.first:
        month = month.following()
    found = []
    while month.last <= period.last:
        found.append(month)
        month = month.following()
    return found


def grain_for(part: Slice, by: Sequence[str] = ()) -> Grain:
    """The coarsest rows that can answer."""
    window = part.window is not None or "window_id" in by
    item = part.item is not None or "item" in by
    if window and item:
        return Grain.FULL
    if window or item:
        return Grain.WINDOW if window else Grain.ITEM
    return Grain.DEPARTMENT if part.department is not None or "department_id" in by else Grain.CENTER


def place(part: Slice) -> Q:
    """Where a slice looks, as a filter on any row of this room that names window and item."""
    found = Q() if part.centers is None else Q(center_id__in=part.centers)
    exact = {"department_id": part.department, "window_id": part.window, "item": part.item}
    return found & Q(**{name: value for name, value in exact.items() if value is not None})


def totals_by(part: Slice, *by: str) -> dict[tuple[Any, ...], Totals]:
    """Every measure, split by columns of the tally; one query."""
    rows = CaseTally.objects.filter(within(part.period), place(part), grain=grain_for(part, by))
    sums = {code: Sum(code) for code in MEASURES}
    if not by:
        return {(): Counter({code: n or 0 for code, n in rows.aggregate(**sums).items()})}
    found = rows.order_by().values(*by).annotate(**sums)
    return {tuple(row[name] for name in by): Counter({code: row[code] for code in MEASURES}) for row in found}


def totals(part: Slice) -> Totals:
    """Every measure of a slice."""
    return totals_by(part)[()]


def series(part: Slice) -> list[tuple[date, Totals]]:
    """The measures day by day, or month by month where the period is longer than three months."""
    span = Span.MONTH if part.period.days > 92 else Span.DAY
    first = part.period.first.replace(day=1) if span == Span.MONTH else part.period.first
    rows = CaseTally.objects.filter(place(part), span=span, day__gte=first, day__lte=part.period.last)
    found: Any = (
        rows.filter(grain=grain_for(part)).order_by("day").values("day").annotate(**{c: Sum(c) for c in MEASURES})
    )
    known = {row["day"]: Counter({code: row[code] for code in MEASURES}) for row in found}
    return [(day, known.get(day, Counter())) for day in _steps(first, part.period.last, span)]


def _steps(first: date, last: date, span: Span) -> list[date]:
    days = []
    while first <= last:
        days.append(first)
        first = holding(PeriodKind.MONTH, first).following().first if span == Span.MONTH else first + timedelta(days=1)
    return days


def spreads(part: Slice) -> dict[str, Spread]:
    """How long decisions took, net and elapsed."""
    rows = DurationTally.objects.filter(within(part.period), place(part), grain=grain_for(part))
    counts: dict[str, dict[int, int]] = {kind.value: {} for kind in DayKind}
    for row in rows.order_by().values("kind", "days").annotate(total=Sum("n")):
        counts[row["kind"]][row["days"]] = row["total"]
    return {kind: Spread(found) for kind, found in counts.items()}


def standing_by(part: Slice, *by: str) -> dict[tuple[Any, ...], Totals]:
    """Open cases by lamp, split by columns; one query."""
    found: dict[tuple[Any, ...], Totals] = {}
    for row in _open(part).order_by().values(*by, "lamp").annotate(total=Sum("n")):
        found.setdefault(tuple(row[name] for name in by), Counter())[row["lamp"]] += row["total"]
    return found


def oldest(part: Slice, most: int) -> list[tuple[int, datetime]]:
    """Where and since when the longest open cases wait: the oldest of each item, the oldest first."""
    rows = _open(part).order_by().values("department_id", "item").annotate(since=Min("oldest_at")).order_by("since")
    return [(row["department_id"], row["since"]) for row in rows[:most]]


def _open(part: Slice) -> QuerySet[OpenTally]:
    return OpenTally.objects.filter(place(part))


def facts(part: Slice, codes: set[str], standing: set[str]) -> Totals:
    """How many facts each source had in the slice, and how many stand now. Windows and items are not told apart."""
    bare = part.but(window=None, item=None)
    happened = within(part.period) & Q(source__in=codes - standing)
    rows = FactTally.objects.filter(happened | Q(source__in=standing), place(bare), grain=grain_for(bare)).order_by()
    return Counter({row["source"]: row["total"] for row in rows.values("source").annotate(total=Sum("n"))})


def as_of() -> datetime | None:
    """Up to when the tallies are counted; None before the first time."""
    return Watermark.objects.filter(pk="cases").values_list("as_of", flat=True).first()
