"""The law counted on fingers: one day at a time, no bisection, no table. What the arithmetic is checked against."""

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, timedelta

import chinese_calendar

DAY = timedelta(days=1)
Pauses = Iterable[tuple[date, date]]


def is_working(day: date) -> bool:
    """From chinesecalendar, which knows 2004 to 2026."""
    return bool(chinese_calendar.is_workday(day))


def paused_days(pauses: Pauses, start: date) -> set[date]:
    """Every single day in some `(from, to]` after the start."""
    days = set()
    for begin, end in pauses:
        day = begin + DAY
        while day <= end:
            if day > start:
                days.add(day)
            day += DAY
    return days


def workdays_due(start: date, count: int, pauses: Pauses, working: Callable[[date], bool] = is_working) -> date:
    """Walk until `count` working days outside the pauses have gone by."""
    stopped, day, left = paused_days(pauses, start), start, count
    while left:
        day += DAY
        left -= working(day) and day not in stopped
    return day


def rolled(day: date, working: Callable[[date], bool] = is_working) -> date:
    """The first working day from `day` on."""
    while not working(day):
        day += DAY
    return day


def days_due(start: date, count: int, pauses: Pauses) -> date:
    """Count the term, add the paused days, then roll."""
    return rolled(start + count * DAY + len(paused_days(pauses, start)) * DAY)


def months_due(start: date, count: int, pauses: Pauses) -> date:
    """The matching day, or the last of the month, then as with days."""
    year, month = start.year + (start.month - 1 + count) // 12, (start.month - 1 + count) % 12 + 1
    end = date(year, month, min(start.day, monthrange(year, month)[1]))
    return rolled(end + len(paused_days(pauses, start)) * DAY)
