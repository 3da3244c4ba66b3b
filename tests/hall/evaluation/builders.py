"""Small builders of this room: invitations, answers, boxes; each takes overrides."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from hall.evaluation import actions
from hall.evaluation.actions import Answer
from hall.evaluation.enums import Grade, Origin, Via
from hall.evaluation.models import BoxOpening, Evaluation, Invitation, PaperBox
from hall.ledger import numbers
from tests.builders import MONDAY, Hall, make_staff

_serials = itertools.count(1)


def new_docket(hall: Hall, at: datetime = MONDAY) -> str:
    """A docket number nobody has."""
    return numbers.compose(
        region6=hall.center.region6, center4=hall.center.center_no, on=at.date(), serial=next(_serials) % 99_999 + 1
    )


def invited(hall: Hall, *, at: datetime = MONDAY, **facts: Any) -> Invitation:
    """A case that was closed at `at` by the hall's clerk, at the clerk's window."""
    defaults = {
        "docket": facts.get("docket") or new_docket(hall, at),
        "center": hall.center,
        "department": hall.department,
        "window": hall.window,
        "handler": hall.clerk.staff,
        "item_code": "TEST0001",
        "item_name": "公共场所卫生许可",
        "closed_at": at,
        "channel": "window",
    }
    return actions.invite(**{**defaults, **facts}, at=at)


def answer(grade: int = Grade.GOOD, **facts: Any) -> Answer:
    """An anonymous answer without a word."""
    return Answer(**{"grade": grade, "anonymous": True, **facts})


def given(
    invitation: Invitation,
    grade: int = Grade.GOOD,
    *,
    at: datetime = MONDAY + timedelta(hours=1),
    via: str = Via.QR,
    origin: str = Origin.CITIZEN,
    **facts: Any,
) -> Evaluation:
    """The case was evaluated."""
    return actions.give(invitation=invitation, answer=answer(grade, **facts), via=via, origin=origin, at=at)


def box_of(hall: Hall, name: str = "一楼东门评价箱", *, at: datetime = MONDAY) -> PaperBox:
    """A box in the hall."""
    return actions.place_box(center=hall.center, name=name, by=hall.supervisor, at=at)


def opened(hall: Hall, box: PaperBox | None = None, *, found: int = 5, at: datetime = MONDAY) -> BoxOpening:
    """The box was opened by the supervisor and somebody else of the center."""
    return actions.open_box(
        box=box or box_of(hall, at=at),
        opened_at=at,
        witness=make_staff(hall.department),
        forms_found=found,
        by=hall.supervisor,
        at=at,
    )
