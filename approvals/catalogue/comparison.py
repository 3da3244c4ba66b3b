"""Which of two limits ends later, and from which start day. Pure: no database, no `now()`.

Units differ, so counts cannot be compared: 20 calendar days over a holiday may end before or after
14 working days. The answer comes from the clocks themselves, for every start day of the published years.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hall.workdays.arithmetic import Calendar
from hall.workdays.opening import OpeningTimes, end_of_opening_hours
from hall.workdays.terms import Limit, Unit, end_of_hours, end_of_term

BEIJING = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
LAST_MINUTE = time(23, 59)
MOMENT_UNITS = frozenset({Unit.HOUR, Unit.OPENING_HOUR})


class Later(NamedTuple):
    """The first start day on which the limit that should hold ends after the one that bounds it.

    `ends` and `bound` are the moments from which each is missed.
    """

    start: date
    ends: datetime
    bound: datetime

    @property
    def last_day(self) -> date:
        return last_day(self.ends)

    @property
    def bound_day(self) -> date:
        return last_day(self.bound)


def last_day(missed_from: datetime) -> date:
    """The day a person would name: a limit missed from midnight ended the day before."""
    return missed_from.date() - DAY if missed_from.time() == time.min else missed_from.date()


def missed_from(start: datetime, limits: Iterable[Limit], calendar: Calendar, opening: OpeningTimes | None) -> datetime:
    """The moment from which limits taken one after another, the first beginning at `start`, are missed.

    Raises OutOfCalendar beyond the horizon, and ValueError for opening hours where `opening` is None.
    """
    moment, day = start, start.date()
    for limit in limits:
        if limit.unit == Unit.HOUR:
            moment = end_of_hours(moment, limit.count, ())
            day = moment.date()
        elif limit.unit == Unit.OPENING_HOUR:
            if opening is None:
                raise ValueError("opening hours of the center are not known")
            moment = end_of_opening_hours(moment, limit.count, opening, [], calendar)
            day = moment.date()
        else:
            day = end_of_term(day, limit, (), calendar).due
            moment = midnight(day + DAY)
    return moment


def first_later(
    inner: Sequence[Limit], outer: Limit, calendar: Calendar, opening: OpeningTimes | None = None
) -> Later | None:
    """The first start day of the published years on which `inner` ends after `outer`, or None where it never does."""
    if len(inner) == 1 and inner[0].unit == outer.unit and inner[0].count <= outer.count:
        return None  # in one unit fewer is never later, whatever the day
    moments_matter = any(limit.unit in MOMENT_UNITS for limit in (*inner, outer))
    for day in published_days(calendar):
        for start in starts_on(day, calendar, opening) if moments_matter else (midnight(day),):
            ends = missed_from(start, inner, calendar, opening)
            bound = missed_from(start, (outer,), calendar, opening)
            if ends > bound:
                return Later(day, ends, bound)
    return None


def published_days(calendar: Calendar) -> Iterator[date]:
    """Every day of the years the calendar has notices for."""
    first, last = calendar.published_from.toordinal(), calendar.published_through.toordinal()
    return (date.fromordinal(ordinal) for ordinal in range(first, last + 1))


def starts_on(day: date, calendar: Calendar, opening: OpeningTimes | None) -> Iterator[datetime]:
    """The moments of a day at which one limit can first overtake another: its edges, and when the doors close."""
    yield midnight(day)
    if opening is not None:
        for _, closes in opening.hours_on(day, calendar):
            yield datetime.combine(day, closes, BEIJING)
    yield datetime.combine(day, LAST_MINUTE, BEIJING)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, BEIJING)
