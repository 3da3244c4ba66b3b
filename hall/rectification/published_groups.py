"""Which figures of 好差评 everybody may read: the rule of small groups, asked for each denominator.

The denominators are different sets of people (closed cases, grades, bad grades to be put right), so each has its own
table and its own answer. One length is the base: the quarter. A half-year or a year stands where each of its quarters
does, and nothing shorter than a quarter is published, so no length can be taken from another; nor is a span told of
before it is over, or the figures of two days would tell of those who came between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from hall.facts.slices import Slice
from hall.facts.small_groups import Cells, Key, Standing, throughout
from hall.facts.sources import source_of
from hall.rectification.indicators import RATES
from hall.rectification.sources import EvaluationSource

GRADES: Final = "evaluation.given"
_DENOMINATOR: Final = {rate.code: rate.denominator[0] for rate in RATES}
_ALL: Final = ("center",)
_INSIDE: Final = ("department", "window")


@dataclass(frozen=True, slots=True)
class Published:
    """What may be read of one table, for each denominator that was asked for."""

    by: tuple[str, ...]
    standing: Mapping[str, Standing]

    def whole(self, code: str) -> bool:
        """Whether this figure of the whole may be read."""
        return self._of(code).whole

    def line(self, by: str, key: Key, code: str = "") -> bool:
        """Whether this figure of a line may be read; without a figure, whether the line may."""
        return (self.by.index(by), key) in self._of(code).lines

    def _of(self, code: str) -> Standing:
        return self.standing.get(_DENOMINATOR[code] if code else GRADES, Standing())


def of_all(part: Slice, *, codes: frozenset[str], least: int) -> Published:
    """What stands of all centers together, and of each: one query a denominator."""
    return _published(part.but(centers=None), _ALL, codes, least)


def of_center(part: Slice, center: int, *, codes: frozenset[str], least: int, least_of_all: int) -> Published:
    """What stands of one center, its departments and windows: nothing of a figure hidden among the centers."""
    above = of_all(part, codes=codes, least=least_of_all)
    inside = _published(part, _INSIDE, codes, least)
    kept = {name: found for name, found in inside.standing.items() if (0, center) in above.standing[name].lines}
    return Published(_INSIDE, kept)


def _published(part: Slice, by: tuple[str, ...], codes: frozenset[str], least: int) -> Published:
    names = {GRADES, *(_DENOMINATOR[code] for code in codes)}
    return Published(by, {name: throughout(_quarters(name, part, by), least) for name in sorted(names)})


def _quarters(name: str, part: Slice, by: tuple[str, ...]) -> Sequence[Cells]:
    return cast(EvaluationSource, source_of(name)).quarterly(part, by)
