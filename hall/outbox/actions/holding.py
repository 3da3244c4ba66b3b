"""Keeping back what may have gone out already."""

from datetime import datetime

from hall.outbox.enums import Channel
from hall.outbox.models import Message


def hold_back(*, at: datetime, reason: str) -> int:
    """Park every message to the outside that is still to be sent; a person looks, and lets them go with `unpark`.

    The in-app inbox is not held: it lies in the same database and went back with it. Returns how many.
    """
    waiting = Message.objects.filter(done_at__isnull=True, parked_at__isnull=True).exclude(channel=Channel.INBOX)
    return waiting.update(parked_at=at, leased_until=None, last_error=reason[:200])
