"""Counting working days: a table a hall manager can read, and the oracle for all the rest."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.workdays.arithmetic import Calendar, Day, DayKind, OutOfCalendar
from hall.workdays.shipped import shipped_calendar
from tests.hall.workdays import oracle

CALENDAR = shipped_calendar()
PUBLISHED = st.dates(date(2004, 1, 1), date(2026, 6, 30))
# Two years short of the calendar's end, so that no term of these tests runs past it.
ANY_DAY = st.dates(date(1990, 1, 1), date(2098, 6, 30))


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "count", "due", "why"),
    [
        ("2026-04-13", 20, "2026-05-13", "Monday; Labour Day 1-5 May is off, Saturday 9 May is worked"),
        ("2026-05-08", 1, "2026-05-09", "Friday; the next day is a make-up Saturday"),
        ("2026-05-09", 1, "2026-05-11", "the make-up Saturday itself does not count as its own first day"),
        ("2026-04-30", 1, "2026-05-06", "Thursday before Labour Day"),
        ("2026-04-18", 5, "2026-04-24", "a Saturday: Monday is the first day"),
        ("2025-12-31", 1, "2026-01-04", "Wednesday; 1-3 January are off, Sunday 4 January is worked"),
        ("2026-02-13", 2, "2026-02-24", "Friday; Saturday 14 is worked, Spring Festival 15-23"),
        ("2024-02-28", 1, "2024-02-29", "Wednesday before a leap day"),
        ("2024-02-29", 1, "2024-03-01", "the leap day itself"),
        ("2020-01-23", 1, "2020-02-03", "Thursday; Spring Festival extended to Sunday 2 February"),
        ("2019-12-30", 20, "2020-02-04", "Monday over New Year and the extended Spring Festival"),
        ("2026-09-30", 1, "2026-10-08", "Wednesday before National Day"),
        ("2026-04-13", 0, "2026-04-13", "nought is the day itself"),
        ("2026-04-13", -1, "2026-04-10", "back over a weekend"),
    ],
)
def test_add(start, count, due, why):
    assert CALENDAR.add(d(start), count).on == d(due), why


@given(PUBLISHED, st.integers(1, 120))
def test_add_is_what_counting_on_fingers_gives(start, count):
    due = CALENDAR.add(start, count)
    if not due.provisional:
        assert due.on == oracle.workdays_due(start, count, [])


@given(PUBLISHED, st.integers(1, 300))
def test_add_reaches_a_working_day_that_count_gives_back(start, count):
    due = CALENDAR.add(start, count).on
    assert CALENDAR.is_working(due)
    assert CALENDAR.count(start, due) == count


@given(ANY_DAY, st.integers(0, 200), st.integers(0, 200))
def test_add_in_two_goes_is_adding_at_once(start, first, then):
    through = CALENDAR.add(start, first).on
    assert CALENDAR.add(start, first + then).on == CALENDAR.add(through, then).on


@given(ANY_DAY, st.integers(0, 200))
def test_add_never_goes_back_when_the_start_goes_on(start, count):
    assert CALENDAR.add(start, count).on <= CALENDAR.add(start + timedelta(days=1), count).on


@given(PUBLISHED, st.integers(1, 60))
def test_going_back_undoes_adding_from_a_working_day(start, count):
    begin = CALENDAR.roll_forward(start)
    assert CALENDAR.add(CALENDAR.add(begin, count).on, -count).on == begin


@given(PUBLISHED, st.integers(0, 400))
def test_count_is_the_number_of_days_between(start, days):
    end = start + timedelta(days=days)
    if end <= CALENDAR.published_through:
        walked = [start + timedelta(days=n) for n in range(1, days + 1)]
        assert CALENDAR.between(start, end) == [day for day in walked if oracle.is_working(day)]
        assert CALENDAR.count(start, end) == len(CALENDAR.between(start, end))


@given(PUBLISHED)
def test_roll_forward_stops_at_the_first_working_day(day):
    assert CALENDAR.roll_forward(day) == oracle.rolled(day)


def test_count_backwards_is_nought():
    assert CALENDAR.count(d("2026-05-13"), d("2026-04-13")) == 0


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        ("2026-05-01", DayKind.HOLIDAY, "劳动节"),  # Friday
        ("2026-05-02", DayKind.HOLIDAY, "劳动节"),  # Saturday, named by the notice
        ("2026-05-09", DayKind.MAKE_UP, "劳动节"),  # Saturday, worked
        ("2026-05-16", DayKind.WEEKEND, ""),  # plain Saturday
        ("2026-05-18", DayKind.WORKDAY, ""),  # plain Monday
        ("2015-09-03", DayKind.HOLIDAY, "抗战胜利日"),  # Thursday, once only
        ("2027-05-02", DayKind.HOLIDAY, "劳动节"),  # Sunday, by the regulation of 2024
    ],
)
def test_day_says_what_it_is(day, kind, name):
    assert CALENDAR.day(d(day))[:2] == (kind, name)


def test_day_names_the_notice_that_amended_it():
    assert CALENDAR.day(d("2020-02-01")).document_no == "国办发明电〔2020〕1号"


@pytest.mark.parametrize("day", ["2026-05-09", "2026-05-18"])
def test_day_that_is_worked_says_so(day):
    assert CALENDAR.day(d(day)).working


@pytest.mark.parametrize(
    ("start", "count", "provisional"),
    [
        ("2026-12-01", 20, False),  # 29 December
        ("2026-12-20", 20, True),  # reaches into 2027
        ("2003-12-30", 5, True),  # begins before the first year known
        ("2026-12-31", 0, False),
        ("2027-01-04", 0, True),
        ("2004-01-05", -5, True),  # ends before the first year known
    ],
)
def test_provisional_is_marked_where_a_year_is_unpublished(start, count, provisional):
    assert CALENDAR.add(d(start), count).provisional is provisional


def test_t04_an_unpublished_year_knows_weekends_and_statutory_days():
    # 除夕 is Friday 5 February, 初一 to 初三 Saturday to Monday; no make-up day is known yet.
    assert CALENDAR.between(d("2027-02-04"), d("2027-02-10")) == [d("2027-02-09"), d("2027-02-10")]


@pytest.mark.parametrize(
    ("start", "count"),
    [
        ("1989-12-31", 1),
        ("2101-01-01", 1),
        ("2100-12-31", 1),
        ("2026-01-01", 10**6),
        ("1990-01-02", -5),
        ("0001-01-01", 0),
    ],
)
def test_t20_beyond_the_horizon_is_a_sentence_and_not_a_guess(start, count):
    with pytest.raises(OutOfCalendar, match="1990—2100"):
        CALENDAR.add(d(start), count)


@pytest.mark.parametrize("day", ["1989-12-31", "2101-01-01"])
def test_rolling_beyond_the_horizon_is_refused(day):
    with pytest.raises(OutOfCalendar):
        CALENDAR.roll_forward(d(day))


def test_t20_a_calendar_without_working_days_ends():
    """zammad#2497 looped for ever here."""
    all_off = {
        date.fromordinal(o): Day(DayKind.HOLIDAY, "停")
        for o in range(d("1990-01-01").toordinal(), d("2100-12-31").toordinal() + 1)
    }
    calendar = Calendar(all_off, published_from=d("1990-01-01"), published_through=d("2100-12-31"))
    with pytest.raises(OutOfCalendar):
        calendar.add(d("2026-01-01"), 1)


def test_exceptions_lists_named_days_in_order():
    named = [day for day, _ in CALENDAR.exceptions(d("2026-05-01"), d("2026-05-10"))]
    assert named == [*(d(f"2026-05-0{n}") for n in range(1, 6)), d("2026-05-09")]


def test_a_region_of_its_own_differs_only_there():
    own = {d("2026-08-12"): Day(DayKind.HOLIDAY, "颁金节")}  # Wednesday
    calendar = Calendar(own, published_from=d("2026-01-01"), published_through=d("2026-12-31"))
    assert calendar.add(d("2026-08-11"), 1).on == d("2026-08-13")


@settings(max_examples=20)
@given(st.sampled_from(range(2004, 2027)))
def test_every_day_of_a_published_year_agrees_with_chinesecalendar(year):
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [CALENDAR.is_working(day) for day in days] == [oracle.is_working(day) for day in days]
