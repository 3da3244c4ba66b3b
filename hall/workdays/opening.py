"""Opening hours of a center. They are never a statutory unit: an item may promise 营业小时, and that is all (law 4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from hall.workdays.arithmetic import Calendar, DayKind, OutOfCalendar
from hall.workdays.terms import Span, united

LOOK_AHEAD_DAYS = 1100
Hours = tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True)
class OpeningTimes:
    """`weekly[weekday]` (Monday is 0) are the hours of that day; `exceptions[date]` replaces them, () is closed."""

    weekly: Mapping[int, Hours]
    exceptions: Mapping[date, Hours] = field(default_factory=dict)

    def hours_on(self, day: date, calendar: Calendar) -> Hours:
        """Hours of one day. A holiday is closed; a make-up weekend day keeps the hours of a plain weekday."""
        if day in self.exceptions:
            return self.exceptions[day]
        kind = calendar.day(day).kind
        if kind is DayKind.HOLIDAY:
            return ()
        if kind is DayKind.MAKE_UP:
            return next((self.weekly[weekday] for weekday in range(5) if self.weekly.get(weekday)), ())
        return self.weekly.get(day.weekday(), ())


def end_of_opening_hours(
    start_at: datetime, hours: int, opening: OpeningTimes, spans: list[Span], calendar: Calendar
) -> datetime:
    """The moment at which `hours` of open doors have passed since `start_at`; paused days do not run.

    Raises OutOfCalendar where the center is not open long enough within three years.
    """
    left = timedelta(hours=hours)
    paused = united(spans, start_at.date())
    for offset in range(LOOK_AHEAD_DAYS):
        day = start_at.date() + timedelta(days=offset)
        if any(span.start_on < day <= span.end_on for span in paused):
            continue
        for opens, closes in opening.hours_on(day, calendar):
            begin = max(start_at, datetime.combine(day, opens, start_at.tzinfo))
            end = datetime.combine(day, closes, start_at.tzinfo)
            if end - begin >= left:
                return max(begin, start_at) + left
            left -= max(end - begin, timedelta())
    raise OutOfCalendar
