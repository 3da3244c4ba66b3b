"""The addresses of the dashboard."""

from typing import Any, Final

from tests.guards.route import AUDITOR, CHIEF, SUPERVISOR, Route, form, get

LOOKING: Final = frozenset({CHIEF, SUPERVISOR, AUDITOR})
TAKING: Final = frozenset({CHIEF, SUPERVISOR})


def _kind(*_: object) -> dict[str, Any]:
    return {"kind": "departments"}


ROUTES: Final[dict[str, Route]] = {
    "dashboard:home": get(LOOKING),
    "dashboard:split": get(LOOKING, _kind, foreign=200),
    "dashboard:split_export": form(TAKING, _kind, foreign=200, answers=(200, 422)),
    # Without an item in the address there is nothing to show.
    "dashboard:item": get(LOOKING, answers=(404,)),
    "dashboard:cases": get(LOOKING),
    "dashboard:cases_export": form(TAKING, answers=(200, 422)),
    # A paired screen or the right: everybody else is sent to log in or told so.
    "dashboard:wall": get(None, answers=(200, 302, 403)),
}
