"""Mass closing: one person closing many cases within minutes, found by a window function over the ledger.

A closing begins a dense window when the closing `count - 1` places on, by the same person, lies within `minutes`.
Dense windows that touch are one burst. A burst is known by its first docket, which later closings do not change, and
holds from the moment its first window was full.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from approvals.cases.models import Case
from approvals.cases.sources.backdating import CLOSINGS, asked
from approvals.cases.sources.shared import fact_of, needed
from approvals.catalogue.models import ItemVersion, ServiceItem
from hall.access.models import User
from hall.facts import sources
from hall.facts.slices import Slice
from hall.facts.sources import Fact, Option
from hall.ledger.models import Event

COUNT: Final = Option("count", "至少", 10, "件", least=2, most=500)
MINUTES: Final = Option("minutes", "几分钟内", 10, "分钟", least=1, most=240)
# A burst that began before the span is still seen from its beginning, so that its name does not change.
LOOK_BACK: Final = timedelta(days=2)

_FOUND: Final = f"""
WITH closing AS (
    SELECT e.actor_id, e.docket, e.occurred_at,
           row_number() OVER mine AS place,
           lead(e.occurred_at, %(more)s) OVER mine AS full_at,
           lead(e.recorded_at, %(more)s) OVER mine AS recorded_at
    FROM {Event._meta.db_table} e
    WHERE e.kind IN %(kinds)s AND e.occurred_at >= %(since)s AND e.occurred_at < %(until)s AND e.actor_id IS NOT NULL
    WINDOW mine AS (PARTITION BY e.actor_id ORDER BY e.occurred_at, e.id)
), dense AS (
    SELECT *, lag(place) OVER (PARTITION BY actor_id ORDER BY place) AS before
    FROM closing WHERE full_at <= occurred_at + make_interval(mins => %(minutes)s)
), numbered AS (
    SELECT *, count(*) FILTER (WHERE before IS NULL OR place > before + %(more)s)
              OVER (PARTITION BY actor_id ORDER BY place) AS burst
    FROM dense
), found AS (
    SELECT DISTINCT ON (actor_id, burst)
           actor_id, docket, full_at, recorded_at, last_value(place) OVER whole - place + 1 + %(more)s AS closings
    FROM numbered
    WINDOW whole AS (PARTITION BY actor_id, burst ORDER BY place
                     ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    ORDER BY actor_id, burst, place
)
"""  # noqa: S608 — table names of our own models
_HERE: Final = f"""
FROM found
JOIN {Case._meta.db_table} c ON c.docket = found.docket AND NOT c.imported
JOIN {ItemVersion._meta.db_table} v ON v.id = c.version_filed_id
JOIN {ServiceItem._meta.db_table} i ON i.id = v.item_id
JOIN {User._meta.db_table} u ON u.id = found.actor_id
WHERE true"""


@dataclass(frozen=True, slots=True)
class Burst:
    """One burst as the database found it."""

    actor: int
    docket: str
    full_at: datetime
    recorded_at: datetime
    closings: int


@dataclass(frozen=True)
class MassClosureSource:
    """Bursts of closings. `count` and `minutes` are the thresholds of the asking rule."""

    code: str = "cases.mass_closure"
    label: str = "集中办结"
    definition: str = (
        "同一人在所定分钟数内办结（送达、不受理告知、不予受理、撤回、终止、退件）达到所定件数，首尾相连的算一次，"
        "以其中第一件的编号为准。办结时间以所记的办理时间为准；供抽查办结时间，不等于违规。不含存量导入。"
    )
    options: Sequence[Option] = (COUNT, MINUTES)

    def count(self, part: Slice) -> int:
        """How many bursts, in one query."""
        sql, params = _question(part)
        with connection.cursor() as cursor:
            cursor.execute(f"{_FOUND} SELECT count(*) {sql}", params)
            return int(cursor.fetchone()[0])

    def find(self, part: Slice, *, offset: int = 0, limit: int | None = None) -> list[Fact]:
        """The bursts, newest first, with the first case of each."""
        sql, params = _question(part)
        columns = "found.actor_id, found.docket, found.full_at, found.recorded_at, found.closings"
        order = "ORDER BY found.full_at DESC, found.docket OFFSET %(offset)s LIMIT %(limit)s"
        with connection.cursor() as cursor:
            cursor.execute(f"{_FOUND} SELECT {columns} {sql} {order}", {**params, "offset": offset, "limit": limit})
            bursts = [Burst(*row) for row in cursor.fetchall()]
        dockets, actors = {b.docket for b in bursts}, {b.actor for b in bursts}
        cases = {c.docket: c for c in Case.objects.filter(docket__in=dockets).select_related(*needed(""))}
        staff = dict(User.objects.filter(pk__in=actors).values_list("pk", "staff_id"))
        return [_fact(burst, cases[burst.docket], staff.get(burst.actor), part) for burst in bursts]

    def standing(self, keys: Iterable[str]) -> set[str]:
        """What was closed in the ledger stays closed there, whatever thresholds a rule asked with."""
        dockets = {key.removeprefix(f"{self.code}:"): key for key in keys}
        closed = Event.objects.filter(docket__in=list(dockets), kind__in=CLOSINGS).values_list("docket", flat=True)
        return {dockets[docket] for docket in closed}


def _question(part: Slice) -> tuple[str, dict[str, Any]]:
    """The bursts of a slice: their condition and its values."""
    moment = "found.recorded_at" if part.by_record else "found.full_at"
    values: dict[str, Any] = {
        "kinds": CLOSINGS,
        "since": part.period.start - LOOK_BACK,
        "until": part.period.end,
        "more": asked(part, COUNT) - 1,
        "minutes": asked(part, MINUTES),
        "start": part.period.start,
        "end": part.period.end,
    }
    places = {
        "c.department_id": part.department,
        "c.window_id": part.window,
        "u.staff_id": part.staff,
        "i.code": part.item,
    }
    conditions = [f"{moment} >= %(start)s AND {moment} < %(end)s"]
    for column, value in places.items():
        if value is not None:
            values[column] = value
            conditions.append(f"{column} = %({column})s")
    if part.centers is not None:
        values["centers"] = sorted(part.centers)
        conditions.append("c.center_id = ANY(%(centers)s)")
    return f"{_HERE} AND {' AND '.join(conditions)}", values


def _fact(burst: Burst, case: Case, staff: int | None, part: Slice) -> Fact:
    return fact_of(
        case,
        f"cases.mass_closure:{burst.docket}",
        burst.full_at,
        f"等 {burst.closings} 件由同一人接连办结，{asked(part, MINUTES)} 分钟内不少于 {asked(part, COUNT)} 件。",
        staff=staff,
        recorded=burst.recorded_at,
    )


def announce() -> None:
    """Fill the registry; again replaces."""
    sources.register(MassClosureSource())
