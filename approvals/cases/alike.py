"""Cases with equal facts have equal deadlines, so these are computed once for all of them.

`described` reads the cases of a portion, each with its facts as one text: all that `clockwork.facts_of` looks at, days
where the clock counts in days and moments where it counts in hours. `Book` computes the deadlines of one case of each
description and remembers them as long as the calendar stays what it is.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from approvals.cases import clock, clockwork
from approvals.cases.clock import ClockKind, Deadline, WarnRule
from approvals.cases.clock_duration import spare_days, took
from approvals.cases.enums import OPEN
from approvals.cases.models import Case, ClockRow
from hall.workdays.arithmetic import Calendar

_MOST: Final = 20_000  # descriptions kept, about two kilobytes each
_DAY: Final = "CAST({0} AT TIME ZONE 'Asia/Shanghai' AS date)"
_MOMENT: Final = "CASE WHEN position('hour' IN {1}) > 0 THEN CAST({0} AS text) ELSE CAST(" + _DAY + " AS text) END"
_UNITS: Final = (
    "concat_ws(' ', cases.promise_unit, cases.statute_unit, regime.notice_limit_unit, regime.delivery_limit_unit)"
)
_FACTS: Final = f"""
SELECT CAST(cases.id AS text), cases.docket, center.region6 || center.center_no, center.region_id, cases.center_id,
    CAST(ROW(
        cases.state = 'supplementing', cases.promise_count, cases.promise_unit, cases.statute_count,
        cases.statute_unit, version.regime_id, cases.granted, cases.delivered_at IS NOT NULL,
        CASE WHEN position('opening_hour' IN {_UNITS}) > 0 THEN cases.center_id END,
        CASE WHEN cases.accepted_at IS NULL THEN {_MOMENT.format("cases.received_at", _UNITS)} END,
        {_MOMENT.format("cases.accepted_at", _UNITS)},
        {_MOMENT.format("cases.decided_at", _UNITS)},
        CASE WHEN cases.accepted_at IS NULL THEN (
            SELECT CAST(ROW(n.due_on, n.fulfilled_at IS NULL, {_DAY.format("n.given_at")}) AS text)
            FROM cases_supplementnotice n WHERE n.case_id = cases.id ORDER BY n.sequence DESC LIMIT 1
        ) END,
        CASE WHEN cases.accepted_at IS NOT NULL AND version.promise_supplement THEN (
            SELECT CAST(ROW(d.due_on, {_DAY.format("d.promised_at")}) AS text) FROM cases_deferredmaterial d
            WHERE d.case_id = cases.id AND d.received_at IS NULL ORDER BY d.due_on, d.id LIMIT 1
        ) END,
        CASE WHEN cases.accepted_at IS NOT NULL THEN (
            SELECT string_agg(CAST(ROW(p.ground_id, p.start_on, p.end_on,
                CASE WHEN p.end_on IS NULL THEN p.notified_days END) AS text), ';' ORDER BY p.start_on, p.id)
            FROM cases_pause p WHERE p.case_id = cases.id
        ) END,
        CASE WHEN cases.accepted_at IS NOT NULL AND cases.decided_at IS NULL THEN (
            SELECT CAST(ROW(e.count, e.unit, version.extends_promise) AS text) FROM cases_extension e
            WHERE e.case_id = cases.id
        ) END,
        CASE WHEN cases.accepted_at IS NOT NULL AND cases.decided_at IS NULL THEN (
            SELECT string_agg(CAST(ROW(s.step_id, {_MOMENT.format("s.started_at", "step.limit_unit")},
                CASE WHEN step.limit_unit = 'opening_hour' THEN cases.center_id END) AS text), ';'
                ORDER BY s.step_id)
            FROM cases_steprecord s JOIN catalogue_steplimit step ON step.id = s.step_id
            WHERE s.case_id = cases.id AND s.ended_at IS NULL
        ) END,
        (
            SELECT string_agg(r.clock || ':' || r.subject, ',' ORDER BY r.clock, r.subject)
            FROM cases_clockrow r WHERE r.case_id = cases.id AND r.ended_on IS NULL
        ),
        CASE WHEN cases.decided_at IS NOT NULL THEN (
            SELECT CAST(ROW(r.start_on, r.due, r.due_at) AS text) FROM cases_clockrow r
            WHERE r.case_id = cases.id AND r.clock = 'decision' AND r.ended_on IS NOT NULL
        ) END
    ) AS text)
