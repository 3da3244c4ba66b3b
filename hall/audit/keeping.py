"""How long logs of the servers are kept, and which are over their time. Events of the ledger are never removed."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from hall.audit.parameters import LOG_MONTHS
from hall.facts import parameters
from hall.local.log_files import Kept, kept


@dataclass(frozen=True, slots=True)
class Day:
    """What is kept of one day: of which servers, how many files, how many bytes, and whether it may go."""

    day: date
    names: str
    files: int
    size: int
    over: bool


def months(on: date) -> int:
    """The months in force."""
    return parameters.whole_number(LOG_MONTHS, center=None, on=on)


def months_before(day: date, number: int) -> date:
    """The same day so many months earlier; the last of the month where it is shorter (民法典第二百零二条)."""
    years, month = divmod(day.year * 12 + day.month - 1 - number, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def over(on: date) -> list[Kept]:
    """The packed logs whose months are over: all their lines are older."""
    last = months_before(on, months(on))
    return [one for one in kept() if one.day < last]


def days(on: date) -> list[Day]:
    """What is kept, a line a day, the newest first."""
    last = months_before(on, months(on))
    grouped = groupby(kept(), key=lambda one: one.day)
    return [_line(day, list(files), last) for day, files in grouped][::-1]


def _line(day: date, files: Sequence[Kept], last: date) -> Day:
    names = "、".join(sorted({one.name for one in files}))
    return Day(day, names, len(files), sum(one.size for one in files), day < last)
