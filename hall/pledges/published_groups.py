"""Which boards may show numbers of a month: the rule of small groups over a center, its windows and those below it.

The board of a center counts the centers below it too. So whoever takes the boards of its windows and of the centers
right below from it must not be left with a few applicants; the board that would leave them shows no number either.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from hall.facts import sources
from hall.facts.slices import Slice
from hall.facts.small_groups import Key, standing
from hall.organisation.models import Center, Window
from hall.organisation.queries import subtree

# What applicants are counted by.
FILED: Final = "cases.filed"
_PLACES: Final = ("center", "window")


def stands(center: Center, window: Window | None, asked: Slice, *, small: int) -> bool:
    """Whether this board may show numbers of the days asked for, for all that other boards show: two queries."""
    way = _upwards(center)
    counted = _cells(asked.but(centers=None, window=None), way[-1])
    if counted is None:
        return True
    wanted: Key = window.pk if window is not None else None
    for place, below in zip(way, [None, *way], strict=False):
        lines = standing({(key,): number for key, number in _lines(place, counted).items()}, small).lines
        line: Key = wanted if below is None else -below.pk
        if line is not None and (0, line) not in lines:
            return False
    return True


def _upwards(center: Center) -> list[Center]:
    """The center, the one above it, and so on to the top."""
    way = [center]
    while (above := way[-1].parent) is not None:
        way.append(above)
    return way


def _cells(asked: Slice, top: Center) -> dict[tuple[int, ...], Counter[Key]] | None:
    """How many each window took, by the way from the top to its center; None where nobody counts what was filed."""
    source = sources.source_of(FILED) if sources.known(FILED) else None
    if not isinstance(source, sources.QuerySource):
        return None
    parents = dict(subtree(top.pk).values_list("pk", "parent_id"))
    made: dict[tuple[int, ...], Counter[Key]] = {}
    for (center, window), number in source.cells(asked.but(centers=frozenset(parents)), _PLACES).items():
        if center is not None:
            made.setdefault(_path(center, parents), Counter())[window] += number
    return made


def _path(center: int, parents: Mapping[int, int | None]) -> tuple[int, ...]:
    above = parents.get(center)
    return (*(_path(above, parents) if above is not None and above in parents else ()), center)


def _lines(place: Center, counted: dict[tuple[int, ...], Counter[Key]]) -> Counter[Key]:
    """What the board of a center is made of: its windows by key, the centers right below it by the key turned round."""
    made: Counter[Key] = Counter()
    for path, windows in counted.items():
        if place.pk not in path:
            continue
        below = path[path.index(place.pk) + 1 :]
        for window, number in windows.items():
            made[-below[0] if below else window] += number
    return made
