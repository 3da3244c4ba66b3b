"""Spans of Beijing days that people report on: day, week, month, quarter, half-year, year, or any two days. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import TextChoices

BEIJING: Final = ZoneInfo("Asia/Shanghai")
# Years outside of these are typing errors, not questions.
FIRST_YEAR, LAST_YEAR = 1990, 2100


class PeriodKind(TextChoices):
    """The lengths a report, a scheme or an award may have."""

    DAY = "day", "日"
    WEEK = "week", "周"
    MONTH = "month", "月"
    QUARTER = "quarter", "季"
    HALF = "half", "半年"
    YEAR = "year", "年"
    SPAN = "span", "自选"


class InvalidPeriod(ValueError):
    """The text names no period."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole Beijing days from `first` to `last`, both included."""

    kind: PeriodKind
    first: date
    last: date

    @property
    def code(self) -> str:
        """How the period stands in a URL: 2026-10, 2026-Q3, 2026-H1, 2026, 2026-W40, 2026-10-08, or two days."""
        year = self.first.year
        match self.kind:
            case PeriodKind.DAY:
                return self.first.isoformat()
            case PeriodKind.WEEK:
                week = self.first.isocalendar()
                return f"{week.year}-W{week.week:02d}"
            case PeriodKind.MONTH:
                return f"{year}-{self.first.month:02d}"
            case PeriodKind.QUARTER:
                return f"{year}-Q{(self.first.month + 2) // 3}"
            case PeriodKind.HALF:
                return f"{year}-H{1 if self.first.month == 1 else 2}"
            case PeriodKind.YEAR:
                return str(year)
        return f"{self.first.isoformat()}..{self.last.isoformat()}"

    @property
    def label(self) -> str:
        """How people say it: 2026 年 10 月, 2026 年第三季度, 2026 年第 40 周."""
        year = f"{self.first.year} 年"
        match self.kind:
            case PeriodKind.DAY:
                return _day(self.first)
            case PeriodKind.WEEK:
                week = self.first.isocalendar()
                return f"{week.year} 年第 {week.week} 周（{_short(self.first)}—{_short(self.last)}）"
            case PeriodKind.MONTH:
                return f"{year} {self.first.month} 月"
            case PeriodKind.QUARTER:
                return f"{year}第{'一二三四'[(self.first.month - 1) // 3]}季度"
            case PeriodKind.HALF:
                return f"{year}{'上' if self.first.month == 1 else '下'}半年"
            case PeriodKind.YEAR:
                return year.rstrip()
        return f"{_day(self.first)}至{_day(self.last)}"

    @property
    def start(self) -> datetime:
        """00:00 Beijing time of the first day."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """00:00 Beijing time of the day after the last: the first moment that no longer belongs."""
        return midnight(self.last + timedelta(days=1))

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def previous(self) -> "Period":
        """The period of the same kind right before; for any two days, as many days before them."""
        before = self.first - timedelta(days=1)
        if self.kind == PeriodKind.SPAN:
            return Period(self.kind, self.first - timedelta(days=self.days), before)
        return holding(self.kind, before)

    def following(self) -> "Period":
        """The period of the same kind right after."""
        after = self.last + timedelta(days=1)
        if self.kind == PeriodKind.SPAN:
            return Period(self.kind, after, self.last + timedelta(days=self.days))
        return holding(self.kind, after)

    def until(self, today: date) -> "Period":
        """The part of the period that is over or going on: up to today."""
        if self.first <= today < self.last:
            return Period(self.kind, self.first, today)
        return self


def midnight(day: date) -> datetime:
    """00:00 Beijing time."""
    return datetime.combine(day, time.min, BEIJING)


def holding(kind: PeriodKind | str, day: date) -> Period:
    """The period of this kind that holds a day. A span of one day for SPAN."""
    match PeriodKind(kind):
        case PeriodKind.WEEK:
            first = day - timedelta(days=day.weekday())
            return Period(PeriodKind.WEEK, first, first + timedelta(days=6))
        case PeriodKind.MONTH:
            return _months(PeriodKind.MONTH, day.year, day.month, 1)
        case PeriodKind.QUARTER:
            return _months(PeriodKind.QUARTER, day.year, (day.month - 1) // 3 * 3 + 1, 3)
        case PeriodKind.HALF:
            return _months(PeriodKind.HALF, day.year, 1 if day.month <= 6 else 7, 6)
        case PeriodKind.YEAR:
            return _months(PeriodKind.YEAR, day.year, 1, 12)
    return Period(PeriodKind(kind), day, day)


def between(first: date, last: date) -> Period:
    """Any two days. Raises InvalidPeriod when they are the wrong way round."""
    if last < first:
        raise InvalidPeriod("截止日期不能早于开始日期。")
    return Period(PeriodKind.SPAN, first, last)


_FORMS: Final = re.compile(
    r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|W(?P<week>\d{2})|(?P<month>\d{2})(?:-(?P<day>\d{2}))?))?"
)


def parse(text: str) -> Period:
    """The period a URL names (see `code`). Raises InvalidPeriod with a sentence for the person who typed it."""
    try:
        if ".." in text:
            first, last = text.split("..", 1)
            return between(_known(date.fromisoformat(first)), _known(date.fromisoformat(last)))
        return _single(text)
    except InvalidPeriod:
        raise
    except ValueError:
        raise InvalidPeriod("请用这样的写法：2026-10、2026-Q3、2026-H1、2026、2026-W40，或两个日期。") from None


def _single(text: str) -> Period:
    match = _FORMS.fullmatch(text)
    if match is None or not text.isascii():
        raise ValueError(text)
    part = {name: int(value) for name, value in match.groupdict().items() if value}
    year = part["year"]
    if "week" in part:
        return holding(PeriodKind.WEEK, _known(date.fromisocalendar(year, part["week"], 1)))
    if "quarter" in part:
        return holding(PeriodKind.QUARTER, _known(date(year, part["quarter"] * 3, 1)))
    if "half" in part:
        return holding(PeriodKind.HALF, _known(date(year, part["half"] * 6, 1)))
    if "day" in part:
        return holding(PeriodKind.DAY, _known(date(year, part["month"], part["day"])))
    kind = PeriodKind.MONTH if "month" in part else PeriodKind.YEAR
    return holding(kind, _known(date(year, part.get("month", 1), 1)))


def _known(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(day)
    return day


def _months(kind: PeriodKind, year: int, month: int, count: int) -> Period:
    after = date(year + (month + count - 1) // 12, (month + count - 1) % 12 + 1, 1)
    return Period(kind, date(year, month, 1), after - timedelta(days=1))


def _day(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _short(day: date) -> str:
    return f"{day.month} 月 {day.day} 日"
