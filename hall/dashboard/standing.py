"""Counting what is open now, by lamp. The cost grows with the open cases and with nothing else."""

from datetime import datetime

from django.db.models import Count, F, Min

from approvals.cases import listing
from approvals.cases.models import Case
from hall.dashboard.models import OpenTally


def recount(at: datetime) -> None:
    """Count every open case under its lamp at `at`, in the caller's transaction."""
    lamps = listing.with_lamp(Case.objects.open(), at).order_by()
    keyed = lamps.annotate(item=F("version_filed__item__code"))
    found = keyed.values("center_id", "department_id", "window_id", "item", "lamp").annotate(
        n=Count("pk"), oldest_at=Min("received_at")
    )
    rows = [OpenTally(**row) for row in found]
    OpenTally.objects.all().delete()
    OpenTally.objects.bulk_create(rows, batch_size=5000)
