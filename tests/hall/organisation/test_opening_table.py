"""Opening hours over holidays, make-up days and exceptions: one table a hall manager can check against the calendar."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from hall.organisation.enums import ExceptionKind, Weekday
from hall.organisation.models import OpeningException, OpeningHours
from hall.organisation.opening import LOOK_AHEAD_DAYS, Timetable, status, timetable, week
from hall.workdays.opening import end_of_opening_hours
from hall.workdays.shipped import shipped_calendar

BEIJING = ZoneInfo("Asia/Shanghai")
CALENDAR = shipped_calendar()
OFFICE = [OpeningHours(weekday=day, opens=time(9), closes=time(17)) for day in range(1, 6)]
OPEN, CALL, CLOSED = ExceptionKind.OPEN, ExceptionKind.APPOINTMENT, ExceptionKind.CLOSED
Span = tuple[int, int]


def special(day: str, kind: ExceptionKind, span: Span | None = None) -> OpeningException:
    opens, closes = (time(hour) for hour in span) if span else (None, None)
    return OpeningException(on=date.fromisoformat(day), kind=kind, opens=opens, closes=closes)


def spans(day: str, *exceptions: OpeningException, hours: list[OpeningHours] | None = None) -> list[Span]:
    """The open hours of one day, in whole hours."""
    table = timetable(hours if hours is not None else OFFICE, exceptions)
    found = table.times.hours_on(date.fromisoformat(day), CALENDAR)
    return [(opens.hour, closes.hour) for opens, closes in found]


DAYS: list[tuple[str, str, list[OpeningException], list[Span]]] = [
    # what it is, day, exceptions, open hours
    ("a plain Monday", "2026-04-13", [], [(9, 17)]),
    ("a Saturday", "2026-04-18", [], []),
    ("a Sunday", "2026-04-19", [], []),
    ("New Year's Day", "2026-01-01", [], []),
    ("the eve of the Spring Festival", "2026-02-16", [], []),
    ("a Tuesday inside the Spring Festival", "2026-02-17", [], []),
    ("Qingming", "2026-04-05", [], []),
    ("Labour Day", "2026-05-01", [], []),
    ("the last day of the Labour Day holiday", "2026-05-05", [], []),
    ("the day after it", "2026-05-06", [], [(9, 17)]),
    ("a Saturday worked for Labour Day", "2026-05-09", [], [(9, 17)]),
    ("National Day", "2026-10-01", [], []),
    ("a holiday somebody opens", "2026-05-01", [special("2026-05-01", OPEN, (9, 12))], [(9, 12)]),
    ("a holiday by appointment", "2026-05-01", [special("2026-05-01", CALL, (9, 12))], []),
    ("a Monday that closes", "2026-04-13", [special("2026-04-13", CLOSED)], []),
    ("a Monday of other hours", "2026-04-13", [special("2026-04-13", OPEN, (13, 20))], [(13, 20)]),
    ("a Monday by appointment keeps its hours", "2026-04-13", [special("2026-04-13", CALL, (18, 20))], [(9, 17)]),
    ("a make-up day that closes", "2026-05-09", [special("2026-05-09", CLOSED)], []),
    ("an exception of another day", "2026-04-13", [special("2026-04-14", CLOSED)], [(9, 17)]),
    ("closed and open on one day", "2026-04-13",
     [special("2026-04-13", CLOSED), special("2026-04-13", OPEN, (9, 12))], []),
    ("two spans", "2026-04-18", [special("2026-04-18", OPEN, (13, 15)), special("2026-04-18", OPEN, (9, 11))],
     [(9, 11), (13, 15)]),
    ("two spans that overlap", "2026-04-18",
     [special("2026-04-18", OPEN, (9, 12)), special("2026-04-18", OPEN, (11, 15))], [(9, 15)]),
    ("a span inside another", "2026-04-18",
     [special("2026-04-18", OPEN, (9, 17)), special("2026-04-18", OPEN, (10, 11))], [(9, 17)]),
    ("spans that touch", "2026-04-18",
     [special("2026-04-18", OPEN, (9, 12)), special("2026-04-18", OPEN, (12, 15))], [(9, 15)]),
]  # fmt: skip


@pytest.mark.parametrize(("day", "exceptions", "open_hours"), [row[1:] for row in DAYS], ids=[row[0] for row in DAYS])
def test_the_hours_of_a_day(day: str, exceptions: list[OpeningException], open_hours: list[Span]) -> None:
    assert spans(day, *exceptions) == open_hours


def test_a_make_up_saturday_has_weekday_hours_even_where_saturdays_have_their_own() -> None:
    saturday = [*OFFICE, OpeningHours(weekday=6, opens=time(9), closes=time(12))]
    assert spans("2026-05-09", hours=saturday) == [(9, 17)]
    assert spans("2026-04-18", hours=saturday) == [(9, 12)]


def test_a_hall_open_only_on_saturdays_stays_closed_on_a_make_up_day() -> None:
    assert spans("2026-05-09", hours=[OpeningHours(weekday=6, opens=time(9), closes=time(12))]) == []


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


ENDS = [
    # began, opening hours promised, ends
    ("2026-04-13 09:00", 8, "2026-04-13 17:00"),
    ("2026-04-13 08:00", 8, "2026-04-13 17:00"),
    ("2026-04-13 16:00", 2, "2026-04-14 10:00"),
    ("2026-04-13 17:00", 1, "2026-04-14 10:00"),
    ("2026-04-17 16:00", 2, "2026-04-20 10:00"),  # over a weekend
    ("2026-04-30 16:00", 2, "2026-05-06 10:00"),  # over Labour Day
    ("2026-05-08 16:00", 2, "2026-05-09 10:00"),  # into a make-up Saturday
    ("2026-04-18 10:00", 8, "2026-04-20 17:00"),  # filed on a closed day
]


@pytest.mark.parametrize(("began", "hours", "ends"), ENDS)
def test_opening_hours_run_only_while_the_doors_are_open(began: str, hours: int, ends: str) -> None:
    table = timetable(OFFICE, [])
    assert end_of_opening_hours(at(began), hours, table.times, [], CALENDAR) == at(ends)


def test_an_hour_entered_twice_is_counted_once() -> None:
    """Two exceptions that overlap would otherwise make the promise end too early."""
    twice = [special("2026-04-18", OPEN, (9, 12)), special("2026-04-18", OPEN, (9, 12))]
    table = timetable(OFFICE, twice)
    assert end_of_opening_hours(at("2026-04-18 08:00"), 4, table.times, [], CALENDAR) == at("2026-04-20 10:00")


SENTENCES: list[tuple[str, list[OpeningException], str]] = [
    ("2026-02-14 18:00", [], "现在不办公，2月24日（周二） 9:00 开门。"),
    ("2026-02-17 10:00", [special("2026-02-18", OPEN, (9, 12))], "现在不办公，明天 9:00 开门。"),
    ("2026-05-01 08:00", [special("2026-05-01", CALL, (9, 12))], "今天 9:00–12:00 预约办理，请先打电话。"),
    ("2026-05-01 12:00", [special("2026-05-01", CALL, (9, 12))], "现在不办公，5月6日（周三） 9:00 开门。"),
    ("2026-04-13 08:59", [], "现在不办公，今天 9:00 开门。"),
    ("2026-04-13 09:00", [], "正在办公，今天 17:00 下班。"),
    ("2026-04-13 10:00", [special("2026-04-13", CALL, (9, 12))], "正在办公，今天 17:00 下班。"),
]


@pytest.mark.parametrize(("moment", "exceptions", "sentence"), SENTENCES)
def test_what_the_page_says(moment: str, exceptions: list[OpeningException], sentence: str) -> None:
    assert status(timetable(OFFICE, exceptions), CALENDAR, at(moment)).sentence == sentence


def test_a_hall_closed_for_building_works_says_so() -> None:
    first = date(2026, 6, 1).toordinal()
    shut = [OpeningException(on=date.fromordinal(first + n), kind=CLOSED) for n in range(LOOK_AHEAD_DAYS + 1)]
    answer = status(timetable(OFFICE, shut), CALENDAR, at("2026-06-01 10:00"))
    assert (answer.open, answer.opens_next) == (False, None)
    assert f"{LOOK_AHEAD_DAYS} 天内没有开放安排" in answer.sentence


@pytest.mark.parametrize(
    ("table", "known"),
    [
        (timetable([], []), False),
        (timetable(OFFICE, []), True),
        (timetable([], [special("2026-05-01", CLOSED)]), False),
    ],
)
def test_hours_are_known_when_somebody_entered_a_week(table: Timetable, known: bool) -> None:
    assert table.known is known


def test_the_week_names_every_day_once() -> None:
    mixed = [OpeningHours(weekday=day, opens=time(8 + day), closes=time(17)) for day in range(1, 8)]
    assert [days for days, _ in week(timetable(mixed, []))] == [str(day.label) for day in Weekday]


def test_an_empty_week_is_one_line() -> None:
    assert week(timetable([], [])) == [("周一至周日", "不开门")]


def test_two_equal_days_apart_are_two_lines() -> None:
    apart = [OpeningHours(weekday=day, opens=time(9), closes=time(17)) for day in (1, 3)]
    assert [days for days, hours in week(timetable(apart, [])) if hours != "不开门"] == ["周一", "周三"]
