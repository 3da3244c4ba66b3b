"""Terms of days, months and hours with pauses: tables for people, the oracle and the two laws for the rest."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from hall.workdays.arithmetic import OutOfCalendar
from hall.workdays.shipped import shipped_calendar
from hall.workdays.terms import (
    Limit,
    PauseOutsideTerm,
    Span,
    Unit,
    add_months,
    end_of_hours,
    end_of_term,
    refuse_pauses_outside,
    united,
)
from tests.hall.workdays import oracle

CALENDAR = shipped_calendar()
BEIJING = ZoneInfo("Asia/Shanghai")
# Up to the middle of 2025, so that every term ends in a year chinesecalendar knows.
STARTS = st.one_of(
    st.dates(date(2004, 1, 1), date(2025, 6, 30)),
    st.sampled_from([date(2019, 12, 27), date(2024, 2, 8), date(2024, 2, 29), date(2023, 12, 29), date(2012, 1, 20)]),
)


def d(text: str) -> date:
    return date.fromisoformat(text)


def spans(text: str) -> list[Span]:
    return [Span(*(d(day) for day in part.split(".."))) for part in text.split(";") if part]


@st.composite
def paused_terms(draw, most: int = 4):
    """A start, a count, and pauses that may overlap, touch, be empty, or begin before the term."""
    start, count = draw(STARTS), draw(st.integers(1, 60))
    pauses = []
    for _ in range(draw(st.integers(0, most))):
        begin = start + timedelta(days=draw(st.integers(-10, 90)))
        pauses.append(Span(begin, begin + timedelta(days=draw(st.integers(0, 25)))))
    return start, count, pauses


@pytest.mark.parametrize(
    ("start", "count", "pauses", "due", "why"),
    [
        ("2026-04-13", 20, "", "2026-05-13", "the worked example"),
        ("2026-04-13", 20, "2026-04-17..2026-04-22", "2026-05-18", "Friday to Wednesday: Mon, Tue, Wed do not count"),
        ("2026-04-13", 20, "2026-04-17..2026-04-19", "2026-05-13", "a weekend only moves nothing"),
        ("2026-04-13", 20, "2026-04-17..2026-04-17", "2026-05-13", "ended the day it began"),
        ("2026-04-13", 20, "2026-04-13..2026-04-14", "2026-05-14", "from the very start day: Tuesday does not count"),
        ("2026-04-13", 20, "2026-05-12..2026-05-13", "2026-05-14", "from the day before: the due day itself is paused"),
        ("2026-04-13", 20, "2026-04-30..2026-05-09", "2026-05-19", "over Labour Day: 6, 7, 8 and worked Saturday 9"),
        ("2026-04-13", 20, "2026-04-17..2026-04-22;2026-04-20..2026-04-24", "2026-05-20", "united: 20 to 24 April"),
        (
            "2026-04-13",
            20,
            "2026-04-17..2026-04-20;2026-04-20..2026-04-22",
            "2026-05-18",
            "one ends as the other begins",
        ),
        ("2026-04-13", 20, "2026-04-01..2026-04-10", "2026-05-13", "over before it began"),
        ("2025-12-24", 5, "2025-12-25..2026-01-05", "2026-01-09", "over the year end"),
    ],
)
def test_workdays_with_pauses(start, count, pauses, due, why):
    assert end_of_term(d(start), Limit(count, Unit.WORKDAY), spans(pauses), CALENDAR).due == d(due), why


@pytest.mark.parametrize(
    ("start", "count", "pauses", "due", "why"),
    [
        ("2026-04-13", 15, "", "2026-04-28", "Tuesday, no rolling"),
        ("2026-04-13", 18, "", "2026-05-06", "1 May is off: the end rolls over Labour Day"),
        ("2026-04-20", 19, "", "2026-05-09", "ends on a make-up Saturday, which is worked"),
        ("2026-04-13", 15, "2026-04-17..2026-04-22", "2026-05-06", "five days added make 3 May, which rolls"),
        ("2026-04-13", 12, "2026-04-17..2026-04-18;2026-04-18..2026-04-20", "2026-04-28", "three days united"),
        ("2026-09-18", 15, "", "2026-10-08", "Saturday 3 October, National Day"),
    ],
)
def test_calendar_days(start, count, pauses, due, why):
    assert end_of_term(d(start), Limit(count, Unit.DAY), spans(pauses), CALENDAR).due == d(due), why


@pytest.mark.parametrize(
    ("start", "count", "due", "why"),
    [
        ("2026-01-31", 1, "2026-02-28", "no 31 February: the last, a make-up Saturday"),
        ("2024-01-31", 1, "2024-02-29", "a leap year"),
        ("2023-12-31", 2, "2024-02-29", "over the year end into a leap year"),
        ("2024-02-29", 12, "2025-02-28", "a leap day a year later, a Friday"),
        ("2026-04-13", 1, "2026-05-13", "the matching day"),
        ("2026-04-03", 1, "2026-05-06", "3 May is off"),
        ("2026-05-31", 1, "2026-06-30", "thirty days only"),
    ],
)
def test_months(start, count, due, why):
    assert end_of_term(d(start), Limit(count, Unit.MONTH), [], CALENDAR).due == d(due), why


@given(paused_terms())
@example((d("2024-02-08"), 5, [Span(d("2024-02-08"), d("2024-02-18"))]))
@settings(max_examples=400)
def test_t08_workdays_are_what_counting_on_fingers_gives(case):
    start, count, pauses = case
    expected = oracle.workdays_due(start, count, pauses)
    assert end_of_term(start, Limit(count, Unit.WORKDAY), pauses, CALENDAR).due == expected


@given(paused_terms(), st.sampled_from([Unit.DAY, Unit.MONTH]))
@settings(max_examples=400)
def test_t08_days_and_months_are_what_counting_on_fingers_gives(case, unit):
    start, count, pauses = case
    count = count if unit == Unit.DAY else count % 6 + 1
    last_counted = end_of_term(start, Limit(count, unit), [], CALENDAR).counted_to
    pauses = [pause for pause in pauses if pause.start_on < last_counted]
    walk = oracle.days_due if unit == Unit.DAY else oracle.months_due
    assert end_of_term(start, Limit(count, unit), pauses, CALENDAR).due == walk(start, count, pauses)


@given(STARTS, st.integers(1, 60), st.integers(0, 60), st.integers(0, 30))
def test_pausing_some_working_days_moves_the_due_day_by_exactly_as_many(start, count, after, length):
    """The first law of pausing."""
    plain = end_of_term(start, Limit(count, Unit.WORKDAY), [], CALENDAR).due
    begin = start + timedelta(days=after)
    assume(begin < plain)
    span = Span(begin, begin + timedelta(days=length))
    moved = end_of_term(start, Limit(count, Unit.WORKDAY), [span], CALENDAR).due
    assert CALENDAR.count(plain, moved) == CALENDAR.count(*span)


@given(STARTS, st.integers(1, 60), st.integers(-5, 90), st.sampled_from([Unit.WORKDAY, Unit.DAY, Unit.MONTH]))
def test_a_pause_that_ends_the_day_it_began_moves_nothing(start, count, after, unit):
    """The second law of pausing."""
    limit = Limit(count if unit != Unit.MONTH else count % 6, unit)
    day = start + timedelta(days=after)
    assert end_of_term(start, limit, [Span(day, day)], CALENDAR) == end_of_term(start, limit, [], CALENDAR)


@given(paused_terms(), st.sampled_from([Unit.WORKDAY, Unit.DAY]))
def test_more_time_is_never_less(case, unit):
    start, count, pauses = case
    less = end_of_term(start, Limit(count, unit), pauses, CALENDAR).due
    assert less <= end_of_term(start, Limit(count + 1, unit), pauses, CALENDAR).due


@given(paused_terms(), st.integers(0, 20))
def test_a_longer_pause_never_brings_the_day_forward(case, more):
    start, count, pauses = case
    longer = [Span(span.start_on, span.end_on + timedelta(days=more)) for span in pauses]
    limit = Limit(count, Unit.WORKDAY)
    assert end_of_term(start, limit, pauses, CALENDAR).due <= end_of_term(start, limit, longer, CALENDAR).due


@given(paused_terms())
def test_the_order_in_which_pauses_are_told_does_not_matter(case):
    start, count, pauses = case
    limit = Limit(count, Unit.WORKDAY)
    assert end_of_term(start, limit, pauses, CALENDAR) == end_of_term(start, limit, pauses[::-1], CALENDAR)


@given(paused_terms())
def test_the_due_day_is_worked(case):
    start, count, pauses = case
    for unit in (Unit.WORKDAY, Unit.DAY):
        assert CALENDAR.is_working(end_of_term(start, Limit(count, unit), pauses, CALENDAR).due)


@given(paused_terms())
def test_united_covers_the_same_days_once(case):
    start, _, pauses = case
    merged = united(pauses, start)
    assert oracle.paused_days(merged, start) == oracle.paused_days(pauses, start)
    assert all(before.end_on < after.start_on for before, after in pairwise(merged))


@pytest.mark.parametrize("start", ["2026-05-13", "2026-05-14", "2027-01-01"])
def test_a_pause_on_or_after_the_due_day_is_refused(start):
    with pytest.raises(PauseOutsideTerm, match="期限已经走完"):
        end_of_term(d("2026-04-13"), Limit(20, Unit.WORKDAY), [Span(d(start), d("2027-02-01"))], CALENDAR, strict=True)


def test_a_pause_after_the_due_day_already_recorded_is_without_effect():
    term = end_of_term(d("2026-04-13"), Limit(20, Unit.WORKDAY), spans("2026-05-13..2026-05-20"), CALENDAR)
    assert term.due == d("2026-05-13")


def test_a_pause_is_judged_by_the_due_day_the_earlier_ones_made():
    later = spans("2026-04-17..2026-04-22;2026-05-15..2026-05-20")  # due was 13 May, is 18 May after the first
    refuse_pauses_outside(later, d("2026-04-13"), Limit(20, Unit.WORKDAY), CALENDAR)


@pytest.mark.parametrize(
    ("start", "hours", "pauses", "end"),
    [
        ("2026-04-13 10:21", 4, "", "2026-04-13 14:21"),
        ("2026-04-30 16:00", 48, "", "2026-05-02 16:00"),  # hours run through holidays and are not rolled
        ("2026-04-13 10:21", 48, "2026-04-13..2026-04-15", "2026-04-17 10:21"),
        ("2026-04-13 10:21", 4, "2026-04-13..2026-04-15", "2026-04-13 14:21"),  # began on the due day: no effect
    ],
)
def test_running_hours(start, hours, pauses, end):
    began = datetime.fromisoformat(start).replace(tzinfo=BEIJING)
    assert end_of_hours(began, hours, spans(pauses)) == datetime.fromisoformat(end).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (Limit(20, "workday"), "20 个工作日"),
        (Limit(15, "day"), "15 天"),
        (Limit(2, "month"), "2 个月"),
        (Limit(8, "hour"), "8 小时"),
        (Limit(8, "opening_hour"), "8 营业小时"),
        (Limit(0, "workday"), "当天"),
    ],
)
def test_a_limit_in_words(limit, text):
    assert str(limit) == text


@pytest.mark.parametrize("unit", [Unit.DAY, Unit.MONTH, Unit.WORKDAY])
def test_a_term_beyond_the_horizon_is_refused(unit):
    with pytest.raises(OutOfCalendar):
        end_of_term(d("2100-12-30"), Limit(9000, unit), [], CALENDAR)


def test_months_beyond_the_last_year_python_knows_are_refused():
    with pytest.raises(OutOfCalendar):
        add_months(d("9999-12-01"), 1)


@pytest.mark.parametrize(
    ("start", "count", "unit", "provisional"),
    [
        ("2026-12-01", 20, "workday", False),
        ("2026-12-20", 20, "workday", True),
        ("2026-12-20", 11, "day", False),
        ("2026-12-20", 12, "day", True),
        ("2026-11-30", 1, "month", False),
        ("2026-12-01", 1, "month", True),
    ],
)
def test_t04_what_reaches_into_an_unpublished_year_is_provisional(start, count, unit, provisional):
    assert end_of_term(d(start), Limit(count, unit), [], CALENDAR).provisional is provisional


def test_t08_a_hundred_thousand_paused_terms_are_what_counting_on_fingers_gives():
    """Every day walked by itself, over random pauses: the same day, over holidays, over New Year, two on one day."""
    rng, first, last = Random(8), date(2004, 1, 1).toordinal(), date(2026, 12, 31).toordinal()
    worked = {day for day in range(first, last) if oracle.is_working(date.fromordinal(day))}
    for _ in range(100_000):
        start, count = rng.randint(first, last - 550), rng.randint(1, 60)
        begins = [start + rng.randint(-10, 90) for _ in range(rng.randint(0, 3))]
        pauses = [(begin, begin + rng.randint(0, 25)) for begin in begins]
        stopped = {day for begin, end in pauses for day in range(begin + 1, end + 1)}
        day, left = start, count
        while left:
            day += 1
            left -= day in worked and day not in stopped
        spans = [Span(date.fromordinal(begin), date.fromordinal(end)) for begin, end in pauses]
        term = end_of_term(date.fromordinal(start), Limit(count, Unit.WORKDAY), spans, CALENDAR)
        assert term.due.toordinal() == day, (date.fromordinal(start), count, spans)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2027-02-28", 12, "2028-02-28"),
        ("2024-02-29", 1, "2024-03-29"),
    ],
)
def test_t16_a_year_from_29_february_ends_on_the_28th(start, months, end):
    """No 29th in that month: its last day (民法典 art. 202)."""
    assert add_months(d(start), months) == d(end)
