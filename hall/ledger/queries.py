"""What the ledger shows. The room that owns the docket checks rights: who may see a case may see its events."""

from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.db.models.functions import Abs

from hall.ledger.columns import DatabaseClock
from hall.ledger.models import Event, Heartbeat, HostClock

# Processes that have not been heard of for longer are of a machine that is off.
HEARD_OF = timedelta(minutes=10)


def events_of(docket: str) -> QuerySet[Event]:
    """Everything that happened under a number, in business order."""
    return Event.objects.filter(docket=docket).select_related("actor").order_by("occurred_at", "id")


def last_beat(name: str) -> datetime | None:
    """When a periodic job (`sweep`, `relay`, `seal`) last finished."""
    return Heartbeat.objects.filter(name=name).values_list("finished_at", flat=True).first()


def beat_age(name: str, at: datetime) -> timedelta | None:
    """How long ago a periodic job last finished; None if it never did."""
    finished = last_beat(name)
    return at - finished if finished else None


def clocks() -> QuerySet[HostClock]:
    """The clocks of machines heard of lately, by the database's own clock; the one furthest off first."""
    lately = HostClock.objects.filter(measured_at__gt=DatabaseClock() - HEARD_OF)
    return lately.order_by(Abs(F("ahead_ms")).desc(), "host", "process")
