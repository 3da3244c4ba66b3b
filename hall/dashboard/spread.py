"""What a set of numbers of days says: mean, median and 90th percentile side by side (law 11). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import ceil

from hall.facts.indicators import DASH


@dataclass(frozen=True, slots=True)
class Spread:
    """Days and how many cases took them. Percentiles are the nearest rank: the days of a case that was."""

    counts: Mapping[int, int]

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        return sum(days * n for days, n in self.counts.items()) / self.n if self.n else None

    @property
    def median(self) -> int | None:
        return self.percentile(50)

    @property
    def p90(self) -> int | None:
        return self.percentile(90)

    def percentile(self, percent: int) -> int | None:
        """The fewest days within which so many percent were done; None where there is nothing."""
        rank = ceil(self.n * percent / 100)
        days = sorted(self.counts)
        totals = accumulate(self.counts[one] for one in days)
        return next((one for one, reached in zip(days, totals, strict=True) if reached >= rank), None)

    @property
    def mean_text(self) -> str:
        """One decimal, or a dash."""
        return DASH if self.mean is None else f"{self.mean:.1f}"

    @property
    def beside(self) -> str:
        """What stands beside the mean, always."""
        return f"中位 {self.median} · P90 {self.p90}" if self.n else "没有数据"
