"""Addresses of what is erased when."""

from typing import Any
from uuid import uuid4

from django.utils import timezone

from hall.access.models import User
from hall.retention import actions
from hall.retention.models import Hold
from tests.guards.route import AUDITOR, SUPERVISOR, Route, form, get
from tests.guards.world import Place


def _hold(place: Place, _: User) -> dict[str, Any]:
    """One of the place, made when first asked for."""
    hold = getattr(place, "retention_hold", None)
    if hold is None or not Hold.objects.filter(pk=hold.pk).exists():  # made in a test and taken back with it
        told = {"reference": uuid4().hex[:20], "reason": "行政复议", "center": place.center}
        hold = actions.place_hold(**told, by=place.supervisor, at=timezone.now())  # type: ignore[arg-type]
        setattr(place, "retention_hold", hold)  # noqa: B010 - the place knows no rooms
    return {"pk": hold.pk}


ROUTES: dict[str, Route] = {
    "retention:overview": get(frozenset({SUPERVISOR, AUDITOR})),
    "retention:copy": form(frozenset({SUPERVISOR})),
    "retention:hold_new": form(frozenset({SUPERVISOR})),
    "retention:hold": form(frozenset({SUPERVISOR}), _hold),
}
