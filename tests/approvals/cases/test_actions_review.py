"""During review and at the end: pauses, extension, hearing, checks, steps, decision, delivery, return, correction."""

import pytest

from approvals.cases import actions, codes
from approvals.cases.enums import CaseState, CorrectableField, DeliveryMethod, DocumentKind
from approvals.cases.models import ClockRow
from hall.access.enums import Role
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from tests.builders import (
    MONDAY,
    accepted_case,
    make_case,
    make_department,
    make_item_version,
    make_staff,
    make_user,
    moment,
)

pytestmark = pytest.mark.django_db
FRIDAY = moment("2026-04-17 15:30")
WEDNESDAY = moment("2026-04-22 11:05")


@pytest.fixture
def case(hall):
    return accepted_case(hall)


def pause(hall, case, ground="expert_review", at=FRIDAY, **facts):
    given = {"notified_days": 3, "reason": "需要评审", **facts}
    return actions.pause(case, by=hall.approver, at=at, ground=hall.ground(ground), **given)


def decision(case):
    return ClockRow.objects.get(case=case, clock="decision")


def test_pause_is_told_in_writing(hall, case):
    case = pause(hall, case)
    row = case.pauses.get()
    document = case.documents.get(kind=DocumentKind.SPECIAL_PROCEDURE)
    assert (row.document_no, row.approved_by) == (document.number, hall.approver)


def test_stopped_clock_says_so(hall, case):
    pause(hall, case)
    assert (decision(case).stopped, decision(case).stop_label) == (True, "专家评审")


def test_pause_that_ends_the_day_it_began_moves_nothing(hall, case):
    pause(hall, case)
    actions.resume(case, by=hall.approver, at=moment("2026-04-17 17:00"), ground=hall.ground())
    assert decision(case).due.isoformat() == "2026-05-13"


def test_version_of_the_deadline_rises_when_the_day_moves(hall, case):
    before = decision(case).version
    pause(hall, case)
    actions.resume(case, by=hall.approver, at=WEDNESDAY, ground=hall.ground())
    assert decision(case).version == before + 1


def test_t09_two_grounds_overlap_and_are_united(hall, case):
    case = pause(hall, case)
    case = pause(hall, case, "inspection", at=moment("2026-04-20 09:00"))
    case = actions.resume(case, by=hall.approver, at=WEDNESDAY, ground=hall.ground())
    assert case.state == CaseState.PAUSED
    case = actions.resume(case, by=hall.approver, at=WEDNESDAY, ground=hall.ground("inspection"))
    assert (case.state, decision(case).due.isoformat()) == (CaseState.REVIEWING, "2026-05-18")


def test_t09_same_ground_twice_at_once_is_refused(hall, case):
    case = pause(hall, case)
    with pytest.raises(Refused, match="已在停表中"):
        pause(hall, case)


def test_ground_of_another_regime_is_refused(hall):
    case = accepted_case(hall, make_item_version(hall.department, regime=None))
    with pytest.raises(Refused, match="没有这一停表事由"):
        pause(hall, case)


def test_t11_pause_on_the_due_day_is_refused(hall, case):
    with pytest.raises(Refused, match="到期"):
        pause(hall, case, at=moment("2026-05-13 09:00"))


def test_pause_without_days_is_refused(hall, case):
    with pytest.raises(Refused, match="几个工作日"):
        pause(hall, case, notified_days=0)


def test_clerk_does_not_pause(hall, case):
    with pytest.raises(NotPermitted, match="审批人员或首席代表批准"):
        actions.pause(case, by=hall.clerk, at=FRIDAY, ground=hall.ground(), notified_days=3, reason="评审")


def test_t11_resume_of_what_is_not_paused_is_refused(hall, case):
    pause(hall, case)
    with pytest.raises(Refused, match="没有在停表"):
        actions.resume(case, by=hall.approver, at=WEDNESDAY, ground=hall.ground("auction"))


