"""Grades and rectifications for the tests of what follows, given through the real door."""

import itertools
from datetime import datetime
from typing import Any

from hall.access.models import User
from hall.evaluation.actions.giving import Answer, give
from hall.evaluation.actions.inviting import invite
from hall.evaluation.enums import Origin, Via
from hall.evaluation.models import Evaluation, Invitation
from hall.rectification.actions import appealing, rectifying
from hall.rectification.enums import AppealKind, RevisitOutcome
from hall.rectification.models import Rectification
from tests.builders import Hall, moment

_serials = itertools.count(1)
# A Monday; the days after it are plain working days.
GIVEN = moment("2026-04-13 10:08")
NOTE = "已说明情况"


def invitation(hall: Hall, *, at: datetime = GIVEN, **facts: Any) -> Invitation:
    """A closed case of the hall's clerk that may be evaluated."""
    made = {
        "docket": f"1303020012{at:%Y%m%d}{next(_serials):05d}X", "center": hall.center, "department": hall.department,
        "window": hall.window, "handler": hall.clerk.staff, "item_code": "TEST1", "item_name": "食品经营许可",
        "closed_at": at, "channel": "window", "at": at,
    } | facts  # fmt: skip
    return invite(**made)


def grade(hall: Hall, value: int = 1, *, at: datetime = GIVEN, signed: bool = True, **facts: Any) -> Evaluation:
    """One grade of a case closed at the same moment. Signed ones leave a number."""
    how = {name: facts.pop(name) for name in ("via", "origin") if name in facts}
    words = {"text": "让我跑了三趟", "reasons": (), **{n: facts.pop(n) for n in ("text", "reasons") if n in facts}}
    answer = Answer(grade=value, anonymous=not signed, phone="13800000000" if signed else "", **words)
    asked = invitation(hall, at=at, **facts)
    return give(invitation=asked, answer=answer, at=at, **{"via": Via.QR, "origin": Origin.CITIZEN, **how})


def bad(hall: Hall, *, at: datetime = GIVEN, **facts: Any) -> Rectification:
    """A bad grade and the rectification it opened."""
    evaluation = grade(hall, facts.pop("value", 1), at=at, **facts)
    opened = rectifying.open_for(evaluation, at=at)
    assert opened is not None
    return opened


def rectifying_row(hall: Hall, *, by: User | None = None, at: datetime = GIVEN, **facts: Any) -> Rectification:
    """A signed grade whose person was reached."""
    return rectifying.contact(bad(hall, at=at, **facts), by=by or hall.chief, at=at, note=NOTE)


def rectified(hall: Hall, *, at: datetime = GIVEN, **facts: Any) -> Rectification:
    """Put right by the chief."""
    return rectifying.rectify(rectifying_row(hall, at=at, **facts), by=hall.chief, at=at, measure="补发了清单")


def revisited(hall: Hall, *, at: datetime = GIVEN, outcome: str = RevisitOutcome.SATISFIED) -> Rectification:
    """Asked again by the supervisor."""
    return rectifying.revisit(rectified(hall, at=at), by=hall.supervisor, at=at, outcome=outcome, note=NOTE)


def closed(hall: Hall, *, at: datetime = GIVEN) -> Rectification:
    """Answered for everybody to read."""
    answer = "查明窗口没有给清单，已补发并培训。"
    return rectifying.close(revisited(hall, at=at), by=hall.supervisor, at=at, answer=answer)


def appealed(row: Rectification, by: User, *, at: datetime = GIVEN) -> Rectification:
    """With an appeal of staff against the grade, fresh from the database."""
    appealing.appeal(row, by=by, at=at, kind=AppealKind.MISTAKEN, reason="点错了等次", evidence="当面说是满意")
    return fresh(row)


def fresh(row: Rectification) -> Rectification:
    """The row as it is in the database, with nothing remembered."""
    return Rectification.objects.select_related("evaluation__department").get(pk=row.pk)
