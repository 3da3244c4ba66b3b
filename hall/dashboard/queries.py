"""Reading the tallies: a fixed number of queries a page, none of which looks at a case."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from approvals.cases.models import Case
from hall.dashboard import fact_counting
from hall.dashboard.counting import KEPT
from hall.dashboard.enums import DayKind, Grain, Span
from hall.dashboard.measures import MEASURES
from hall.dashboard.models import CaseTally, DurationTally, FactTally, OpenTally, Watermark
from hall.dashboard.spread import Spread
from hall.facts import sources
from hall.facts.periods import Period, PeriodKind, between, holding
from hall.facts.slices import Slice

Totals = Counter[str]


def within(period: Period, grain: Grain | None = None, days: Grain | None = None) -> Q:
    """The rows that make up a period: whole months as months, the days before and after them as days.

    `grain` is that of the months, `days` that of the days; None asks for any.
    """
    one, every = _of(Span.DAY, days or grain), _of(Span.MONTH, grain)
    months = [] if grain == Grain.FULL else list(_months(period))
    if not months:
        return one & Q(day__gte=period.first, day__lte=period.last)
    whole = every & Q(day__gte=months[0].first, day__lte=months[-1].first)
    before = one & Q(day__gte=period.first, day__lt=months[0].first)
    after = one & Q(day__gt=months[-1].last, day__lte=period.last)
    parts = ((whole, True), (before, period.first < months[0].first), (after, period.last > months[-1].last))
    found = Q()
    for part, needed in parts:
        found |= part if needed else Q()
    return found


def _of(span: Span, grain: Grain | None) -> Q:
    return Q(span=span) if grain is None else Q(span=span, grain=grain)


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


def by_days(grain: Grain) -> Grain:
    """The grain of the days where months have this one: of windows and items only the finest rows are kept."""
    return grain if grain in KEPT[Span.DAY] else Grain.FULL


def place(part: Slice) -> Q:
    """Where a slice looks, as a filter on any row of this room that names window and item."""
    found = Q() if part.centers is None else Q(center_id__in=part.centers)
    exact = {"department_id": part.department, "window_id": part.window, "item": part.item}
    return found & Q(**{name: value for name, value in exact.items() if value is not None})


def totals_by(part: Slice, *by: str) -> dict[tuple[Any, ...], Totals]:
    """Every measure, split by columns of the tally; one query."""
    grain = grain_for(part, by)
    rows = CaseTally.objects.filter(within(part.period, grain, by_days(grain)), place(part))
    sums = {code: Sum(code) for code in MEASURES}
    if not by:
        return {(): Counter({code: n or 0 for code, n in rows.aggregate(**sums).items()})}
    found = rows.order_by().values(*by).annotate(**sums)
    width = len(by)
    return {row[:width]: Counter(dict(zip(MEASURES, map(int, row[width:]), strict=True))) for row in _grouped(found)}


def totals(part: Slice) -> Totals:
    """Every measure of a slice."""
    return totals_by(part)[()]


def series(part: Slice) -> list[tuple[date, Totals]]:
    """The measures day by day, or month by month where the period is longer than three months."""
    span = Span.MONTH if part.period.days > 92 else Span.DAY
    first = part.period.first.replace(day=1) if span == Span.MONTH else part.period.first
    grain = grain_for(part)
    if span == Span.MONTH:  # no more than the period: a month it cuts is made up of its days
        rows: Any = CaseTally.objects.filter(within(part.period, grain, by_days(grain)), place(part))
    else:
        days = {"span": Span.DAY, "grain": by_days(grain)}
        rows = CaseTally.objects.filter(place(part), **days, day__gte=first, day__lte=part.period.last)
    step: Any = TruncMonth("day") if span == Span.MONTH else F("day")
    found = rows.order_by().values(step=step).annotate(**{c: Sum(c) for c in MEASURES})
    known = {row["step"]: Counter({code: row[code] for code in MEASURES}) for row in found}
    return [(day, known.get(day, Counter())) for day in _steps(first, part.period.last, span)]


def since_when(part: Slice, measure: str, most: int) -> date | None:
    """The last day on and after which the tally counted at least so many; None where there were fewer altogether."""
    period = part.period
    rows = CaseTally.objects.filter(
        place(part), span=Span.DAY, grain=by_days(grain_for(part)), day__gte=period.first, day__lte=period.last
    )
    reached = 0
    for day, n in rows.order_by("-day").values_list("day").annotate(n=Sum(measure)):
        reached += n
        if reached >= most:
            return day
    return None


def _steps(first: date, last: date, span: Span) -> list[date]:
    days = []
    while first <= last:
        days.append(first)
        first = holding(PeriodKind.MONTH, first).following().first if span == Span.MONTH else first + timedelta(days=1)
    return days


def spreads(part: Slice) -> dict[str, Spread]:
    """How long decisions took, net and elapsed."""
    counts: dict[str, Counter[int]] = {kind.value: Counter() for kind in DayKind}
    grain = grain_for(part)
    if grain not in KEPT[Span.DAY]:
        return _spreads_of_cases(part, counts)
    rows = DurationTally.objects.filter(within(part.period, grain, Grain.DEPARTMENT), place(part))
    for kind, days, numbers in rows.values_list("kind", "days", "n"):
        for one, n in zip(days, numbers, strict=True):
            counts[kind][one] += n
    return {kind: Spread(found) for kind, found in counts.items()}


def _spreads_of_cases(part: Slice, counts: dict[str, Counter[int]]) -> dict[str, Spread]:
    """One window or one item decides few enough cases to be asked for each."""
    period = part.period
    where = Q() if part.centers is None else Q(center__in=part.centers)
    exact = {"department": part.department, "window": part.window, "version_filed__item__code": part.item}
    where &= Q(**{name: value for name, value in exact.items() if value is not None})
    cases: Any = MEASURES["timed"].cases(
        Case.objects.filter(where, closed_at__gte=period.start, closed_at__lt=period.end)
    )
    rows = cases.order_by().values_list("decision__net_days", "decision__elapsed_days").annotate(total=Count("pk"))
    for net, elapsed, n in rows:
        for kind, days in ((DayKind.NET, net), (DayKind.ELAPSED, elapsed)):
            if days is not None and days >= 0:
                counts[kind.value][days] += n
    return {kind: Spread(found) for kind, found in counts.items()}


def standing_by(part: Slice, *by: str) -> dict[tuple[Any, ...], Totals]:
    """Open cases by lamp, split by columns; one query."""
    found: dict[tuple[Any, ...], Totals] = {}
    for *key, lamp, total in _grouped(_open(part).order_by().values(*by, "lamp").annotate(total=Sum("n"))):
        found.setdefault(tuple(key), Counter())[lamp] += int(total)
    return found


def _grouped(found: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """The rows of a grouped query as the database gives them: over a city's items the mapper took longer to hand them
    on, value by value, than the database to add them up. Keys need no conversion; sums may come as Decimal."""
    try:
        sql, params = found.query.sql_with_params()
    except EmptyResultSet:  # of no center at all
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def oldest(part: Slice, most: int) -> list[tuple[int, datetime]]:
    """Where and since when the longest open cases wait: the oldest of each item, the oldest first."""
    rows = _open(part).order_by().values("department_id", "item").annotate(since=Min("oldest_at")).order_by("since")
    return [(row["department_id"], row["since"]) for row in rows[:most]]


def _open(part: Slice) -> QuerySet[OpenTally]:
    return OpenTally.objects.filter(place(part))


def facts(part: Slice, codes: set[str], standing: set[str]) -> Totals:
    """How many facts each source had in the slice, and how many stand now. Windows and items are not told apart."""
    bare = part.but(window=None, item=None)
    grain = grain_for(bare)
    known = within(part.period, grain, Grain.DEPARTMENT) & Q(source__in=codes - standing)
    stand = Q(span=Span.DAY, grain=grain, source__in=standing)
    rows = FactTally.objects.filter(known | stand, place(bare)).order_by()
    found = Counter({row["source"]: row["total"] for row in rows.values("source").annotate(total=Sum("n"))})
    for days in _not_kept(part.period):
        for code in filter(sources.known, codes - standing):
            found[code] += sources.source_of(code).count(bare.but(period=days))
    return found


def _not_kept(period: Period) -> Sequence[Period]:
    """The ends of a period that cut a month of which facts are not kept by day."""
    months, oldest = list(_months(period)), fact_counting.kept_since(timezone.localdate())
    after = period.last + timedelta(days=1)
    ends = [(period.first, after)]
    if months:
        ends = [(period.first, months[0].first), (months[-1].last + timedelta(days=1), after)]
    cut = ((first, min(end, oldest) - timedelta(days=1)) for first, end in ends)
    return [between(first, last) for first, last in cut if first <= last]


def as_of() -> datetime | None:
    """Up to when the tallies are counted; None before the first time."""
    return Watermark.objects.filter(pk="cases").values_list("as_of", flat=True).first()
