"""What the outbox shows: the inbox of one person, and how the sending stands."""

from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Min, QuerySet

from hall.outbox.models import Breaker, InboxEntry, Message
from hall.prepared import A_KEY, PreparedQuery

_UNREAD: Final = PreparedQuery(
    "unread_entries",
    lambda user: (
        InboxEntry.objects.filter(recipient_id=user, read_at__isnull=True)
        .order_by()
        .values("recipient_id")
        .annotate(number=Count("pk"))
        .values_list("number")
    ),
    A_KEY,
)


def pending() -> QuerySet[Message]:
    """Messages still to go out."""
    return Message.objects.filter(done_at__isnull=True, parked_at__isnull=True)


def oldest_pending_age(at: datetime) -> timedelta | None:
    """How long the oldest message that could have gone out has been waiting; None when nothing waits."""
    oldest = pending().filter(available_at__lte=at).aggregate(oldest=Min("available_at"))["oldest"]
    return at - oldest if oldest else None


def parked() -> QuerySet[Message]:
    """Messages given up on, newest first, for a person to look at."""
    return Message.objects.filter(parked_at__isnull=False).order_by("-parked_at")


def parked_by_channel() -> list[tuple[str, int]]:
    """How many of each channel were given up on."""
    return list(parked().order_by("channel").values_list("channel").annotate(Count("pk")))


def resting_channels(at: datetime) -> list[str]:
    """Channels whose breaker is open."""
    return list(Breaker.objects.filter(open_until__gt=at).order_by("channel").values_list("channel", flat=True))


def entries_for(user: AbstractBaseUser | AnonymousUser) -> QuerySet[InboxEntry]:
    """A person's in-app inbox, newest first; nobody else's."""
    if user.pk is None:
        return InboxEntry.objects.none()
    return InboxEntry.objects.filter(recipient_id=user.pk)


def unread_count(user: AbstractBaseUser | AnonymousUser) -> int:
    """How many entries a person has not read."""
    return 0 if user.pk is None else sum(number for (number,) in _UNREAD.rows(user.pk))
