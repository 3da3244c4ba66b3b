"""Counting cases into tallies, set-based: one INSERT … SELECT a table, built from the measures.

The finest rows are counted from the cases, the coarser ones and the months from the finest. A `Part` says which days:
those of `StaleDay` (a refresh) or everything since a day (a rebuild).
"""
# ruff: noqa: S608 (what is put into these texts are names of our own tables and columns, never a value)

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate

from approvals.cases import figures
from approvals.cases.models import Case
from hall.dashboard.enums import DayKind, Moment, Span
from hall.dashboard.measures import MEASURES, TIMED, of_moment
from hall.dashboard.models import CaseTally, DurationTally, StaleDay
from hall.facts.periods import BEIJING, midnight

_KEYS: Final = ("t_day", "center_id", "department_id", "window_id", "t_item")
_PLACE: Final = "day, center_id, department_id, window_id, item"
_DAYS: Final = ((DayKind.NET, "decision__net_days"), (DayKind.ELAPSED, "decision__elapsed_days"))
_MONTH: Final = "make_date(CAST(extract(year FROM day) AS int), CAST(extract(month FROM day) AS int), 1)"


Counted = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Shape:
    """A tally's table, its numbers, and what it splits by beside the common key."""

    table: str
    numbers: tuple[str, ...]
    extra: tuple[str, ...] = ()

    @property
    def into(self) -> str:
        return ", ".join((_PLACE, *self.extra, *self.numbers))

    @property
    def also(self) -> str:
        return "".join(f", {name}" for name in self.extra)

    @property
    def sums(self) -> str:
        return ", ".join(f"sum({name})" for name in self.numbers)

    @property
    def something(self) -> str:
        return " + ".join(f"sum({name})" for name in self.numbers)


_CASES: Final = Shape(CaseTally._meta.db_table, tuple(MEASURES))
_DURATIONS: Final = Shape(DurationTally._meta.db_table, ("n",), ("kind", "days"))


class Part(Protocol):
    """Which days are counted anew."""

    def cases(self, moment: Moment) -> QuerySet[Case]:
        """The cases whose moment falls on one of the days, with that day as `t_day`."""
        ...

    def rows(self, table: str, *, months: bool) -> tuple[str, list[Any]]:
        """The same days as a condition on a tally's rows; whole months where months are made of them."""
        ...


@dataclass(frozen=True, slots=True)
class Stale:
    """The days in StaleDay. Nested loops over the index of (center, moment): the cost is that of those days."""

    def cases(self, moment: Moment) -> QuerySet[Case]:
        begun = {"center__stale_days__starts__lte": F(moment), "center__stale_days__ends__gt": F(moment)}
        return Case.objects.filter(**begun).annotate(t_day=F("center__stale_days__day"))

    def rows(self, table: str, *, months: bool) -> tuple[str, list[Any]]:
        stale = StaleDay._meta.db_table
        days = f"{table}.day >= s.month AND {table}.day < s.next_month" if months else f"{table}.day = s.day"
        return f"EXISTS (SELECT 1 FROM {stale} AS s WHERE s.center_id = {table}.center_id AND {days})", []


@dataclass(frozen=True, slots=True)
class Since:
    """Every day from the first of a month on; None: all there ever was."""

    first: date | None = None

    def cases(self, moment: Moment) -> QuerySet[Case]:
        known = Q(**{f"{moment}__isnull": False})
        if self.first is not None:
            known &= Q(**{f"{moment}__gte": midnight(self.first)})
        return Case.objects.filter(known).annotate(t_day=TruncDate(moment, tzinfo=BEIJING))

    def rows(self, table: str, *, months: bool) -> tuple[str, list[Any]]:
        return ("TRUE", []) if self.first is None else (f"{table}.day >= %s", [self.first.replace(day=1)])


def recount(part: Part) -> None:
    """Count the days of `part` anew, in the caller's transaction."""
    for shape, counted in ((_CASES, _counted(part)), (_DURATIONS, _durations(part))):
        _forget(shape, part)
        _count(shape, counted)
        _coarsen(shape, part)
        _add_months(shape, part)


