"""How long a decision took, in the words people compare: pure, like the clock itself."""

from datetime import date
from typing import NamedTuple

from approvals.cases.clock import spans_of
from approvals.cases.clock_facts import CaseFacts, beijing_day
from hall.workdays.arithmetic import Calendar
from hall.workdays.terms import united


class Took(NamedTuple):
    """Days from acceptance, which does not count, to the decision, which does (law 5)."""

    net_days: int  # working days without those covered by pauses
    elapsed_days: int  # calendar days


def took(facts: CaseFacts, calendar: Calendar) -> Took | None:
    """Net and elapsed days of a decided case; None before acceptance or decision."""
    if facts.accepted_at is None or facts.decided_at is None:
        return None
    start, end = beijing_day(facts.accepted_at), beijing_day(facts.decided_at)
    covered = sum(
        calendar.count(span.start_on, min(span.end_on, end))
        for span in united(spans_of(facts.pauses, end), start)
        if span.start_on < end
    )
    return Took(calendar.count(start, end) - covered, (end - start).days)


def spare_days(decided_on: date, due: date, calendar: Calendar) -> int:
    """Working days between the decision and the last day: 1 is a day early, 0 on the last day, below 0 late."""
    return calendar.count(decided_on, due) - calendar.count(due, decided_on)
