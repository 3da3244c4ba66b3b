"""Messages, adapters that fail in every way, and a way to relay more than once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from hall.access.models import User
from hall.outbox import actions
from hall.outbox.actions import NewMessage
from hall.outbox.channels import Delivery, Letter
from hall.outbox.enums import Channel, Outcome
from hall.outbox.models import Message
from tests.hall.ledger.builders import AT, later

__all__ = ["AT", "Recorder", "later", "new_message", "queue", "relay"]


class Recorder:
    """An adapter that remembers its letters and answers as told; the last answer stays."""

    def __init__(self, *answers: Delivery | Outcome | BaseException | Callable[[Letter], Delivery]) -> None:
        self.answers = list(answers) or [Outcome.SENT]
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> Delivery:
        self.letters.append(letter)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, Outcome):
            return Delivery(answer)
        return answer if isinstance(answer, Delivery) else answer(letter)


def new_message(key: str = "k1", user: User | None = None, **facts: Any) -> NewMessage:
    defaults = {
        "docket": "130302001220260413000017",
        "channel": Channel.SMS,
        "template": "staff_due_soon",
        "recipient_kind": "user" if user else "test",
        "recipient_ref": str(user.pk) if user else "1",
        "dedupe_key": key,
        "available_at": AT,
        "context": {"item": "食品经营许可", "due": "5月13日"},
    }
    return NewMessage(**{**defaults, **facts})


def queue(key: str = "k1", user: User | None = None, **facts: Any) -> Message:
    actions.enqueue_many([new_message(key, user, **facts)])
    return Message.objects.get(dedupe_key=key)


def relay(*moments: datetime) -> int:
    return sum(actions.relay(at) for at in moments or (AT,))