def _forget(shape: Shape, part: Part) -> None:
    for span, months in ((Span.DAY, False), (Span.MONTH, True)):
        where, params = part.rows(shape.table, months=months)
        _run(f"DELETE FROM {shape.table} WHERE span = '{span.value}' AND {where}", params)


def _counted(part: Part) -> Counted:
    """Every measure by day, place and item: one branch a moment, the other measures zero in it."""
    branches, params = [], []
    for moment in Moment:
        totals = {
            m.code: Coalesce(Sum(m.adds, filter=m.where), 0) if m.adds else Count("pk", filter=m.where)
            for m in of_moment(moment)
        }
        sql, values = _grouped(part.cases(moment), (), totals)
        columns = ", ".join(code if code in totals else f"0 AS {code}" for code in MEASURES)
        branches.append(f"SELECT {', '.join(_KEYS)}, {columns} FROM ({sql}) AS {moment.name.lower()}")
        params += values
    return " UNION ALL ".join(branches), params


def _durations(part: Part) -> Counted:
    """How many decisions took so many days, by day, place and item."""
    branches, params = [], []
    for kind, column in _DAYS:
        cases = part.cases(Moment.CLOSED)
        sql, values = _grouped(cases, (column,), {"n": Count("pk")}, TIMED & Q(**{f"{column}__gte": 0}))
        branches.append(f"SELECT {', '.join(_KEYS)}, '{kind}' AS kind, t_days AS days, n FROM ({sql}) AS {kind}")
        params += values
    return " UNION ALL ".join(branches), params


def _grouped(cases: QuerySet[Case], extra: Sequence[str], totals: dict[str, Any], where: Q | None = None) -> Counted:
    named = {"t_item": F("version_filed__item__code")} | ({"t_days": F(extra[0])} if extra else {})
    found = figures.measurable(cases)
    found = (found.filter(where) if where is not None else found).annotate(**named).order_by()
    keys = (*_KEYS, *(("t_days",) if extra else ()))
    sql, params = found.values(*keys).annotate(**totals).query.sql_with_params()
    return sql, list(params)


def _count(shape: Shape, counted: Counted) -> None:
    """The finest rows, from the cases; groups in which nothing counts are left out."""
    sql, params = counted
    keys = ", ".join((*_KEYS, *shape.extra))
    _run(
        f"INSERT INTO {shape.table} (span, grain, {shape.into}) SELECT 'day', 'full', {keys}, {shape.sums}"
        f" FROM ({sql}) AS counted GROUP BY {keys} HAVING {shape.something} > 0",
        params,
    )


def _coarsen(shape: Shape, part: Part) -> None:
    """Rows by window, by item, by department and by center alone, from the finest."""
    where, params = part.rows(shape.table, months=False)
    fixed = ", ".join(("day", "center_id", *shape.extra))
    _run(
        f"INSERT INTO {shape.table} (span, grain, {shape.into})"
        " SELECT 'day', CASE WHEN GROUPING(department_id) = 1 THEN 'center' WHEN GROUPING(window_id) = 0 THEN 'window'"
        " WHEN GROUPING(item) = 0 THEN 'item' ELSE 'department' END,"
        " day, center_id, department_id, window_id, coalesce(item, '')"
        f"{shape.also}, {shape.sums} FROM {shape.table} WHERE span = 'day' AND grain = 'full' AND {where}"
        f" GROUP BY {fixed},"
        " GROUPING SETS ((), (department_id), (department_id, window_id), (department_id, item))",
        params,
    )


def _add_months(shape: Shape, part: Part) -> None:
    """Rows of whole months, of every grain, from those of the days."""
    where, params = part.rows(shape.table, months=True)
    keys = ", ".join(("grain", _MONTH, "center_id", "department_id", "window_id", "item", *shape.extra))
    _run(
        f"INSERT INTO {shape.table} (span, grain, {shape.into})"
        f" SELECT 'month', {keys}, {shape.sums} FROM {shape.table} WHERE span = 'day' AND {where} GROUP BY {keys}",
        params,
    )


def _run(sql: str, params: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
