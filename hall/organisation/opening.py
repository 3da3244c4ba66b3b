"""Is the hall open now, and when does it open next? Pure: rows become `OpeningTimes`, the calendar is handed in.

A holiday closes the hall unless an exception says otherwise; a day by appointment (预约办理) is announced but is no
opening hour: nothing is counted on it, and one has to call first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hall.organisation.enums import ExceptionKind, Weekday
from hall.organisation.models import OpeningException, OpeningHours
from hall.workdays.arithmetic import Calendar, OutOfCalendar
from hall.workdays.opening import Hours, OpeningTimes

LOOK_AHEAD_DAYS = 30  # longer than the longest holiday with the weekends around it


@dataclass(frozen=True, slots=True)
class Timetable:
    """The usual week with its exceptions, and beside it the hours by appointment only."""

    times: OpeningTimes
    appointments: Mapping[date, Hours]

    @property
    def known(self) -> bool:
        """Whether anybody has entered opening hours at all."""
        return any(self.times.weekly.values())


@dataclass(frozen=True, slots=True)
class Status:
    """The answer: whether the door is open, until when or from when, and the sentence for the page."""

    open: bool
    sentence: str
    until: datetime | None = None
    opens_next: datetime | None = None


def timetable(hours: Iterable[OpeningHours], exceptions: Iterable[OpeningException]) -> Timetable:
    """Fold rows of one center. A closure wins over other rows of its day."""
    weekly: dict[int, list[tuple[time, time]]] = defaultdict(list)
    for row in hours:
        weekly[row.weekday - 1].append((row.opens, row.closes))
    special: dict[ExceptionKind, dict[date, list[tuple[time, time]]]] = {k: defaultdict(list) for k in ExceptionKind}
    for exception in exceptions:
        spans = special[ExceptionKind(exception.kind)][exception.on]
        if exception.opens and exception.closes:
            spans.append((exception.opens, exception.closes))
    closed = dict.fromkeys(special[ExceptionKind.CLOSED], ())
    opened = {day: _joined(spans) for day, spans in special[ExceptionKind.OPEN].items()}
    by_call = {day: _joined(s) for day, s in special[ExceptionKind.APPOINTMENT].items() if day not in closed}
    times = OpeningTimes({day: tuple(sorted(spans)) for day, spans in weekly.items()}, {**opened, **closed})
    return Timetable(times, by_call)


def _joined(spans: Iterable[tuple[time, time]]) -> Hours:
    """Spans in order, those that overlap or touch as one: an hour entered twice is still one hour of open doors."""
    joined: list[tuple[time, time]] = []
    for opens, closes in sorted(spans):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    return tuple(joined)


def status(table: Timetable, calendar: Calendar, at: datetime) -> Status:
    """Whether the door is open at the local moment `at`, and what comes next."""
    if not table.known and not table.times.exceptions and not table.appointments:
        return Status(False, "开放时间请电话咨询。")
    today = at.date()
    for opens, closes in _hours(table, calendar, today):
        if opens <= at.time() < closes:
            return Status(True, f"正在办公，今天 {_clock(closes)} 下班。", until=_at(at, today, closes))
    following = _next_opening(table, calendar, at)
    by_call = [span for span in table.appointments.get(today, ()) if at.time() < span[1]]
    if by_call:
        opens, closes = by_call[0]
        words = f"今天 {_clock(opens)}–{_clock(closes)} 预约办理，请先打电话。"
        return Status(False, words, opens_next=following)
    if following is None:
        return Status(False, f"现在不办公，{LOOK_AHEAD_DAYS} 天内没有开放安排，请电话咨询。")
    return Status(False, f"现在不办公，{_when(following, today)} 开门。", opens_next=following)


def week(table: Timetable) -> list[tuple[str, str]]:
    """The usual week as lines for a page, equal neighbours joined: 周一至周五 8:30–12:00、13:30–17:00."""
    lines: list[tuple[list[str], str]] = []
    for day in Weekday:
        spans = table.times.weekly.get(day - 1, ())
        words = "、".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in spans) or "不开门"
        if lines and lines[-1][1] == words:
            lines[-1][0].append(str(day.label))
        else:
            lines.append(([str(day.label)], words))
    return [(days[0] if len(days) == 1 else f"{days[0]}至{days[-1]}", words) for days, words in lines]


def _hours(table: Timetable, calendar: Calendar, day: date) -> Hours:
    try:
        return table.times.hours_on(day, calendar)
    except OutOfCalendar:
        return ()


def _next_opening(table: Timetable, calendar: Calendar, at: datetime) -> datetime | None:
    for offset in range(LOOK_AHEAD_DAYS + 1):
        day = at.date() + timedelta(days=offset)
        for opens, _ in _hours(table, calendar, day):
            if _at(at, day, opens) > at:
                return _at(at, day, opens)
    return None


def _at(moment: datetime, day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, moment.tzinfo)


def _clock(value: time) -> str:
    return f"{value.hour}:{value.minute:02d}"


def _when(moment: datetime, today: date) -> str:
    days = (moment.date() - today).days
    name = Weekday(moment.isoweekday()).label
    day = {0: "今天", 1: "明天"}.get(days, f"{moment.month}月{moment.day}日（{name}）")
    return f"{day} {_clock(moment.time())}"
