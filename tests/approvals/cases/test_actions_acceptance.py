"""From receipt to acceptance: what the law asks of each act, and what is refused with which sentence (art. 32)."""

import pytest

from approvals.cases import actions
from approvals.cases.enums import CaseState, DocumentKind, MaterialState
from approvals.cases.errors import Stale
from approvals.cases.models import Case
from approvals.catalogue.enums import LapseSubject
from approvals.catalogue.models import LapseRule
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from hall.outbox.models import Message
from tests.builders import (
    MONDAY,
    accepted_case,
    application,
    make_case,
    make_department,
    make_item_version,
    moment,
)

pytestmark = pytest.mark.django_db
ITEMS = [{"name": "申请书", "problem": "未签名", "requirement": "补签名"}]
TUESDAY = moment("2026-04-14 09:00")


def told(case):
    return set(Message.objects.filter(docket=case.docket, channel="sms").values_list("template", flat=True))


def last_event(case):
    return Event.objects.filter(docket=case.docket).order_by("-id").first()


def test_accept_sets_who_and_when_and_issues_the_notice(hall):
    case = accepted_case(hall)
    assert (case.accepted_at, case.accepted_by, case.deemed_accepted) == (MONDAY, hall.clerk, False)
    assert case.documents.filter(kind=DocumentKind.ACCEPTANCE).count() == 1


def test_accept_starts_the_first_step(hall):
    assert accepted_case(hall).steps.get().step.name == "审查"


def test_accept_tells_the_applicant_without_a_name(hall):
    case = accepted_case(hall)
    message = Message.objects.get(docket=case.docket, template="applicant_accepted")
    assert set(message.context) == {"docket", "item"}


def test_missing_material_is_named(hall):
    case = make_case(hall, complete=False)
    with pytest.raises(Refused, match="还缺必要材料：申请书、营业执照复印件"):
        actions.accept(case, by=hall.clerk, at=TUESDAY)


def test_nothing_is_half_done_when_refused(hall):
    case = make_case(hall, complete=False)
    with pytest.raises(Refused):
        actions.accept(case, by=hall.clerk, at=TUESDAY)
    case.refresh_from_db()
    assert (case.state, case.version, last_event(case).kind) == (CaseState.RECEIVED, 1, "case.register")


def test_waived_material_counts_as_settled(hall):
    case = make_case(hall, complete=False)
    case.materials.update(state=MaterialState.WAIVED)
    assert actions.accept(case, by=hall.clerk, at=TUESDAY).state == CaseState.REVIEWING


def test_who_has_seen_an_older_version_is_told_what_changed(hall):
    case = make_case(hall)
    actions.accept(case, by=hall.clerk, at=MONDAY, seen=1)
    with pytest.raises(Stale) as stale:
        actions.accept(case, by=hall.other_clerk, at=MONDAY, seen=1)
    assert [event.kind for event in stale.value.events] == ["case.accept"]


def test_approver_does_not_accept(hall):
    with pytest.raises(NotPermitted):
        actions.accept(make_case(hall), by=hall.approver, at=MONDAY)


def test_time_before_receipt_is_refused(hall):
    with pytest.raises(Refused, match="时间不能早于办件已有的经过"):
        actions.accept(make_case(hall), by=hall.clerk, at=moment("2026-04-12 09:00"))


def test_accepting_twice_is_refused_by_state(hall):
    case = accepted_case(hall)
    with pytest.raises(Refused, match="在“审查”环节，不能办理“受理”"):
        actions.accept(case, by=hall.clerk, at=TUESDAY)


def test_notice_keeps_its_list_and_waits(hall):
    case = make_case(hall, complete=False)
    case = actions.notify_supplement(case, by=hall.clerk, at=TUESDAY, items=ITEMS)
    notice = case.notices.get()
    assert (case.state, notice.items, notice.sequence) == (CaseState.SUPPLEMENTING, ITEMS, 1)
    assert "applicant_supplement" in told(case)


@pytest.mark.parametrize("items", [[], [{"name": "申请书"}], [{"name": "", "requirement": "补"}]])
def test_notice_must_say_what_and_how(hall, items):
    with pytest.raises(Refused, match="请逐项写明"):
        actions.notify_supplement(make_case(hall), by=hall.clerk, at=TUESDAY, items=items)


