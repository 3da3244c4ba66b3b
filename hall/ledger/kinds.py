"""The words for events. Rooms announce theirs in `AppConfig.ready`; the ledger itself knows no case (floor rule)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Renderer = Callable[[Mapping[str, Any]], str]


class UnknownKind(LookupError):
    """Nobody announced this kind of event."""


class Describable(Protocol):
    """What `describe` needs of an event."""

    kind: str
    data: Any


@dataclass(frozen=True)
class Kind:
    """A kind of event: its Chinese label, and how its data read as the rest of the sentence."""

    name: str
    label: str
    render: Renderer | None = None


_kinds: dict[str, Kind] = {}


def register(name: str, label: str, render: Renderer | None = None) -> None:
    """Announce a kind, such as `case.accepted` 受理. ValueError when it already has another label."""
    known = _kinds.get(name)
    if known and known.label != label:
        raise ValueError(f"the event kind {name} is already called {known.label}")
    _kinds[name] = Kind(name, label, render)


def kind_of(name: str) -> Kind:
    """The announced kind. Raises UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(f"event kind {name!r} was not registered in any AppConfig.ready") from None


def label_of(name: str) -> str:
    """The Chinese label; a kind of a room no longer installed is shown by its name."""
    return _kinds[name].label if name in _kinds else name


def describe(event: Describable) -> str:
    """One line for a timeline: the label and what its renderer makes of the data. Old data never break a page."""
    kind = _kinds.get(event.kind)
    if kind is None:
        return event.kind
    if kind.render is None:
        return kind.label
    try:
        detail = kind.render(event.data)
    except (KeyError, TypeError, ValueError):
        return kind.label
    return f"{kind.label}：{detail}" if detail else kind.label