def test_extension_moves_the_statute_and_not_the_promise(hall, case):
    actions.extend(case, by=hall.chief, at=FRIDAY, reason="案情复杂")
    row = decision(case)
    assert (row.promise_due.isoformat(), row.statute_due.isoformat()) == ("2026-05-13", "2026-05-27")


def test_extension_is_given_once(hall, case):
    case = actions.extend(case, by=hall.chief, at=FRIDAY, reason="案情复杂")
    with pytest.raises(Refused, match="只允许一次"):
        actions.extend(case, by=hall.chief, at=FRIDAY, reason="还是复杂")


def test_extension_after_the_statute_is_refused(hall, case):
    with pytest.raises(Refused, match="之前批准"):
        actions.extend(case, by=hall.chief, at=moment("2026-05-13 09:00"), reason="案情复杂")


def test_only_the_head_extends(hall, case):
    with pytest.raises(NotPermitted, match="本机关负责人"):
        actions.extend(case, by=hall.approver, at=FRIDAY, reason="案情复杂")


def test_refused_extension_leaves_nothing(hall, case):
    with pytest.raises(Refused):
        actions.extend(case, by=hall.chief, at=FRIDAY, reason=" ")
    assert not hasattr(type(case).objects.get(pk=case.pk), "extension")
    assert not case.documents.filter(kind=DocumentKind.EXTENSION_NOTICE).exists()


def test_hearing_notice_gives_five_working_days(hall, case):
    case = actions.give_hearing_notice(case, by=hall.approver, at=FRIDAY, matter="涉及相邻关系人重大利益")
    assert case.hearings.get().apply_by.isoformat() == "2026-04-24"


def inspect(hall, case, **facts):
    given = {
        "first": hall.approver.staff,
        "second": hall.second.staff,
        "inspected_at": FRIDAY,
        "passed": True,
        "finding": "与申报一致",
        **facts,
    }
    return actions.inspect(case, by=hall.approver, at=FRIDAY, **given)


def test_check_on_site_does_not_stop_the_clock(hall, case):
    assert inspect(hall, case).state == CaseState.REVIEWING
    assert decision(case).due.isoformat() == "2026-05-13"


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [({"second": None}, "两名以上"), ({"finding": ""}, "核查情况"), ({"inspected_at": WEDNESDAY}, "不能晚于现在")],
)
def test_check_on_site_refusals(hall, case, facts, sentence):
    facts = {k: hall.approver.staff if v is None else v for k, v in facts.items()}
    with pytest.raises(Refused, match=sentence):
        inspect(hall, case, **facts)


def test_finished_step_starts_the_next(hall, case):
    case = actions.complete_step(case, by=hall.approver, at=FRIDAY, opinion="符合条件")
    assert [s.step.name for s in case.steps.filter(ended_at__isnull=True)] == ["决定"]


def test_grant_ends_the_decision_clock_and_starts_delivery(hall, case):
    case = actions.grant(case, by=hall.approver, at=FRIDAY)
    assert decision(case).ended_on == FRIDAY.date()
    assert ClockRow.objects.get(case=case, clock="delivery").due.isoformat() == "2026-05-06"


def test_denial_gives_reasons_and_runs_no_delivery_clock(hall, case):
    with pytest.raises(Refused, match="必须说明理由"):
        actions.deny(case, by=hall.approver, at=FRIDAY, reason="")
    case = actions.deny(case, by=hall.approver, at=FRIDAY, reason="不符合第二条规定的条件")
    assert not ClockRow.objects.filter(case=case, clock="delivery").exists()
    assert case.documents.filter(kind=DocumentKind.DECISION_DENY).exists()


def test_who_accepted_does_not_decide(hall):
    case = actions.accept(make_case(hall), by=hall.chief, at=MONDAY)
    with pytest.raises(NotPermitted, match="不能是同一人"):
        actions.grant(case, by=hall.chief, at=FRIDAY)


