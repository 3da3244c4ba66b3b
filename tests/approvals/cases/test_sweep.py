"""The sweep: by state, once, with the true moment; consequences; poison; catching up (law 9)."""

from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from approvals.cases import actions
from approvals.cases.actions.lateness import sweep
from approvals.cases.clock import Level
from approvals.cases.enums import CaseState
from approvals.cases.models import ClockRow, Flag
from approvals.catalogue.enums import LapseSubject
from approvals.catalogue.models import LapseRule
from hall.ledger.models import Event, Heartbeat
from hall.outbox.models import Message
from tests.builders import MONDAY, accepted_case, make_case, make_item_version, moment

pytestmark = pytest.mark.django_db


def levels(case, clock="decision"):
    return list(Flag.objects.filter(case=case, clock=clock).order_by("true_at", "pk").values_list("level", flat=True))


def test_nothing_is_flagged_before_its_day(hall):
    case = accepted_case(hall)
    assert sweep(at=moment("2026-04-20 09:00")).raised == 0
    assert levels(case) == []


def test_due_soon_from_the_last_fifth(hall):
    case = accepted_case(hall)
    sweep(at=moment("2026-05-12 09:00"))
    assert levels(case) == [Level.DUE_SOON]


@pytest.mark.parametrize(("at", "late"), [("2026-05-13 23:59:59", False), ("2026-05-14 00:00:00", True)])
def test_t14_late_from_midnight_after_the_last_day(hall, at, late):
    case = accepted_case(hall)
    sweep(at=moment(at))
    assert (Level.OVER_STATUTE in levels(case)) is late


def test_promise_and_statute_are_flagged_apart(hall):
    version = make_item_version(hall.department, promise=(5, "workday"), steps=(("审查", 5),))
    case = accepted_case(hall, version)
    sweep(at=moment("2026-04-25 09:00"))
    assert Level.OVER_PROMISE in levels(case)
    assert Level.OVER_STATUTE not in levels(case)


def test_second_sweep_does_nothing(hall):
    accepted_case(hall)
    first = sweep(at=moment("2026-06-01 09:00"))
    second = sweep(at=moment("2026-06-01 09:00"))
    assert first.raised > 0
    assert (second.raised, second.looked_at) == (0, 0)


def test_r18_missed_days_catch_up_with_the_true_moment(hall):
    case = accepted_case(hall)
    sweep(at=moment("2026-08-01 09:00"))
    flag = Flag.objects.get(case=case, clock="decision", level=Level.OVER_STATUTE)
    assert flag.true_at == moment("2026-05-14 00:00")
    assert flag.recorded_at == moment("2026-08-01 09:00")


def test_each_flag_has_one_event_and_messages_for_handler_and_chief(hall):
    case = accepted_case(hall)
    sweep(at=moment("2026-05-14 09:00"))
    raised = [
        e for e in Event.objects.filter(docket=case.docket, kind="case.flag_raised") if e.data["clock"] == "decision"
    ]
    told = Message.objects.filter(docket=case.docket, template="staff_over_statute")
    assert len([e for e in raised if e.data["level"] == "over_statute"]) == 1
    assert {m.recipient_ref for m in told} == {str(hall.clerk.staff_id), str(hall.chief.staff_id)}


def templates(case):
    told = Message.objects.filter(docket=case.docket, channel="inbox", dedupe_key__contains="|decision|")
    return set(told.values_list("template", flat=True))


def test_nobody_is_told_that_a_late_case_will_soon_be_due(hall):
    case = accepted_case(hall)
    sweep(at=moment("2026-08-01 09:00"))
    assert Level.DUE_SOON in levels(case)
    assert templates(case) == {"staff_over_statute"}


def test_who_was_warned_in_time_is_told_again_when_it_is_late(hall):
    case = accepted_case(hall, make_item_version(hall.department, promise=(10, "workday"), steps=()))
    for day in ("2026-04-27", "2026-04-28", "2026-05-20"):
        sweep(at=moment(f"{day} 09:00"))
    assert templates(case) == {"staff_due_soon", "staff_over_promise", "staff_over_statute"}


def test_closed_in_time_is_never_flagged(hall):
    case = accepted_case(hall)
    actions.grant(case, by=hall.approver, at=moment("2026-05-13 16:00"))
    sweep(at=moment("2026-05-14 00:01"))
    assert levels(case) == []


def test_stopped_clock_does_not_become_late(hall):
    case = accepted_case(hall)
    actions.pause(
        case, by=hall.approver, at=moment("2026-05-12 10:00"), ground=hall.ground(), notified_days=30, reason="专家评审"
    )
    sweep(at=moment("2026-06-01 09:00"))
    assert Level.OVER_STATUTE not in levels(case)


