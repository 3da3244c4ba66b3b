"""What each role may do next in each state: the whole truth table, and that the door agrees with it."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from approvals.cases import actions, door
from approvals.cases.doings import BY_NAME, DEEDS, Verdict, doings, judge
from approvals.cases.enums import CaseState
from approvals.cases.models import Case
from approvals.cases.situations import Situation, visible_case
from approvals.cases.transitions import BY_NAME as MOVES
from hall.access.models import User
from hall.facts.errors import Refused
from tests.approvals.cases import test_acts_views as made
from tests.builders import Hall, accepted_case, make_case, make_item_version, moment

pytestmark = pytest.mark.django_db


def situation(user: User, case: Case) -> Situation:
    return Situation(visible_case(user, case.docket), user, timezone.now())


def denied(hall: Hall) -> Case:
    return actions.deny(made.reviewing(hall), by=hall.approver, at=timezone.now(), reason="布局不符")


def withdrawn(hall: Hall) -> Case:
    return actions.withdraw(made.reviewing(hall), by=hall.clerk, at=timezone.now())


def not_required(hall: Hall) -> Case:
    return actions.tell_not_required(made.received(hall), by=hall.clerk, at=timezone.now(), reason="不需要许可")


def refused(hall: Hall) -> Case:
    organ = {"name": "省药品监督管理局"}
    return actions.refuse(
        made.received(hall), by=hall.clerk, at=timezone.now(), reason="省级实施", competent_organ=organ
    )


def returned(hall: Hall) -> Case:
    return actions.confirm_return(made.returning(hall), by=hall.approver, at=timezone.now())


def voided(hall: Hall) -> Case:
    return actions.void(made.reviewing(hall), by=hall.chief, at=timezone.now(), reason="重复录入")


def lapsed(hall: Hall) -> Case:
    return actions.end_unsupplemented(made.overdue(hall), by=hall.approver, at=timezone.now(), reason="逾期未补")


def archived(hall: Hall) -> Case:
    return actions.archive(made.delivered(hall), by=hall.clerk, at=timezone.now())


CASES: dict[str, Callable[[Hall], Case]] = {
    "received": made.received,
    "incomplete": made.incomplete,
    "supplementing": made.noticed,
    "overdue": made.overdue,
    "reviewing": made.reviewing,
    "paused": made.paused,
    "returning": made.returning,
    "granted": made.granted,
    "denied": denied,
    "delivered": made.delivered,
    "withdrawn": withdrawn,
    "not_required": not_required,
    "refused": refused,
    "returned": returned,
    "voided": voided,
    "lapsed": lapsed,
    "archived": archived,
}
ROLES = ("clerk", "other_clerk", "approver", "chief", "supervisor", "auditor")
TABLE: dict[str, dict[str, str]] = {
    "received": {
        "clerk": "charge_fee accept notify_supplement hand_over receive_material tell_not_required refuse "
        "withdraw propose_correction renew_code",
        "other_clerk": "charge_fee accept notify_supplement receive_material tell_not_required refuse "
        "withdraw propose_correction renew_code",
        "approver": "receive_material tell_not_required refuse propose_correction",
        "chief": "charge_fee accept notify_supplement hand_over receive_material tell_not_required refuse "
        "withdraw propose_correction void renew_code",
    },
    "incomplete": {
        "clerk": "charge_fee notify_supplement hand_over receive_material tell_not_required refuse "
        "withdraw propose_correction renew_code",
        "other_clerk": "charge_fee notify_supplement receive_material tell_not_required refuse "
        "withdraw propose_correction renew_code",
        "approver": "receive_material tell_not_required refuse propose_correction",
        "chief": "charge_fee notify_supplement hand_over receive_material tell_not_required refuse "
        "withdraw propose_correction void renew_code",
    },
    "supplementing": {
        "clerk": "charge_fee supplement notify_supplement hand_over receive_material propose_return "
        "withdraw propose_correction renew_code",
        "other_clerk": "charge_fee supplement notify_supplement receive_material propose_return "
        "withdraw propose_correction renew_code",
        "approver": "receive_material propose_return propose_correction",
        "chief": "charge_fee supplement notify_supplement hand_over receive_material propose_return "
        "withdraw propose_correction void renew_code",
    },
    "overdue": {
        "clerk": "charge_fee supplement notify_supplement hand_over receive_material propose_return "
        "withdraw propose_correction renew_code",
        "other_clerk": "charge_fee supplement notify_supplement receive_material propose_return "
        "withdraw propose_correction renew_code",
        "approver": "receive_material propose_return propose_correction end_unsupplemented",
        "chief": "charge_fee supplement notify_supplement hand_over receive_material propose_return withdraw "
        "propose_correction end_unsupplemented void renew_code",
    },
    "reviewing": {
        "clerk": "charge_fee hand_over complete_step receive_material inspect propose_return "
        "withdraw propose_correction renew_code",
        "other_clerk": "charge_fee complete_step receive_material inspect propose_return "
        "withdraw propose_correction renew_code",
        "approver": "decide pause complete_step receive_material inspect "
        "give_hearing_notice propose_return propose_correction",
        "chief": "charge_fee decide pause extend hand_over complete_step receive_material inspect "
        "give_hearing_notice propose_return withdraw propose_correction void renew_code",
    },
    "paused": {
        "clerk": "charge_fee resume hand_over receive_material inspect withdraw propose_correction renew_code",
        "other_clerk": "charge_fee resume receive_material inspect withdraw propose_correction renew_code",
        "approver": "resume pause receive_material inspect give_hearing_notice propose_correction",
        "chief": "charge_fee resume pause extend hand_over receive_material inspect "
        "give_hearing_notice withdraw propose_correction void renew_code",
    },
    "returning": {
        "clerk": "charge_fee hand_over receive_material withdraw propose_correction renew_code",
        "other_clerk": "charge_fee receive_material withdraw propose_correction renew_code",
        "approver": "review_return receive_material propose_correction",
        "chief": "charge_fee review_return hand_over receive_material withdraw propose_correction void renew_code",
    },
    "granted": {
        "clerk": "charge_fee deliver hand_over receive_material propose_correction renew_code",
        "other_clerk": "charge_fee deliver receive_material propose_correction renew_code",
        "approver": "receive_material propose_correction",
        "chief": "charge_fee deliver hand_over receive_material propose_correction renew_code",
    },
    "denied": {
        "clerk": "charge_fee deliver hand_over receive_material propose_correction renew_code",
        "other_clerk": "charge_fee deliver receive_material propose_correction renew_code",
        "approver": "receive_material propose_correction",
        "chief": "charge_fee deliver hand_over receive_material propose_correction renew_code",
    },
    "delivered": {
        "clerk": "ask_evaluation propose_correction archive renew_code",
        "other_clerk": "ask_evaluation propose_correction archive renew_code",
        "approver": "propose_correction",
        "chief": "ask_evaluation propose_correction archive renew_code",
    },
    "withdrawn": {
        "clerk": "ask_evaluation propose_correction archive renew_code",
        "other_clerk": "ask_evaluation propose_correction archive renew_code",
        "approver": "propose_correction",
        "chief": "ask_evaluation propose_correction archive renew_code",
    },
    "not_required": {
        "clerk": "ask_evaluation propose_correction archive renew_code",
        "other_clerk": "ask_evaluation propose_correction archive renew_code",
        "approver": "propose_correction",
        "chief": "ask_evaluation propose_correction archive renew_code",
    },
    "refused": {
        "clerk": "ask_evaluation propose_correction archive renew_code",
        "other_clerk": "ask_evaluation propose_correction archive renew_code",
        "approver": "propose_correction",
        "chief": "ask_evaluation propose_correction archive renew_code",
    },
    "returned": {
        "clerk": "ask_evaluation propose_correction archive renew_code",
        "other_clerk": "ask_evaluation propose_correction archive renew_code",
        "approver": "propose_correction",
        "chief": "ask_evaluation propose_correction archive renew_code",
    },
    "voided": {
        "clerk": "propose_correction archive renew_code",
        "other_clerk": "propose_correction archive renew_code",
        "approver": "propose_correction",
        "chief": "propose_correction archive renew_code",
    },
    "lapsed": {
        "clerk": "ask_evaluation propose_correction archive renew_code",
        "other_clerk": "ask_evaluation propose_correction archive renew_code",
        "approver": "propose_correction",
        "chief": "ask_evaluation propose_correction archive renew_code",
    },
    "archived": {
        "clerk": "ask_evaluation renew_code",
        "other_clerk": "ask_evaluation renew_code",
        "chief": "ask_evaluation renew_code",
    },
}


def offered(user: User, case: Case) -> set[str]:
    return {doing.name for doing in doings(situation(user, case)) if doing.allowed}


@pytest.mark.parametrize("state", TABLE)
def test_what_each_role_may_do(hall, state):
    case = CASES[state](hall)
    found = {role: offered(getattr(hall, role), case) for role in ROLES}
    assert found == {role: set(TABLE[state].get(role, "").split()) for role in ROLES}


@pytest.mark.parametrize("state", TABLE)
def test_the_door_agrees(hall, state):
    """Whatever is offered passes the door by at least one of its moves; whatever is not, by none."""
    case, at = CASES[state](hall), timezone.now()
    for role in ("clerk", "approver", "chief"):
        user = getattr(hall, role)
        seen = situation(user, case)
        for deed in DEEDS:
            verdict, _ = judge(deed, seen)
            if verdict == Verdict.READY and deed.moves:
                assert any(passes(case, move, user, at) for move in deed.moves), (role, deed.name)
            if verdict in (Verdict.STATE, Verdict.PERSON):
                assert not any(passes(case, move, user, at) for move in deed.moves), (role, deed.name)


def passes(case: Case, move: str, user: User, at) -> bool:
    try:
        door.require(case, move, by=user, at=at, seen=case.version)
    except Refused:
        return False
    return True


@pytest.mark.parametrize("state", TABLE)
def test_at_most_one_button_is_the_next_one(hall, state):
    case = CASES[state](hall)
    for role in ROLES:
        primary = [doing for doing in doings(situation(getattr(hall, role), case)) if doing.primary]
        assert len(primary) <= 1
        assert all(doing.allowed and doing.main for doing in primary)


def test_every_state_of_a_case_is_in_the_table():
    assert {*TABLE, "supplementing"} >= set(CaseState.values)


def test_every_move_of_the_table_belongs_to_a_deed():
    by_hand = {move for deed in DEEDS for move in deed.moves}
    assert set(MOVES) - by_hand == {"deem_accepted", "lapse", "undo_deemed_acceptance", "undo_lapse"}


def test_labels_and_names_are_each_used_once():
    assert len({deed.label for deed in DEEDS}) == len(DEEDS) == len(BY_NAME)


def test_whatever_is_not_offered_says_why(hall):
    case = made.reviewing(hall)
    silent = [d.name for d in doings(situation(hall.clerk, case)) if not d.allowed and not d.why.endswith("。")]
    assert silent == []


# --- reasons that lie in the facts ------------------------------------------------------------------------------------


def why(user: User, case: Case, name: str, at: str = "2026-04-14 09:00") -> str:
    return judge(BY_NAME[name], Situation(visible_case(user, case.docket), user, moment(at)))[1]


def test_promised_acceptance_only_for_what_may_follow(hall):
    version = make_item_version(hall.department, deferrable=("验资报告",))
    assert why(hall.clerk, make_case(hall, version), "accept_with_promise") == ""
    assert "还缺不能容缺的材料：申请书" in why(
        hall.clerk, make_case(hall, version, complete=False), "accept_with_promise"
    )


def test_no_promise_where_the_item_offers_none(hall):
    assert why(hall.clerk, make_case(hall), "accept_with_promise") == "这个事项不能容缺受理。"


def test_a_second_extension_is_refused(hall):
    case = actions.extend(accepted_case(hall), by=hall.chief, at=moment("2026-04-14 08:00"), reason="案情复杂")
    assert "法律只允许一次" in why(hall.chief, case, "extend")


def test_a_pause_after_the_due_day_is_refused(hall):
    assert "到期当天及以后不能停表" in why(hall.approver, accepted_case(hall), "pause", "2026-05-13 09:00")


def test_ending_waits_for_the_day_to_pass(hall):
    items = [{"name": "申请书", "problem": "", "requirement": "补交"}]
    case = make_case(hall, complete=False)
    case = actions.notify_supplement(case, by=hall.clerk, at=moment("2026-04-14 09:00"), items=items)
    due = case.notices.get().due_on
    assert "还没有过" in why(hall.approver, case, "end_unsupplemented", f"{due} 23:59")
    assert why(hall.approver, case, "end_unsupplemented", "2026-06-01 09:00") == ""


def test_the_department_of_another_center_decides_nothing_here(hall):
    stranger = Hall().approver
    stranger_case = Situation(made.reviewing(hall), stranger, timezone.now())
    assert judge(BY_NAME["decide"], stranger_case)[0] == Verdict.PERSON
