"""When the calendar changes: which open cases would move, and moving them with one event each (law 3)."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from approvals.cases import clock, clockwork
from approvals.cases.clock import ClockKind
from approvals.cases.models import Case, ClockRow
from hall.access.models import User
from hall.ledger import actions as ledger
from hall.ledger.actions import NewEvent
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import calendar_for
from hall.workdays.recalculation import Moved

BATCH: Final = 1000


def open_cases() -> QuerySet[Case]:
    """Cases with running clocks, with all the facts a deadline needs. Imported ones keep their own deadlines."""
    return (
        Case.objects.open()
        .filter(legacy_due_on__isnull=True)
        .select_related("center", "version_filed__regime", "extension")
        .prefetch_related("pauses__ground", "steps__step", "notices", "deferred", "clocks", "center__opening_hours")
        .order_by("pk")
    )


def preview(old: Callable[[str], Calendar], new: Callable[[str], Calendar]) -> Iterator[Moved]:
    """Every running clock whose day differs between the two calendars; changes nothing."""
    now = timezone.now()
    for case in open_cases().iterator(chunk_size=BATCH):
        before = {(d.clock, d.key): d.due for d in _deadlines(case, old(case.region_code), now)}
        for deadline in _deadlines(case, new(case.region_code), now):
            was = before.get((deadline.clock, deadline.key))
            if was is not None and was != deadline.due:
                yield Moved(case.docket, str(deadline.clock.label), was, deadline.due)


def _deadlines(case: Case, calendar: Calendar, at: datetime) -> tuple[clock.Deadline, ...]:
    today = timezone.localdate(at)
    facts = clockwork.facts_of(case, calendar)
    return clock.deadlines(facts, calendar, today=today, warn=clockwork.warn_rule(case, today))


def recalculate(*, by: User | None, at: datetime, reason: str) -> int:
    """Rewrite the clocks of every open case under the calendar now in force; one event for each clock that moved."""
    count = 0
    for case in open_cases().iterator(chunk_size=BATCH):
        moved = clockwork.refresh(case, at=at, reason=reason)
        ledger.append_many(
            NewEvent(
                docket=case.docket,
                kind="case.deadline_moved",
                center_code=case.center.code,
                actor=by,
                occurred_at=at,
                data={
                    "clock": change.row.clock,
                    "old": change.old.isoformat(),
                    "new": change.new.isoformat(),
                    "deadline_version": change.row.version,
                    "reason": reason,
                },
            )
            for change in moved
        )
        count += len(moved)
    return count


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
