"""The whole decision clock against a walk through the days: pauses with and without law, extension, both limits."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.cases.clock import Deadline, ExtensionFact, Limit, PauseFact, deadlines, lamp, midnight
from tests.approvals.cases.clock_builders import CALENDAR, accepted
from tests.hall.workdays import oracle

DAY = timedelta(days=1)
YEAR_ENDS = [date(2023, 12, 28), date(2024, 12, 26), date(2025, 1, 20), date(2024, 2, 5), date(2024, 9, 12)]
STARTS = st.one_of(st.dates(date(2018, 1, 1), date(2025, 6, 30)), st.sampled_from(YEAR_ENDS))


@st.composite
def cases(draw):
    """An accepted case with limits, up to four pauses of two kinds, perhaps extended; and the day it is looked at."""
    start = draw(STARTS)
    promise, statute = draw(st.integers(1, 40)), draw(st.one_of(st.none(), st.integers(1, 60)))
    pauses = []
    for number in range(draw(st.integers(0, 4))):
        begin = start + timedelta(days=draw(st.integers(0, 70)))
        end = begin + timedelta(days=draw(st.integers(0, 20)))
        pauses.append(PauseFact(f"g{number}", "检验", begin, end, draw(st.booleans()), "号", "条"))
    added = draw(st.integers(0, 10)) if statute else 0
    extensions = [ExtensionFact(added, "workday", start, "号", draw(st.booleans()))] if added else []
    facts = accepted(
        accepted_at=midnight(start) + timedelta(hours=9),
        promise=Limit(promise, "workday"),
        statute=Limit(statute, "workday") if statute else None,
        pauses=pauses,
        extensions=extensions,
    )
    return facts, start + timedelta(days=draw(st.integers(0, 150)))


def walked(facts, limit: Limit, pauses, added: int) -> date:
    """Walk from the day of acceptance."""
    start = facts.accepted_at.date()
    return oracle.workdays_due(start, limit.count + added, [(p.start_on, p.end_on) for p in pauses])


def expected(facts) -> tuple[date, date | None]:
    """Promise and statute on fingers."""
    moved = sum(e.count for e in facts.extensions if e.moves_promise)
    promise = walked(facts, facts.promise, facts.pauses, moved)
    if facts.statute is None:
        return promise, None
    lawful = [p for p in facts.pauses if p.stops_statute]
    return promise, walked(facts, facts.statute, lawful, sum(e.count for e in facts.extensions))


def decision(facts, today: date) -> Deadline:
    return next(iter(deadlines(facts, CALENDAR, today=today)))


@given(cases())
@settings(max_examples=400)
def test_both_limits_are_what_counting_on_fingers_gives(case):
    facts, today = case
    deadline = decision(facts, today)
    assert (deadline.promise_due, deadline.statute_due) == expected(facts)


@given(cases())
@settings(max_examples=200)
def test_the_earlier_one_holds(case):
    facts, today = case
    promise, statute = expected(facts)
    assert decision(facts, today).due == min(promise, statute or promise)


@given(cases())
@settings(max_examples=200)
def test_the_day_looked_at_changes_nothing_while_no_pause_is_open(case):
    facts, today = case
    assert decision(facts, today) == decision(facts, today + DAY)


@given(cases())
@settings(max_examples=200)
def test_lamp_and_due_day_never_contradict_each_other(case):
    """Late from the day after the last day, and not before (law 5)."""
    facts, today = case
    deadline = decision(facts, today)
    late = lamp(deadline, CALENDAR, today=today).kind in ("over_promise", "over_statute")
    assert late is (today > deadline.due)


@given(cases(), st.integers(0, 6))
@settings(max_examples=200)
def test_looking_on_moves_through_every_change_once(case, steps):
    """A sweep that looks at each moment named reaches the end, and never looks at the same moment twice."""
    facts, today = case
    looked, seen = None, []
    for _ in range(steps):
        at = next(iter(deadlines(facts, CALENDAR, today=today, looked_at=looked))).next_look_at
        if at is None:
            break
        seen.append(at)
        looked = at
    assert seen == sorted(set(seen))
    assert seen == sorted({change.at for change in decision(facts, today).changes})[: len(seen)]


@pytest.mark.parametrize("year", range(2018, 2026))
def test_every_start_day_of_a_year_agrees_for_the_common_limits(year):
    """The limits most items promise, from every day of a year, make-up weekends and year end included."""
    start = date(year, 1, 1)
    while start.year == year:
        for count in (1, 5, 20):
            facts = accepted(accepted_at=midnight(start), promise=Limit(count, "workday"), statute=None)
            assert decision(facts, start).due == oracle.workdays_due(start, count, []), (start, count)
        start += DAY
