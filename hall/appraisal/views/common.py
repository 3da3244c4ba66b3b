"""What every page of the room needs: the center asked for, refusals at their field, numbers of an address."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.views.decorators.http import require_http_methods

from hall.access.loading import StaffRequest
from hall.access.models import User
from hall.access.scope import centers_of
from hall.facts import periods
from hall.facts.errors import NotPermitted, Refused
from hall.facts.periods import InvalidPeriod, Period, PeriodKind
from hall.organisation.models import Center

form_page = require_http_methods(["GET", "HEAD", "POST"])
_DIGITS = 18


def number(request: HttpRequest, name: str) -> int | None:
    """A key of the address; nonsense is as if nothing was asked."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None


def choice(request: HttpRequest, name: str, words: list[str], default: str = "") -> str:
    """One word of a list."""
    asked = request.GET.get(name, "")
    return asked if asked in words else default


def day_of(request: HttpRequest, today: date) -> date:
    """The day of the address, today where it names none of sense."""
    try:
        asked = periods.parse(request.GET.get("day", ""))
    except InvalidPeriod:
        return today
    return asked.first if asked.kind == PeriodKind.DAY else today


def period_of(request: HttpRequest, kind: str, today: date, name: str = "period") -> Period:
    """The period of the address, if it is of this kind; else the one that holds today."""
    try:
        asked = periods.parse(request.GET.get(name, ""))
    except InvalidPeriod:
        return periods.holding(kind, today)
    return asked if asked.kind == kind else periods.holding(kind, today)


def center_of(request: StaffRequest) -> Center:
    """The center of the address within the person's reach; the own one where none is named. 404 outside."""
    reach = centers_of(request.user).select_related("region")
    asked = number(request, "center")
    if asked is not None:
        found = reach.filter(pk=asked).first()
    else:
        found = reach.filter(pk=own_center(request.user) or 0).first() or reach.order_by("pk").first()
    if found is None:
        raise Http404
    return found


def own_center(user: User) -> int | None:
    """The center somebody works in."""
    return user.staff.center_id if user.staff else None


def done(act: Callable[[], Any], form: Any = None, *, request: HttpRequest | None = None, said: str = "") -> bool:
    """Whether an action happened. A refusal becomes the sentence at its field, or above the page; 403 where it is not
    the person's to do.
    """
    try:
        act()
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refused as refusal:
        if form is not None:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        elif request is not None:
            messages.error(request, refusal.sentence)
        return False
    if request is not None and said:
        messages.success(request, said)
    return True
