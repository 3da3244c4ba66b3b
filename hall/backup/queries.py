"""What was run."""

from datetime import datetime

from hall.backup.enums import RunKind
from hall.backup.models import Run
from hall.ledger.models import Event


def last(kind: RunKind) -> dict[str, datetime | None]:
    """When a kind of run last succeeded, and when it was last tried."""
    tried = Run.objects.filter(kind=kind).first()
    succeeded = Run.objects.filter(kind=kind, succeeded=True).first()
    return {
        "succeeded": succeeded.ended_at if succeeded else None,
        "tried": tried.ended_at if tried else None,
    }


def last_recorded() -> datetime | None:
    """When the last event in this database was written: what came after it is not in here."""
    return Event.objects.order_by("-pk").values_list("recorded_at", flat=True).first()
