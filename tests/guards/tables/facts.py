"""Addresses of the dated, sourced numbers."""

from typing import Any

from hall.access.models import User
from tests.guards.route import ADMIN, AUDITOR, SUPERVISOR, Route, form, get
from tests.guards.world import Place

READERS = frozenset({ADMIN, SUPERVISOR, AUDITOR})


def _name(_: Place, __: User) -> dict[str, Any]:
    return {"name": "patrol.rectify_days"}


ROUTES: dict[str, Route] = {
    "facts:parameters": get(READERS),
    "facts:parameter": get(READERS, _name, foreign=200),
    "facts:parameter_new": form(frozenset({ADMIN}), _name, foreign=200),
}
