"""What goes next, and what is held."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from hall.access.models import User
from hall.access.scope import centers_of
from hall.facts import parameters
from hall.facts.models import Setting
from hall.organisation.models import Center
from hall.retention.clock import last_end
from hall.retention.kinds import Kind, kinds
from hall.retention.models import OPEN, Erased, Hold


@dataclass(frozen=True, slots=True)
class Line:
    """One kind at a center: how long it is kept and by what, how much is due, and how much more is held."""

    kind: Kind
    setting: Setting
    due: int
    held: int


def due(kind: Kind, center_id: int, on: date) -> QuerySet[Any]:
    """Rows of a center whose years are over and whose data is still there, without those that are held."""
    return _over(kind, center_id, on).filter(~Exists(_holds(kind)))


def _over(kind: Kind, center_id: int, on: date) -> QuerySet[Any]:
    years = parameters.whole_number(kind.setting, center=center_id, on=on)
    # The last moment of that day in Beijing.
    until = timezone.make_aware(datetime.combine(last_end(on, years), time.max))
    rows = kind.rows().filter(**{kind.center: center_id, f"{kind.ended}__lte": until})
    gone = Erased.objects.filter(kind=kind.name, reference=Cast(OuterRef(kind.reference), CharField()))
    return rows.filter(~Exists(gone)).order_by(kind.ended, "pk")


def _holds(kind: Kind) -> QuerySet[Hold]:
    return Hold.objects.filter(OPEN, reference=Cast(OuterRef(kind.reference), CharField()))


def overview(center: Center, on: date) -> list[Line]:
    """What a nightly run would erase at a center on that day, by kind."""
    found = []
    for kind in kinds():
        over = _over(kind, center.pk, on)
        setting = parameters.in_force(kind.setting, center=center.pk, on=on)
        whole, free = over.count(), over.filter(~Exists(_holds(kind))).count()
        found.append(Line(kind, setting, free, whole - free))
    return found


def holds_for(user: User) -> QuerySet[Hold]:
    """Holds of one's centers, the open ones first."""
    rows = Hold.objects.filter(center__in=centers_of(user))
    people = ("placed_by__staff", "lifting_by__staff", "lifted_by__staff", "center")
    return rows.select_related(*people).order_by("lifted_at", "-placed_at", "-pk")
