"""What the watch writes besides cards: how far it has read, and what it puts off.

Cheap, small writes without an event: they say where the watch stands, never what anybody did.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from hall.facts.sources import Fact
from hall.supervision.enums import DeferralReason
from hall.supervision.models import Deferral, RuleVersion

PARKED_FOR: Final = timedelta(hours=1)
LOOK_AGAIN: Final = timedelta(minutes=10)
_SAID: Final = 80


def advance(*, version: RuleVersion, until: datetime) -> None:
    """A version has been read up to here. The mark only moves on; days looked at again leave it where it is."""
    marked = RuleVersion.objects.filter(pk=version.pk, watched_until__lt=until)
    marked.update(watched_until=until, parked_until=None, parked_error="")


def park_version(*, version: RuleVersion, said: str, at: datetime) -> None:
    """A version cannot be read: it is left alone for an hour, and its page says why."""
    RuleVersion.objects.filter(pk=version.pk).update(parked_until=at + PARKED_FOR, parked_error=said[:_SAID])


def park_fact(*, version: RuleVersion, day: date, fact: Fact, said: str, at: datetime) -> None:
    """A fact cannot be written: it is looked at again in an hour and keeps nothing else up."""
    known = {"day": day, "reason": DeferralReason.POISON, "error": said[:_SAID], "look_again_at": at + PARKED_FOR}
    Deferral.objects.update_or_create(
        version=version, fact_key=fact.key, defaults=known, create_defaults={**known, "since": at}
    )


def put_off(*, version: RuleVersion, day: date, waiting: Sequence[Fact], at: datetime) -> None:
    """Clocks that stand still: the facts are looked at again in ten minutes, by the day they were recorded."""
    rows = [
        Deferral(
            version=version,
            fact_key=fact.key,
            day=day,
            reason=DeferralReason.PAUSED,
            since=at,
            look_again_at=at + LOOK_AGAIN,
        )
        for fact in waiting
    ]
    Deferral.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["version", "fact_key"],
        update_fields=["day", "reason", "look_again_at"],
    )


def settle(*, version: RuleVersion, day: date, still: Collection[str], at: datetime) -> None:
    """Of what was put off of this day, all that was due and is not put off anew has been dealt with."""
    due = Deferral.objects.filter(version=version, day=day, look_again_at__lte=at)
    due.exclude(fact_key__in=still).delete()
