"""What the frame of every page shows. Built only when a template asks, so that a page without a frame asks nothing."""

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from hall.access import navigation
from hall.access.models import User
from hall.access.rules import has_right
from hall.organisation.models import Installation
from hall.organisation.queries import installation, is_absent
from hall.outbox.queries import unread_count


def frame(request: HttpRequest) -> dict[str, Any]:
    """`frame`: center, site (registration numbers), demonstration; for staff also who, where and the rail."""
    return {"frame": SimpleLazyObject(lambda: _frame(request))}


def _frame(request: HttpRequest) -> dict[str, Any]:
    house = getattr(request, "installation", None) or installation()
    common = {"center": house.name, "demonstration": house.demonstration, "site": _site(house)}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return common
    return common | _of_staff(request, cast(User, user), house)


def _of_staff(request: HttpRequest, user: User, house: Installation) -> dict[str, Any]:
    person = user.staff
    own: dict[str, Any] = {}
    if person is not None:
        own = {
            "center": person.center.name,
            "window_label": str(person.window) if person.window else "",
            "absence": is_absent(person, timezone.now()),
        }
    return {
        "nav": navigation.links_for(user, getattr(request, "rail_path", request.path)),
        "user_label": user.display_name,
        "role_label": user.get_role_display(),
        "unread": unread_count(user),
        "idle_seconds": house.idle_minutes * 60,
        "alive_url": reverse("access:alive"),
        "absence_url": reverse("access:absence") if has_right(user, "absence.own") else "",
        **own,
    }


def _site(house: Installation) -> dict[str, str]:
    """国办发〔2017〕47号: what the foot of a government site must name."""
    return {
        "sponsor": house.organiser,
        "contact": house.contact,
        "code": house.site_code,
        "icp": house.icp,
        "police": house.police_record,
    }
