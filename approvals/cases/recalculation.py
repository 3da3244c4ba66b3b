"""When the calendar changes: which open cases may move, what would move, and what an event says of it (law 3).

The moving itself is in actions/following.py; a case somebody works on before its turn is brought up to date first
(catching_up.py).
"""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from approvals.cases import clockwork
from approvals.cases.alike import Book, Described, Outcome, described
from approvals.cases.clock import ClockKind
from approvals.cases.enums import OPEN
from approvals.cases.models import Case, ClockRow
from hall.access.models import User
from hall.ledger.actions import NewEvent
from hall.organisation.models import Center
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendar_set import lineage
from hall.workdays.calendars import calendar_for
from hall.workdays.recalculation import Moved, Tried

logger = logging.getLogger(__name__)
BATCH: Final = 2000
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
_AFFECTED_OF: Final = f"{AFFECTED} AND cases.id = ANY(CAST(%s AS uuid[])) ORDER BY cases.id"
_NEXT: Final = """
SELECT CAST(id AS text) FROM cases_case WHERE state = ANY(%s) AND legacy_due_on IS NULL AND id > CAST(%s AS uuid)
ORDER BY id LIMIT %s
"""


def affected(centers: Collection[int], days: Collection[date]) -> list[Any]:
    """What `AFFECTED` is to be filled in with."""
    return [[state.value for state in OPEN], list(centers), list(days)]


def centers_of(region: str) -> list[int]:
    """The centers whose days are counted by the calendar of a region: its own and those below; all for the nation."""
    codes = Center.objects.values_list("pk", "region_id")
    return [pk for pk, code in codes if region in lineage(code)]


def to_look_at() -> int:
    """How many cases a dry run walks through: the open ones whose days are counted here."""
    return Case.objects.open().filter(legacy_due_on__isnull=True).count()


def try_out(old: Callable[[str], Calendar], new: Callable[[str], Calendar], mark: str) -> Iterator[Tried]:
    """What would move if the one calendar took the other's place, a portion of open cases at a time from a mark on.

    Changes nothing; in a portion only cases that may move are computed, those of equal facts once (alike.py).
    """
    before, after, today = cache(old), cache(new), timezone.localdate()
    codes = dict(Center.objects.values_list("pk", "region_id"))
    days = {day for code in set(codes.values()) for day in _differing(before(code), after(code))}
    comparison = _Comparison(Book(before, today), Book(after, today))
    while True:
        looked = _looked_at(mark)
        moved, unknown = comparison.of(_may_move(looked, list(codes), days)) if days else ([], 0)
        mark = looked[-1] if len(looked) == BATCH else ""
        yield Tried(mark, len(looked), moved, unknown)
        if not mark:
            return


def _looked_at(mark: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [[state.value for state in OPEN], mark or str(UUID(int=0)), BATCH])
        return [pk for (pk,) in cursor.fetchall()]


def _may_move(cases: Sequence[str], centers: Collection[int], days: Collection[date]) -> list[Described]:
    with connection.cursor() as cursor:
        cursor.execute(_AFFECTED_OF, [*affected(centers, days), list(cases)])
        found = [str(pk) for (pk,) in cursor.fetchall()]
    return described(found) if found else []


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The same cases under two calendars."""

    before: Book
    after: Book

    def of(self, cases: Sequence[Described]) -> tuple[list[Moved], int]:
        """What would move, and how many cannot be computed: what fails is halved down to the case it fails for."""
        try:
            with transaction.atomic():
                pairs = zip(cases, self.before.outcomes(cases), self.after.outcomes(cases), strict=True)
                return [moved for one in pairs for moved in _moved(*one)], 0
        except DatabaseError:
            raise
        except Exception:
            if len(cases) == 1:
                logger.exception("a case could not be tried out", extra={"docket": cases[0].docket})
                return [], 1
        middle = len(cases) // 2
        (first, unknown), (second, more) = self.of(cases[:middle]), self.of(cases[middle:])
        return first + second, unknown + more


def _moved(case: Described, before: Outcome, after: Outcome) -> Iterator[Moved]:
    was = {(deadline.clock, deadline.key): deadline.due for deadline in before.deadlines}
    for deadline in after.deadlines:
        told = was.get((deadline.clock, deadline.key))
        if told is not None and told != deadline.due:
            yield Moved(case.docket, str(deadline.clock.label), told, deadline.due)


def _differing(old: Calendar, new: Calendar) -> Iterator[date]:
    named = {day for calendar in (old, new) for day, _ in calendar.exceptions(date.min, date.max)}
    return (day for day in named if old.day(day).kind is not new.day(day).kind)


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
