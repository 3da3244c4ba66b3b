"""Why an action did not happen. Every message is a sentence for the person at the window."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hall.ledger.models import Event


class Refused(Exception):
    """The law, the state or a fact forbids it. `field` names the form field the sentence belongs to, if any."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotPermitted(Refused):
    """The person's role, department or part in the case forbids it."""


class Stale(Refused):
    """Somebody else changed the case since the person opened it; `events` say who changed what."""

    def __init__(self, events: "Sequence[Event]") -> None:
        super().__init__("这件办件在您打开之后已被别人办理，请看清变化后再继续。")
        self.events = events
