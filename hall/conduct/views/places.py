"""Which center a page of conduct is about, and lists narrowed to one."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from hall.access.models import User
from hall.access.scope import centers_of
from hall.access.views.pages import words
from hall.exports.chosen import Chosen, picked, typed
from hall.organisation.models import Center


def named_center(user: User, typed: str) -> Center | None:
    """The center of the person's scope with this ten-digit code or exact name."""
    if not typed:
        return None
    centers = centers_of(user)
    if len(typed) == 10 and typed.isascii() and typed.isdigit():
        return centers.filter(region6=typed[:6], center_no=typed[6:]).first()
    return centers.filter(name=typed).first()


def chosen_center(request: HttpRequest, user: User) -> Center | None:
    """The center a page with a form is about: the one of the address, else one's own, else the first one."""
    named = named_center(user, words(request, "center", 100))
    return named or (user.staff.center if user.staff else centers_of(user).first())


def in_center(rows: QuerySet[Any], request: HttpRequest, user: User, column: str = "center") -> QuerySet[Any]:
    """A list narrowed to the center typed into its filter; a name nobody knows finds nothing."""
    typed = words(request, "center", 100)
    if not typed:
        return rows
    center = named_center(user, typed)
    return rows.filter(**{column: center}) if center else rows.none()


def one_of(request: HttpRequest, name: str, values: list[str]) -> str:
    """A choice of the address, or nothing where it is none of them."""
    value = request.GET.get(name, "")
    return value if value in values else ""


def chosen(request: HttpRequest, user: User, **fields: tuple[str, Iterable[tuple[str, Any]]]) -> list[Chosen]:
    """What a list of conduct was narrowed by: the center, and each `name=(label, choices)` of its filter."""
    written = words(request, "center", 100)
    center = named_center(user, written)
    found = [Chosen("中心", center.name)] if center else typed("中心", written)
    for name, (label, choices) in fields.items():
        found += picked(label, request.GET.get(name, ""), choices)
    return found