def test_second_notice_needs_a_reason(hall):
    case = actions.notify_supplement(make_case(hall), by=hall.clerk, at=TUESDAY, items=ITEMS)
    with pytest.raises(Refused, match="再次告知必须写明理由"):
        actions.notify_supplement(case, by=hall.clerk, at=TUESDAY, items=ITEMS)
    case = actions.notify_supplement(case, by=hall.clerk, at=TUESDAY, items=ITEMS, reason="补正后发现新的缺项")
    assert last_event(case).data["sequence"] == 2


def test_partial_supplement_stays_waiting(hall):
    version = make_item_version(hall.department)
    case = actions.notify_supplement(make_case(hall, version, complete=False), by=hall.clerk, at=TUESDAY, items=ITEMS)
    one = version.materials.first()
    case = actions.supplement(case, by=hall.clerk, at=TUESDAY, received=[one.pk], complete=False)
    assert case.state == CaseState.SUPPLEMENTING
    assert case.materials.get(material=one).state == MaterialState.RECEIVED


def test_full_supplement_accepts_as_of_that_day(hall):
    version = make_item_version(hall.department)
    case = actions.notify_supplement(make_case(hall, version, complete=False), by=hall.clerk, at=TUESDAY, items=ITEMS)
    friday = moment("2026-04-17 11:00")
    received = [m.pk for m in version.materials.all()]
    case = actions.supplement(case, by=hall.clerk, at=friday, received=received, complete=True)
    assert (case.state, case.accepted_at) == (CaseState.REVIEWING, friday)
    assert case.notices.get().fulfilled_at == friday


def test_supplement_called_complete_with_a_gap_is_refused(hall):
    case = actions.notify_supplement(make_case(hall, complete=False), by=hall.clerk, at=TUESDAY, items=ITEMS)
    with pytest.raises(Refused, match="还没有补齐"):
        actions.supplement(case, by=hall.clerk, at=TUESDAY, received=[], complete=True)


def test_no_licence_needed_ends_the_case(hall):
    case = actions.tell_not_required(make_case(hall), by=hall.clerk, at=TUESDAY, reason="该活动不需要许可")
    assert (case.state, case.closed_at) == (CaseState.NOT_REQUIRED, TUESDAY)
    assert case.documents.filter(kind=DocumentKind.NOT_REQUIRED).exists()


def test_refusal_names_the_right_organ(hall):
    with pytest.raises(Refused, match="应当向哪个机关申请"):
        actions.refuse(make_case(hall), by=hall.clerk, at=TUESDAY, reason="不属本机关", competent_organ={})
    case = actions.refuse(
        make_case(hall), by=hall.clerk, at=TUESDAY, reason="不属本机关", competent_organ={"name": "市公安局"}
    )
    assert last_event(case).data["organ"] == "市公安局"


@pytest.fixture
def deferrable(hall):
    return make_item_version(hall.department, deferrable=("消防验收意见",))


def promised(hall, version):
    case = make_case(hall, version)
    late = version.materials.get(name="消防验收意见")
    return actions.accept_with_promise(case, by=hall.clerk, at=MONDAY, deferred=[late.pk])


def test_promise_runs_its_own_clock_beside_the_decision(hall, deferrable):
    case = promised(hall, deferrable)
    dues = {row.clock: row.due.isoformat() for row in case.clocks.all()}
    assert (dues["supplement"], dues["decision"]) == ("2026-04-20", "2026-05-13")


def test_only_deferrable_materials_are_promised(hall, deferrable):
    required = deferrable.materials.get(name="申请书")
    with pytest.raises(Refused, match="可以容缺后补"):
        actions.accept_with_promise(make_case(hall, deferrable), by=hall.clerk, at=MONDAY, deferred=[required.pk])


def test_item_without_the_offer_cannot_be_promised(hall):
    with pytest.raises(Refused, match="不能容缺受理"):
        actions.accept_with_promise(make_case(hall), by=hall.clerk, at=MONDAY, deferred=[1])


