"""Sending: claim a few messages, send them outside of any transaction, write down what came of it (C2, C9, R12).

A claim is a lease: it counts the attempt first, so that a message that kills the process is not tried for ever, and it
runs out, so that what a dead relay held is sent by the next one. Delivery is at least once; the message id stays the
same.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread

from django.db import transaction
from django.db.models import F, Max, Q

from hall.outbox import gates, recipients, texts
from hall.outbox.channels import Adapter, Delivery, Letter, adapter_for
from hall.outbox.enums import Channel, Outcome
from hall.outbox.models import Attempt, Breaker, Message
from hall.privacy.detector import redact

logger = logging.getLogger(__name__)
BATCH = 50
# Longer than one run takes with a channel and its last letter, and short: what a killed relay held waits for its end.
LEASE = timedelta(seconds=45)
CHANNEL_SECONDS = 20.0
SEND_SECONDS = 10.0
MOST_ATTEMPTS = 10
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
BREAKER_FAILURES = 5
BREAKER_REST = timedelta(minutes=1)


def relay(at: datetime) -> int:
    """Send what is due. Several relays may run at the same time; returns how many messages this one sent.

    The in-app inbox goes first; a channel that hangs or fails costs the others at most `CHANNEL_SECONDS`. Nothing goes
    while a gate is closed: after a restore it may have gone already (D12).
    """
    if reason := gates.closed():
        logger.error("no message leaves the house: %s", reason)
        return 0
    begun = time.monotonic()

    def lease() -> datetime:
        """Counted from the moment of the claim: the channels before may have taken a while."""
        return at + timedelta(seconds=time.monotonic() - begun) + LEASE

    return sum(_relay_channel(channel, at, lease) for channel in Channel)


def wait_before(attempt: int) -> timedelta:
    """How long to wait after the given number of failed attempts: 30 s, doubled each time, at most 6 h."""
    return min(FIRST_WAIT * 2 ** min(attempt - 1, 16), LONGEST_WAIT)


def _relay_channel(channel: str, at: datetime, lease: Callable[[], datetime]) -> int:
    end = time.monotonic() + CHANNEL_SECONDS
    sent = 0
    while not _rests(channel, at):
        batch = _claim(channel, at, lease())
        if not batch:
            break
        for position, message in enumerate(batch):
            if time.monotonic() > end or _rests(channel, at):
                _release(batch[position:])
                return sent
            sent += _deliver(message, at)
    return sent


def _claim(channel: str, at: datetime, until: datetime) -> list[Message]:
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=at)
    due = Message.objects.filter(free, channel=channel, done_at__isnull=True, parked_at__isnull=True)
    with transaction.atomic():
        rows = due.filter(available_at__lte=at).order_by("available_at", "id").select_for_update(skip_locked=True)
        batch = list(rows[:BATCH])
        Message.objects.filter(pk__in=[message.pk for message in batch]).update(
            leased_until=until, attempts=F("attempts") + 1
        )
    return batch


def _release(batch: list[Message]) -> None:
    """Give back what was claimed and not tried."""
    Message.objects.filter(pk__in=[message.pk for message in batch], done_at__isnull=True).update(
        leased_until=None, attempts=F("attempts") - 1
    )


def _deliver(message: Message, at: datetime) -> bool:
    delivery = _try(message, at)
    with transaction.atomic():
        held = Message.objects.select_for_update().get(pk=message.pk)
        _record(held, delivery, at)
        _settle(held, delivery, at)
    _watch(message.channel, delivery, at)
    return delivery.outcome == Outcome.SENT


def _try(message: Message, at: datetime) -> Delivery:
    """One attempt. Whatever goes wrong becomes an outcome; an exception's text may hold an address, so none is kept."""
    try:
        address = recipients.resolve(message.recipient_kind, message.recipient_ref)
        if address is None:
            return Delivery(Outcome.REFUSED, "收件人已无法联系")
        text = texts.render(template=message.template, docket=message.docket, context=message.context)
        letter = Letter(message.pk, message.docket, address, text, at)
        adapter = adapter_for(message.channel)
        if message.channel == Channel.INBOX:
            return adapter.send(letter)
        return _send_within(SEND_SECONDS, adapter, letter)
    except (TimeoutError, ConnectionResetError, BrokenPipeError) as error:
        return Delivery(Outcome.UNKNOWN, type(error).__name__)
    except Exception as error:
        logger.warning("message not sent: id=%s channel=%s error=%s", message.pk, message.channel, type(error).__name__)
        return Delivery(Outcome.FAILED, type(error).__name__)


def _send_within(seconds: float, adapter: Adapter, letter: Letter) -> Delivery:
    """Wait so long for an adapter; one that ignores its own time-out is left behind in its thread (R12 b)."""
    answer: list[Delivery | BaseException] = []

    def run() -> None:
        try:
            answer.append(adapter.send(letter))
        except BaseException as error:
            answer.append(error)

    thread = Thread(target=run, daemon=True, name=f"outbox-{letter.message_id}")
    thread.start()
    thread.join(seconds)
    if not answer:
        return Delivery(Outcome.UNKNOWN, f"{seconds:.0f}秒内没有答复")
    if isinstance(answer[0], BaseException):
        raise answer[0]
    return answer[0]


def _record(message: Message, delivery: Delivery, at: datetime) -> None:
    last = Attempt.objects.filter(message=message).aggregate(last=Max("number"))["last"] or 0
    Attempt.objects.create(
        message=message,
        number=last + 1,
        started_at=at,
        outcome=delivery.outcome,
        error=redact(delivery.error)[:200],
        provider_ref=delivery.provider_ref[:100],
    )


def _settle(message: Message, delivery: Delivery, at: datetime) -> None:
    message.leased_until = None
    message.last_error = redact(delivery.error)[:200]
    if message.done_at or message.parked_at:
        pass  # a receipt was faster than we (R12 f)
    elif delivery.outcome == Outcome.SENT:
        message.done_at = at
    elif delivery.outcome == Outcome.REFUSED or message.attempts >= MOST_ATTEMPTS:
        message.parked_at = at
        logger.warning("message parked: id=%s channel=%s", message.pk, message.channel)
    else:
        message.available_at = at + wait_before(message.attempts)
    message.save(update_fields=["leased_until", "last_error", "done_at", "parked_at", "available_at"])


def _rests(channel: str, at: datetime) -> bool:
    return Breaker.objects.filter(channel=channel, open_until__gt=at).exists()


def _watch(channel: str, delivery: Delivery, at: datetime) -> None:
    """Count failures in a row; at the fifth the channel rests, and one more failure after that makes it rest again."""
    if delivery.outcome in (Outcome.SENT, Outcome.REFUSED):
        Breaker.objects.filter(channel=channel, failures__gt=0).update(failures=0, open_until=None)
        return
    with transaction.atomic():
        breaker, _ = Breaker.objects.select_for_update().get_or_create(channel=channel)
        breaker.failures += 1
        if breaker.failures >= BREAKER_FAILURES:
            breaker.open_until = at + BREAKER_REST
            logger.warning("channel rests: channel=%s until=%s", channel, breaker.open_until.isoformat())
        breaker.save(update_fields=["failures", "open_until"])
