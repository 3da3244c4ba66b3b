"""The clock rows of made-up cases, from the product's own pure clock: memory of equal cases makes it cheap."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import Final

from approvals.cases.clock import CaseFacts, ClockKind, Deadline, Limit, PauseFact, RegimeFacts, WarnRule, deadlines
from approvals.catalogue.models import PauseGround
from approvals.city.stories import BEIJING, Story
from hall.workdays.arithmetic import Calendar
from hall.workdays.terms import Unit

_NOON: Final = time(12)
Limits = tuple[int, int]
Pause = tuple[date, date | None] | None


class Clocks:
    """Deadlines of stories. `today` closes what still stands still."""

    def __init__(
        self, calendar: Calendar, regime: RegimeFacts, warn: WarnRule, ground: PauseGround, today: date
    ) -> None:
        self.calendar, self.regime, self.warn, self.ground, self.today = calendar, regime, warn, ground, today
        self._decisions: dict[tuple[date, Limits, Pause], Deadline] = {}
        self._deliveries: dict[date, Deadline] = {}

    def of(self, story: Story, limits: Limits) -> Iterator[tuple[Deadline, date | None]]:
        """The decision and the delivery clock, each with the day it ended, None while it runs."""
        if story.accepted_at is None:
            return
        accepted_on = story.accepted_at.date()
        key = (accepted_on, limits, story.pause)
        decision = self._decisions.get(key) or self._decisions.setdefault(key, self._decision(*key))
        ended = story.decided_at or story.closed_at
        yield (decision if ended is None else _run_out(decision)), ended.date() if ended else None
        if story.decided_at is not None and story.outcome == "granted":
            decided_on = story.decided_at.date()
            delivery = self._deliveries.get(decided_on)
            if delivery is None:
                delivery = self._deliveries[decided_on] = self._delivery(decided_on)
            yield delivery, story.delivered_at.date() if story.delivered_at else None

    def pause_fact(self, pause: Pause) -> PauseFact | None:
        """The pause as the clock knows it; the applicant was told of ten working days."""
        if pause is None:
            return None
        ground = self.ground
        return PauseFact(
            ground=ground.code,
            label=ground.name,
            start_on=pause[0],
            end_on=pause[1],
            stops_statute=ground.stops_statute,
            document_no="",
            article=f"{ground.law}{ground.article}",
            notified_until=self.calendar.add(pause[0], NOTIFIED_DAYS).on,
        )

    def _decision(self, accepted_on: date, limits: Limits, pause: Pause) -> Deadline:
        fact = self.pause_fact(pause)
        facts = replace(
            self._facts(accepted_on),
            accepted_at=_noon(accepted_on),
            promise=Limit(limits[0], Unit.WORKDAY),
            statute=Limit(limits[1], Unit.WORKDAY) if limits[1] else None,
            pauses=(fact,) if fact else (),
        )
        return self._only(facts, ClockKind.DECISION)

    def _delivery(self, decided_on: date) -> Deadline:
        moment = _noon(decided_on)
        facts = replace(self._facts(decided_on), accepted_at=moment, decided_at=moment, granted=True)
        return self._only(facts, ClockKind.DELIVERY)

    def _facts(self, on: date) -> CaseFacts:
        return CaseFacts(received_at=_noon(on), regime=self.regime)

    def _only(self, facts: CaseFacts, kind: ClockKind) -> Deadline:
        found = deadlines(facts, self.calendar, today=self.today, warn=self.warn)
        return next(one for one in found if one.clock == kind)


NOTIFIED_DAYS: Final = 10


def _noon(day: date) -> datetime:
    return datetime.combine(day, _NOON, BEIJING)


def _run_out(deadline: Deadline) -> Deadline:
    """A clock that ended stands still no longer."""
    return replace(deadline, stopped=False, statute_stopped=False) if deadline.stopped else deadline
