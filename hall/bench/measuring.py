"""What a measurement is: ours beside its floor, in one unit, with what must be reached."""

import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from hall.bench.scratch import Scale

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a job works: the scale of the database it is connected to, and whom to tell of long work."""

    scale: Scale
    told: Told


@dataclass(frozen=True, slots=True)
class Must:
    """One number the job has to reach: `value` at most, or at least, `limit`."""

    what: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether it was reached."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def text(self) -> str:
        """`倍数 3.1 ≤ 5`, for the table."""
        return f"{self.what} {number(self.value)} {'≥' if self.at_least else '≤'} {number(self.limit)}"


@dataclass(frozen=True, slots=True)
class Result:
    """One job at one scale. `floor` is what bare tools need for the same work, None where there is no such thing."""

    job: str
    scale: str
    ours: float
    unit: str
    n: int
    floor: float | None = None
    musts: Sequence[Must] = ()
    also: dict[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """Ours over the floor: below one is faster where the unit is time, slower where it is a rate."""
        return self.ours / self.floor if self.floor else None

    def line(self) -> str:
        """One line of JSON."""
        named = {
            name: _rounded(getattr(self, name)) for name in ("job", "scale", "ours", "floor", "ratio", "unit", "n")
        }
        also = {name: _rounded(value) for name, value in self.also.items()}
        return json.dumps(named | ({"also": also} if also else {}), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Job:
    """A name on the command line, what it is called in the table, and how it is measured."""

    name: str
    label: str
    run: Callable[[Ground], Result]
    needs_cases: bool = True


def clock(work: Callable[[], object]) -> float:
    """Seconds the work took."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def middle(work: Callable[[], object], times: int) -> float:
    """The median of several runs, in seconds, the first one left out: it fills caches."""
    work()
    return median(clock(work) for _ in range(times))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value with at least `share` of all at or below it (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def number(value: float) -> str:
    """A figure as people read it."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _rounded(value: object) -> object:
    return float(f"{value:.5g}") if isinstance(value, float) else value


_NAMES: Final = ("job", "scale", "ours", "floor", "ratio", "unit", "n")
BLOCKS: Final = 3  # ours and floor take turns this often, so that what else the machine does falls on both
