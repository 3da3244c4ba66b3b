"""How a city's cases are spread: over departments, weekdays, items, paces and outcomes. Pure, from one seeded source.

The pace is the one of real permit cases: twenty quantiles of "time used over time allowed" of the 1,329 closed cases of
Buijs, J.C.A.M. (2014), Receipt phase of an environmental permit application process (WABO), CoSeLoG, 4TU,
doi 10.4121/uuid:a07386a5-7be3-4367-9535-70bc9e77dbe6. So are the weekdays (251, 277, 300, 285, 244 from Monday on) and
how unevenly the work falls on people: of 39, the busiest holds 336 of 1,434 cases.
"""

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Final, Generic, TypeVar

T = TypeVar("T")
# Share of the limit used at each twentieth of the cases; the last tail (to 5.9 times the limit) is cut at 2.1.
PACE: Final = (
    0.0, 0.22, 0.357, 0.487, 0.559, 0.614, 0.666, 0.724, 0.774, 0.828, 0.865,
    0.901, 0.943, 0.973, 0.993, 1.009, 1.042, 1.2, 1.458, 2.026, 2.1,
)  # fmt: skip
# A hall is quicker than that office, where one in four was late: with this factor about one in twenty-five is.
QUICKER: Final = 0.52
WEEKDAYS: Final = (251, 277, 300, 285, 244)
# Busiest to idlest, as a rank's share of the work (Zipf, exponent read off the WABO resources).
UNEVENNESS: Final = 0.9
PEOPLE_ORDER: Final = ("window", "online", "post", "agent", "outreach")
CHANNELS: Final = (58, 34, 4, 2, 2)
OUTCOMES: Final = {"granted": 930, "denied": 12, "not_required": 10, "refused": 14, "withdrawn": 26, "voided": 8}
PAUSED: Final = 0.03


class Weighted(Generic[T]):
    """A draw among few things with weights."""

    def __init__(self, things: Sequence[T], weights: Sequence[float]) -> None:
        self._things, self._sums = things, list(accumulate(weights))

    def draw(self, random: Random) -> T:
        """One of them."""
        return self._things[bisect(self._sums, random.random() * self._sums[-1])]


def ranked(things: Sequence[T], unevenness: float = UNEVENNESS) -> Weighted[T]:
    """The first is drawn most often, the n-th 1/n to the power of `unevenness` as often."""
    return Weighted(things, [1 / (rank**unevenness) for rank in range(1, len(things) + 1)])


def pace(random: Random) -> float:
    """Time used over time allowed, between 0 and about 1.1."""
    place = random.random() * (len(PACE) - 1)
    low = int(place)
    return (PACE[low] + (PACE[low + 1] - PACE[low]) * (place - low)) * QUICKER
