"""A dry run: what a notice would move, asked portion by portion and added up; it may stop and go on anywhere."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final, Self

from hall.workdays import recalculation
from hall.workdays.recalculation import CalendarOf, Moved, Tried

FIRST: Final = 20


@dataclass(slots=True)
class Trial:
    """How far it has come. `rooms`: those still to be asked, the first of them from `mark` on.

    `cases` have a deadline that moves, `deadlines` in all; `first` are those with the smallest numbers. `named` are the
    dockets that rooms with few deadlines told at once, so that a case is not counted again when its own turn comes.
    """

    rooms: list[str]
    total: int = 0
    mark: str = ""
    done: int = 0
    cases: int = 0
    deadlines: int = 0
    unknown: int = 0
    first: list[Moved] = field(default_factory=list)
    named: list[str] = field(default_factory=list)

    @classmethod
    def begun(cls, old: CalendarOf, new: CalendarOf) -> Self:
        """Ask the rooms with few deadlines, and the others how many they have to look at."""
        rooms = recalculation.in_portions()
        trial = cls([room.name for room in rooms], sum(room.count() for room in rooms))
        moved = [one for room in recalculation.at_once() for one in room.preview(old, new)]
        trial._add(moved, known=())
        trial.named = sorted({one.docket for one in moved})
        return trial

    def portions(self, old: CalendarOf, new: CalendarOf) -> Iterator[None]:
        """Ask on; yields after every portion that is added up."""
        known = {room.name: room for room in recalculation.in_portions()}
        while self.rooms:
            room = known.get(self.rooms[0])
            for tried in room.try_out(old, new, self.mark) if room else ():
                self._take(tried)
                if tried.mark:
                    yield
            self.rooms, self.mark = self.rooms[1:], ""
            yield

    @property
    def over(self) -> bool:
        """Every room has been asked."""
        return not self.rooms

    def _take(self, tried: Tried) -> None:
        self.mark = tried.mark
        self.done += tried.looked_at
        self.unknown += tried.unknown
        self._add(tried.moved, known=set(self.named))

    def _add(self, moved: Iterable[Moved], known: Collection[str]) -> None:
        found = list(moved)
        self.cases += len({one.docket for one in found}.difference(known))
        self.deadlines += len(found)
        self.first = sorted([*self.first, *found], key=lambda one: (one.docket, one.clock))[:FIRST]

    def as_json(self) -> dict[str, Any]:
        """To be kept while nobody works at it."""
        first = [[one.docket, one.clock, one.old.isoformat(), one.new.isoformat()] for one in self.first]
        return {**asdict(self), "first": first}

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> Self:
        """What was kept."""
        days = [(docket, clock, *map(date.fromisoformat, days)) for docket, clock, *days in kept["first"]]
        return cls(**{**kept, "first": [Moved(*one) for one in days]})


def whole(old: CalendarOf, new: CalendarOf) -> Trial:
    """A dry run from beginning to end, for those who can wait."""
    trial = Trial.begun(old, new)
    for _ in trial.portions(old, new):
        pass
    return trial
