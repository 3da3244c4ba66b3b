"""What the pages of conduct have in common: one place, one attempt, one list."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from hall.access.models import User
from hall.access.scope import centers_of
from hall.access.views.pages import words
from hall.organisation.models import Center
from hall.supervision.errors import NotPermitted, Refused


def attempted(form: BaseForm, do: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether the action went through; its refusal stands in the form. Raises PermissionDenied (a page with 403)."""
    if not form.is_valid():
        return False
    try:
        do(form.cleaned_data)
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return False
    return True


def pressed(request: HttpRequest, back: str, done: str, do: Callable[[], Any]) -> HttpResponse:
    """A button without a form: do it, and say on the page one came from what happened or why not."""
    try:
        do()
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, done)
    return redirect(back)


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
