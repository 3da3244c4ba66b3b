"""Letting the clocks of open cases follow a new calendar: listed once, then a portion at a time, each one transaction.

A portion locks the cases it takes (skipping what somebody holds), computes each description once (alike.py), and writes
rows, flags and events set-based; the result is that of `clockwork.refresh` on each of them. A portion that fails is
halved down to the case that cannot be computed, which is parked and named. A million cases take two minutes.
"""

import logging
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from approvals.cases.alike import Book, Described, Outcome, described, open_cases
from approvals.cases.clock import Deadline
from approvals.cases.models import Case, Waiting
from approvals.cases.recalculation import AFFECTED, affected, centers_of, moved_event, refreshed
from hall.ledger import actions as ledger
from hall.ledger import setwise
from hall.ledger.actions import NewEvent
from hall.workdays import calendars
from hall.workdays.following_actions import advance
from hall.workdays.models import CalendarChange

logger = logging.getLogger(__name__)
PORTION: Final = 2000
_LIST: Final = f"""
INSERT INTO cases_waiting AS held (case_id, change_id, parked_error)
SELECT id, %s, '' FROM ({AFFECTED} ORDER BY cases.id) AS found
ON CONFLICT (case_id) DO UPDATE SET change_id = excluded.change_id, parked_error = '' WHERE held.parked_error <> ''
"""  # noqa: S608 — put together from constants
_TAKE: Final = """
SELECT CAST(held.case_id AS text) FROM cases_waiting held JOIN cases_case cases ON cases.id = held.case_id
WHERE held.change_id = %s AND held.parked_error = ''
ORDER BY held.case_id LIMIT %s FOR UPDATE OF held, cases SKIP LOCKED
"""
_HOLD: Final = """
SELECT CAST(held.case_id AS text) FROM cases_waiting held JOIN cases_case cases ON cases.id = held.case_id
WHERE held.case_id = ANY(CAST(%s AS uuid[])) AND held.parked_error = ''
ORDER BY held.case_id FOR UPDATE OF held, cases SKIP LOCKED
"""
_CLOCK: Final = """n int, clock text, subject text, start_on date, unit text, due date, due_at timestamptz,
    promise_due date, statute_due date, warn_from timestamptz, late_from timestamptz, statute_late_from timestamptz,
    provisional boolean, stopped boolean, statute_stopped boolean, stop_label text, stop_since date,
    stop_overrun boolean, label text, changes jsonb"""
