"""What may keep every message in the house for a while. Rooms above announce theirs in `AppConfig.ready`."""

from collections.abc import Callable

Gate = Callable[[], str]
_gates: list[Gate] = []


def register(gate: Gate) -> None:
    """Announce a reason to hold messages back: it answers with a sentence, or with nothing."""
    if gate not in _gates:
        _gates.append(gate)


def closed() -> str:
    """The first reason there is now; empty when messages may leave."""
    return next((reason for gate in _gates if (reason := gate())), "")
