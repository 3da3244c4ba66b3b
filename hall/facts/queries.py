"""Numbers as they are read by people: what holds today, since when, why, and what held before."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from hall.access.models import User
from hall.access.scope import centers_of
from hall.facts import parameters
from hall.facts.models import Setting
from hall.facts.parameters import Key
from hall.organisation.models import Center


@dataclass(frozen=True, slots=True)
class Line:
    """One key with the row in force, where it comes from, and what is to come."""

    key: Key
    row: Setting | None
    own: bool
    coming: Setting | None


def lines(*, center: Center | None, on: date, words: str = "") -> list[Line]:
    """Every declared key, as it holds for a center (or everywhere) on a day. One query."""
    keys = [key for key in parameters.declared() if words in key.label or words in key.name]
    rows: dict[str, list[Setting]] = {}
    place = Q(center__isnull=True) | (Q(center=center) if center else Q(pk__isnull=True))
    for row in Setting.objects.filter(place, key__in=[key.name for key in keys]).order_by("effective_from", "pk"):
        rows.setdefault(row.key, []).append(row)
    return [_line(key, rows.get(key.name, []), on) for key in keys]


def _line(key: Key, rows: list[Setting], on: date) -> Line:
    """The center's own row before the general one, the newest first: as `parameters.in_force` chooses."""
    over = [row for row in rows if row.effective_from <= on]
    own = [row for row in over if row.center_id is not None]
    ahead = [row for row in rows if row.effective_from > on]
    held = own or over
    return Line(key, held[-1] if held else None, bool(own), ahead[0] if ahead else None)


def history(name: str, user: User) -> QuerySet[Setting]:
    """Every value of a key, the newest first: the general ones and those of the person's centers."""
    seen: Any = Q(center__isnull=True) | Q(center__in=centers_of(user))
    rows = Setting.objects.filter(seen, key=name).select_related("center", "added_by__staff")
    return rows.order_by("-effective_from", "-pk")


def key_named(name: str) -> Key | None:
    """The declared key."""
    return next((key for key in parameters.declared() if key.name == name), None)
