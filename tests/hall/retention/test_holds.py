"""A hold is placed by one and lifted by two; both say why."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from hall.access.enums import Role
from hall.access.models import User
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from hall.retention import actions
from hall.retention.models import Erased, Hold
from tests.builders import MONDAY, Hall, make_staff, make_user

pytestmark = pytest.mark.django_db
NUMBER = "1303020012202604130000010"


def placed(hall: Hall, **facts: object) -> Hold:
    told = {"reference": NUMBER, "center": hall.center, "reason": "行政复议", "by": hall.supervisor, "at": MONDAY}
    return actions.place_hold(**{**told, **facts})


def second(hall: Hall) -> User:
    return make_user(Role.SUPERVISOR, make_staff(center=hall.center))


def test_a_hold_leaves_an_event(hall: Hall) -> None:
    placed(hall)
    event = Event.objects.get(kind="retention.held")
    assert (event.docket, event.actor, event.data) == (NUMBER, hall.supervisor, {"reason": "行政复议"})


def test_two_people_lift_it(hall: Hall) -> None:
    hold = actions.propose_lifting(hold=placed(hall), reason="复议终结", by=hall.supervisor, at=MONDAY)
    with pytest.raises(NotPermitted, match="以外的人"):
        actions.lift(hold=hold, by=hall.supervisor, at=MONDAY)
    done = actions.lift(hold=hold, by=second(hall), at=MONDAY + timedelta(days=1))
    assert done.lifted_at is not None
    assert Event.objects.filter(docket=NUMBER).count() == 3


def test_nobody_lifts_what_nobody_proposed(hall: Hall) -> None:
    with pytest.raises(Refused, match="提请"):
        actions.lift(hold=placed(hall), by=second(hall), at=MONDAY)


def test_one_proposal_waits_at_a_time(hall: Hall) -> None:
    hold = actions.propose_lifting(hold=placed(hall), reason="复议终结", by=hall.supervisor, at=MONDAY)
    with pytest.raises(Refused, match="已经有人提请"):
        actions.propose_lifting(hold=hold, reason="又一次", by=second(hall), at=MONDAY)


def test_what_is_lifted_is_not_lifted_again(hall: Hall) -> None:
    other = second(hall)
    hold = actions.propose_lifting(hold=placed(hall), reason="复议终结", by=hall.supervisor, at=MONDAY)
    actions.lift(hold=hold, by=other, at=MONDAY)
    with pytest.raises(Refused, match="已经恢复"):
        actions.lift(hold=hold, by=other, at=MONDAY)


def test_a_number_is_held_once_and_again_after_it_was_lifted(hall: Hall) -> None:
    hold = placed(hall)
    with pytest.raises(Refused, match="已经暂停"):
        placed(hall)
    actions.propose_lifting(hold=hold, reason="复议终结", by=hall.supervisor, at=MONDAY)
    actions.lift(hold=hold, by=second(hall), at=MONDAY)
    assert placed(hall, reason="又起诉").pk != hold.pk


def test_what_is_gone_cannot_be_held(hall: Hall) -> None:
    Erased.objects.create(
        kind="case_permit", reference=NUMBER, center=hall.center, ended_on=MONDAY.date(), years=10, erased_at=MONDAY
    )
    with pytest.raises(Refused, match="已经清除"):
        placed(hall)


@pytest.mark.parametrize(("reason", "words"), [("  ", "写明理由"), ("当事人电话13800000000", "不要写证件号")])
def test_a_reason_is_said_and_names_nobody(hall: Hall, reason: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        placed(hall, reason=reason)
    assert refusal.value.field == "reason"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPERVISOR])
def test_only_who_has_the_right_holds(hall: Hall, role: str) -> None:
    user = {user.role: user for user in hall.everybody()}[role]
    with pytest.raises(NotPermitted):
        placed(hall, by=user)


def test_a_foreign_center_is_out_of_reach(hall: Hall) -> None:
    with pytest.raises(NotPermitted):
        placed(hall, center=Hall().center)


def test_the_database_wants_two_people_as_well(hall: Hall) -> None:
    hold = actions.propose_lifting(hold=placed(hall), reason="复议终结", by=hall.supervisor, at=MONDAY)
    rows = Hold.objects.filter(pk=hold.pk)
    with pytest.raises(IntegrityError, match="hold_lifted_by_a_second"), transaction.atomic():
        rows.update(lifted_by=hall.supervisor, lifted_at=MONDAY)
    with pytest.raises(IntegrityError, match="hold_lifting_whole"), transaction.atomic():
        rows.update(lifting_reason="")