def test_paused_case_is_not_decided(hall, case):
    case = pause(hall, case)
    with pytest.raises(Refused, match="特别程序"):
        actions.grant(case, by=hall.approver, at=WEDNESDAY)


def test_posting_needs_a_tracking_number(hall, case):
    case = actions.grant(case, by=hall.approver, at=FRIDAY)
    with pytest.raises(Refused, match="寄递单号"):
        actions.deliver(case, by=hall.clerk, at=FRIDAY, method=DeliveryMethod.POSTED)


def test_delivered_case_is_archived(hall, case):
    case = actions.grant(case, by=hall.approver, at=FRIDAY)
    case = actions.deliver(case, by=hall.clerk, at=FRIDAY, method=DeliveryMethod.COLLECTED)
    assert actions.archive(case, by=hall.clerk, at=WEDNESDAY).state == CaseState.ARCHIVED


def test_t11_withdrawal_ends_an_open_pause(hall, case):
    case = actions.withdraw(pause(hall, case), by=hall.clerk, at=WEDNESDAY)
    assert (case.state, case.pauses.get().end_on) == (CaseState.WITHDRAWN, WEDNESDAY.date())


def test_decided_case_cannot_be_withdrawn(hall, case):
    case = actions.grant(case, by=hall.approver, at=FRIDAY)
    with pytest.raises(Refused):
        actions.withdraw(case, by=hall.clerk, at=FRIDAY)


def test_n05_void_keeps_the_number_and_voids_the_documents(hall, case):
    case = actions.void(case, by=hall.chief, at=FRIDAY, reason="重复录入")
    assert (case.state, case.closing_code) == (CaseState.VOIDED, "2")
    assert not case.documents.filter(voided_at__isnull=True).exists()


def test_return_needs_a_second_person(hall, case):
    case = actions.propose_return(case, by=hall.approver, at=FRIDAY, reason="材料虚假")
    with pytest.raises(NotPermitted, match="提请人以外"):
        actions.confirm_return(case, by=hall.approver, at=FRIDAY)
    assert actions.confirm_return(case, by=hall.second, at=FRIDAY).state == CaseState.RETURNED


def test_clock_runs_on_while_a_return_is_reviewed(hall, case):
    case = actions.propose_return(case, by=hall.clerk, at=FRIDAY, reason="材料虚假")
    assert decision(case).ended_on is None


def test_rejected_return_goes_back(hall, case):
    case = actions.propose_return(case, by=hall.clerk, at=FRIDAY, reason="材料虚假")
    case = actions.reject_return(case, by=hall.second, at=FRIDAY, opinion="材料真实")
    assert case.state == CaseState.REVIEWING


def test_hand_over_keeps_the_first_handler(hall, case):
    case = actions.hand_over(case, by=hall.chief, at=FRIDAY, to=hall.other_clerk.staff, reason="调班")
    assert (case.handler, case.first_handler) == (hall.other_clerk.staff, hall.clerk.staff)
    assert case.handovers.get().reason == "调班"


def test_hand_over_stays_in_the_department(hall, case):
    stranger = make_staff(make_department(hall.center, "公安分局"))
    with pytest.raises(Refused, match="本部门或综合窗口"):
        actions.hand_over(case, by=hall.chief, at=FRIDAY, to=stranger, reason="调班")


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR])
def test_a_case_is_not_given_to_who_works_on_none(hall, case, role):
    watcher = make_user(role, staff=make_staff(hall.department))
    with pytest.raises(Refused, match="没有能办件的账号"):
        actions.hand_over(case, by=hall.chief, at=FRIDAY, to=watcher.staff, reason="调班")


def test_a_case_is_not_given_to_who_cannot_log_in(hall, case):
    with pytest.raises(Refused, match="没有能办件的账号"):
        actions.hand_over(case, by=hall.chief, at=FRIDAY, to=make_staff(hall.department), reason="调班")


