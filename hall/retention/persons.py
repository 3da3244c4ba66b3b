"""What the hall knows of one person: rooms above announce their part in `AppConfig.ready`; this room knows none.

A person is found by the number of a document, through its blind index (law 13); the room that keeps numbers says which
records and telephones belong to it, and every other room goes by those. Each sealed column of the house is part of the
copy, or is left out for a reason that can be read (tests/hall/retention/test_persons.py).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from hall.access.models import User


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: the blind index of their number, and what leads to their data where no number is kept.

    `references` are the numbers of their records, `acting` those in which they act, for themselves or for somebody
    else. `phones` are in canonical form. `centers` are those the person at the desk may look into.
    """

    index: str
    references: frozenset[str]
    acting: frozenset[str]
    phones: frozenset[str]
    centers: frozenset[int]


@dataclass(frozen=True, slots=True)
class File:
    """A file of a person, opened only when the copy is made. `read` gives its bytes."""

    name: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: its lines (label and value), and what decides how long it stays: kind, center and end.

    `kind` is one of hall.retention.kinds; `ended` None is a record that has not ended. `public`: its number may stand
    in the ledger.
    """

    reference: str
    lines: tuple[tuple[str, str], ...]
    kind: str
    center_id: int
    ended: datetime | None
    files: tuple[File, ...] = ()
    public: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """What one room holds of people. `covers` names the sealed columns it gives out, as `table.column`."""

    name: str
    label: str
    covers: frozenset[str]
    entries: Callable[[Person], Iterator[Entry]]


Finder = Callable[[User, str], Person]
_finders: list[Finder] = []
_parts: dict[str, Part] = {}
_left_out: dict[str, str] = {}


def find_by(finder: Finder) -> None:
    """Announce who knows people by the blind index of their number, within what an account may see."""
    _finders[:] = [finder]


def register(part: Part) -> None:
    """Announce a part of the copy."""
    _parts[part.name] = part


def leave_out(reason: str, columns: Iterable[str]) -> None:
    """Announce sealed columns that are no part of a person's copy, and why."""
    _left_out.update(dict.fromkeys(columns, reason))


def parts() -> list[Part]:
    """Every announced part, by name."""
    return [_parts[name] for name in sorted(_parts)]


def left_out() -> Mapping[str, str]:
    """Column and reason."""
    return dict(_left_out)


def find(user: User, index: str) -> Person:
    """Who this is, as far as the account may see; a person nobody knows has no records."""
    for finder in _finders:
        return finder(user, index)
    return Person(index, frozenset(), frozenset(), frozenset(), frozenset())
