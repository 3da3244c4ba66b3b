"""The only door into the outbox: write messages, record receipts, read the inbox. Sending stands in relaying.py."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from hall.ledger import setwise
from hall.outbox import recipients, texts
from hall.outbox.actions.relaying import relay
from hall.outbox.enums import Channel
from hall.outbox.models import InboxEntry, Message
from hall.privacy.detector import Sieve, redact

__all__ = ["NewMessage", "enqueue", "enqueue_many", "mark_all_read", "mark_read", "receipt", "relay", "unpark"]
_COLUMNS = (
    "id", "docket", "channel", "template", "recipient_kind", "recipient_ref", "dedupe_key", "context", "available_at",
    "attempts", "last_error",
)  # fmt: skip


class UnfitMessage(ValueError):
    """A message that could never be sent, or holds what an outbox row may not hold."""


@dataclass(frozen=True)
class NewMessage:
    """One message for `enqueue_many`; the fields are those of `enqueue`."""

    docket: str
    channel: str
    template: str
    recipient_kind: str
    recipient_ref: str
    dedupe_key: str
    available_at: datetime
    context: Mapping[str, Any] = field(default_factory=dict)


def enqueue(
    *,
    docket: str,
    channel: str,
    template: str,
    recipient_kind: str,
    recipient_ref: str,
    dedupe_key: str,
    available_at: datetime,
    context: Mapping[str, Any] | None = None,
) -> None:
    """Write a message in the caller's transaction; the relay sends it once that is committed (C2, R13, R14).

    A second message with the same `dedupe_key` is dropped silently. `context` holds item, dates and other plain facts,
    never a name, number or address of a person. Raises UnfitMessage, TemplateDoesNotExist or UnknownRecipientKind at
    once, while somebody is there to notice.
    """
    new = NewMessage(docket, channel, template, recipient_kind, recipient_ref, dedupe_key, available_at, context or {})
    enqueue_many([new])


def enqueue_many(messages: Iterable[NewMessage]) -> None:
    """Write many messages set-based. The same rules as `enqueue`."""
    sieve = Sieve()
    rows = [_columns(new, sieve) for new in messages]
    for template in {row["template"] for row in rows}:
        texts.find(template)
    setwise.insert(Message, _COLUMNS, rows, ignore_conflicts=True)


def receipt(*, message_id: UUID, delivered: bool, at: datetime, error: str = "") -> bool:
    """Record a provider's delivery receipt. It may come twice, and before our own commit of the sending (R12 e, f).

    False when no such message exists. An undelivered message is parked for a person to look at, not sent again by
    itself.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(pk=message_id).first()
        if message is None:
            return False
        if message.received_at is None and delivered:
            message.received_at = at
            message.done_at = message.done_at or at
            message.parked_at = None
        elif message.received_at is None and message.parked_at is None:
            message.done_at, message.parked_at = None, at
            message.last_error = redact(error)[:200] or "回执：未送达"  # a provider may repeat the number
        message.save(update_fields=["received_at", "done_at", "parked_at", "last_error"])
    return True


def unpark(*, channel: str, at: datetime) -> int:
    """Try the parked messages of a channel again from the beginning, its cause put right. Returns how many."""
    parked = Message.objects.filter(channel=channel, parked_at__isnull=False)
    return parked.update(parked_at=None, leased_until=None, attempts=0, available_at=at)


def mark_read(*, user: AbstractBaseUser, entry_id: UUID, at: datetime) -> bool:
    """Mark one of the user's own entries as read. False when it is not theirs; reading twice keeps the first time."""
    mine = InboxEntry.objects.filter(pk=entry_id, recipient_id=user.pk)
    return bool(mine.filter(read_at__isnull=True).update(read_at=at)) or mine.exists()


def mark_all_read(*, user: AbstractBaseUser, at: datetime) -> int:
    """Mark everything in the user's inbox as read up to `at`. Returns the number of entries."""
    return InboxEntry.objects.filter(recipient_id=user.pk, read_at__isnull=True, created_at__lte=at).update(read_at=at)


def _columns(new: NewMessage, sieve: Sieve) -> dict[str, Any]:
    if new.channel not in Channel.values:
        raise UnfitMessage(f"unknown channel {new.channel!r}")
    if not recipients.known(new.recipient_kind):
        raise recipients.UnknownRecipientKind(new.recipient_kind)
    personal = sieve.paths({**new.context, "ref": new.recipient_ref, "key": new.dedupe_key})
    nested = [key for key, value in new.context.items() if not isinstance(value, str | int | float | bool | None)]
    if personal or nested:
        raise UnfitMessage(f"{new.template}: not plain impersonal facts: {', '.join(personal + nested)}")
    return {
        "id": str(uuid4()),
        "docket": new.docket,
        "channel": new.channel,
        "template": new.template,
        "recipient_kind": new.recipient_kind,
        "recipient_ref": new.recipient_ref,
        "dedupe_key": new.dedupe_key,
        "context": dict(new.context),
        "available_at": new.available_at.isoformat(),
        "attempts": 0,
        "last_error": "",
    }
