"""Counting cases into tallies, set-based: one INSERT … SELECT a table, built from the measures.

The finest rows are counted from the cases, the coarser ones and the months from the finest. Which rows there are says
`KEPT`: a row that no page reads is not kept, for at the finest there are as many rows as cases. A `Part` says which
days: those of `StaleDay` (a refresh) or everything since a day (a rebuild).
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
from hall.dashboard.enums import DayKind, Grain, Moment, Span
from hall.dashboard.measures import MEASURES, TIMED, of_moment
from hall.dashboard.models import CaseTally, DurationTally, StaleDay
from hall.facts.periods import BEIJING, midnight

_KEYS: Final = ("t_day", "center_id", "department_id", "window_id", "t_item")
_PLACE: Final = "day, center_id, department_id, window_id, item"
_DAYS: Final = ((DayKind.NET, "decision__net_days"), (DayKind.ELAPSED, "decision__elapsed_days"))
_MONTH: Final = "make_date(CAST(extract(year FROM day) AS int), CAST(extract(month FROM day) AS int), 1)"


Counted = tuple[str, list[Any]]
_TALLY: Final = CaseTally._meta.db_table
_SPREAD: Final = DurationTally._meta.db_table
_INTO: Final = f"span, grain, {_PLACE}, {', '.join(MEASURES)}"
_SUMS: Final = ", ".join(f"sum({code})" for code in MEASURES)
_SPREAD_INTO: Final = "span, grain, day, center_id, department_id, item, kind, days, n"
# Grain, window and item of a row made by GROUPING SETS; days are not split by the last two.
_NAMED: Final = {
    Span.DAY: ("CASE WHEN GROUPING(department_id) = 1 THEN 'center' ELSE 'department' END", "NULL", "''"),
    Span.MONTH: (
        "CASE WHEN GROUPING(department_id) = 1 THEN 'center' WHEN GROUPING(window_id) = 0 THEN 'window'"
        " WHEN GROUPING(item) = 0 THEN 'item' ELSE 'department' END",
        "window_id",
        "coalesce(item, '')",
    ),
}
_SETS: Final = {
    Grain.CENTER: "()",
    Grain.DEPARTMENT: "(department_id)",
    Grain.WINDOW: "(department_id, window_id)",
    Grain.ITEM: "(department_id, item)",
}
# The grains made of the finest rows, by span. Days of a window or an item are read from the finest rows themselves.
KEPT: Final = {
    Span.DAY: (Grain.CENTER, Grain.DEPARTMENT),
    Span.MONTH: (Grain.CENTER, Grain.DEPARTMENT, Grain.WINDOW, Grain.ITEM),
}


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
    _run("SET LOCAL work_mem = '64MB'", [])  # a whole history is sorted by day
    for table in (_TALLY, _SPREAD):
        _forget(table, part)
    _count(part)
    for span in KEPT:
        _coarsen(span, part)
    _count_durations(part)
    _add_months_of_durations(part)


def _forget(table: str, part: Part) -> None:
    for span, months in ((Span.DAY, False), (Span.MONTH, True)):
        where, params = part.rows(table, months=months)
        _run(f"DELETE FROM {table} WHERE span = '{span.value}' AND {where}", params)


def _count(part: Part) -> None:
    """The finest rows, from the cases: one branch a moment, the other measures zero in it.

    Groups in which nothing counts are left out.
    """
    branches, params = [], []
    for moment in Moment:
        totals = {
            m.code: Coalesce(Sum(m.adds, filter=m.where), 0) if m.adds else Count("pk", filter=m.where)
            for m in of_moment(moment)
        }
        sql, values = _grouped(part.cases(moment), _KEYS, totals)
        columns = ", ".join(f"CAST({code if code in totals else 0} AS int) AS {code}" for code in MEASURES)
        branches.append(f"SELECT {', '.join(_KEYS)}, {columns} FROM ({sql}) AS {moment.name.lower()}")
        params += values
    keys = ", ".join(_KEYS)
    _run(
        f"INSERT INTO {_TALLY} ({_INTO}) SELECT 'day', 'full', {keys}, {_SUMS}"
        f" FROM ({' UNION ALL '.join(branches)}) AS counted"
        f" GROUP BY {keys} HAVING {' + '.join(f'sum({code})' for code in MEASURES)} > 0",
        params,
    )


def _grouped(cases: QuerySet[Case], keys: Sequence[str], totals: dict[str, Any]) -> Counted:
    found = figures.measurable(cases).annotate(t_item=F("version_filed__item__code")).order_by()
    sql, params = found.values(*keys).annotate(**totals).query.sql_with_params()
    return sql, list(params)


def _coarsen(span: Span, part: Part) -> None:
    """Rows by center alone, by department and so on, of days or of whole months, from the finest."""
    where, params = part.rows(_TALLY, months=span == Span.MONTH)
    day = _MONTH if span == Span.MONTH else "day"
    sets = ", ".join(_SETS[grain] for grain in KEPT[span])
    grain, window, item = _NAMED[span]
    _run(
        f"INSERT INTO {_TALLY} ({_INTO})"
        f" SELECT '{span.value}', {grain}, {day}, center_id, department_id, {window}, {item}, {_SUMS}"
        f" FROM {_TALLY} WHERE span = 'day' AND grain = 'full' AND {where}"
        f" GROUP BY {day}, center_id, GROUPING SETS ({sets})",
        params,
    )


# --- how long decisions took ------------------------------------------------------------------------------------------


def _count_durations(part: Part) -> None:
    """How many decisions took so many days, by day and department."""
    branches: list[str] = []
    params: list[Any] = []
    for kind, column in _DAYS:
        cases: Any = figures.measurable(part.cases(Moment.CLOSED)).filter(TIMED, **{f"{column}__gte": 0})
        grouped = cases.order_by().values("t_day", "center_id", "department_id", t_days=F(column))
        sql, values = grouped.annotate(n=Count("pk")).query.sql_with_params()
        branches.append(f"SELECT t_day, center_id, department_id, '{kind}' AS kind, t_days, n FROM ({sql}) AS {kind}")
        params += values
    _run(
        f"INSERT INTO {_SPREAD} ({_SPREAD_INTO}) SELECT 'day', 'department', t_day, center_id, department_id, '', kind,"
        " array_agg(t_days ORDER BY t_days), array_agg(n ORDER BY t_days)"
        f" FROM ({' UNION ALL '.join(branches)}) AS counted GROUP BY t_day, center_id, department_id, kind",
        params,
    )


def _add_months_of_durations(part: Part) -> None:
    """Whole months by department and by center alone, from the days."""
    where, params = part.rows(_SPREAD, months=True)
    fixed = f"{_MONTH}, center_id, kind, one"
    _run(
        f"INSERT INTO {_SPREAD} ({_SPREAD_INTO}) SELECT 'month', grain, month, center_id, department_id, '', kind,"
        " array_agg(one ORDER BY one), array_agg(total ORDER BY one)"
        " FROM (SELECT CASE WHEN GROUPING(department_id) = 1 THEN 'center' ELSE 'department' END AS grain,"
        f" {_MONTH} AS month, center_id, department_id, kind, one, sum(many) AS total"
        f" FROM {_SPREAD}, unnest(days, n) AS counted(one, many) WHERE span = 'day' AND {where}"
        f" GROUP BY {fixed}, GROUPING SETS ((), (department_id))) AS summed"
        " GROUP BY grain, month, center_id, department_id, kind",
        params,
    )


def _run(sql: str, params: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
