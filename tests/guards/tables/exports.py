"""Addresses of exports: the trail, and the lists of rooms that know no exports."""

from hall.access.models import User
from tests.guards.route import ADMIN, AUDITOR, KEEPERS, SUPERVISOR, Route, form, get
from tests.guards.world import Place

READERS = frozenset({ADMIN, SUPERVISOR, AUDITOR})


def _name(_: Place, __: User) -> dict[str, str]:
    return {"name": "patrol.rectify_days"}


ROUTES: dict[str, Route] = {
    "exports:taken": get(frozenset({AUDITOR})),
    "exports:taken_export": form(frozenset({AUDITOR})),
    "exports:parameters": form(READERS),
    "exports:parameter": form(READERS, _name, foreign=200),
    "exports:staff": form(KEEPERS),
    "exports:places": form(frozenset({ADMIN}), lambda *_: {"slug": "windows"}, foreign=200),
    "exports:devices": form(frozenset({SUPERVISOR})),
    "exports:history": form(KEEPERS),
}
