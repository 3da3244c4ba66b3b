"""Indicators: numbers that carry their definition, denominator, exclusions and as-of time (law 11).

An indicator is made of sources: its numerator counts facts of some, its denominator of others, and both open their
lists. What has no source yet is announced as missing, with the reason, and shows a dash. Nothing divided by nothing is
100 %.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import TextChoices

from hall.facts import sources
from hall.facts.slices import Slice

DASH: Final = "—"


class Unit(TextChoices):
    """How a figure is written."""

    COUNT = "count", "件"
    PERCENT = "percent", "%"
    DAYS = "days", "天"


class Better(TextChoices):
    """Which way is good; decides the words "好于" and "差于" beside a comparison, never a colour alone."""

    MORE = "more", "越高越好"
    LESS = "less", "越低越好"
    NEITHER = "neither", ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of an indicator. `missing` says why there is none; then the numbers are empty."""

    numerator: int = 0
    denominator: int | None = None
    missing: str = ""
    as_of: datetime | None = None

    @property
    def value(self) -> float | None:
        """The share between 0 and 1, or the count; None where nothing can be said."""
        if self.missing:
            return None
        if self.denominator is None:
            return float(self.numerator)
        return self.numerator / self.denominator if self.denominator else None

    @property
    def text(self) -> str:
        """How it is written: 98.6%, 12, or a dash. Shares are cut off, never rounded up: 99.99 % is not 100 %."""
        if self.value is None:
            return DASH
        if self.denominator is None:
            return f"{self.numerator:,}"
        permille = self.numerator * 1000 // self.denominator
        return f"{permille // 10}.{permille % 10}%" if permille % 10 else f"{permille // 10}%"

    @property
    def fraction(self) -> str:
        """Numerator over denominator, or nothing for a plain count."""
        return "" if self.missing or self.denominator is None else f"{self.numerator:,} / {self.denominator:,}"


@dataclass(frozen=True)
class Indicator:
    """A named number. `numerator` and `denominator` are codes of sources whose counts are added up.

    `excludes` says in Chinese what is left out; `source` is the document the definition comes from; `compute`
    replaces the counting where a number is no count of facts. `missing` marks an indicator without a source yet.
    """

    code: str
    label: str
    definition: str
    numerator: Sequence[str] = ()
    denominator: Sequence[str] = ()
    numerator_label: str = ""
    denominator_label: str = ""
    excludes: str = ""
    source: str = ""
    unit: Unit = Unit.COUNT
    better: Better = Better.NEITHER
    compute: Callable[[Slice, datetime], Figure] | None = None
    missing: str = ""

    def figure(self, part: Slice, at: datetime) -> Figure:
        """The value for a slice, as of `at`."""
        if self.missing:
            return Figure(missing=self.missing, as_of=at)
        if self.compute is not None:
            return self.compute(part, at)
        counted = [sum(sources.source_of(code).count(part) for code in codes) for codes in self._sides()]
        return Figure(counted[0], counted[1] if self.denominator else None, as_of=at)

    def _sides(self) -> tuple[Sequence[str], Sequence[str]]:
        return self.numerator, self.denominator


_indicators: dict[str, Indicator] = {}


class UnknownIndicator(LookupError):
    """Nobody announced this indicator."""


def register(indicator: Indicator) -> None:
    """Announce an indicator; again replaces it, so that a room may fill what was announced as missing."""
    _indicators[indicator.code] = indicator


def indicator_of(code: str) -> Indicator:
    """The announced indicator. Raises UnknownIndicator."""
    try:
        return _indicators[code]
    except KeyError:
        raise UnknownIndicator(code) from None


def all_indicators() -> list[Indicator]:
    """Every announced indicator, by code."""
    return [_indicators[code] for code in sorted(_indicators)]
