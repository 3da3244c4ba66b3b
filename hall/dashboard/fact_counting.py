"""Counting what other rooms announce, by day and department: pledges, evaluations, cards, complaints.

Facts may change after their day (a card is withdrawn, an evaluation struck), so recent days are counted anew every
time and older ones at night. Every number shown says as of when.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from hall.dashboard.enums import Grain, Span
from hall.dashboard.models import FactTally
from hall.facts import sources
from hall.facts.indicators import UnknownIndicator, indicator_of
from hall.facts.periods import between
from hall.facts.slices import Slice
from hall.facts.sources import QuerySource, Source
from hall.pledges.enums import Pledge
from hall.pledges.parts import parts_of

RATES: Final = ("evaluation.good_rate", "evaluation.active_rate", "evaluation.bad_rate")
CARDS: Final = ("supervision.yellow", "supervision.red", "complaints.received")
Row = tuple[date, int | None, int | None, int]


def happened() -> set[str]:
    """The codes of what is counted by day."""
    return {*CARDS, *_of_rates(), *(p.source for pledge in Pledge for p in parts_of(pledge) if not p.standing)}


def standing() -> set[str]:
    """The codes of what is counted as it stands now."""
    return {part.source for pledge in Pledge for part in parts_of(pledge) if part.standing}


def _of_rates() -> Iterable[str]:
    for code in RATES:
        try:
            rate = indicator_of(code)
        except UnknownIndicator:
            continue
        yield from (*rate.numerator, *rate.denominator)


def recount(at: datetime, *, days: int) -> None:
    """Count the last `days` days anew, with the months they lie in, and what stands now; one transaction."""
    today = timezone.localdate(at)
    first = today - timedelta(days=days - 1)
    part = Slice(between(first, today), centers=None)
    with transaction.atomic():
        for code in sorted(filter(sources.known, happened())):
            FactTally.objects.filter(source=code, span=Span.DAY, day__gte=first).delete()
            _write(code, Span.DAY, _by_day(sources.source_of(code), part))
            _months(code, first.replace(day=1))
        for code in sorted(filter(sources.known, standing())):
            FactTally.objects.filter(source=code).delete()
            _write(code, Span.DAY, _on(today, _by_day(sources.source_of(code), part)))


def _by_day(source: Source, part: Slice) -> list[Row]:
    if isinstance(source, QuerySource):
        return source.by_day(part)
    found = Counter((timezone.localdate(f.occurred_at), f.center, f.department) for f in source.find(part))
    return [(*key, n) for key, n in found.items()]


def _on(day: date, rows: Iterable[Row]) -> list[Row]:
    """The same facts, all put on one day."""
    total: Counter[tuple[int | None, int | None]] = Counter()
    for _, center, department, n in rows:
        total[center, department] += n
    return [(day, center, department, n) for (center, department), n in total.items()]


def _months(code: str, first: date) -> None:
    """Whole months from those days on, added up from the days."""
    FactTally.objects.filter(source=code, span=Span.MONTH, day__gte=first).delete()
    days = FactTally.objects.filter(source=code, span=Span.DAY, grain=Grain.DEPARTMENT, day__gte=first)
    months = days.order_by().annotate(month=TruncMonth("day")).values_list("month", "center", "department")
    _write(code, Span.MONTH, list(months.annotate(total=Sum("n"))))


def _write(code: str, span: Span, rows: Iterable[Row]) -> None:
    """The rows by department, and by center alone."""
    rows = list(rows)
    centers: Counter[tuple[date, int | None]] = Counter()
    for day, center, _, n in rows:
        centers[day, center] += n
    made = [FactTally(day=day, center_id=c, department_id=d, n=n, grain=Grain.DEPARTMENT) for day, c, d, n in rows]
    made += [FactTally(day=day, center_id=c, n=n, grain=Grain.CENTER) for (day, c), n in centers.items()]
    for row in made:
        row.source, row.span = code, span
    FactTally.objects.bulk_create(made, batch_size=2000)
