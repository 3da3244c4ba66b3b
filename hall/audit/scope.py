"""Whose events somebody may read: those of one's centers; what belongs to none, at the top of the house."""

from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat

from hall.access.models import User
from hall.access.scope import centers_of
from hall.ledger.models import Event


def at_the_top(user: User) -> bool:
    """Whether nobody of the house watches from further up."""
    return user.staff is None or user.staff.center.parent_id is None


def events_for(user: User) -> QuerySet[Event]:
    """The newest first."""
    codes: Any = centers_of(user).annotate(joined=Concat("region6", Value(""), "center_no")).values("joined")
    reach = Q(center_code__in=codes)
    rows = Event.objects.filter(reach | Q(center_code="") if at_the_top(user) else reach)
    return rows.order_by("-occurred_at", "-id")
