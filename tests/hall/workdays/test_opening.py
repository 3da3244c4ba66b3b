"""Opening hours are not working days (law 4); they may be promised and nothing else."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.workdays.arithmetic import OutOfCalendar
from hall.workdays.opening import OpeningTimes, end_of_opening_hours
from hall.workdays.shipped import shipped_calendar
from hall.workdays.terms import Span

CALENDAR = shipped_calendar()
BEIJING = ZoneInfo("Asia/Shanghai")
DAY = ((time(8, 30), time(12)), (time(13, 30), time(17)))  # seven hours
OPENING = OpeningTimes({**dict.fromkeys(range(5), DAY), 5: ((time(9), time(12)),)})  # Saturday morning

FROM = date(2026, 1, 1)
MOMENTS = st.integers(0, 150 * 24 * 60).map(
    lambda minutes: datetime.combine(FROM, time(0), BEIJING) + timedelta(minutes=minutes)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-04-13 09:00", 2, "2026-04-13 11:00"),  # Monday
        ("2026-04-13 11:00", 2, "2026-04-13 14:30"),  # over lunch
        ("2026-04-13 16:00", 2, "2026-04-14 09:30"),  # over night
        ("2026-04-13 07:00", 1, "2026-04-13 09:30"),  # before opening
        ("2026-04-13 22:00", 1, "2026-04-14 09:30"),  # after closing
        ("2026-04-17 16:00", 2, "2026-04-18 10:00"),  # Friday into the Saturday morning
        ("2026-04-18 11:00", 2, "2026-04-20 09:30"),  # Saturday into Monday
        ("2026-04-30 16:30", 1, "2026-05-06 09:00"),  # over Labour Day, Saturday 2 May closed too
        ("2026-05-08 16:00", 3, "2026-05-09 10:30"),  # the make-up Saturday keeps weekday hours
        ("2026-04-13 08:30", 7, "2026-04-13 17:00"),
    ],
)
def test_hours_run_while_the_doors_are_open(start, hours, end):
    assert end_of_opening_hours(at(start), hours, OPENING, [], CALENDAR) == at(end)


def test_paused_days_do_not_run():
    pause = [Span(date(2026, 4, 13), date(2026, 4, 15))]
    assert end_of_opening_hours(at("2026-04-13 16:00"), 2, OPENING, pause, CALENDAR) == at("2026-04-16 09:30")


def test_an_exception_replaces_the_hours_of_a_day():
    opening = OpeningTimes(OPENING.weekly, {date(2026, 4, 14): ()})
    assert end_of_opening_hours(at("2026-04-13 16:30"), 1, opening, [], CALENDAR) == at("2026-04-15 09:00")


def test_an_exception_opens_on_a_holiday():
    opening = OpeningTimes(OPENING.weekly, {date(2026, 5, 2): ((time(9), time(12)),)})
    assert opening.hours_on(date(2026, 5, 2), CALENDAR) == ((time(9), time(12)),)


def test_t20_a_center_that_never_opens_ends_with_a_sentence():
    with pytest.raises(OutOfCalendar):
        end_of_opening_hours(at("2026-04-13 09:00"), 1, OpeningTimes({}), [], CALENDAR)


@given(MOMENTS, st.integers(1, 40), st.integers(1, 40))
def test_hours_in_two_goes_are_the_same_hours(start, first, then):
    through = end_of_opening_hours(start, first, OPENING, [], CALENDAR)
    at_once = end_of_opening_hours(start, first + then, OPENING, [], CALENDAR)
    assert end_of_opening_hours(through, then, OPENING, [], CALENDAR) == at_once


@given(MOMENTS, st.integers(1, 40))
def test_hours_end_while_the_doors_are_open(start, hours):
    end = end_of_opening_hours(start, hours, OPENING, [], CALENDAR)
    assert any(opens < end.time() <= closes for opens, closes in OPENING.hours_on(end.date(), CALENDAR))
