"""What every action of the room does besides its change: the event, and messages to staff."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from hall.access.models import User
from hall.ledger import actions as ledger
from hall.organisation.models import Center
from hall.outbox import actions as outbox
from hall.outbox.actions import NewMessage


def event(kind: str, center: Center, /, *, by: User | None, at: datetime, **data: Any) -> None:
    """Into the ledger, by numbers only."""
    ledger.append(docket="", kind=kind, center_code=center.code, actor=by, occurred_at=at, data=data)


def message(template: str, people: Iterable[int], *, key: str, at: datetime, **context: Any) -> None:
    """To the inboxes of staff, once for each key and person."""
    outbox.enqueue_many(
        NewMessage("", "inbox", template, "staff", str(pk), f"{key}:{pk}", at, context) for pk in sorted(set(people))
    )
