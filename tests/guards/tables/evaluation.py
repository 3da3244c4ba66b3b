"""Addresses of giving an evaluation, and of paired devices."""

from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from django.utils import timezone

from hall.access.models import Device, User
from hall.evaluation import actions, tokens
from hall.evaluation.enums import Via
from hall.evaluation.models import BoxOpening, Invitation, PaperBox
from tests.guards.route import SUPERVISOR, WINDOW, Route, form, get, post
from tests.guards.world import Place
from tests.hall.evaluation.builders import invited

WATCHER: Final = frozenset({SUPERVISOR})


def _kept(place: Place, name: str, make: Any) -> Any:
    """One object of a place, made when it is named, and again where the visit that made it was taken back."""
    held = getattr(place, name, None)
    if held is None or not type(held).objects.filter(pk=held.pk).exists():
        setattr(place, name, make())
    return getattr(place, name)


def _invitation(place: Place) -> Invitation:
    found: Invitation = _kept(place, "invitation", lambda: invited(place, at=timezone.now() - timedelta(minutes=5)))
    return found


def _link(place: Place, _: User) -> dict[str, Any]:
    return {"via": "qr", "token": tokens.token_of(_invitation(place).docket, Via.QR)}


def _docket(place: Place, _: User) -> dict[str, Any]:
    return {"docket": _invitation(place).docket}


def _box(place: Place) -> PaperBox:
    now = timezone.now()
    box: PaperBox = _kept(
        place, "box", lambda: actions.place_box(center=place.center, name="东门", by=place.supervisor, at=now)
    )
    return box


def _opening(place: Place) -> BoxOpening:
    now = timezone.now()
    facts = {"witness": place.clerk.staff, "forms_found": 3, "by": place.supervisor, "at": now, "opened_at": now}
    opening: BoxOpening = _kept(place, "opening", lambda: actions.open_box(box=_box(place), **facts))
    return opening


def _device(place: Place) -> Device:
    facts = {"registered_by": place.supervisor, "registered_at": timezone.now()}
    device: Device = _kept(
        place, "wall", lambda: Device.objects.create(kind="wall", name="大屏", center=place.center, **facts)
    )
    return device


ROUTES: Final[dict[str, Route]] = {
    "access:device_pair": form(None),
    "access:devices": get(WATCHER),
    "access:device_new": form(WATCHER),
    "access:device_code": post(WATCHER, lambda p, _: {"pk": _device(p).pk}),
    "access:device_revoke": post(WATCHER, lambda p, _: {"pk": _device(p).pk}),
    "evaluation:start": get(None),
    "evaluation:evaluate": form(None, _link, foreign=200),
    "evaluation:pad": get(None, answers=(200, 403)),
    "evaluation:pad_next": get(None, answers=(200, 403)),
    "evaluation:pad_question": form(None, lambda *_: {"pk": uuid4()}, foreign=403, answers=(200, 403)),
    "evaluation:askable": get(WINDOW),
    "evaluation:ask": form(WINDOW, _docket),
    "evaluation:ask_qr": get(WINDOW, _docket),
    "evaluation:boxes": get(WATCHER),
    "evaluation:boxes_export": form(WATCHER),
    "evaluation:box_new": form(WATCHER),
    "evaluation:box_open": form(WATCHER, lambda p, _: {"pk": _box(p).pk}),
    "evaluation:box_retire": post(WATCHER, lambda p, _: {"pk": _box(p).pk}),
    "evaluation:openings": get(WATCHER),
    "evaluation:openings_export": form(WATCHER),
    "evaluation:opening": get(WATCHER, lambda p, _: {"pk": _opening(p).pk}),
    "evaluation:paper_enter": form(WATCHER, lambda p, _: {"pk": _opening(p).pk}),
}
