"""How a letter leaves the house. Each channel has an adapter; SMS and robots write files until a gateway is set up.

`settings.OUTBOX_ADAPTERS` maps a channel to the dotted path of an adapter class without arguments. An adapter has
time-outs of its own, answers with a Delivery, and never logs an address.
"""

import json
import os
import smtplib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from hall.outbox.enums import Channel, Outcome
from hall.outbox.models import InboxEntry
from hall.outbox.recipients import Address
from hall.outbox.texts import Text


@dataclass(frozen=True)
class Letter:
    """A message with its address and text, alive only while it is being sent."""

    message_id: UUID
    docket: str
    address: Address
    text: Text
    at: datetime


@dataclass(frozen=True)
class Delivery:
    """What an adapter reports. `error` names the problem in a few words without the address."""

    outcome: Outcome
    error: str = ""
    provider_ref: str = ""


class Adapter(Protocol):
    """What a channel needs. The message id stays the same on every attempt: pass it on to the provider."""

    def send(self, letter: Letter) -> Delivery:
        """Try once. Exceptions count as not sent, except time-outs and broken connections: outcome unknown."""


class InboxAdapter:
    """The in-app inbox: one entry per message, however often it is relayed."""

    def send(self, letter: Letter) -> Delivery:
        user = letter.address.user_id
        if not user.isdigit() or not get_user_model()._default_manager.filter(pk=user, is_active=True).exists():
            return Delivery(Outcome.REFUSED, "没有可登录的账号")
        InboxEntry.objects.get_or_create(
            message_id=letter.message_id,
            defaults={
                "recipient_id": user,
                "docket": letter.docket,
                "title": letter.text.title,
                "body": letter.text.body,
                "created_at": letter.at,
            },
        )
        return Delivery(Outcome.SENT)


class EmailAdapter:
    """Django mail. The Message-ID is the message's own, so that a second copy is recognised as one."""

    def send(self, letter: Letter) -> Delivery:
        if not letter.address.email:
            return Delivery(Outcome.REFUSED, "没有电子邮件地址")
        mail = EmailMessage(
            subject=letter.text.title,
            body=letter.text.body,
            to=[letter.address.email],
            headers={"Message-ID": f"<{letter.message_id}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>"},
        )
        try:
            mail.send()
        except (smtplib.SMTPRecipientsRefused, UnicodeError, ValueError):
            return Delivery(Outcome.REFUSED, "邮件服务器不接受该地址")
        except smtplib.SMTPServerDisconnected:
            return Delivery(Outcome.UNKNOWN, "邮件服务器中断了连接")
        return Delivery(Outcome.SENT)


class FileAdapter:
    """The default gateway: one JSON line per message in settings.OUTBOX_DIR, readable by the hall's own user only."""

    channel: Channel
    part: str

    def send(self, letter: Letter) -> Delivery:
        address = getattr(letter.address, self.part)
        if not address:
            return Delivery(Outcome.REFUSED, "没有可用的地址")
        line = {
            "message_id": str(letter.message_id),
            "to": address,
            "title": letter.text.title,
            "body": letter.text.body,
            "written_at": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        }
        append_line(Path(settings.OUTBOX_DIR) / f"{self.channel}.jsonl", json.dumps(line, ensure_ascii=False))
        return Delivery(Outcome.SENT)


class SmsFile(FileAdapter):
    """Short messages."""

    channel = Channel.SMS
    part = "phone"


class RobotFile(FileAdapter):
    """Group robots of 企业微信, 钉钉 and the like."""

    channel = Channel.ROBOT
    part = "robot"


_DEFAULTS: dict[str, type[Adapter]] = {
    Channel.INBOX: InboxAdapter,
    Channel.EMAIL: EmailAdapter,
    Channel.SMS: SmsFile,
    Channel.ROBOT: RobotFile,
}
_adapters: dict[str, Adapter] = {}


def adapter_for(channel: str) -> Adapter:
    """The adapter of a channel: one set by `use`, else the configured one, else the default."""
    if channel in _adapters:
        return _adapters[channel]
    path = getattr(settings, "OUTBOX_ADAPTERS", {}).get(channel)
    adapter: Adapter = import_string(path)() if path else _DEFAULTS[channel]()
    return adapter


def use(channel: str, adapter: Adapter | None) -> None:
    """Replace the adapter of a channel in this process; None brings back the configured one."""
    if adapter is None:
        _adapters.pop(channel, None)
    else:
        _adapters[channel] = adapter


def append_line(path: Path, line: str) -> None:
    """Add one line in one write, so that two relays never mix theirs; the file is private from its first byte."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, (line + "\n").encode())
    finally:
        os.close(handle)
