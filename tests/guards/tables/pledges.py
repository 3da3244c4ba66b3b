"""Addresses of the pledges: lists and boards for staff, boards for everybody."""

from typing import Any, Final

from hall.access.models import User
from tests.guards.route import CASE_READERS, Route, form, get
from tests.guards.world import Place


def _source(_: Place, __: User) -> dict[str, Any]:
    return {"code": "cases.corrected"}


ROUTES: Final[dict[str, Route]] = {
    # A list is no object of a place: who asks elsewhere gets an empty one of their own.
    "pledges:facts": get(CASE_READERS, _source, foreign=200),
    "pledges:facts_export": form(CASE_READERS, _source, foreign=200),
}
