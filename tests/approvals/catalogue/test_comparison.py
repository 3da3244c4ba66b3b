"""The publish gate's arithmetic: which limit ends later, and on which start day first."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.catalogue.comparison import BEIJING, first_later, last_day, midnight, missed_from, published_days
from hall.workdays.arithmetic import Calendar, Day, DayKind, OutOfCalendar
from hall.workdays.opening import OpeningTimes
from hall.workdays.shipped import shipped_calendar
from hall.workdays.terms import Limit

DAY = timedelta(days=1)
OFFICE = OpeningTimes({weekday: ((time(9), time(12)), (time(13), time(17))) for weekday in range(5)})


def small_calendar() -> Calendar:
    """One published year with a long holiday and its make-up Saturday."""
    off = {date(2026, 10, 1) + DAY * n: Day(DayKind.HOLIDAY, "国庆节") for n in range(8)}
    work = {date(2026, 10, 10): Day(DayKind.MAKE_UP, "国庆节")}
    return Calendar({**off, **work}, published_from=date(2026, 1, 1), published_through=date(2026, 12, 31))


SMALL = small_calendar()


def oracle_due(start: date, limit: Limit, calendar: Calendar) -> date:
    """Day by day, as a person with a wall calendar would: written apart from the code under test."""
    day, left = start, limit.count
    while left:
        day += DAY
        if limit.unit == "day" or calendar.is_working(day):
            left -= 1
    while limit.unit == "day" and limit.count and not calendar.is_working(day):
        day += DAY
    return day


@given(
    inner=st.builds(Limit, st.integers(0, 40), st.sampled_from(["workday", "day"])),
    outer=st.builds(Limit, st.integers(0, 40), st.sampled_from(["workday", "day"])),
)
def test_first_later_equals_brute_force_over_every_start_day(inner: Limit, outer: Limit) -> None:
    expected = next(
        (day for day in published_days(SMALL) if oracle_due(day, inner, SMALL) > oracle_due(day, outer, SMALL)), None
    )
    found = first_later((inner,), outer, SMALL)
    assert (found.start if found else None) == expected


@given(count=st.integers(1, 60), unit=st.sampled_from(["workday", "day", "month", "hour", "opening_hour"]))
def test_a_limit_is_never_later_than_itself(count: int, unit: str) -> None:
    limit = Limit(min(count, 12), unit)
    assert first_later((limit,), limit, SMALL, OFFICE) is None


@given(
    counts=st.tuples(st.integers(0, 30), st.integers(0, 30)),
    unit=st.sampled_from(["workday", "day", "month", "hour", "opening_hour"]),
    offset=st.integers(0, 364),
)
def test_in_one_unit_fewer_is_never_later(counts: tuple[int, int], unit: str, offset: int) -> None:
    fewer, more = sorted(counts)
    start = midnight(date(2026, 1, 1) + DAY * offset)
    ends = [missed_from(start, (Limit(count, unit),), SMALL, OFFICE) for count in (fewer, more)]
    assert ends == sorted(ends)


@given(st.lists(st.integers(0, 10), min_size=1, max_size=5))
def test_working_days_one_after_another_are_their_sum(counts: list[int]) -> None:
    start = midnight(date(2026, 9, 21))
    chain = missed_from(start, [Limit(n, "workday") for n in counts], SMALL, None)
    assert chain == missed_from(start, [Limit(sum(counts), "workday")], SMALL, None)


@pytest.mark.parametrize(
    ("inner", "outer", "start"),
    [
        (Limit(20, "workday"), Limit(20, "workday"), None),
        (Limit(0, "workday"), Limit(1, "workday"), None),
        (Limit(21, "workday"), Limit(20, "workday"), date(2026, 1, 1)),
        # 14 working days fit into 20 calendar days in a plain month, not over the long holiday.
        (Limit(14, "workday"), Limit(20, "day"), date(2026, 9, 14)),
        (Limit(1, "month"), Limit(31, "day"), None),
        (Limit(30, "day"), Limit(1, "month"), date(2026, 2, 1)),
        (Limit(24, "hour"), Limit(1, "workday"), None),
        (Limit(25, "hour"), Limit(1, "workday"), date(2026, 1, 1)),
        (Limit(24, "hour"), Limit(1, "day"), None),
        (Limit(1, "workday"), Limit(24, "hour"), date(2026, 1, 1)),
        (Limit(48, "hour"), Limit(24, "hour"), date(2026, 1, 1)),
    ],
)
def test_pairs_of_units(inner: Limit, outer: Limit, start: date | None) -> None:
    found = first_later((inner,), outer, SMALL)
    assert (found.start if found else None) == start


def test_the_answer_names_both_last_days() -> None:
    found = first_later((Limit(14, "workday"),), Limit(20, "day"), SMALL)
    assert found is not None
    assert (found.last_day, found.bound_day) == (date(2026, 10, 10), date(2026, 10, 9))


def test_seven_opening_hours_are_one_office_day() -> None:
    assert first_later((Limit(7, "opening_hour"),), Limit(1, "workday"), SMALL, OFFICE) is None


def test_eight_opening_hours_overtake_one_working_day_when_filed_at_closing_time() -> None:
    found = first_later((Limit(8, "opening_hour"),), Limit(1, "workday"), SMALL, OFFICE)
    assert found is not None
    assert found.ends > found.bound


def test_opening_hours_of_a_center_without_hours_are_refused() -> None:
    with pytest.raises(ValueError, match="opening hours"):
        first_later((Limit(8, "opening_hour"),), Limit(1, "workday"), SMALL, None)


def test_a_limit_beyond_the_horizon_is_refused_not_guessed() -> None:
    with pytest.raises(OutOfCalendar):
        first_later((Limit(32_000, "workday"),), Limit(20, "workday"), SMALL)


def test_a_step_of_hours_between_steps_of_days_keeps_the_moment() -> None:
    limits = [Limit(1, "workday"), Limit(12, "hour"), Limit(1, "workday")]
    # Monday → due Tuesday, missed Wednesday 00:00 → noon of Wednesday → due Thursday.
    assert missed_from(midnight(date(2026, 3, 2)), limits, SMALL, None) == midnight(date(2026, 3, 6))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 5, 19, 0, 0, tzinfo=BEIJING), date(2026, 5, 18)),
        (datetime(2026, 5, 19, 9, 30, tzinfo=BEIJING), date(2026, 5, 19)),
    ],
)
def test_last_day_is_the_one_a_person_would_name(moment: datetime, day: date) -> None:
    assert last_day(moment) == day


def test_every_published_year_of_the_shipped_calendar_is_walked() -> None:
    days = list(published_days(shipped_calendar()))
    assert days[0] == date(2004, 1, 1)
    assert days[-1].month == 12
    assert days[-1].day == 31
    assert len(days) > 8000


def test_twenty_calendar_days_against_fourteen_working_days_on_the_real_calendar() -> None:
    found = first_later((Limit(14, "workday"),), Limit(20, "day"), shipped_calendar())
    assert found is not None
    assert found.last_day > found.bound_day
