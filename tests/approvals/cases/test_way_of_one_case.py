"""The main line through the actions: file, notice, supplement, accept, pause, resume, decide, deliver."""

import pytest

from approvals.cases import actions, clockwork
from approvals.cases.clock_explanation import explain
from approvals.cases.enums import CaseState, DeliveryMethod, DocumentKind
from approvals.cases.models import ClockRow
from hall.ledger.models import Event
from hall.workdays.calendars import calendar_for
from tests.builders import accepted_case, make_case, make_item_version, moment

pytestmark = pytest.mark.django_db


def due(case, clock="decision"):
    return ClockRow.objects.get(case=case, clock=clock).due.isoformat()


def test_filing_gives_a_number_a_receipt_and_an_event(hall):
    case = make_case(hall)
    assert case.docket[:18] == hall.center.code + "20260413"
    assert [d.kind for d in case.documents.all()] == [DocumentKind.RECEIPT]
    assert [e.kind for e in Event.objects.filter(docket=case.docket)] == ["case.register"]


def test_worked_example_without_a_pause(hall):
    case = accepted_case(hall)
    assert due(case) == "2026-05-13"


def test_worked_example_with_expert_review(hall):
    case = accepted_case(hall)
    ground = hall.ground()
    case = actions.pause(
        case, by=hall.approver, at=moment("2026-04-17 15:30"), ground=ground, notified_days=3, reason="专家评审"
    )
    case = actions.resume(case, by=hall.approver, at=moment("2026-04-22 11:05"), ground=ground)
    assert (case.state, due(case)) == (CaseState.REVIEWING, "2026-05-18")


def test_from_notice_to_delivery(hall):
    version = make_item_version(hall.department)
    case = make_case(hall, version, complete=False)
    items = [{"name": "申请书", "problem": "未签名", "requirement": "补签名"}]
    case = actions.notify_supplement(case, by=hall.clerk, at=moment("2026-04-14 09:00"), items=items)
    received = [m.pk for m in version.materials.all()]
    case = actions.supplement(case, by=hall.clerk, at=moment("2026-04-16 09:00"), received=received, complete=True)
    case = actions.grant(case, by=hall.approver, at=moment("2026-04-20 09:00"))
    assert due(case, "delivery") == "2026-05-07"
    case = actions.deliver(case, by=hall.clerk, at=moment("2026-04-21 09:00"), method=DeliveryMethod.COLLECTED)
    assert (case.state, case.closing_code) == (CaseState.DELIVERED, "0")
    assert [d.kind for d in case.documents.order_by("issued_at", "id")] == [
        "receipt",
        "supplement_notice",
        "acceptance",
        "decision_grant",
        "delivery_receipt",
    ]


def test_statutory_limit_cites_the_items_own_statute(hall):
    note = "《社会团体登记管理条例》第十二条。自收到全部有效文件之日起六十日内。"
    version = make_item_version(hall.department, statute=(60, "day"), statute_note=note)
    case = accepted_case(hall, version)
    facts = clockwork.facts_of(case, calendar_for(case.region_code))
    told = explain(facts, "decision", calendar_for(case.region_code), today=moment("2026-04-14 09:00").date())
    assert "《社会团体登记管理条例》第十二条" in {line.source for line in told.lines}
