"""What each pledge is made of. Rooms add parts in `AppConfig.ready`; a part without a source says why there is none."""

from collections.abc import Callable
from dataclasses import dataclass

from hall.facts import sources
from hall.pledges.enums import Counts, Pledge

WAITING = "这项数据的来源还没有接入。"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a pledge: the source that counts it, or why there is none yet.

    `standing` is asked over all days up to now: what lies unfinished does so whatever month it began in.
    """

    pledge: Pledge
    label: str
    source: str = ""
    missing: str = WAITING
    counts: Counts = Counts.IN
    standing: bool = False
    order: int = 100

    @property
    def known(self) -> bool:
        """Whether the room that counts it has announced its source."""
        return sources.known(self.source)


_parts: dict[tuple[str, str], Part] = {}
_listeners: list[Callable[[Pledge], None]] = []


def register(part: Part) -> None:
    """Add a part, or replace the one with the same source or, without a source, the same label."""
    _parts[part.pledge, part.source or part.label] = part
    for listener in _listeners:
        listener(part.pledge)


def on_change(listener: Callable[[Pledge], None]) -> None:
    """Call `listener` with the pledge whenever it gets a part; again changes nothing."""
    if listener not in _listeners:
        _listeners.append(listener)


def parts_of(pledge: Pledge) -> list[Part]:
    """The parts of a pledge, in order."""
    own = (part for (owner, _), part in _parts.items() if owner == pledge)
    return sorted(own, key=lambda part: (part.order, part.label))


def codes(pledge: Pledge, counts: Counts) -> list[str]:
    """The sources that count this way, announced or still to come."""
    return [part.source for part in parts_of(pledge) if part.counts == counts and part.source]
