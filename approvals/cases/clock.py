"""When: from the facts of a case to its running deadlines. Pure: no database, no `now()`.

All days are Beijing days; every moment passed in is aware. A day, month or working-day limit is missed from 00:00
Beijing time of the day after its last day (architecture law 5). Nothing here is counted up or stored: whoever writes a
fact calls `deadlines` again and rewrites its clock rows.

    deadlines(facts, calendar, today=…)        the clocks that run, with the moments at which something changes
    lamp(deadline, calendar, today=…)          the word and the number a person sees
    check_pause / check_extension              a sentence why not, or ""
    deemed_accepted_on(facts, calendar, …)     the day from which the case counts as accepted, or None

The explanation of a deadline is in clock_explanation.py.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from approvals.cases.clock_facts import (
    BEIJING,
    NO_REGIME,
    CaseFacts,
    Change,
    ClockKind,
    Deadline,
    ExtensionFact,
    Lamp,
    LampKind,
    Level,
    PauseFact,
    RegimeFacts,
    StepFact,
    WarnRule,
    beijing_day,
    day_text,
    midnight,
)
from approvals.cases.clock_lamps import gravest, lamp, remaining
from hall.workdays.arithmetic import Calendar
from hall.workdays.opening import OpeningTimes, end_of_opening_hours
from hall.workdays.terms import Limit, Span, Term, Unit, end_of_hours, end_of_term, united

__all__ = [
    "BEIJING", "NO_REGIME", "CaseFacts", "Change", "ClockKind", "Deadline", "ExtensionFact", "Lamp", "LampKind",
    "Level", "Limit", "OpeningTimes", "PauseFact", "Reach", "RegimeFacts", "StepFact", "WarnRule", "beijing_day",
    "check_extension", "check_pause", "day_text", "deadlines", "deemed_accepted_on", "gravest", "lamp", "midnight",
    "reach_of", "reaches", "remaining",
]  # fmt: skip
WARN = WarnRule()


class Reach(NamedTuple):
    """How far one limit reaches from one start, with the pauses that stop it."""

    limit: Limit
    start_on: date
    due: date
    counted_to: date  # before the end rolled off a holiday
    due_at: datetime | None
    late_from: datetime
    warn_from: datetime
    provisional: bool
    open_pauses: tuple[PauseFact, ...]

    @property
    def stopped(self) -> bool:
        return bool(self.open_pauses)


def spans_of(pauses: Iterable[PauseFact], today: date) -> list[Span]:
    """The days covered so far; an open pause reaches to today."""
    return [Span(p.start_on, p.end_on if p.end_on is not None else max(today, p.start_on)) for p in pauses]


def deadlines(
    facts: CaseFacts,
    calendar: Calendar,
    *,
    today: date,
    looked_at: datetime | None = None,
    warn: WarnRule = WARN,
) -> tuple[Deadline, ...]:
    """The clocks that run. `looked_at`: moment up to which flags are already written (the sweep passes its own)."""
    if facts.closed_at is not None:
        return ()
    ruler = _Ruler(facts, calendar, today, looked_at, warn)
    return tuple(ruler.running())


def reaches(
    facts: CaseFacts,
    calendar: Calendar,
    *,
    today: date,
    warn: WarnRule = WARN,
) -> tuple[Reach | None, Reach | None]:
    """Promise and statute of the decision clock, running or not; figures and explanations start here."""
    return _Ruler(facts, calendar, today, None, warn).decision_reaches()


def reach_of(
    start_at: datetime,
    limit: Limit,
    calendar: Calendar,
    pauses: Iterable[PauseFact] = (),
    *,
    today: date | None = None,
    opening: OpeningTimes | None = None,
    warn: WarnRule = WARN,
) -> Reach:
    """One limit from one moment; `today` closes open pauses and defaults to the start."""
    facts = CaseFacts(received_at=start_at, opening=opening)
    ruler = _Ruler(facts, calendar, today or beijing_day(start_at), None, warn)
    return ruler.reach(start_at, (limit,), pauses)


class _Ruler:
    """One computation: facts, calendar and the day it is made."""

    def __init__(
        self, facts: CaseFacts, calendar: Calendar, today: date, looked_at: datetime | None, warn: WarnRule
    ) -> None:
        self.facts, self.calendar, self.today, self.looked_at, self.warn = facts, calendar, today, looked_at, warn

    def running(self) -> Iterator[Deadline]:
        facts = self.facts
        if facts.accepted_at is None and facts.noticed_at is None and facts.decided_at is None:
            yield from self._notice()
        if facts.accepted_at is not None and facts.decided_at is None:
            yield from self._decision()
            yield from self._steps()
        if facts.decided_at is not None and facts.granted and facts.delivered_at is None:
            yield from self._delivery(facts.decided_at)
        if facts.supplement_due_on is not None:
            yield self._supplement(facts.supplement_due_on)

    def _notice(self) -> Iterator[Deadline]:
        """Receipt to the single complete notice; late may mean accepted (行政许可法 art. 32(4))."""
        regime = self.facts.regime
        if regime.notice is None:
            return
        reach = self.reach(self.facts.received_at, (regime.notice,), ())
        level = Level.DEEMED_ACCEPTED if regime.deemed_acceptance else Level.OVER_STATUTE
        yield self._deadline(ClockKind.NOTICE, reach, statute=reach, levels=((reach, level),))

    def _decision(self) -> Iterator[Deadline]:
        promise, statute = self.decision_reaches()
        both = [reach for reach in (promise, statute) if reach is not None]
        if not both:
            return
        first = min(both, key=lambda reach: reach.late_from)
        levels = [(statute, Level.OVER_STATUTE)] if statute else []
        if promise and (statute is None or promise.late_from < statute.late_from):
            levels.insert(0, (promise, Level.OVER_PROMISE))
        yield self._deadline(ClockKind.DECISION, first, promise=promise, statute=statute, levels=levels)

    def decision_reaches(self) -> tuple[Reach | None, Reach | None]:
        """Acceptance to decision: the promise with every pause, the statute with those that have a law behind them."""
        facts = self.facts
        if facts.accepted_at is None:
            return None, None
        moved = tuple(Limit(e.count, e.unit) for e in facts.extensions)
        promised = tuple(Limit(e.count, e.unit) for e in facts.extensions if e.moves_promise)
        promise = statute = None
        if facts.fixed_due_on is not None:
            promise = self._fixed(beijing_day(facts.accepted_at), facts.fixed_due_on)
        elif facts.promise is not None:
            promise = self.reach(facts.accepted_at, (facts.promise, *promised), facts.pauses)
        if facts.statute is not None:
            lawful = tuple(pause for pause in facts.pauses if pause.stops_statute)
            statute = self.reach(facts.accepted_at, (facts.statute, *moved), lawful)
        return promise, statute

    def _delivery(self, decided_at: datetime) -> Iterator[Deadline]:
        """A licence granted is delivered in time (行政许可法 art. 44); nothing pauses this clock."""
        if self.facts.regime.delivery is not None:
            reach = self.reach(decided_at, (self.facts.regime.delivery,), ())
            yield self._deadline(ClockKind.DELIVERY, reach, statute=reach, levels=((reach, Level.OVER_STATUTE),))

    def _steps(self) -> Iterator[Deadline]:
        for step in self.facts.steps:
            if step.limit is None or step.ended_at is not None:
                continue
            reach = self.reach(step.started_at, (step.limit,), self.facts.pauses)
            levels = ((reach, Level.OVER_PROMISE),)
            yield self._deadline(ClockKind.STEP, reach, promise=reach, levels=levels, key=step.key, label=step.label)

    def _supplement(self, due: date) -> Deadline:
        """The day the applicant promised; what follows from missing it is the regime's matter (law 7)."""
        facts = self.facts
        began = facts.supplement_start_on or beijing_day(facts.accepted_at or facts.noticed_at or facts.received_at)
        reach = self._fixed(began, due)
        levels = ((reach, Level.LAPSED),)
        return self._deadline(ClockKind.SUPPLEMENT, reach, promise=reach, levels=levels, label=facts.supplement_label)

    def reach(self, start_at: datetime, limits: Sequence[Limit], pauses: Iterable[PauseFact]) -> Reach:
        """Where `limits`, one after the other, end. Equal units are added up; different ones follow each other."""
        pauses = tuple(pauses)
        spans, limit = spans_of(pauses, self.today), limits[0]
        rest = [extra for extra in limits[1:] if extra.unit != limit.unit]
        limit = Limit(limit.count + sum(e.count for e in limits[1:] if e.unit == limit.unit), limit.unit)
        if limit.unit in (Unit.HOUR, Unit.OPENING_HOUR):
            return self._hours(start_at, limit, spans, pauses)
        start_on = beijing_day(start_at)
        term = end_of_term(start_on, limit, spans, self.calendar)
        for extra in rest:
            term = end_of_term(term.due, extra, spans, self.calendar)._replace(start_on=start_on)
        return self._reached(limit, term, spans, pauses)

    def _reached(self, limit: Limit, term: Term, spans: list[Span], pauses: tuple[PauseFact, ...]) -> Reach:
        start_on, due = term.start_on, term.due
        warn_on = max(start_on, self._warn_on(limit, start_on, due, spans))
        stopping = tuple(p for p in pauses if p.end_on is None and p.start_on < due)
        late_from = midnight(due + timedelta(days=1))
        return Reach(
            limit, start_on, due, term.counted_to, None, late_from, midnight(warn_on), term.provisional, stopping
        )

    def _warn_on(self, limit: Limit, start_on: date, due: date, spans: list[Span]) -> date:
        """The day from which no more than the last working days, or the last share of the term, are left."""
        if limit.unit == Unit.WORKDAY:
            left = max(self.warn.last_days, limit.count * self.warn.percent // 100) if limit.count else 0
            return self.calendar.add(due, -left).on
        paused = sum((s.end_on - min(s.start_on, s.end_on)).days for s in united(spans, start_on))
        share = ((due - start_on).days - paused) * self.warn.percent // 100
        return min(self.calendar.add(due, -self.warn.last_days).on, due - timedelta(days=max(0, share)))

    def _hours(self, start_at: datetime, limit: Limit, spans: list[Span], pauses: tuple[PauseFact, ...]) -> Reach:
        start_at = start_at.astimezone(BEIJING)
        due_at = self._hours_end(start_at, limit, limit.count, spans)
        soon = limit.count - max(1, limit.count * self.warn.percent // 100)
        warn_from = self._hours_end(start_at, limit, max(0, soon), spans)
        stopping = tuple(p for p in pauses if p.end_on is None and p.start_on < due_at.date())
        provisional = limit.unit == Unit.OPENING_HOUR and self.calendar.is_provisional(start_at.date(), due_at.date())
        due = due_at.date()
        return Reach(limit, start_at.date(), due, due, due_at, due_at, warn_from, provisional, stopping)

    def _hours_end(self, start_at: datetime, limit: Limit, hours: int, spans: list[Span]) -> datetime:
        """Running hours; a center without known opening times is taken to run on, which is the stricter reading."""
        if limit.unit == Unit.OPENING_HOUR and self.facts.opening is not None:
            return end_of_opening_hours(start_at, hours, self.facts.opening, spans, self.calendar)
        return end_of_hours(start_at, hours, spans)

    def _fixed(self, start_on: date, due: date) -> Reach:
        limit = Limit(self.calendar.count(start_on, due), Unit.WORKDAY)
        term = Term(start_on, due, due, self.calendar.is_provisional(start_on, due))
        return self._reached(limit, term, [], ())

    def _deadline(
        self,
        clock: ClockKind,
        first: Reach,
        *,
        levels: Iterable[tuple[Reach, Level]],
        promise: Reach | None = None,
        statute: Reach | None = None,
        key: str = "",
        label: str = "",
    ) -> Deadline:
        levels = tuple(levels)
        changes = tuple(sorted(self._changes(levels), key=lambda change: change.at))
        pauses = first.open_pauses or (statute.open_pauses if statute else ())
        return Deadline(
            clock=clock,
            start_on=first.start_on,
            due=first.due,
            unit=first.limit.unit,
            warn_from=min((reach.warn_from for reach, _ in levels if not reach.stopped), default=first.warn_from),
            late_from=first.late_from,
            next_look_at=next((c.at for c in changes if self.looked_at is None or c.at > self.looked_at), None),
            promise_due=promise.due if promise and not promise.stopped else None,
            statute_due=statute.due if statute and not statute.stopped else None,
            due_at=first.due_at,
            statute_late_from=statute.late_from if statute and not statute.stopped else None,
            provisional=first.provisional,
            stopped=first.stopped,
            statute_stopped=bool(statute and statute.stopped),
            stop_label="、".join(dict.fromkeys(p.label for p in pauses)),
            stop_since=min((p.start_on for p in pauses), default=None),
            stop_overrun=any(p.notified_until and p.notified_until < self.today for p in pauses),
            key=key,
            label=label or str(clock.label),
            changes=changes,
        )

    def _changes(self, levels: tuple[tuple[Reach, Level], ...]) -> Iterator[Change]:
        """What running limits turn into and when; a stopped one turns into nothing until it is resumed."""
        running = [(reach, level) for reach, level in levels if not reach.stopped]
        for reach, level in running:
            yield Change(reach.late_from, level)
        if running:
            yield Change(min(reach.warn_from for reach, _ in running), Level.DUE_SOON)
        pauses = {pause for reach, _ in levels for pause in reach.open_pauses if pause.notified_until}
        for pause in pauses:
            assert pause.notified_until is not None  # noqa: S101 — narrowed for the type checker
            yield Change(midnight(pause.notified_until + timedelta(days=1)), Level.PAUSE_OVERRUN)


def check_pause(facts: CaseFacts, pause: PauseFact, calendar: Calendar, *, today: date) -> str:
    """A sentence why this pause may not be, or "" (law 5: never before acceptance, on or after the due day)."""
    if facts.accepted_at is None:
        return "办件还没有受理，没有可以停的期限。"
    if facts.decided_at is not None or facts.closed_at is not None:
        return "办件已经作出决定或办结，不能再停表。"
    accepted_on = beijing_day(facts.accepted_at)
    if pause.start_on < accepted_on:
        return f"停表不能早于受理日 {day_text(accepted_on)}。"
    if pause.start_on > today:
        return "停表不能从以后的日子开始。"
    if pause.end_on is not None and pause.end_on < pause.start_on:
        return "停表的结束日不能早于开始日。"
    return _same_ground(facts, pause) or _too_late(facts, pause, calendar, today)


def _same_ground(facts: CaseFacts, pause: PauseFact) -> str:
    end = pause.end_on or date.max
    for other in facts.pauses:
        apart = (other.end_on or date.max) <= pause.start_on or end <= other.start_on
        if other.ground == pause.ground and (other.end_on is None or not apart):
            return f"“{other.label}”自 {day_text(other.start_on)} 起已有停表，同一事由不能重叠。"
    return ""


def _too_late(facts: CaseFacts, pause: PauseFact, calendar: Calendar, today: date) -> str:
    promise, statute = reaches(facts, calendar, today=today)
    stoppable = [reach.due for reach in (promise, statute if pause.stops_statute else None) if reach is not None]
    if not stoppable:
        return "这一事由没有法律条文，只能停承诺期限，而本件没有承诺期限。" if statute else "本件没有期限可停。"
    if pause.start_on >= max(stoppable):
        return f"期限已于 {day_text(max(stoppable))} 到期，到期当天及以后不能停表。"
    return ""


def check_extension(facts: CaseFacts, calendar: Calendar, *, on: date) -> str:
    """A sentence why no extension may be approved on `on`, or "": once only, and before the statutory due day."""
    if facts.accepted_at is None:
        return "办件还没有受理，没有可以延长的期限。"
    if facts.decided_at is not None or facts.closed_at is not None:
        return "办件已经作出决定或办结，不能再延期。"
    if facts.extensions:
        return "已经延期一次，法律只允许一次。"
    statute = reaches(facts, calendar, today=on)[1]
    if statute is None:
        return "本件没有法定期限，没有可以延长的期限。"
    if on >= statute.due:
        return f"延期须在法定到期日 {day_text(statute.due)} 之前批准。"
    return ""


def deemed_accepted_on(facts: CaseFacts, calendar: Calendar, *, today: date) -> date | None:
    """The day of receipt, where the regime says so and the notice clock ran out unanswered (行政许可法 art. 32(4))."""
    for deadline in deadlines(facts, calendar, today=today):
        if deadline.clock == ClockKind.NOTICE and facts.regime.deemed_acceptance and today > deadline.due:
            return deadline.start_on
    return None