def test_no_licence_goes_out_before_the_promise_is_kept(hall, deferrable):
    case = promised(hall, deferrable)
    with pytest.raises(Refused, match="容缺材料还没有补齐"):
        actions.grant(case, by=hall.approver, at=TUESDAY)
    line = actions.MaterialFacts(material=deferrable.materials.get(name="消防验收意见"), state=MaterialState.RECEIVED)
    case = actions.receive_material(case, [line], by=hall.clerk, at=TUESDAY)
    assert actions.grant(case, by=hall.approver, at=TUESDAY).state == CaseState.GRANTED


def test_unkept_promise_lapses_only_by_a_rule(hall, deferrable):
    case = promised(hall, deferrable)
    later = moment("2026-04-22 09:00")
    assert actions.lapse(case, at=later) is None
    LapseRule.objects.create(
        center=hall.center, subject=LapseSubject.SUPPLEMENT, rule="某市条例", article="第二十四条", source="测试",
        effective_from=MONDAY.date(),
    )  # fmt: skip
    assert actions.lapse(case, at=later).state == CaseState.LAPSED


def test_lapse_before_the_day_is_over_does_nothing(hall, deferrable):
    case = promised(hall, deferrable)
    LapseRule.objects.create(
        center=hall.center, subject=LapseSubject.SUPPLEMENT, rule="某市条例", article="第二十四条", source="测试",
        effective_from=MONDAY.date(),
    )  # fmt: skip
    assert actions.lapse(case, at=moment("2026-04-20 23:59")) is None


def test_officer_ends_what_never_came_in_writing(hall):
    case = actions.notify_supplement(make_case(hall, complete=False), by=hall.clerk, at=TUESDAY, items=ITEMS)
    with pytest.raises(Refused, match="期限还没有过"):
        actions.end_unsupplemented(case, by=hall.approver, at=moment("2026-04-20 09:00"), reason="逾期未补")
    case = actions.end_unsupplemented(case, by=hall.approver, at=moment("2026-06-01 09:00"), reason="逾期未补")
    assert (case.state, case.closing_code) == (CaseState.LAPSED, "5")
    assert case.documents.filter(kind=DocumentKind.TERMINATION).exists()


def test_deeming_is_the_systems_alone(hall):
    case = make_case(hall)
    assert actions.deem_accepted(case, at=moment("2026-04-20 23:59")) is None
    case = actions.deem_accepted(case, at=moment("2026-04-21 00:01"))
    assert (case.deemed_accepted, case.accepted_by) == (True, None)
    assert last_event(case).actor is None


def test_deeming_twice_does_nothing(hall):
    case = make_case(hall)
    actions.deem_accepted(case, at=moment("2026-04-21 00:01"))
    assert actions.deem_accepted(case, at=moment("2026-04-21 00:02")) is None


def test_numbers_are_gapless_although_a_filing_fails(hall):
    version = make_item_version(hall.department)
    first = make_case(hall, version)
    with pytest.raises(Refused):
        actions.register(application(version, received_at=moment("2026-04-14 10:08")), by=hall.clerk, at=MONDAY)
    second = make_case(hall, version)
    assert int(second.docket[18:23]) == int(first.docket[18:23]) + 1


def test_item_of_another_department_is_refused(hall):
    other = make_item_version(make_department(hall.center, "公安分局"))
    with pytest.raises(NotPermitted, match="公安分局窗口收件"):
        actions.register(application(other), by=hall.clerk, at=MONDAY)


def test_unpublished_item_takes_no_case(hall):
    draft = make_item_version(hall.department, publish=False)
    with pytest.raises(Refused, match="没有发布"):
        actions.register(application(draft), by=hall.clerk, at=MONDAY)


def test_t12_backdated_filing_keeps_reason_and_true_day(hall):
    version = make_item_version(hall.department)
    friday = moment("2026-04-10 16:00")
    case = actions.register(
        application(version, received_at=friday, backdate_reason="系统故障"), by=hall.clerk, at=MONDAY
    )
    event = Event.objects.get(docket=case.docket, kind="case.register")
    assert (case.docket[10:18], event.data["backdate_reason"]) == ("20260410", "系统故障")
    assert (event.occurred_at, Case.objects.get(pk=case.pk).received_at) == (friday, friday)
