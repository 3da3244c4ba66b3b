"""Who may do what about a bad grade: every deed over every role and every part in the matter."""

import pytest

from hall.access.enums import Role
from hall.access.models import User
from hall.rectification import rules
from hall.rectification.actions import rectifying
from hall.rectification.models import Rectification
from tests.builders import Hall, make_center, make_department, make_staff, make_user
from tests.hall.rectification.builders import GIVEN, NOTE, appealed, bad, fresh, rectified

pytestmark = pytest.mark.django_db
DEEDS = ("attempt", "contact", "reveal", "rectify", "explain", "revisit", "close", "appeal", "decide")
CHIEFS_WORK = {"attempt", "contact", "reveal", "rectify", "explain"}
# Who of the hall may do what about a new signed grade of the clerk's case.
EXPECTED: dict[str, set[str]] = {
    "clerk": {"appeal"},
    "other_clerk": set(),
    "approver": set(),
    "second": set(),
    "chief": CHIEFS_WORK | {"appeal"},
    "supervisor": {"revisit", "close", "decide"},
    "auditor": set(),
    "admin": set(),
}


def may(user: User, row: Rectification) -> set[str]:
    return {deed for deed in DEEDS if rules.may(user, deed, fresh(row))}


def test_every_deed_has_its_rule_and_its_sentence() -> None:
    assert set(rules.PERMITS) == set(rules.WHO) == set(DEEDS)


@pytest.mark.parametrize("who", EXPECTED)
def test_everybody_over_every_deed(hall: Hall, who: str) -> None:
    assert may(getattr(hall, who), bad(hall)) == EXPECTED[who]


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_whom_the_grade_concerns_may_appeal_at_most(hall: Hall, role: str) -> None:
    user = {u.role: u for u in hall.everybody()}[role]
    assert may(user, bad(hall, handler=user.staff)) <= {"appeal"}


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_nobody_of_another_center_may_do_anything(hall: Hall, role: str) -> None:
    elsewhere = {u.role: u for u in Hall().everybody()}[role]
    assert may(elsewhere, bad(hall)) == set()


@pytest.mark.parametrize("role", ["clerk", "approver", "chief"])
def test_nobody_of_another_department_may_do_anything(hall: Hall, role: str) -> None:
    neighbour = make_user(role, make_staff(make_department(hall.center, "税务局")))
    assert may(neighbour, bad(hall)) == set()


def test_a_supervisor_above_may_what_the_one_of_the_center_may(hall: Hall) -> None:
    city = make_center("秦皇岛市政务服务中心", center_no="0001", level="city")
    hall.center.parent = city
    hall.center.save()
    above = make_user(Role.SUPERVISOR, make_staff(center=city))
    assert may(above, bad(hall)) == EXPECTED["supervisor"]


def test_without_a_leader_the_supervisor_stands_in(hall: Hall) -> None:
    assert may(hall.supervisor, bad(hall, handler=hall.chief.staff)) >= {"contact", "rectify", "explain"}
    hall.department.chief_representative = None
    hall.department.save()
    assert may(hall.supervisor, bad(hall)) >= {"contact", "rectify", "explain"}


def test_another_chief_of_the_department_stands_in_too(hall: Hall) -> None:
    second = make_user(Role.CHIEF, make_staff(hall.department))
    assert may(second, bad(hall, handler=hall.chief.staff)) >= CHIEFS_WORK


def test_who_tried_to_reach_somebody_does_not_revisit(hall: Hall) -> None:
    row = bad(hall, handler=hall.chief.staff)
    rectifying.attempt(row, by=hall.supervisor, at=GIVEN, note=NOTE)
    assert "revisit" not in may(hall.supervisor, row)


def test_who_revisited_does_not_put_right_in_the_second_round(hall: Hall) -> None:
    row = rectified(hall)
    rectifying.revisit(row, by=hall.supervisor, at=GIVEN, outcome="unsatisfied", note=NOTE)
    hall.department.chief_representative = None
    hall.department.save()
    assert "rectify" not in may(hall.supervisor, row)
    assert "rectify" in may(hall.chief, row)


def test_whoever_appealed_does_not_decide(hall: Hall) -> None:
    row = appealed(bad(hall), hall.chief)
    assert "decide" in may(hall.supervisor, row)
    appeal = row.evaluation.appeal
    appeal.appealed_by = hall.supervisor
    appeal.save()
    assert "decide" not in may(hall.supervisor, row)


def test_the_number_goes_with_the_turn(hall: Hall) -> None:
    row = bad(hall)
    assert [rules.may(u, "reveal", row) for u in (hall.chief, hall.supervisor)] == [True, False]
    row = rectified(hall)
    assert [rules.may(u, "reveal", row) for u in (hall.chief, hall.supervisor)] == [False, True]


@pytest.mark.parametrize(("signed", "who", "knows"), [
    (True, "clerk", True), (False, "clerk", False), (False, "chief", True), (False, "supervisor", True),
])  # fmt: skip
def test_who_may_know_the_day(hall: Hall, signed: bool, who: str, knows: bool) -> None:
    assert rules.knows_the_day(getattr(hall, who), bad(hall, signed=signed)) is knows


@pytest.mark.parametrize("who", list(EXPECTED))
def test_a_disabled_account_may_nothing(hall: Hall, who: str) -> None:
    user = getattr(hall, who)
    user.is_active = False
    assert may(user, bad(hall)) == set()


def test_an_account_of_no_person_is_nobody_a_grade_concerns(hall: Hall) -> None:
    row = bad(hall, handler=None)
    assert row.evaluation.handler_id is None
    hall.admin.staff = None
    assert not rules.is_handler.test(hall.admin, row)
    assert not rules.own_department.test(hall.admin, row)
