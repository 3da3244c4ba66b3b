"""Which lines of a table may be read by everybody, so that no difference of published numbers tells of a few people.

A table counts people (grades, cases) in cells; a cell has one coordinate in each division of the whole (its
department, its window). A line is one coordinate of one division, and its number is the sum of its cells. What is
published of one span of days are lines and the whole. Whoever reads them can add and subtract, so hiding small lines
is not enough: the whole without the lines that stand, a department without its windows, may be three people. The rule
of complementary suppression (次级隐藏): once the hidden lines of each division are thrown together, every cell that is
left must be empty or large enough. Every set of people that can be computed from published numbers is made of such
cells.

Over time the rule is simpler. Spans of one length share nobody; a longer one stands only where each of its parts does
(or is empty), so that it is their sum and tells nothing new. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Key = int | None
Cells = Mapping[tuple[Key, ...], int]
# A division by its place in the coordinates, and the coordinate.
Line = tuple[int, Key]


class _Hidden:
    """The coordinate of everything hidden of one division."""


_REST: Final = _Hidden()
Merged = dict[tuple[Key | _Hidden, ...], int]


@dataclass(frozen=True, slots=True)
class Standing:
    """What may be published: the whole, and these lines of it."""

    whole: bool = False
    lines: frozenset[Line] = frozenset()


def large(number: int, least: int) -> bool:
    """Nobody at all, or enough people not to be told apart."""
    return number == 0 or number >= least


def sizes(cells: Cells) -> Counter[Line]:
    """How many each line counts."""
    made: Counter[Line] = Counter()
    for cell, number in cells.items():
        for division, key in enumerate(cell):
            made[division, key] += number
    return made


def standing(cells: Cells, least: int) -> Standing:
    """The lines of one span that may be published beside the whole; the smallest give way first."""
    counted = sizes(cells)
    lines = {line for line, number in counted.items() if number >= least}
    while bad := next((cell for cell, number in merged(cells, lines).items() if not large(number, least)), None):
        touching = set(_beside(bad, cells, lines)) or lines
        if not touching:
            return Standing()
        lines.remove(min(touching, key=lambda line: (counted[line], line[0], line[1] is None, line[1] or 0)))
    return Standing(sum(cells.values()) >= least, frozenset(lines))


def merged(cells: Cells, lines: Iterable[Line]) -> Merged:
    """The cells that can be computed: everything hidden of a division is one."""
    kept, made = set(lines), Counter[tuple[Key | _Hidden, ...]]()
    for cell, number in cells.items():
        made[tuple(key if (division, key) in kept else _REST for division, key in enumerate(cell))] += number
    return dict(made)


def _beside(bad: tuple[Key | _Hidden, ...], cells: Cells, lines: set[Line]) -> Iterator[Line]:
    """The lines that, hidden, make this cell part of a larger one: its own, or those next to it."""
    for division, key in enumerate(bad):
        if not isinstance(key, _Hidden):
            yield division, key
            continue
        for cell, number in merged(cells, lines).items():
            other = cell[division]
            if number and not isinstance(other, _Hidden) and _differs_only(bad, cell, division):
                yield division, other


def _differs_only(one: tuple[object, ...], two: tuple[object, ...], division: int) -> bool:
    return all(mine == theirs for place, (mine, theirs) in enumerate(zip(one, two, strict=True)) if place != division)


def throughout(parts: Sequence[Cells], least: int) -> Standing:
    """What may be published of a longer span made of these parts: what each of them publishes, or where it is empty."""
    found = [(standing(cells, least), sizes(cells), sum(cells.values())) for cells in parts]
    lines = {line for _, counted, _ in found for line in counted}
    whole = all(stands.whole or not number for stands, _, number in found)
    return Standing(
        whole and any(stands.whole for stands, _, _ in found),
        frozenset(
            line
            for line in lines
            if any(line in stands.lines for stands, _, _ in found)
            and all(line in stands.lines or not counted[line] for stands, counted, _ in found)
        ),
    )
