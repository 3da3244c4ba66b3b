"""Addresses of exports: the trail, and the lists of rooms that know no exports."""

from typing import Any

from django.utils import timezone

from hall.access.models import User
from hall.exports import clearing_actions as clearing
from hall.exports.clearing_actions import Wanted
from tests.guards.route import ADMIN, AUDITOR, KEEPERS, STAFF, SUPERVISOR, Route, form, get
from tests.guards.world import Place

READERS = frozenset({ADMIN, SUPERVISOR, AUDITOR})


def _name(_: Place, __: User) -> dict[str, str]:
    return {"name": "patrol.rectify_days"}


def _clearance(_: Place, user: User) -> dict[str, Any]:
    """One the person asked for, made each time: another test may have taken it back."""
    wanted = Wanted("名单", f"/x/?user={user.pk}", "例会附表", "xlsx", 900)
    return {"pk": clearing.ask_for(wanted, by=user, at=timezone.now()).pk}


ROUTES: dict[str, Route] = {
    "exports:taken": get(frozenset({AUDITOR})),
    "exports:taken_export": form(frozenset({AUDITOR})),
    "exports:clearances": get(STAFF),
    "exports:clearance": form(STAFF, _clearance),
    "exports:parameters": form(READERS),
    "exports:parameter": form(READERS, _name, foreign=200),
    "exports:staff": form(KEEPERS),
    "exports:places": form(frozenset({ADMIN}), lambda *_: {"slug": "windows"}, foreign=200),
    "exports:devices": form(frozenset({SUPERVISOR})),
    "exports:history": form(KEEPERS),
}
