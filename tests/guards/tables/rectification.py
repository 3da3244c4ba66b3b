"""Addresses of what follows a grade: lists, figures, rectifications, the public page."""

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from hall.access.models import User
from hall.rectification.models import Rectification
from tests.guards.route import CASE_READERS, CASEWORK, CHIEF, SUPERVISOR, Route, form, get, post
from tests.guards.world import Place
from tests.hall.rectification.builders import bad, rectified


def _kept(place: Place, name: str, make: Any) -> Any:
    """One object of a place, made when it is first named, and again when what made it was taken back."""
    held = getattr(place, name, None)
    if held is None or not Rectification.objects.filter(pk=held.pk).exists():
        setattr(place, name, make())
    return getattr(place, name)


def _own(place: Place, user: User) -> Rectification:
    """A bad grade this person may read: of the own work, or of the clerk's for those who only watch."""
    handler = user if user.role in CASEWORK else place.clerk
    at = timezone.now() - timedelta(minutes=3)
    row: Rectification = _kept(place, f"bad_{handler.pk}", lambda: bad(place, at=at, handler=handler.staff))
    return row


def _to_call(place: Place, user: User) -> Rectification:
    """One whose giver this person has to call: the clerk's for the chief, one put right for the supervisor."""
    at = timezone.now() - timedelta(minutes=3)
    if user.role == SUPERVISOR:
        row: Rectification = _kept(place, "rectified", lambda: rectified(place, at=at))
        return row
    return _own(place, place.clerk)


def _row(place: Place, user: User) -> dict[str, Any]:
    return {"pk": _own(place, user).pk}


def _deed(place: Place, user: User) -> dict[str, Any]:
    """Staff may appeal a grade of their own; the supervisor asks again."""
    if user.role == SUPERVISOR:
        return {"pk": _to_call(place, user).pk, "deed": "revisit"}
    return {"pk": _own(place, user).pk, "deed": "appeal"}


ROUTES: Final[dict[str, Route]] = {
    "rectification:published": get(None),
    "rectification:evaluations": get(CASE_READERS),
    "rectification:evaluations_export": form(CASE_READERS),
    "rectification:figures": get(CASE_READERS),
    "rectification:figures_export": form(CASE_READERS),
    "rectification:facts": get(CASE_READERS),
    "rectification:facts_export": form(CASE_READERS),
    "rectification:worklist": get(CASE_READERS),
    "rectification:worklist_export": form(CASE_READERS),
    "rectification:detail": get(CASE_READERS, _row),
    "rectification:reveal": post(frozenset({CHIEF, SUPERVISOR}), lambda p, u: {"pk": _to_call(p, u).pk}),
    "rectification:deed": form(CASEWORK | {SUPERVISOR}, _deed),
}
