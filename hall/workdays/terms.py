"""From a start, a limit and pauses to the last day of the term. Pure: no database, no clock of its own.

Sources: 行政许可法 art. 45 and 82 (working days, what does not count), 民法典 art. 200-203 (days, months, hours).
Interval convention of the house: the start day does not count, a pause covers `(start_on, end_on]`.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from hall.workdays.arithmetic import Calendar, OutOfCalendar

DAY = timedelta(days=1)
LONGEST_COUNT = 10_000


class Unit(StrEnum):
    """Units a limit may have; the values are those stored in the catalogue and read by `manage.py due`."""

    WORKDAY = "workday"
    DAY = "day"
    MONTH = "month"
    HOUR = "hour"
    OPENING_HOUR = "opening_hour"


UNIT_LABELS: dict[str, str] = {
    Unit.WORKDAY: "个工作日",
    Unit.DAY: "天",
    Unit.MONTH: "个月",
    Unit.HOUR: "小时",
    Unit.OPENING_HOUR: "营业小时",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """`count` of `unit`; a count of nought means the same day (即办件)."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count} {UNIT_LABELS[self.unit]}" if self.count else "当天"


class Span(NamedTuple):
    """Days that do not count: `(start_on, end_on]`. One that ends the day it began covers nothing."""

    start_on: date
    end_on: date


class Term(NamedTuple):
    """`counted_to` is the last day before it rolls off a holiday; `due` is the last day of the term."""

    start_on: date
    due: date
    counted_to: date
    provisional: bool


class PauseOutsideTerm(ValueError):
    """A pause that starts on or after the day the term is due: there is nothing left to stop (law 5)."""

    def __init__(self, start_on: date, due: date) -> None:
        self.start_on, self.due = start_on, due
        super().__init__(f"停表开始日 {start_on} 不早于到期日 {due}，期限已经走完，不能再停")


def united(spans: Iterable[Span], start_on: date) -> list[Span]:
    """Overlapping and touching spans made one, clipped to days after `start_on`, empty ones dropped, in order."""
    clipped = sorted(Span(max(s.start_on, start_on), s.end_on) for s in spans if s.end_on > max(s.start_on, start_on))
    merged: list[Span] = []
    for span in clipped:
        if merged and span.start_on <= merged[-1].end_on:
            merged[-1] = Span(merged[-1].start_on, max(merged[-1].end_on, span.end_on))
        else:
            merged.append(span)
    return merged


def add_months(day: date, months: int) -> date:
    """The matching day `months` later; where that month has none, its last day (民法典 art. 202)."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))
    except ValueError as error:
        raise OutOfCalendar from error


def end_of_term(
    start_on: date, limit: Limit, spans: Iterable[Span], calendar: Calendar, *, strict: bool = False
) -> Term:
    """The last day of a term of working days, calendar days or months.

    `strict` refuses a pause that starts on or after the due day (`PauseOutsideTerm`); otherwise it is without effect,
    for facts already recorded must always give a date.
    """
    merged = united(spans, start_on) if spans else []
    if limit.unit == Unit.WORKDAY:
        term = _workdays(start_on, limit.count, merged, calendar)
    else:
        term = _calendar_days(start_on, limit, merged, calendar)
    if strict:
        refuse_pauses_outside(spans, start_on, limit, calendar)
    return term


def _workdays(start_on: date, count: int, merged: list[Span], calendar: Calendar) -> Term:
    due, provisional = calendar.add(start_on, count)
    for span in merged:
        if span.start_on >= due:
            break
        covered = calendar.count(span.start_on, span.end_on)
        if covered:
            due, provisional = calendar.add(due, covered)
    return Term(start_on, due, due, provisional)


def _calendar_days(start_on: date, limit: Limit, merged: list[Span], calendar: Calendar) -> Term:
    """Count the term, add the united paused days, then roll the end off a holiday (民法典 art. 203)."""
    try:
        end = add_months(start_on, limit.count) if limit.unit == Unit.MONTH else start_on + limit.count * DAY
        due = calendar.roll_forward(end) if limit.count else end
        for span in merged:
            if span.start_on >= due:
                break
            end += span.end_on - span.start_on
            due = calendar.roll_forward(end)
    except OverflowError as error:
        raise OutOfCalendar from error
    return Term(start_on, due, end, calendar.is_provisional(start_on, due))


def refuse_pauses_outside(spans: Iterable[Span], start_on: date, limit: Limit, calendar: Calendar) -> None:
    """Raises PauseOutsideTerm for the first pause that starts on or after the day the term is due without it."""
    earlier: list[Span] = []
    for span in sorted(spans):
        due = end_of_term(start_on, limit, earlier, calendar).due
        if span.start_on >= due:
            raise PauseOutsideTerm(span.start_on, due)
        earlier.append(span)


def end_of_hours(start_at: datetime, hours: int, spans: Iterable[Span]) -> datetime:
    """Running hours from the moment (民法典 art. 201); each paused day adds 24 hours. Never rolled."""
    end = start_at + timedelta(hours=hours)
    for span in united(spans, start_at.date()):
        if span.start_on >= end.date():
            break
        end += span.end_on - span.start_on
    return end
