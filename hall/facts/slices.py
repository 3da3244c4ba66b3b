"""What part of the hall, of which days, a figure speaks of. Pure values; who may ask is decided by the caller."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hall.facts.periods import Period


@dataclass(frozen=True, slots=True)
class Slice:
    """Days and place. None means "all"; an empty set of centers means none at all, so a forgotten scope shows nothing.

    `centers` always comes from the asking person (`hall.access.scope.centers_of`) or from the public page of a center.
    `options` are the thresholds of a source (`Source.options`). `by_record` counts by the moment of recording instead
    of the moment of happening: the watch uses it, so that what is recorded late is still found.
    """

    period: Period
    centers: frozenset[int] | None = frozenset()
    department: int | None = None
    window: int | None = None
    staff: int | None = None
    item: str | None = None
    options: Mapping[str, int] = field(default_factory=dict)
    by_record: bool = False

    def but(self, **changes: Any) -> "Slice":
        """The same slice with something else in it."""
        return replace(self, **changes)
