"""Who has to be asked, and told, when the calendar changes. Rooms above register in `AppConfig.ready`.

A room with few deadlines moves them in the transaction of the import. One with very many lists first which may move and
then follows in portions, each a transaction of its own (`hall.workdays.following_actions` drives it), so that an import
takes a moment and nobody waits for it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from hall.workdays.arithmetic import Calendar

if TYPE_CHECKING:
    from hall.access.models import User
    from hall.workdays.models import CalendarChange

CalendarOf = Callable[[str], Calendar]


@dataclass(frozen=True, slots=True)
class Moved:
    """One deadline that a new calendar would move."""

    docket: str
    clock: str
    old: date
    new: date


@dataclass(frozen=True, slots=True)
class Recalculation:
    """`preview(old, new)` names what would move and changes nothing; `recalculate(by=, at=, reason=)` moves it.

    `old` and `new` answer a 12-digit region code with its calendar. `recalculate` runs in the transaction of the
    import, sees the new calendar, writes one event per case and returns how many deadlines moved.
    """

    name: str
    preview: Callable[[CalendarOf, CalendarOf], Iterable[Moved]]
    recalculate: Callable[..., int]


@dataclass(frozen=True, slots=True)
class Tried:
    """One portion of a dry run. `mark`: from where the next one goes on; empty when nothing is left."""

    mark: str
    looked_at: int
    moved: Sequence[Moved] = ()
    unknown: int = 0  # those that cannot be computed


@dataclass(frozen=True, slots=True)
class InPortions:
    """`line_up(change)` lists what may move and says how many; `follow(change, at=)` moves it.

    A dry run asks `count()` how many there are to look at, and `try_out(old, new, mark)` yields portion after portion
    from a mark on, changing nothing. `follow` yields after every portion it has committed, and ends when nothing is
    left that is free. It may be broken off anywhere and begun again: what is done is not done twice. `left(change)`
    says how many still wait.
    """

    name: str
    count: Callable[[], int]
    try_out: Callable[[CalendarOf, CalendarOf, str], Iterator[Tried]]
    line_up: Callable[["CalendarChange"], int]
    follow: Callable[..., Iterator[int]]
    left: Callable[["CalendarChange"], int]


_registered: dict[str, Recalculation | InPortions] = {}


def register(
    name: str, preview_fn: Callable[[CalendarOf, CalendarOf], Iterable[Moved]], recalc_fn: Callable[..., int]
) -> None:
    """Announce what depends on the calendar. A name registers once; again replaces (a reload in tests)."""
    _registered[name] = Recalculation(name, preview_fn, recalc_fn)


def register_in_portions(room: InPortions) -> None:
    """Announce what depends on the calendar and is too much for one transaction."""
    _registered[room.name] = room


def unregister(name: str) -> None:
    """Forget a registration."""
    _registered.pop(name, None)


def in_portions() -> list[InPortions]:
    """The rooms that follow by and by."""
    return [room for room in _registered.values() if isinstance(room, InPortions)]


def at_once() -> list[Recalculation]:
    """The rooms that move their deadlines in the import itself."""
    return [room for room in _registered.values() if isinstance(room, Recalculation)]


def recalculate(*, by: "User | None", at: datetime, reason: str) -> int:
    """Let every room that moves its deadlines at once do so; returns how many moved."""
    return sum(room.recalculate(by=by, at=at, reason=reason) for room in at_once())
