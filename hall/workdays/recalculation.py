"""Who has to be asked, and told, when the calendar changes. Rooms above register in `AppConfig.ready`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from hall.workdays.arithmetic import Calendar

if TYPE_CHECKING:
    from hall.access.models import User

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


_registered: dict[str, Recalculation] = {}


def register(
    name: str, preview_fn: Callable[[CalendarOf, CalendarOf], Iterable[Moved]], recalc_fn: Callable[..., int]
) -> None:
    """Announce what depends on the calendar. A name registers once; again replaces (a reload in tests)."""
    _registered[name] = Recalculation(name, preview_fn, recalc_fn)


def unregister(name: str) -> None:
    """Forget a registration."""
    _registered.pop(name, None)


def preview(old: CalendarOf, new: CalendarOf) -> list[Moved]:
    """Every deadline that would move, by docket."""
    moved = (item for registered in _registered.values() for item in registered.preview(old, new))
    return sorted(moved, key=lambda item: (item.docket, item.clock))


def recalculate(*, by: "User | None", at: datetime, reason: str) -> int:
    """Let every room move its deadlines; returns how many moved."""
    return sum(registered.recalculate(by=by, at=at, reason=reason) for registered in _registered.values())