FROM cases_case cases
JOIN organisation_center center ON center.id = cases.center_id
JOIN catalogue_itemversion version ON version.id = cases.version_filed_id
LEFT JOIN catalogue_regime regime ON regime.id = version.regime_id
WHERE cases.id = ANY(CAST(%s AS uuid[])) AND cases.state = ANY(%s) AND cases.legacy_due_on IS NULL
ORDER BY cases.id
"""  # noqa: S608 — put together from constants


class Described(NamedTuple):
    """One open case: who it is, and its facts in one text."""

    pk: str
    docket: str
    center_code: str
    region: str
    center: int
    facts: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The deadlines of every case so described.

    `plain`: the clocks that run are those that are computed, and the one that has ended was measured from where it
    should be; anything else is put right case by case. `measured`: net, elapsed and spare days of a decision made.
    """

    deadlines: tuple[Deadline, ...]
    measured: tuple[int, int, int] | None
    plain: bool


def open_cases() -> QuerySet[Case]:
    """Cases with running clocks, with all the facts a deadline needs. Imported ones keep their own deadlines."""
    return (
        Case.objects.open()
        .filter(legacy_due_on__isnull=True)
        .select_related("center", "version_filed__regime", "extension")
        .prefetch_related("pauses__ground", "steps__step", "notices", "deferred", "clocks", "center__opening_hours")
        .order_by("pk")
    )


def described(cases: Collection[str | UUID]) -> list[Described]:
    """The open ones among these cases, in order. The caller holds their locks, or only asks."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [[str(pk) for pk in cases], [state.value for state in OPEN]])
        return [Described(*row) for row in cursor.fetchall()]


class Book:
    """Outcomes under one state of the calendar, on one day."""

    def __init__(self, calendar_of: Callable[[str], Calendar], today: date) -> None:
        self.calendar_of, self.today = cache(calendar_of), today
        self.warn_of = cache(lambda center: clockwork.warn_rule_of(center, today))
        self._known: dict[tuple[str, WarnRule, str], Outcome] = {}

    def outcomes(self, cases: Iterable[Described]) -> list[Outcome]:
        """One for each, in order; what nobody has asked before is computed first."""
        keyed = [((case.region, self.warn_of(case.center), case.facts), case) for case in cases]
        if len(self._known) > _MOST:
            self._known.clear()
        new = {key: case.pk for key, case in keyed if key not in self._known}
        if new:
            self._compute(new)
        return [self._known[key] for key, _ in keyed]

    def _compute(self, new: dict[tuple[str, WarnRule, str], str]) -> None:
        found = {str(case.pk): case for case in open_cases().filter(pk__in=new.values())}
        for key, pk in new.items():
            region, warn, _ = key
            self._known[key] = outcome(found[pk], self.calendar_of(region), today=self.today, warn=warn)


def outcome(case: Case, calendar: Calendar, *, today: date, warn: WarnRule) -> Outcome:
    """The deadlines of one case, read with everything `open_cases` fetches."""
    facts = clockwork.facts_of(case, calendar)
    found = clock.deadlines(facts, calendar, today=today, warn=warn)
    running = {(row.clock, row.subject) for row in case.clocks.all() if row.ended_on is None}
    plain = running == {(deadline.clock.value, deadline.key) for deadline in found}
    over = _ended_decision(case)
    if over is None or facts.decided_at is None:
        return Outcome(found, None, plain)
    days, decided_on = took(facts, calendar), clock.beijing_day(facts.decided_at)
    measured = None if days is None else (*days, spare_days(decided_on, over.due, calendar))
    return Outcome(found, measured, plain and not clockwork.begins_elsewhere(case, over))


def _ended_decision(case: Case) -> ClockRow | None:
    rows = (row for row in case.clocks.all() if row.clock == ClockKind.DECISION and row.ended_on is not None)
    return next(rows, None)
