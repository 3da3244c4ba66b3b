"""The number of a pledge: its parts counted in a slice, added up, with what is missing said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils import timezone

from hall.facts import sources
from hall.facts.indicators import DASH, Figure
from hall.facts.periods import between
from hall.facts.slices import Slice
from hall.pledges.enums import Counts, Pledge
from hall.pledges.parts import Part, parts_of

# Before any hall of this kind; what stands unfinished may have begun at any time.
_BEGINNING: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Counted:
    """A part with its number; None where its source is missing."""

    part: Part
    part_slice: Slice
    number: int | None

    @property
    def text(self) -> str:
        return DASH if self.number is None else f"{self.number:,}"


def slice_of(part: Part, asked: Slice, today: date) -> Slice:
    """The days a part is asked for: those asked, or all up to now for what stands unfinished."""
    return asked.but(period=between(_BEGINNING, today)) if part.standing else asked


def count(pledge: Pledge, asked: Slice, today: date) -> list[Counted]:
    """Every part of a pledge with its number: one query each, or one for several that are cuts of the same rows."""
    return _counted(parts_of(pledge), asked, today)


def _counted(parts: Iterable[Part], asked: Slice, today: date) -> list[Counted]:
    slices = [(part, slice_of(part, asked, today)) for part in parts]
    known = [(sources.source_of(part.source), cut) for part, cut in slices if part.known]
    numbers = iter(sources.counted(known))
    return [Counted(part, cut, next(numbers) if part.known else None) for part, cut in slices]


def total(counted: Iterable[Counted], at: datetime) -> Figure:
    """The figure of parts already counted; missing only where nothing at all can be counted."""
    found = list(counted)
    inside = [one for one in found if one.part.counts == Counts.IN]
    under = [one for one in found if one.part.counts == Counts.OF]
    if all(one.number is None for one in inside):
        return Figure(missing=next((one.part.missing for one in inside), "还没有登记任何来源。"), as_of=at)
    if under and all(one.number is None for one in under):
        return Figure(missing=under[0].part.missing, as_of=at)
    return Figure(_sum(inside), _sum(under) if under else None, as_of=at)


def _sum(counted: Iterable[Counted]) -> int:
    return sum(one.number or 0 for one in counted)


def figure(pledge: Pledge, asked: Slice, at: datetime) -> Figure:
    """The number of a pledge: one query for each part that counts."""
    today = timezone.localdate(at)
    needed = (part for part in parts_of(pledge) if part.counts != Counts.BESIDE)
    return total(_counted(needed, asked, today), at)