# While a limit is stopped its day is not known: the last known one is kept (clockwork). A row that says what is
# computed is left alone. The next look passes over what is flagged already: the sweep would only find that out again.
_REWRITE: Final = f"""
WITH given AS MATERIALIZED (
    SELECT one.case_id, clock.* FROM json_to_recordset(%(cases)s) AS one(case_id uuid, n int)
    JOIN json_to_recordset(%(deadlines)s) AS clock({_CLOCK}) USING (n)
), held AS (
    SELECT r.id, r.due AS was_due, r.due_at AS was_due_at, r.statute_due AS was_statute_due, given.*,
        CASE WHEN given.stopped THEN r.due ELSE given.due END AS kept_due,
        CASE WHEN given.stopped THEN r.due_at ELSE given.due_at END AS kept_due_at,
        CASE WHEN given.stopped THEN r.promise_due ELSE given.promise_due END AS kept_promise_due,
        CASE WHEN given.statute_stopped THEN r.statute_due ELSE given.statute_due END AS kept_statute_due,
        ROW(r.start_on, r.unit, r.due, r.due_at, r.promise_due, r.statute_due, r.warn_from, r.late_from,
            r.statute_late_from, r.provisional, r.stopped, r.statute_stopped, r.stop_label, r.stop_since,
            r.stop_overrun, r.label, r.changes) AS was
    FROM given JOIN cases_clockrow r
        ON r.case_id = given.case_id AND r.clock = given.clock AND r.subject = given.subject AND r.ended_on IS NULL
), changed AS (
    SELECT held.*, ROW(kept_due, kept_due_at, kept_statute_due)
            IS DISTINCT FROM ROW(was_due, was_due_at, was_statute_due) AS moves
    FROM held
    WHERE was IS DISTINCT FROM ROW(start_on, CAST(unit AS varchar), kept_due, kept_due_at, kept_promise_due,
        kept_statute_due, warn_from, late_from, statute_late_from, provisional, stopped, statute_stopped,
        CAST(stop_label AS varchar), stop_since, stop_overrun, CAST(label AS varchar), changes)
)
UPDATE cases_clockrow r SET
    start_on = x.start_on, unit = x.unit, due = x.kept_due, due_at = x.kept_due_at, promise_due = x.kept_promise_due,
    statute_due = x.kept_statute_due, warn_from = x.warn_from, late_from = x.late_from,
    statute_late_from = x.statute_late_from, provisional = x.provisional, stopped = x.stopped,
    statute_stopped = x.statute_stopped, stop_label = x.stop_label, stop_since = x.stop_since,
    stop_overrun = x.stop_overrun, label = x.label, changes = x.changes,
    version = r.version + CAST(x.moves AS int),
    next_look_at = (
        SELECT min(CAST(change ->> 0 AS timestamptz)) FROM jsonb_array_elements(x.changes) AS change
        WHERE CAST(change ->> 0 AS timestamptz) > %(at)s OR NOT EXISTS (
            SELECT FROM cases_flag flag WHERE flag.case_id = r.case_id AND flag.clock = r.clock
            AND flag.subject = r.subject AND flag.level = change ->> 1 AND flag.withdrawn_at IS NULL
        )
    )
FROM changed x WHERE r.id = x.id
RETURNING CAST(r.case_id AS text), r.clock, r.subject, r.version, x.was_due, x.due, x.moves, x.n
"""  # noqa: S608 — put together from constants
_MEASURE: Final = """
UPDATE cases_clockrow r SET net_days = took.net, elapsed_days = took.elapsed, spare_days = took.spare
FROM json_to_recordset(%s) AS took(case_id uuid, net smallint, elapsed smallint, spare smallint)
WHERE r.case_id = took.case_id AND r.clock = 'decision' AND r.ended_on IS NOT NULL
    AND ROW(r.net_days, r.elapsed_days, r.spare_days) IS DISTINCT FROM ROW(took.net, took.elapsed, took.spare)
"""
_MOVED: Final = """json_to_recordset(%(moved)s)
    AS moved(case_id uuid, clock text, subject text, version int, levels text[])"""
# A flag still true under the new day goes over to the new version without a message; another is withdrawn.
_CARRY: Final = f"""
INSERT INTO cases_flag (case_id, clock, subject, version, level, true_at, recorded_at, carried, withdrawn_reason)
SELECT flag.case_id, flag.clock, flag.subject, moved.version, flag.level, flag.true_at, %(at)s, true, ''
FROM {_MOVED} JOIN cases_flag flag USING (case_id, clock, subject)
WHERE flag.withdrawn_at IS NULL AND flag.version < moved.version AND flag.level = ANY(moved.levels)
ORDER BY flag.id ON CONFLICT DO NOTHING
"""  # noqa: S608 — put together from constants
_WITHDRAW: Final = f"""
UPDATE cases_flag flag SET withdrawn_at = %(at)s, withdrawn_reason = %(reason)s
FROM {_MOVED}
WHERE flag.case_id = moved.case_id AND flag.clock = moved.clock AND flag.subject = moved.subject
    AND flag.withdrawn_at IS NULL AND flag.version < moved.version AND flag.level <> ALL(moved.levels)
RETURNING flag.id, CAST(flag.case_id AS text), flag.clock, flag.level
"""  # noqa: S608 — put together from constants


