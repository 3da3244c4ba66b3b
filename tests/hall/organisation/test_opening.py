"""Is the hall open? A table a hall manager can read, on the shipped calendar of 2026."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from hall.organisation.enums import ExceptionKind
from hall.organisation.models import OpeningException, OpeningHours
from hall.organisation.opening import Status, Timetable, status, timetable, week
from hall.workdays.shipped import shipped_calendar

BEIJING = ZoneInfo("Asia/Shanghai")
FULL_DAY = [(time(8, 30), time(12)), (time(13, 30), time(17))]
USUAL = [OpeningHours(weekday=day, opens=a, closes=b) for day in range(1, 6) for a, b in FULL_DAY] + [
    OpeningHours(weekday=6, opens=time(9), closes=time(12))
]


def exception(on: date, kind: ExceptionKind, opens: time | None = None, closes: time | None = None) -> OpeningException:
    return OpeningException(on=on, kind=kind, opens=opens, closes=closes)


def ask(at: str, *exceptions: OpeningException, table: Timetable | None = None) -> Status:
    moment = datetime.fromisoformat(at).replace(tzinfo=BEIJING)
    return status(table or timetable(USUAL, exceptions), shipped_calendar(), moment)


@pytest.mark.parametrize(
    ("at", "is_open", "words"),
    [
        ("2026-04-13 08:29", False, "今天 8:30 开门"),  # Monday, a minute early
        ("2026-04-13 08:30", True, "今天 12:00 下班"),
        ("2026-04-13 12:00", False, "今天 13:30 开门"),  # closing is exclusive; lunch
        ("2026-04-13 16:59", True, "今天 17:00 下班"),
        ("2026-04-13 17:00", False, "明天 8:30 开门"),
        ("2026-04-18 10:00", True, "今天 12:00 下班"),  # Saturday half-day
        ("2026-04-18 12:30", False, "4月20日（周一） 8:30 开门"),
        ("2026-04-30 18:00", False, "5月6日（周三） 8:30 开门"),  # Labour Day, 1 to 5 May
        ("2026-05-09 14:00", True, "今天 17:00 下班"),  # Saturday worked for Labour Day: the hours of a weekday
    ],
)
def test_now_and_next(at: str, is_open: bool, words: str) -> None:
    answer = ask(at)
    assert (answer.open, words in answer.sentence) == (is_open, True), answer.sentence


def test_until_and_next_are_moments() -> None:
    assert ask("2026-04-13 09:00").until == datetime(2026, 4, 13, 12, tzinfo=BEIJING)
    assert ask("2026-04-13 18:00").opens_next == datetime(2026, 4, 14, 8, 30, tzinfo=BEIJING)


def test_an_exception_opens_a_holiday() -> None:
    duty = exception(date(2026, 5, 1), ExceptionKind.OPEN, time(9), time(11))
    assert ask("2026-05-01 10:00", duty).open


def test_an_exception_closes_a_weekday() -> None:
    answer = ask("2026-04-13 10:00", exception(date(2026, 4, 13), ExceptionKind.CLOSED))
    assert (answer.open, "明天 8:30" in answer.sentence) == (False, True)


def test_a_closure_wins_over_other_rows_of_the_day() -> None:
    day = date(2026, 5, 1)
    rows = [exception(day, ExceptionKind.OPEN, time(9), time(11)), exception(day, ExceptionKind.CLOSED)]
    assert not ask("2026-05-01 10:00", *rows).open


def test_a_day_by_appointment_is_announced_but_not_open() -> None:
    by_call = exception(date(2026, 4, 19), ExceptionKind.APPOINTMENT, time(9), time(12))  # Sunday
    answer = ask("2026-04-19 08:00", by_call)
    assert (answer.open, answer.sentence) == (False, "今天 9:00–12:00 预约办理，请先打电话。")


def test_an_appointment_that_is_over_is_not_announced() -> None:
    by_call = exception(date(2026, 4, 19), ExceptionKind.APPOINTMENT, time(9), time(12))
    assert "明天 8:30" in ask("2026-04-19 12:30", by_call).sentence


def test_unknown_hours_are_not_invented() -> None:
    assert ask("2026-04-13 10:00", table=timetable([], [])).sentence == "开放时间请电话咨询。"


def test_a_month_without_opening_says_so() -> None:
    only = exception(date(2026, 1, 5), ExceptionKind.OPEN, time(9), time(11))
    assert "30 天内没有开放安排" in ask("2026-04-13 10:00", table=timetable([], [only])).sentence


def test_a_date_beyond_the_calendar_is_no_error() -> None:
    assert not ask("2100-12-31 18:00").open


def test_the_week_joins_equal_neighbours() -> None:
    assert week(timetable(USUAL, [])) == [
        ("周一至周五", "8:30–12:00、13:30–17:00"),
        ("周六", "9:00–12:00"),
        ("周日", "不开门"),
    ]
