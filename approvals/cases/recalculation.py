"""When the calendar changes: which open cases may move, what would move, and what an event says of it (law 3).

The moving itself is in actions/following.py; a case somebody works on before its turn is brought up to date first
(catching_up.py).
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from django.db.models.expressions import RawSQL
from django.utils import timezone

from approvals.cases import clock, clockwork
from approvals.cases.alike import open_cases
from approvals.cases.clock import ClockKind
from approvals.cases.enums import OPEN
from approvals.cases.models import Case, ClockRow
from hall.access.models import User
from hall.ledger.actions import NewEvent
from hall.organisation.models import Center
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendar_set import lineage
from hall.workdays.calendars import calendar_for
from hall.workdays.recalculation import Moved

BATCH: Final = 1000
# Open cases of some centers with a clock whose span holds one of the days that changed, whose last day is not certain,
# or which stands still: a pause reaches to today, and the day told for its end is counted in working days. What ended
# with the decision is measured in working days too.
AFFECTED: Final = """
SELECT cases.id FROM cases_case cases
WHERE cases.state = ANY(%s) AND cases.legacy_due_on IS NULL AND cases.center_id = ANY(%s) AND (
    EXISTS (
        SELECT FROM cases_clockrow r
        WHERE r.case_id = cases.id AND (r.ended_on IS NULL OR r.clock = 'decision') AND (
            r.provisional OR r.stopped OR r.statute_stopped OR EXISTS (
                SELECT FROM unnest(CAST(%s AS date[])) AS day
                WHERE day BETWEEN r.start_on AND greatest(r.due, r.promise_due, r.statute_due, r.ended_on)
            )
        )
    ) OR EXISTS (SELECT FROM cases_pause p WHERE p.case_id = cases.id AND p.end_on IS NULL)
)
"""


def affected(centers: Collection[int], days: Collection[date]) -> list[Any]:
    """What `AFFECTED` is to be filled in with."""
    return [[state.value for state in OPEN], list(centers), list(days)]


def centers_of(region: str) -> list[int]:
    """The centers whose days are counted by the calendar of a region: its own and those below; all for the nation."""
    codes = Center.objects.values_list("pk", "region_id")
    return [pk for pk, code in codes if region in lineage(code)]


def preview(old: Callable[[str], Calendar], new: Callable[[str], Calendar]) -> Iterator[Moved]:
    """Every running clock whose day differs between the two calendars; changes nothing."""
    now = timezone.now()
    before, after = cache(old), cache(new)
    codes = {region for _, region in Center.objects.values_list("pk", "region_id")}
    days = {day for code in codes for day in _differing(before(code), after(code))}
    centers = Center.objects.values_list("pk", flat=True)
    listed = RawSQL(AFFECTED, affected(centers, days))  # noqa: S611 — a constant; the days are parameters
    cases = open_cases().filter(pk__in=listed)
    for case in cases.iterator(chunk_size=BATCH):
        was = {(d.clock, d.key): d.due for d in _deadlines(case, before(case.region_code), now)}
        for deadline in _deadlines(case, after(case.region_code), now):
            told = was.get((deadline.clock, deadline.key))
            if told is not None and told != deadline.due:
                yield Moved(case.docket, str(deadline.clock.label), told, deadline.due)


def _differing(old: Calendar, new: Calendar) -> Iterator[date]:
    named = {day for calendar in (old, new) for day, _ in calendar.exceptions(date.min, date.max)}
    return (day for day in named if old.day(day).kind is not new.day(day).kind)


def _deadlines(case: Case, calendar: Calendar, at: datetime) -> tuple[clock.Deadline, ...]:
    today = timezone.localdate(at)
    facts = clockwork.facts_of(case, calendar)
    return clock.deadlines(facts, calendar, today=today, warn=clockwork.warn_rule(case, today))


def moved_event(
    *, docket: str, center_code: str, clock: str, old: date, new: date, version: int, reason: str,
    by: User | None, at: datetime,
) -> NewEvent:  # fmt: skip
    """One deadline that moved because the calendar did."""
    return NewEvent(
        docket=docket,
        kind="case.deadline_moved",
        center_code=center_code,
        actor=by,
        occurred_at=at,
        data={
            "clock": clock,
            "old": old.isoformat(),
            "new": new.isoformat(),
            "deadline_version": version,
            "reason": reason,
        },
    )


def refreshed(case: Case, *, by: User | None, at: datetime, reason: str) -> list[NewEvent]:
    """Rewrite the clocks of one case under the calendar now in force; returns what is to be told of those that moved.

    The case is locked by the caller.
    """
    return [
        moved_event(
            docket=case.docket,
            center_code=case.center.code,
            clock=change.row.clock,
            old=change.old,
            new=change.new,
            version=change.row.version,
            reason=reason,
            by=by,
            at=at,
        )
        for change in clockwork.refresh(case, at=at, reason=reason)
    ]


def measure_ended() -> int:
    """Fill in the days of ended decision clocks that have none yet; returns how many."""
    rows = ClockRow.objects.filter(
        clock=ClockKind.DECISION, net_days__isnull=True, ended_on__isnull=False, case__decided_at__isnull=False
    )
    rows = rows.select_related("case__center", "case__version_filed__regime", "case__extension").order_by("pk")
    count = 0
    for row in rows.iterator(chunk_size=BATCH):
        calendar = calendar_for(row.case.region_code)
        clockwork.write_duration(row, clockwork.facts_of(row.case, calendar), calendar)
        count += 1
    return count
