"""Addresses of what holds log-ins back."""

from typing import Final

from tests.guards.route import ADMIN, STAFF, Route, form, get, post

KEEPER: Final = frozenset({ADMIN})

ROUTES: Final[dict[str, Route]] = {
    "access:sign_ins": form(STAFF),
    "access:locks": get(KEEPER),
    "access:lock_lift": post(KEEPER),
    "access:account_unlock": post(KEEPER, lambda place, _: {"pk": place.colleague.staff_id}),
}