def test_t10_overrun_pause_is_flagged(hall):
    case = accepted_case(hall)
    actions.pause(
        case, by=hall.approver, at=moment("2026-04-17 10:00"), ground=hall.ground(), notified_days=3, reason="专家评审"
    )
    sweep(at=moment("2026-04-23 09:00"))
    assert levels(case) == [Level.PAUSE_OVERRUN]
    told = Message.objects.filter(docket=case.docket, template="staff_pause_overrun")
    assert {message.recipient_ref for message in told} == {str(hall.clerk.staff_id)}


def test_no_notice_in_five_days_accepts_from_the_day_of_receipt(hall):
    case = make_case(hall)
    sweep(at=moment("2026-04-21 00:00:05"))
    case.refresh_from_db()
    assert (case.state, case.deemed_accepted, case.accepted_at) == (CaseState.REVIEWING, True, MONDAY)
    assert ClockRow.objects.get(case=case, clock="decision").due.isoformat() == "2026-05-13"


def test_notice_on_the_fifth_day_prevents_it(hall):
    case = make_case(hall, complete=False)
    items = [{"name": "申请书", "problem": "缺", "requirement": "补交"}]
    actions.notify_supplement(case, by=hall.clerk, at=moment("2026-04-20 16:59"), items=items)
    sweep(at=moment("2026-04-21 09:00"))
    case.refresh_from_db()
    assert case.state == CaseState.SUPPLEMENTING


def overdue_supplement(hall):
    case = make_case(hall, complete=False)
    items = [{"name": "申请书", "problem": "缺", "requirement": "补交"}]
    return actions.notify_supplement(case, by=hall.clerk, at=moment("2026-04-14 09:00"), items=items)


def test_without_a_rule_nothing_lapses_by_itself(hall):
    case = overdue_supplement(hall)
    sweep(at=moment("2026-06-01 09:00"))
    case.refresh_from_db()
    assert (case.state, levels(case, "supplement")[-1]) == (CaseState.SUPPLEMENTING, Level.LAPSED)


def test_with_a_rule_it_counts_as_withdrawn(hall):
    LapseRule.objects.create(
        center=hall.center, subject=LapseSubject.CORRECTION, rule="某市政务服务条例", article="第三十六条",
        effective_from=MONDAY.date(), source="测试",
    )  # fmt: skip
    case = overdue_supplement(hall)
    sweep(at=moment("2026-06-01 09:00"))
    case.refresh_from_db()
    assert (case.state, case.closing_code) == (CaseState.LAPSED, "5")


def test_r09_poison_row_is_parked_and_the_rest_is_handled(hall):
    bad, good = accepted_case(hall), accepted_case(hall)
    ClockRow.objects.filter(case=bad).update(changes=[["not a moment", "due_soon"]])
    result = sweep(at=moment("2026-06-01 09:00"))
    assert set(result.parked) == {bad.docket}
    assert Level.OVER_STATUTE in levels(good)


def test_r09_parked_row_is_tried_again_after_an_hour(hall):
    case = accepted_case(hall)
    kept = ClockRow.objects.get(case=case, clock="decision").changes
    ClockRow.objects.filter(case=case, clock="decision").update(changes=[["not a moment", "due_soon"]])
    at = moment("2026-06-01 09:00")
    sweep(at=at)
    ClockRow.objects.filter(case=case, clock="decision").update(changes=kept)
    assert sweep(at=at + timedelta(minutes=5)).raised == 0
    assert sweep(at=at + timedelta(minutes=61)).raised > 0


def test_date_that_moves_withdraws_the_flag(hall):
    case = accepted_case(hall)
    sweep(at=moment("2026-05-12 09:00"))
    actions.extend(case, by=hall.chief, at=moment("2026-05-12 10:00"), reason="案情复杂")
    flags = Flag.objects.filter(case=case, clock="decision", level=Level.DUE_SOON)
    assert flags.exists()
    # The promise did not move, so what was true of it stays true.
    assert flags.filter(withdrawn_at__isnull=True).exists()


def test_sweep_leaves_its_heartbeat(hall):
    sweep(at=MONDAY)
    assert Heartbeat.objects.get(name="sweep").finished_at == MONDAY


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_case_a_clerk_holds_is_left_for_the_next_sweep(hall):
    case = accepted_case(hall)
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM cases_case WHERE id = %s FOR UPDATE", [case.pk])
            assert sweep(at=moment("2026-06-01 09:00")).raised == 0
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert sweep(at=moment("2026-06-01 09:00")).raised > 0
    assert connection.in_atomic_block is False
    assert transaction.get_autocommit()
