"""How long the same item takes with different people (requirements 1.28): one query over one item's closings."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hall.access.models import User
from hall.dashboard import lists
from hall.dashboard.measures import MEASURES
from hall.dashboard.spread import Spread
from hall.facts.slices import Slice

# Fewer cases than this say nothing about a person.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Handler:
    """One person's closings of the item: how many had a limit, and how long those took whose days are known."""

    staff: int
    name: str
    number: str
    timed: int
    spread: Spread


def by_handler(user: User, part: Slice, at: datetime) -> list[Handler]:
    """Everybody with at least five measured closings, the quickest first."""
    found: Any = lists.cases(user, part, MEASURES["timed"], at).order_by()
    return _spreads(found.values_list("handler", "handler__number", "handler__name", "decision_net"))


def _spreads(rows: Iterable[tuple[int, str, str, int | None]]) -> list[Handler]:
    timed: Counter[tuple[int, str, str]] = Counter()
    days: dict[tuple[int, str, str], Counter[int]] = defaultdict(Counter)
    for staff, number, name, taken in rows:
        timed[staff, number, name] += 1
        if taken is not None:
            days[staff, number, name][taken] += 1
    found = [Handler(staff, name, no, timed[staff, no, name], Spread(n)) for (staff, no, name), n in days.items()]
    return sorted((one for one in found if one.spread.n >= FEWEST), key=lambda one: (one.spread.mean or 0, one.number))


def apart(handlers: list[Handler]) -> int | None:
    """How many days lie between the quickest and the slowest median; None for fewer than two people."""
    medians = [one.spread.median or 0 for one in handlers]
    return max(medians) - min(medians) if len(medians) > 1 else None