def test_hand_over_of_many_is_all_or_none(hall, case):
    decided = actions.withdraw(accepted_case(hall), by=hall.clerk, at=FRIDAY)
    with pytest.raises(Refused, match=decided.docket):
        actions.hand_over_many([case, decided], by=hall.clerk, at=FRIDAY, to=hall.other_clerk.staff, reason="休假")
    case.refresh_from_db()
    assert case.handler == hall.clerk.staff


def correct(hall, case, field, value, by=None):
    return actions.propose_correction(case, by=by or hall.clerk, at=FRIDAY, field=field, value=value, reason="录入错误")


def test_correction_waits_for_a_second_person(hall, case):
    row = correct(hall, case, CorrectableField.PHONE, "13900000000")
    assert case.parties.get().phone == "13800000000"
    actions.review_correction(row, by=hall.approver, at=FRIDAY, agreed=True)
    party = case.parties.get()
    assert (party.phone, party.phone_index != "") == ("13900000000", True)


def test_own_correction_is_not_confirmed(hall, case):
    row = correct(hall, case, CorrectableField.PHONE, "13900000000", by=hall.chief)
    with pytest.raises(NotPermitted, match="提请人以外"):
        actions.review_correction(row, by=hall.chief, at=FRIDAY, agreed=True)


def test_t12_corrected_acceptance_moves_the_clock(hall, case):
    row = correct(hall, case, CorrectableField.ACCEPTED_AT, "2026-04-14T10:08")
    actions.review_correction(row, by=hall.approver, at=FRIDAY, agreed=True)
    assert decision(case).due.isoformat() == "2026-05-14"


def test_correction_against_the_order_of_things_is_refused(hall, case):
    row = correct(hall, case, CorrectableField.ACCEPTED_AT, "2026-04-10T10:08")
    with pytest.raises(Refused, match="先后不符"):
        actions.review_correction(row, by=hall.approver, at=FRIDAY, agreed=True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (CorrectableField.CHANNEL, "pigeon"),
        (CorrectableField.ACCEPTED_AT, "yesterday"),
        (CorrectableField.PHONE, "13800000000"),
        (CorrectableField.NAME, " "),
        (CorrectableField.LAPSE, ""),
        (CorrectableField.DEEMED_ACCEPTANCE, ""),
    ],
)
def test_correction_that_makes_no_sense_is_refused(hall, case, field, value):
    with pytest.raises(Refused):
        correct(hall, case, field, value)


def test_deemed_acceptance_can_be_undone_by_two_people(hall):
    case = actions.deem_accepted(make_case(hall), at=moment("2026-04-21 00:01"))
    row = actions.propose_correction(
        case, by=hall.clerk, at=WEDNESDAY, field=CorrectableField.DEEMED_ACCEPTANCE, value="", reason="当场已告知"
    )
    actions.review_correction(row, by=hall.approver, at=WEDNESDAY, agreed=True)
    case.refresh_from_db()
    assert (case.state, case.accepted_at, case.deemed_accepted) == (CaseState.RECEIVED, None, False)
    kinds = list(Event.objects.filter(docket=case.docket).order_by("id").values_list("kind", flat=True))
    assert kinds[-2:] == ["case.review_correction", "case.undo_deemed_acceptance"]


def test_correction_keeps_no_personal_value_in_the_ledger(hall, case):
    row = correct(hall, case, CorrectableField.PHONE, "13900000000")
    actions.review_correction(row, by=hall.approver, at=FRIDAY, agreed=True)
    assert "139" not in "".join(str(e.data) for e in Event.objects.filter(docket=case.docket))


def test_new_code_needs_a_reason(hall, case):
    with pytest.raises(Refused, match="理由"):
        actions.renew_code(case, by=hall.clerk, at=FRIDAY, reason="")


def test_code_in_clear_is_forgotten_after_its_hours(hall, case):
    assert codes.pending(case, at=moment("2026-04-14 10:00"))
    assert codes.pending(case, at=moment("2026-04-14 10:09")) == ""
    assert codes.forget_expired(at=moment("2026-04-14 10:09")) == 1
