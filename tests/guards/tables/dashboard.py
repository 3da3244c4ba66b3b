"""The addresses of the dashboard."""

from typing import Any, Final

from hall.access.models import User
from tests.guards.route import AUDITOR, CHIEF, SUPERVISOR, Route, form, get
from tests.guards.world import Place

LOOKING: Final = frozenset({CHIEF, SUPERVISOR, AUDITOR})
TAKING: Final = frozenset({CHIEF, SUPERVISOR})


def _kind(*_: object) -> dict[str, Any]:
    return {"kind": "departments"}


def _nothing(_: Place, __: User) -> dict[str, Any]:
    return {}


ROUTES: Final[dict[str, Route]] = {
    "dashboard:home": get(LOOKING),
    "dashboard:split": get(LOOKING, _kind, foreign=200),
    "dashboard:split_export": form(TAKING, _kind, foreign=200, answers=(200, 422)),
    # Without an item or a measure in the address there is nothing to show.
    "dashboard:item": get(LOOKING, answers=(404,)),
    "dashboard:cases": get(LOOKING, answers=(404,)),
    "dashboard:cases_export": form(TAKING, answers=(404,)),
    # A paired screen or the right: everybody else is sent to log in or told so.
    "dashboard:wall": get(None, answers=(200, 302, 403)),
}
