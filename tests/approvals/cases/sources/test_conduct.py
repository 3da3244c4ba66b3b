"""Conduct as others see it: each fact from rows that say it, with whose deed it was."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from approvals.cases import actions
from approvals.cases.enums import CaseState
from approvals.cases.models import Case, FeeCharged, OfficialDocument
from approvals.catalogue.enums import VersionStatus
from approvals.catalogue.models import FeeItem
from hall.facts import sources
from hall.facts.periods import PeriodKind, holding
from hall.ledger import actions as ledger
from hall.ledger.models import Event
from tests.approvals.cases.sources.asking import dockets, find, part
from tests.approvals.cases.ways import FRIDAY, MISSING, denied, noticed, paused, put, refused, returned, voided
from tests.builders import MONDAY, Hall, accepted_case, make_case, make_item_version, moment

pytestmark = pytest.mark.django_db


# --- no reason -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [refused, returned, voided])
def test_ended_without_a_word_why(hall, way):
    case = way(hall)
    assert find("cases.no_reason") == []
    Case.objects.filter(pk=case.pk).update(closing_reason="")
    (fact,) = find("cases.no_reason")
    assert (fact.docket, fact.occurred_at) == (case.docket, case.closed_at)
    assert fact.text.endswith("没有写明理由。")


def test_denied_without_a_word_why(hall):
    case = denied(hall)
    assert find("cases.no_reason") == []
    Case.objects.filter(pk=case.pk).update(decision_reason="")
    (fact,) = find("cases.no_reason")
    assert fact.text.endswith("决定不予许可，没有写明理由。")
    assert fact.occurred_at == FRIDAY


def test_a_grant_needs_no_reason_and_an_imported_case_has_none(hall):
    actions.grant(accepted_case(hall), by=hall.approver, at=FRIDAY)
    case = refused(hall)
    Case.objects.filter(pk=case.pk).update(closing_reason="", imported=True)
    assert find("cases.no_reason") == []


def test_a_reason_given_afterwards_ends_it(hall):
    case = refused(hall)
    Case.objects.filter(pk=case.pk).update(closing_reason="")
    (fact,) = find("cases.no_reason")
    Case.objects.filter(pk=case.pk).update(closing_reason="不属于本机关")
    assert sources.source_of("cases.no_reason").standing([fact.key]) == set()


# --- second notice -------------------------------------------------------------------------------------------------


def test_a_second_notice_names_whoever_gave_it(hall):
    case = noticed(hall)
    assert find("cases.second_notice") == []
    actions.notify_supplement(case, by=hall.other_clerk, at=FRIDAY, items=MISSING, reason="又发现缺项")
    (fact,) = find("cases.second_notice")
    assert (fact.docket, fact.staff) == (case.docket, hall.other_clerk.staff_id)
    assert fact.text.endswith("第 2 次告知补正，应当一次告知。")
    assert dockets("cases.second_notice", staff=hall.clerk.staff_id) == set()


# --- fees ----------------------------------------------------------------------------------------------------------


def charged(hall: Hall, case: Case, amount: str, fee: FeeItem | None = None) -> FeeCharged:
    return FeeCharged.objects.create(
        case=case, fee_item=fee, amount=Decimal(amount), receipt_number=f"冀{amount}", charged_at=FRIDAY, by=hall.clerk
    )


def with_fees(hall: Hall, *amounts: str | None) -> Case:
    """A case of an item that costs something; an amount that is None stands for a formula."""
    version = make_item_version(hall.department, publish=False)
    for position, amount in enumerate(amounts):
        least = None if amount is None else Decimal(amount)
        FeeItem.objects.create(version=version, position=position, name="工本费", amount=least, basis="某规定")
    version.is_free, version.status, version.published_at = False, VersionStatus.PUBLISHED, MONDAY
    version.save()
    return make_case(hall, version)


@pytest.mark.parametrize(
    ("listed", "amount", "flagged"),
    [("10", "10", False), ("10", "9.99", False), ("10", "10.01", True), (None, "500", False), ("0", "0.01", True)],
)
def test_above_the_minimum(hall, listed, amount, flagged):
    case = with_fees(hall, listed)
    charged(hall, case, amount, case.version_filed.fees.get())
    assert bool(find("cases.fee_above_minimum")) is flagged


def test_a_free_item_costs_nothing_at_all(hall):
    case = make_case(hall)
    charged(hall, case, "0")
    assert find("cases.fee_above_minimum") == []
    charged(hall, case, "0.50")
    (fact,) = find("cases.fee_above_minimum")
    assert fact.text.endswith("收费 0.50 元，这个事项不收费。")
    assert fact.staff == hall.clerk.staff_id


def test_a_fee_nobody_listed_is_not_flagged(hall):
    charged(hall, with_fees(hall, None), "80")
    assert find("cases.fee_above_minimum") == []


def test_the_sentence_names_both_amounts(hall):
    case = with_fees(hall, "10")
    charged(hall, case, "12.50", case.version_filed.fees.get())
    (fact,) = find("cases.fee_above_minimum")
    assert fact.text == f"“{case.version_filed.name}”收费 12.50 元，“工本费”的最低标准是 10.00 元。"


# --- pauses --------------------------------------------------------------------------------------------------------


def test_a_pause_has_its_paper(hall):
    case = paused(hall)
    assert find("cases.pause_without_notice") == []
    paper = OfficialDocument.objects.get(case=case, kind="special_procedure")
    OfficialDocument.objects.filter(pk=paper.pk).update(voided_at=FRIDAY, voided_reason="写错")
    (fact,) = find("cases.pause_without_notice")
    assert (fact.docket, fact.staff) == (case.docket, hall.approver.staff_id)
    assert fact.text.endswith("因专家评审自 4月17日（周五）起停表，没有有效的特别程序告知书。")


def test_a_pause_without_notice_is_not_held_back_by_itself(hall):
    case = paused(hall)
    case.pauses.update(document_no="某号")
    assert [fact.paused for fact in find("cases.pause_without_notice")] == [False]


@pytest.mark.parametrize(("state", "held"), [(CaseState.REVIEWING, False), (CaseState.PAUSED, True)])
def test_what_is_found_while_the_clock_stands_still_waits(hall, state, held):
    case = paused(hall) if state == CaseState.PAUSED else accepted_case(hall)
    charged(hall, case, "0.50")
    assert [fact.paused for fact in find("cases.fee_above_minimum")] == [held]


def test_a_paper_of_another_number_does_not_serve(hall):
    case = paused(hall)
    case.pauses.update(document_no="某号")
    assert dockets("cases.pause_without_notice") == {case.docket}


def test_voiding_a_case_is_no_fault_of_its_pauses(hall):
    actions.void(paused(hall), by=hall.chief, at=moment("2026-04-20 09:00"), reason="重复录入")
    assert find("cases.pause_without_notice") == []


# --- outside the hall ----------------------------------------------------------------------------------------------


def test_taken_at_a_window_by_somebody_without_one(hall):
    version = make_item_version(hall.department)
    make_case(hall, version)
    assert find("cases.outside_hall") == []
    hall.clerk.staff.window = None
    hall.clerk.staff.save()
    case = make_case(hall, version)
    (fact,) = find("cases.outside_hall")
    assert (fact.docket, fact.staff) == (case.docket, hall.clerk.staff_id)
    assert fact.text.endswith("登记为窗口收件，收件人员没有登记窗口，可能在大厅外受理。")


def test_other_channels_need_no_window(hall):
    hall.clerk.staff.window = None
    hall.clerk.staff.save()
    make_case(hall, channel="online")
    assert find("cases.outside_hall") == []


def test_entered_afterwards(hall):
    case = make_case(hall, received_at=MONDAY - timedelta(hours=5), backdate_reason="停电")
    assert case.backdated
    (fact,) = find("cases.outside_hall")
    assert "事后补录" in fact.text
    assert fact.recorded_at == case.created_at


def test_the_minutes_at_the_window_are_no_backdating(hall):
    assert not make_case(hall, received_at=MONDAY - timedelta(minutes=20)).backdated


# --- written down late ---------------------------------------------------------------------------------------------


def recorded(kind: str, hall: Hall, case: Case, hours: float) -> Event:
    """One event that happened so many hours ago and is written now."""
    return ledger.append(
        docket=case.docket, kind=kind, center_code=hall.center.code, actor=hall.clerk,
        occurred_at=timezone.now() - timedelta(hours=hours),
    )  # fmt: skip


def lately(**facts: Any) -> dict[str, Any]:
    return {"period": holding(PeriodKind.YEAR, timezone.localdate()), **facts}


@pytest.fixture
def fresh(hall) -> Case:
    """Filed this minute, so that only what the test adds was written late."""
    return put(hall, make_item_version(hall.department), CaseState.REVIEWING)


@pytest.mark.parametrize(
    ("kind", "hours", "threshold", "found"),
    [
        ("case.deliver", 25, {}, True),
        ("case.deliver", 23, {}, False),
        ("case.deliver", 23, {"hours": 2}, True),
        ("case.register", 30, {}, True),
        ("case.grant", 30, {}, True),
        ("case.confirm_return", 30, {}, True),
        ("case.deliver", 0.9, {"hours": 0}, False),
        # Not a deed whose time says whether a case was in time.
        ("case.inspect", 30, {}, False),
        ("case.void", 30, {}, False),
    ],
)
def test_written_long_after(hall, fresh, kind, hours, threshold, found):
    recorded(kind, hall, fresh, hours)
    assert bool(find("cases.backdated", **lately(options=threshold))) is found


def test_a_late_entry_says_when_and_who(hall, fresh):
    event = recorded("case.deliver", hall, fresh, 50)
    (fact,) = find("cases.backdated", **lately())
    assert (fact.docket, fact.staff, fact.department) == (fresh.docket, hall.clerk.staff_id, hall.department.pk)
    assert (fact.occurred_at, fact.recorded_at) == (event.occurred_at, event.recorded_at)
    assert "的“送达”记在 " in fact.text
    assert fact.text.endswith("才录入，晚 50 小时。")


def test_late_entries_of_one_place(hall, fresh):
    recorded("case.deliver", hall, fresh, 50)
    here = frozenset({hall.center.pk})
    assert dockets("cases.backdated", **lately(centers=here, department=hall.department.pk)) == {fresh.docket}
    assert dockets("cases.backdated", **lately(item=fresh.version_filed.item.code)) == {fresh.docket}
    assert dockets("cases.backdated", **lately(staff=hall.clerk.staff_id)) == {fresh.docket}
    assert dockets("cases.backdated", **lately(staff=hall.approver.staff_id)) == set()
    assert dockets("cases.backdated", **lately(centers=frozenset())) == set()
    assert dockets("cases.backdated", **lately(window=hall.window.pk)) == set()  # a bare row without a window


def test_the_ledger_forgets_no_late_entry(hall, fresh):
    recorded("case.deliver", hall, fresh, 5)
    source = sources.source_of("cases.backdated")
    (fact,) = source.find(part(**lately(options={"hours": 2})))
    assert source.standing([fact.key, "cases.backdated:x", "cases.backdated:99999999"]) == {fact.key}


def test_by_record_finds_what_was_entered_now(hall, fresh):
    recorded("case.deliver", hall, fresh, 24 * 500)
    today = holding(PeriodKind.DAY, timezone.localdate())
    assert find("cases.backdated", period=today) == []
    assert dockets("cases.backdated", period=today, by_record=True) == {fresh.docket}
