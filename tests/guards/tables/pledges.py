"""Addresses of the pledges: lists and boards for staff, boards for everybody."""

from typing import Any, Final

from hall.access.models import User
from tests.guards.route import CASE_READERS, Route, form, get
from tests.guards.world import Place


def _source(_: Place, __: User) -> dict[str, Any]:
    return {"code": "cases.corrected"}


ROUTES: Final[dict[str, Route]] = {
    "pledges:public": get(None),
    "pledges:center": get(None, lambda p, _: {"pk": p.center.pk}, foreign=200),
    "pledges:window": get(None, lambda p, _: {"pk": p.window.pk}, foreign=200),
    "pledges:board": get(CASE_READERS),
    "pledges:board_export": form(CASE_READERS),
    # A list is no object of a place: who asks elsewhere gets their own, empty one.
    "pledges:facts": get(CASE_READERS, _source, foreign=200),
    "pledges:facts_export": form(CASE_READERS, _source, foreign=200),
}
