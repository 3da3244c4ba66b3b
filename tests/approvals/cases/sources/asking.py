"""How tests ask a source: April and May 2026, everywhere, unless they say otherwise."""

from datetime import date
from typing import Any

from hall.facts import sources
from hall.facts.periods import between
from hall.facts.slices import Slice
from hall.facts.sources import Fact

SPRING = between(date(2026, 4, 1), date(2026, 5, 31))


def part(**facts: Any) -> Slice:
    return Slice(**{"period": SPRING, "centers": None, **facts})


def find(code: str, **facts: Any) -> list[Fact]:
    """The facts, which must be as many as are counted, and stand by their keys."""
    source = sources.source_of(code)
    found = source.find(part(**facts))
    assert source.count(part(**facts)) == len(found)
    keys = {fact.key for fact in found}
    assert len(keys) == len(found)
    assert source.standing(keys) == keys
    return found


def dockets(code: str, **facts: Any) -> set[str]:
    return {fact.docket for fact in find(code, **facts)}
