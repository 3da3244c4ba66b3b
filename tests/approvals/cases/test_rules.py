"""Who may: every transition × every role, at home, in another department, and in another center."""

import pytest

from approvals.cases import actions, rules
from approvals.cases.models import Case
from approvals.catalogue.enums import CaseKind
from hall.access.enums import Role
from tests.builders import (
    MONDAY,
    Hall,
    accepted_case,
    make_case,
    make_department,
    make_item_version,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db

WINDOW = {Role.CLERK, Role.CHIEF}
BACK = {Role.APPROVER, Role.CHIEF}
HANDLING = {Role.CLERK, Role.APPROVER, Role.CHIEF}
# A case accepted by the clerk, in the department of all of them; the chief heads the organ.
TABLE = {
    "accept": WINDOW,
    "accept_with_promise": WINDOW,
    "notify_supplement": WINDOW,
    "supplement": WINDOW,
    "tell_not_required": HANDLING,
    "refuse": HANDLING,
    "pause": BACK,
    "resume": HANDLING,
    "extend": {Role.CHIEF},
    "give_hearing_notice": BACK,
    "inspect": HANDLING,
    "receive_material": HANDLING,
    "complete_step": HANDLING,
    "correct": HANDLING,
    "review_correction": BACK,
    "hand_over": WINDOW,
    "accept_hand_over": set(),  # only whom it was offered to
    "decline_hand_over": set(),
    "charge_fee": WINDOW,
    "propose_return": HANDLING,
    "confirm_return": BACK,
    "reject_return": BACK,
    "grant": BACK,
    "deny": BACK,
    "deliver": WINDOW,
    "withdraw": WINDOW,
    "end_unsupplemented": BACK,
    "void": {Role.CHIEF},
    "archive": WINDOW,
}


def test_table_is_complete():
    assert set(TABLE) == set(rules.PERMITS)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_who_may_in_the_own_department(hall, name):
    case = accepted_case(hall)
    assert {u.role for u in hall.everybody() if rules.may(u, name, case)} == TABLE[name]


@pytest.mark.parametrize("name", sorted(TABLE))
def test_nobody_may_in_another_department(hall, name):
    case = accepted_case(hall)
    other = make_department(hall.center, "公安分局")
    strangers = [make_user(role, make_staff(other)) for role in Role]
    assert [u.role for u in strangers if rules.may(u, name, case)] == []


@pytest.mark.parametrize("name", sorted(TABLE))
def test_nobody_may_in_another_center(hall, name):
    case = accepted_case(hall)
    assert [u.role for u in Hall().everybody() if rules.may(u, name, case)] == []


def test_comprehensive_window_serves_every_department(hall):
    clerk = make_user(Role.CLERK, make_staff(center=hall.center))
    assert rules.may(clerk, "accept", make_case(hall))


def test_who_accepted_does_not_decide(hall):
    case = make_case(hall)
    case = actions.accept(case, by=hall.chief, at=case.received_at)
    assert not rules.may(hall.chief, "grant", case)
    assert rules.may(hall.approver, "grant", case)


def test_an_instant_item_is_decided_by_who_accepted_it(hall):
    version = make_item_version(hall.department, case_kind=CaseKind.INSTANT, promise=None, steps=())
    case = make_case(hall, version)
    case = actions.accept(case, by=hall.chief, at=case.received_at)
    assert rules.may(hall.chief, "grant", case)


@pytest.mark.parametrize(("who", "may"), [("clerk", True), ("other_clerk", True), ("approver", True), ("admin", False)])
def test_an_instant_item_is_decided_at_the_window(hall, who, may):
    version = make_item_version(hall.department, case_kind=CaseKind.INSTANT, promise=None, steps=())
    case = actions.accept(make_case(hall, version), by=hall.clerk, at=MONDAY)
    assert rules.may(getattr(hall, who), "grant", case) is may


def test_only_the_head_extends_even_among_chiefs(hall):
    other_chief = make_user(Role.CHIEF, make_staff(hall.department))
    assert not rules.may(other_chief, "extend", accepted_case(hall))


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("clerk", True),
        ("other_clerk", True),
        ("approver", True),
        ("chief", True),
        ("supervisor", True),
        ("auditor", True),
        ("admin", False),
    ],
)
def test_reach_in_the_own_center(hall, who, sees):
    case = make_case(hall)
    assert Case.objects.visible_to(getattr(hall, who)).filter(pk=case.pk).exists() is sees


def test_reach_stops_at_the_center(hall):
    make_case(hall)
    assert [u.role for u in Hall().everybody() if Case.objects.visible_to(u).exists()] == []


def test_other_department_sees_nothing(hall):
    make_case(hall)
    clerk = make_user(Role.CLERK, make_staff(make_department(hall.center, "公安分局")))
    assert not Case.objects.visible_to(clerk).exists()


def test_disabled_account_sees_nothing(hall):
    make_case(hall)
    hall.clerk.is_active = False
    assert not Case.objects.visible_to(hall.clerk).exists()


def test_refusal_names_who_may():
    assert rules.who_may("extend") == "延期由本机关负责人批准。"
