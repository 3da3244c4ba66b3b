"""Clearances somebody may see: their own, and those they may decide."""

from datetime import datetime

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from hall.access.models import User
from hall.access.rules import has_right
from hall.access.scope import centers_of
from hall.exports.models import Clearance
from hall.exports.rules import DECIDE


def visible_to(user: User, at: datetime) -> QuerySet[Clearance]:
    """What waits first, the newest first."""
    seen = Q(asked_by=user)
    if has_right(user, DECIDE):
        seen |= Q(center__in=centers_of(user))
        if user.staff is None or user.staff.center.parent_id is None:
            seen |= Q(center=None)
    waits = When(granted=None, expires_at__gt=at, then=Value(0))
    rows = Clearance.objects.filter(seen).select_related("asked_by__staff", "decided_by__staff", "center")
    rows = rows.annotate(rank=Case(waits, default=Value(1), output_field=IntegerField()))
    return rows.order_by("rank", "-asked_at", "-pk")
