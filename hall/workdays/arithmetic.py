"""Working days by sorted ordinals and a running count of them. Pure: no database, no file, no clock of its own.

A `Calendar` knows which days are off and which weekend days are worked, each with the notice it comes from. Past the
last published year it answers from weekends and the statutory days alone and says so (architecture law 3).
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

FIRST_YEAR, LAST_YEAR = 1990, 2100
_FIRST, _LAST = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()


class OutOfCalendar(ValueError):
    """A date before 1990 or after 2100: answered by a refusal, never by a guess."""

    def __init__(self) -> None:
        super().__init__(f"日期超出日历范围（{FIRST_YEAR}—{LAST_YEAR} 年）")


class DayKind(StrEnum):
    """What a day is. `HOLIDAY` includes the weekend days a notice names as part of a holiday."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"


class Notice(NamedTuple):
    """Where a row comes from. `document_no` and `url` stay empty where unknown; nothing is invented."""

    title: str
    document_no: str = ""
    url: str = ""

    def __str__(self) -> str:
        return f"{self.title}（{self.document_no}）" if self.document_no else self.title


NO_NOTICE = Notice("")


class Day(NamedTuple):
    """One day: its kind, the holiday it belongs to (for a make-up day: the one it makes up for), and the source."""

    kind: DayKind
    name: str = ""
    notice: Notice = NO_NOTICE

    @property
    def document_no(self) -> str:
        return self.notice.document_no

    @property
    def working(self) -> bool:
        return self.kind in (DayKind.WORKDAY, DayKind.MAKE_UP)


class Due(NamedTuple):
    """A day reached by counting; `provisional` where it rests on a year not yet published."""

    on: date
    provisional: bool


@lru_cache(maxsize=1)
def _weekdays() -> frozenset[int]:
    """Ordinals of every Monday to Friday of the horizon; ordinal 1 was a Monday."""
    return frozenset(day for day in range(_FIRST, _LAST + 1) if day % 7 not in (6, 0))


class Calendar:
    """An immutable calendar of one region.

    `days` are the published exceptions. `published_from` and `published_through` bound the years they cover; outside
    them `statutory(year)` gives the holidays that the regulation itself fixes.
    """

    __slots__ = (
        "_days",
        "_dues",
        "_marked",
        "_passed",
        "_published_from",
        "_published_through",
        "_work",
        "published_from",
        "published_through",
    )

    def __init__(
        self,
        days: Mapping[date, Day],
        *,
        published_from: date,
        published_through: date,
        statutory: Callable[[int], Mapping[date, Day]] | None = None,
    ) -> None:
        self.published_from, self.published_through = published_from, published_through
        self._published_from, self._published_through = published_from.toordinal(), published_through.toordinal()
        known = {**self._assumed(statutory), **days}
        self._days = {day.toordinal(): entry for day, entry in known.items()}
        self._marked = sorted(self._days)
        work = set(_weekdays())
        work.difference_update(ordinal for ordinal, entry in self._days.items() if not entry.working)
        work.update(ordinal for ordinal, entry in self._days.items() if entry.working and _FIRST <= ordinal <= _LAST)
        self._work = sorted(work)
        # How many working days of the horizon are over when a day is: what a bisection would find, in one step.
        self._passed = array("H", accumulate(day in work for day in range(_FIRST, _LAST + 1)))
        through = self._published_through
        self._dues = [Due(date.fromordinal(o), o > through or o < self._published_from) for o in self._work]

    def _assumed(self, statutory: Callable[[int], Mapping[date, Day]] | None) -> dict[date, Day]:
        """Statutory days of the years no notice covers."""
        if statutory is None:
            return {}
        years = (*range(FIRST_YEAR, self.published_from.year), *range(self.published_through.year + 1, LAST_YEAR + 1))
        return {day: entry for year in years for day, entry in statutory(year).items()}

    def is_working(self, day: date) -> bool:
        """Whether `day` counts as a working day (行政许可法 art. 82)."""
        ordinal = day.toordinal()
        index = bisect_left(self._work, ordinal)
        return index < len(self._work) and self._work[index] == ordinal

    def day(self, day: date) -> Day:
        """What `day` is and on which notice that rests."""
        ordinal = day.toordinal()
        return self._days.get(ordinal) or Day(DayKind.WEEKEND if ordinal % 7 in (6, 0) else DayKind.WORKDAY)

    def add(self, start: date, count: int) -> Due:
        """The `count`-th working day after `start`; the start day is not counted, nought is the start day itself.

        A negative count goes back: -1 is the last working day before `start`. Raises OutOfCalendar beyond the horizon.
        """
        ordinal = start.toordinal()
        if count > 0 and ordinal >= self._published_from:  # the common way, a million a second
            try:
                return self._dues[self._passed[ordinal - _FIRST] + count - 1]
            except IndexError:
                raise OutOfCalendar from None
        return self._add_uncommon(start, ordinal, count)

    def _add_uncommon(self, start: date, ordinal: int, count: int) -> Due:
        if not _FIRST <= ordinal <= _LAST:
            raise OutOfCalendar
        if count == 0:
            return Due(start, self.is_provisional(start, start))
        index = bisect_right(self._work, ordinal) + count - 1 if count > 0 else bisect_left(self._work, ordinal) + count
        if not 0 <= index < len(self._dues):
            raise OutOfCalendar
        reached = self._dues[index].on
        return Due(reached, self.is_provisional(min(start, reached), max(start, reached)))

    def count(self, start: date, end: date) -> int:
        """Working days in `(start, end]`; nought where `end` is not after `start`."""
        first, last = start.toordinal(), end.toordinal()
        if first >= _FIRST and last <= _LAST and first < last:
            return self._passed[last - _FIRST] - self._passed[first - _FIRST]
        return max(0, bisect_right(self._work, last) - bisect_right(self._work, first))

    def between(self, start: date, end: date) -> list[date]:
        """The working days in `(start, end]`, in order."""
        low, high = bisect_right(self._work, start.toordinal()), bisect_right(self._work, end.toordinal())
        return [date.fromordinal(ordinal) for ordinal in self._work[low:high]]

    def roll_forward(self, day: date) -> date:
        """`day` itself if worked, otherwise the next day that is (民法典 art. 203)."""
        index = bisect_left(self._work, day.toordinal())
        if not _FIRST <= day.toordinal() <= _LAST or index == len(self._work):
            raise OutOfCalendar
        return date.fromordinal(self._work[index])

    def is_provisional(self, start: date, end: date) -> bool:
        """Whether any day from `start` to `end` lies in a year that no notice covers."""
        return start.toordinal() < self._published_from or end.toordinal() > self._published_through

    def exceptions(self, start: date, end: date) -> list[tuple[date, Day]]:
        """The days from `start` to `end` that are named off or worked, in order."""
        low, high = bisect_left(self._marked, start.toordinal()), bisect_right(self._marked, end.toordinal())
        return [(date.fromordinal(ordinal), self._days[ordinal]) for ordinal in self._marked[low:high]]