def line_up(change: CalendarChange) -> int:
    """List the cases that may move; one that waits already will follow both notices at once. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_LIST, [change.pk, *affected(centers_of(change.notice.region), change.dates)])
        return int(cursor.rowcount)


def left(change: CalendarChange) -> int:
    """How many still wait, without those that cannot be computed."""
    return Waiting.objects.filter(change=change, parked_error="").count()


def follow(change: CalendarChange, *, at: datetime) -> Iterator[int]:
    """Work through the list; yields how many cases each portion had, once it is committed."""
    walk = _Walk(change, at)
    while looked_at := walk.next(PORTION):
        yield looked_at


class _Walk:
    """One process on its way through the list of one notice."""

    def __init__(self, change: CalendarChange, at: datetime) -> None:
        self.change, self.at = change, at
        self.set: calendars.CalendarSet | None = None
        self.book = self._book()

    def _book(self) -> Book:
        """Made anew when another notice comes between: it holds for the rest of the list as well."""
        current = calendars.calendars()
        if current is not self.set or current is None:
            self.set = current
            self.book = Book(current.for_region if current else calendars.calendar_for, timezone.localdate(self.at))
        return self.book

    def next(self, size: int) -> int:
        """Take the next portion that nobody holds; returns how many cases left the list or were parked."""
        taken: list[str] = []
        try:
            with transaction.atomic():
                taken = _ids(_TAKE, [self.change.pk, size])
                self._move(taken)
        except Exception as error:
            if not taken:
                raise
            return self._halve(taken, error)
        return len(taken)

    def _again(self, cases: Sequence[str]) -> int:
        """The same for a part of a portion that failed."""
        try:
            with transaction.atomic():
                held = _ids(_HOLD, [list(cases)])
                self._move(held)
        except Exception as error:
            return self._halve(cases, error)
        return len(held)

    def _halve(self, cases: Sequence[str], error: Exception) -> int:
        if len(cases) == 1:
            return self._park(cases[0], error)
        middle = len(cases) // 2
        return self._again(cases[:middle]) + self._again(cases[middle:])

    @transaction.atomic
    def _park(self, pk: str, error: Exception) -> int:
        Waiting.objects.filter(pk=UUID(pk)).update(parked_error=type(error).__name__)
        advance(self.change, looked_at=1, parked=1)
        docket = Case.objects.values_list("docket", flat=True).get(pk=UUID(pk))
        logger.error("recalculation parked a case", extra={"docket": docket, "error": type(error).__name__})
        return 1

    def _move(self, taken: Sequence[str]) -> None:
        """Everything about one portion, its cases locked."""
        if not taken:
            return
        cases = described(taken)
        outcomes = self._book().outcomes(cases)
        plain = [(case, outcome) for case, outcome in zip(cases, outcomes, strict=True) if outcome.plain]
        events = self._together(plain)
        moved = sum(event.kind == "case.deadline_moved" for event in events)
        others = {case.pk for case, outcome in zip(cases, outcomes, strict=True) if not outcome.plain}
        ledger.append_many(events)
        moved += self._one_by_one(others)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM cases_waiting WHERE case_id = ANY(CAST(%s AS uuid[]))", [list(taken)])
        advance(self.change, looked_at=len(taken), moved=moved)

    def _one_by_one(self, cases: Collection[str]) -> int:
        """Cases whose rows say something else than their facts: put right the long way."""
        count = 0
        for case in open_cases().filter(pk__in=cases) if cases else ():
            by, reason = self.change.notice.imported_by, self.change.reason
            count += ledger.append_many(refreshed(case, by=by, at=self.at, reason=reason))
        return count

    def _together(self, cases: Sequence[tuple[Described, Outcome]]) -> list[NewEvent]:
        """Rewrite what differs, measure what has ended, carry flags or withdraw them; returns what is to be told."""
        known = {id(outcome): outcome for _, outcome in cases}  # one outcome serves all cases of its description
        numbers = {key: number for number, key in enumerate(known)}
        given: dict[str, Any] = {
            "cases": setwise.as_json([{"case_id": case.pk, "n": numbers[id(outcome)]} for case, outcome in cases]),
            "deadlines": setwise.as_json(
                [_columns(numbers[key], one) for key, outcome in known.items() for one in outcome.deadlines]
            ),
            "at": self.at,
        }
        took = [_took(case.pk, outcome.measured) for case, outcome in cases if outcome.measured is not None]
        with connection.cursor() as cursor:
            cursor.execute(_REWRITE, given)
            rewritten = cursor.fetchall()
            if took:
                cursor.execute(_MEASURE, [setwise.as_json(took)])
        by_number = {numbers[key]: outcome for key, outcome in known.items()}
        names = {case.pk: case for case, _ in cases}
        # By case, and of a case in the order its clocks are computed in: the database answers in any.
        moved = sorted((row for row in rewritten if row[6]), key=lambda row: (row[0], _place(row, by_number[row[7]])))
        withdrawn = self._flags([_moved(row, by_number[row[7]], self.at) for row in moved]) if moved else []
        told = [self._withdrawn(names[pk], clock, level) for _, pk, clock, level in withdrawn]
        return told + [self._moved(names[row[0]], row) for row in moved]

    def _flags(self, moved: Sequence[dict[str, Any]]) -> list[tuple[int, str, str, str]]:
        """Those withdrawn, in their order."""
        given: dict[str, Any] = {"moved": setwise.as_json(moved), "at": self.at, "reason": self.change.reason[:200]}
        with connection.cursor() as cursor:
            cursor.execute(_CARRY, given)
            cursor.execute(_WITHDRAW, given)
            return sorted(cursor.fetchall())

    def _withdrawn(self, case: Described, clock: str, level: str) -> NewEvent:
        data = {"clock": clock, "level": level, "reason": self.change.reason}
        return NewEvent(case.docket, "case.flag_withdrawn", case.center_code, None, self.at, data)

    def _moved(self, case: Described, row: tuple[Any, ...]) -> NewEvent:
        _, clock, _, version, old, new, _, _ = row
        return moved_event(
            docket=case.docket, center_code=case.center_code, clock=clock, old=old, new=new, version=version,
            reason=self.change.reason, by=self.change.notice.imported_by, at=self.at,
        )  # fmt: skip


def _ids(sql: str, given: list[Any]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [pk for (pk,) in cursor.fetchall()]


_SAME: Final = (
    "start_on", "unit", "due", "due_at", "promise_due", "statute_due", "warn_from", "late_from", "statute_late_from",
    "provisional", "stopped", "statute_stopped", "stop_label", "stop_since", "stop_overrun", "label",
)  # fmt: skip


def _columns(number: int, deadline: Deadline) -> dict[str, Any]:
    """One computed clock, as `_CLOCK` reads it."""
    return {
        "n": number,
        "clock": deadline.clock.value,
        "subject": deadline.key,
        **{name: getattr(deadline, name) for name in _SAME},
        "changes": [[change.at.isoformat(), change.level.value] for change in deadline.changes],
    }


def _took(pk: str, measured: tuple[int, int, int]) -> dict[str, Any]:
    net, elapsed, spare = measured
    return {"case_id": pk, "net": net, "elapsed": elapsed, "spare": spare}


def _place(row: tuple[Any, ...], outcome: Outcome) -> int:
    """Which of the computed clocks this row is."""
    return [(one.clock.value, one.key) for one in outcome.deadlines].index((row[1], row[2]))


def _moved(row: tuple[Any, ...], outcome: Outcome, at: datetime) -> dict[str, Any]:
    """A row that moved, with the levels that are still true of it."""
    pk, clock, subject, version, *_ = row
    levels = [change.level.value for change in outcome.deadlines[_place(row, outcome)].changes if change.at <= at]
    return {"case_id": pk, "clock": clock, "subject": subject, "version": version, "levels": levels}
