"""What forbids an act on a case besides rights and state. Every message is a sentence for the person at the window."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hall.facts.errors import Refused

if TYPE_CHECKING:
    from hall.ledger.models import Event


class Stale(Refused):
    """Somebody else changed the case since the person opened it; `events` say who changed what."""

    def __init__(self, events: "Sequence[Event]") -> None:
        super().__init__("这件办件在您打开之后已被别人办理，请看清变化后再继续。")
        self.events = events
