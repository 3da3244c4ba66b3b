"""Counting what other rooms announce, by day and department: pledges, evaluations, cards, complaints.

Facts may change after their day (a card is withdrawn, an evaluation struck), so recent days are counted anew every
time and older ones at night. Every number shown says as of when. Months are kept for ever, days for two months: a span
that cuts an older month is counted by the sources themselves.
"""
# ruff: noqa: S608 (what is put into these texts are names of our own tables and columns, never a value)

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from hall.dashboard.enums import Grain, Span
from hall.dashboard.models import FactTally
from hall.facts import sources
from hall.facts.indicators import UnknownIndicator, indicator_of
from hall.facts.periods import FIRST_YEAR, between
from hall.facts.slices import Slice
from hall.facts.sources import QuerySource, Source
from hall.pledges.enums import Pledge
from hall.pledges.parts import parts_of

RATES: Final = ("evaluation.good_rate", "evaluation.active_rate", "evaluation.bad_rate")
CARDS: Final = ("supervision.yellow", "supervision.red", "complaints.received")
# Days have rows of their own for about so long: those that a month under way is added up from, and one before.
DAYS_KEPT: Final = 62
_TABLE: Final = FactTally._meta.db_table
_INTO: Final = "span, grain, source, day, center_id, department_id, n"
_MONTHS: Final = (
    "SELECT 'month', CASE WHEN GROUPING(counted_department) = 1 THEN 'center' ELSE 'department' END, %s,"
    " CAST(date_trunc('month', CAST(counted_day AS timestamp)) AS date) AS month, counted_center, counted_department,"
    " sum(counted) FROM counted_days GROUP BY month, counted_center, GROUPING SETS ((), (counted_department))"
)
_WHOLE: Final = f" UNION ALL {_MONTHS}"
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
    oldest = kept_since(today)
    first = max(today - timedelta(days=days - 1), date(FIRST_YEAR, 1, 1))
    if first < oldest:  # no days are kept from which its month could be added up
        first = first.replace(day=1)
    part = Slice(between(first, today), centers=None)
    with transaction.atomic():
        for code in sorted(filter(sources.known, happened())):
            _forget(code, first, oldest)
            _count(sources.source_of(code), part, oldest)
            if first >= oldest:
                _months(code, first.replace(day=1))
        for code in sorted(filter(sources.known, standing())):
            FactTally.objects.filter(source=code).delete()
            rows = list(_on(today, _by_day(sources.source_of(code), part)))
            FactTally.objects.bulk_create(_made(code, [*rows, *_of_centers(rows)]), batch_size=2000)


def kept_since(today: date) -> date:
    """The first day that has rows of its own. Of older ones only whole months are kept."""
    return (today - timedelta(days=DAYS_KEPT)).replace(day=1)


def _forget(code: str, first: date, oldest: date) -> None:
    rows = FactTally.objects.filter(source=code)
    rows.filter(Q(span=Span.DAY) & (Q(day__gte=first) | Q(day__lt=oldest))).delete()
    rows.filter(span=Span.MONTH, day__gte=first.replace(day=1)).delete()


def _count(source: Source, part: Slice, oldest: date) -> None:
    """The days that are kept and, where the count begins before them, all its months."""
    days = source.daily(part).query.sql_with_params() if isinstance(source, QuerySource) else None
    sql, params = days or _listed(_by_day(source, part))
    whole = part.period.first < oldest
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH counted_days AS MATERIALIZED ({sql}) INSERT INTO {_TABLE} ({_INTO})"
            " SELECT 'day', 'department', %s, counted_day, counted_center, counted_department, counted"
            f" FROM counted_days WHERE counted_day >= %s{_WHOLE if whole else ''}",
            [*params, source.code, oldest, *([source.code] if whole else [])],
        )


def _listed(rows: Sequence[Row]) -> tuple[str, list[Any]]:
    """Rows counted in Python as the text of a query."""
    names = ("counted_day", "counted_center", "counted_department", "counted")
    types = ("date", "bigint", "bigint", "bigint")
    columns = [[row[n] for row in rows] for n in range(4)]
    return f"SELECT * FROM unnest({', '.join(f'%s::{one}[]' for one in types)}) AS listed({', '.join(names)})", columns


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


def _of_centers(rows: Iterable[Row]) -> list[Row]:
    """The same facts by center alone, marked by a department of 0."""
    total: Counter[tuple[date, int | None]] = Counter()
    for day, center, _, n in rows:
        total[day, center] += n
    return [(day, center, 0, n) for (day, center), n in total.items()]


def _made(code: str, rows: Iterable[Row]) -> Iterable[FactTally]:
    for day, center, department, n in rows:
        grain = Grain.CENTER if department == 0 else Grain.DEPARTMENT
        yield FactTally(
            span=Span.DAY, grain=grain, source=code, day=day, center_id=center, department_id=department or None, n=n
        )


def _months(code: str, first: date) -> None:
    """Whole months from those days on, added up from the days."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH counted_days AS (SELECT day AS counted_day, center_id AS counted_center,"
            f" department_id AS counted_department, n AS counted FROM {_TABLE}"
            " WHERE source = %s AND span = 'day' AND grain = 'department' AND day >= %s)"
            f" INSERT INTO {_TABLE} ({_INTO}) {_MONTHS}",
            [code, first, code],
        )
