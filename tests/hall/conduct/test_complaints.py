"""Complaints about staff: who does what when, what nobody may read, and what counts."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from hall.conduct import complaint_codes, queries, rules
from hall.conduct.actions import complaints
from hall.conduct.actions.complaints import Said
from hall.conduct.enums import ComplaintChannel, ComplaintState
from hall.conduct.models import Complaint
from hall.conduct.transitions import COMPLAINT
from hall.facts.errors import NotPermitted, Refused
from hall.facts.periods import parse
from hall.facts.slices import Slice
from hall.facts.sources import source_of
from hall.ledger.models import Event
from hall.outbox.models import Message
from tests.builders import Hall, moment
from tests.hall.conduct.builders import (
    MONDAY,
    SAID,
    assigned,
    complaint_in,
    decided,
    received,
    reported,
    second_supervisor,
)

pytestmark = pytest.mark.django_db


def test_a_complaint_gets_a_number_and_a_day(hall: Hall) -> None:
    row = received(hall)
    assert row.number == f"{hall.center.code}-TS-2026-00001"
    assert row.accept_due_on == date(2026, 10, 19), "five working days after Monday the 12th"
    assert received(hall).number.endswith("00002")


def test_the_same_form_twice_is_one_complaint(hall: Hall) -> None:
    key = uuid4()
    facts = {"center": hall.center, "said": SAID, "channel": ComplaintChannel.WEB, "form_key": key, "by": None}
    first, new = complaints.receive(**facts, at=MONDAY)
    again, newer = complaints.receive(**facts, at=MONDAY + timedelta(minutes=1))
    assert (new, newer, first.pk) == (True, False, again.pk)
    assert Complaint.objects.count() == Event.objects.filter(kind="complaint.received").count() == 1


def test_nothing_anybody_said_lies_readable_in_the_database(hall: Hall) -> None:
    decided(hall)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM conduct_complaint c")
        stored = cursor.fetchone()[0]
    for said in ("态度生硬", "3 号窗口", "李某", "13800000000", "录像", "批评教育"):
        assert said not in stored
    told = str([event.data for event in Event.objects.all()]) + str(
        [message.context for message in Message.objects.all()]
    )
    for said in ("态度", "李某", "13800000000", "录像"):
        assert said not in told


def test_what_lies_ahead_has_not_happened(hall: Hall) -> None:
    with pytest.raises(Refused) as refusal:
        received(hall, said=Said(text="明天", happened_on=date(2026, 10, 13)))
    assert refusal.value.field == "happened_on"


def test_the_public_comes_by_the_web_and_desks_need_the_right(hall: Hall) -> None:
    facts = {"center": hall.center, "said": SAID, "form_key": uuid4(), "at": MONDAY}
    with pytest.raises(NotPermitted):
        complaints.receive(**facts, channel=ComplaintChannel.PHONE, by=None)
    for user in (hall.clerk, hall.chief, hall.admin, hall.auditor, Hall().supervisor):
        with pytest.raises(NotPermitted):
            complaints.receive(**facts, channel=ComplaintChannel.PHONE, by=user)
    row, _ = complaints.receive(**facts, channel=ComplaintChannel.PHONE, by=hall.supervisor)
    assert row.received_by == hall.supervisor


def test_it_goes_to_the_chief_with_days_to_decide(hall: Hall) -> None:
    row = assigned(hall)
    assert (row.state, row.investigator, row.decide_due_on) == ("assigned", hall.chief.staff, date(2026, 10, 26))
    message = Message.objects.get(template="staff_complaint_assigned")
    assert (message.recipient_ref, message.context["due"]) == (str(hall.chief.staff_id), "2026-10-26")


def test_nobody_looks_into_himself(hall: Hall) -> None:
    with pytest.raises(Refused, match="不能调查自己"):
        assigned(hall, staff=hall.chief.staff)
    with pytest.raises(Refused, match="不能调查投诉"):
        assigned(hall, investigator=hall.clerk.staff, staff=None)
    with pytest.raises(NotPermitted, match="您本人"):
        assigned(hall, staff=hall.supervisor.staff)
    row = assigned(hall)
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=row.pk).update(investigator=row.staff)


def test_whom_it_concerns_belongs_to_the_center(hall: Hall) -> None:
    elsewhere = Hall()
    for facts in ({"department": elsewhere.department}, {"staff": elsewhere.clerk.staff}):
        with pytest.raises(Refused, match="这个中心"):
            assigned(hall, **facts)


def test_the_department_follows_from_the_person(hall: Hall) -> None:
    assert assigned(hall, department=None).department == hall.department


def test_a_declined_one_says_why(hall: Hall) -> None:
    row = received(hall)
    with pytest.raises(Refused) as refusal:
        complaints.decline(complaint=row, answer=" ", by=hall.supervisor, at=MONDAY)
    assert refusal.value.field == "answer"
    row = complaints.decline(complaint=row, answer="属于行政复议。", by=hall.supervisor, at=MONDAY)
    assert (row.state, row.answer) == ("declined", "属于行政复议。")


def test_late_deeds_are_marked(hall: Hall) -> None:
    row = received(hall)
    complaints.accept(
        complaint=row, department=hall.department, staff=None, investigator=hall.chief.staff, by=hall.supervisor,
        at=moment("2026-10-20 09:00"),
    )  # fmt: skip
    assert Event.objects.get(kind="complaint.accepted").data["late"] is True


def test_the_report_comes_from_whom_it_was_given_to(hall: Hall) -> None:
    row = assigned(hall)
    for user in (hall.clerk, hall.approver, hall.supervisor, Hall().chief):
        with pytest.raises(NotPermitted):
            complaints.report(complaint=row, text="查过", by=user, at=MONDAY)
    row = complaints.report(complaint=row, text="查过", by=hall.chief, at=MONDAY)
    assert (row.state, row.report, row.reported_by) == ("reported", "查过", hall.chief)


def test_a_thin_report_goes_back(hall: Hall) -> None:
    row = complaints.send_back(complaint=reported(hall), note="补录像", by=hall.supervisor, at=MONDAY)
    assert (row.state, row.returned, row.reported_by) == ("assigned", "补录像", None)
    row = complaints.report(complaint=row, text="补好了", by=hall.chief, at=MONDAY)
    assert row.returned == ""


def test_it_may_be_given_to_somebody_else(hall: Hall) -> None:
    row = assigned(hall)
    Message.objects.all().delete()
    row = complaints.reassign(complaint=row, investigator=hall.chief.staff, by=hall.supervisor, at=MONDAY)
    assert (row.state, row.investigator) == ("assigned", hall.chief.staff)
    assert Message.objects.filter(template="staff_complaint_assigned").exists()


def test_the_verdict_and_the_answer_come_together(hall: Hall) -> None:
    row = decided(hall)
    assert (row.state, row.outcome_label, row.answer) == ("decided", "属实", "已批评教育，向您道歉。")
    message = Message.objects.get(template="staff_complaint_decided")
    assert (message.recipient_ref, message.context["verdict"]) == (str(hall.clerk.staff_id), "属实")


@pytest.mark.parametrize("missing", ["reason", "answer"])
def test_a_verdict_without_reason_or_answer_is_none(hall: Hall, missing: str) -> None:
    facts = {"reason": "理由", "answer": "答复", missing: " "}
    with pytest.raises(Refused) as refusal:
        complaints.decide(complaint=reported(hall), verdict="upheld", **facts, by=hall.supervisor, at=MONDAY)
    assert refusal.value.field == missing


def test_what_is_upheld_falls_on_somebody(hall: Hall) -> None:
    row = reported(hall, department=None, staff=None)
    with pytest.raises(Refused) as refusal:
        complaints.decide(complaint=row, verdict="partly", reason="理由", answer="答复", by=hall.supervisor, at=MONDAY)
    assert refusal.value.field == "verdict"


def test_who_reported_does_not_decide(hall: Hall) -> None:
    row = reported(hall)
    Complaint.objects.filter(pk=row.pk).update(reported_by=hall.supervisor)
    for deed in (
        lambda: complaints.decide(
            complaint=row, verdict="upheld", reason="理", answer="答", by=hall.supervisor, at=MONDAY
        ),
        lambda: complaints.send_back(complaint=row, note="补", by=hall.supervisor, at=MONDAY),
    ):
        with pytest.raises(NotPermitted):
            deed()


def test_the_person_objects_once_and_a_third_person_reviews(hall: Hall) -> None:
    row = complaints.object_to(complaint=decided(hall), text="录像不全", by=hall.clerk, at=MONDAY)
    with pytest.raises(Refused, match="一次异议"):
        complaints.object_to(complaint=row, text="再提", by=hall.clerk, at=MONDAY)
    facts = {"verdict": "not_upheld", "reason": "补看录像", "answer": ""}
    with pytest.raises(NotPermitted, match="自己的裁定"):
        complaints.review(complaint=row, **facts, by=hall.supervisor, at=MONDAY)
    other = second_supervisor(hall)
    row = complaints.review(complaint=row, **facts, by=other, at=MONDAY)
    assert (row.verdict, row.outcome, row.reviewed_by) == ("upheld", "not_upheld", other)
    assert row.answer == "已批评教育，向您道歉。", "an empty answer leaves the first one"
    with pytest.raises(Refused, match="没有待复核"):
        complaints.review(complaint=row, **facts, by=other, at=MONDAY)


def test_nobody_objects_for_another_or_to_an_acquittal(hall: Hall) -> None:
    row = decided(hall)
    for user in (hall.chief, hall.other_clerk, hall.supervisor):
        with pytest.raises(NotPermitted):
            complaints.object_to(complaint=row, text="不服", by=user, at=MONDAY)
    with pytest.raises(Refused):
        complaints.object_to(complaint=decided(hall, verdict="not_upheld"), text="不服", by=hall.clerk, at=MONDAY)


@pytest.mark.parametrize("state", ComplaintState.values)
def test_who_may_do_what_in_which_state(hall: Hall, state: str) -> None:
    row, other = complaint_in(state, hall), second_supervisor(hall)
    for user in (*hall.everybody(), other, *Hall().everybody()):
        handles = user in (hall.supervisor, other)
        assert rules.handles(user, row) == handles
        assert rules.may_take(user, row) == (handles and state == "received"), user.role
        assert rules.may_reassign(user, row) == (handles and state == "assigned"), user.role
        assert rules.may_investigate(user, row) == (user == hall.chief and state == "assigned"), user.role
        assert rules.may_decide(user, row) == (handles and state == "reported"), user.role
        assert rules.may_object(user, row) == (user == hall.clerk and state == "decided"), user.role
        assert not rules.may_review(user, row)
        assert rules.sees_complainant(user, row) == handles, user.role
        given = user == hall.chief and row.investigator_id == user.staff_id
        assert rules.sees_what_was_said(user, row) == (handles or given), user.role


@pytest.mark.parametrize("state", ComplaintState.values)
def test_the_actions_follow_the_table(hall: Hall, state: str) -> None:
    row, chief, boss = complaint_in(state, hall), hall.chief, hall.supervisor
    place: dict[str, Any] = {"department": hall.department, "staff": hall.clerk.staff, "investigator": chief.staff}
    words = {"reason": "理", "answer": "答", "verdict": "upheld", "by": boss, "at": MONDAY}
    deeds = {
        "accept": lambda: complaints.accept(complaint=row, **place, by=boss, at=MONDAY),
        "decline": lambda: complaints.decline(complaint=row, answer="否", by=boss, at=MONDAY),
        "reassign": lambda: complaints.reassign(complaint=row, investigator=chief.staff, by=boss, at=MONDAY),
        "report": lambda: complaints.report(complaint=row, text="查", by=chief, at=MONDAY),
        "send_back": lambda: complaints.send_back(complaint=row, note="补", by=boss, at=MONDAY),
        "decide": lambda: complaints.decide(complaint=row, **words),
        "object": lambda: complaints.object_to(complaint=row, text="不服", by=hall.clerk, at=MONDAY),
    }
    assert set(deeds) == set(COMPLAINT) - {"review"}
    for name, deed in deeds.items():
        with transaction.atomic():
            if state in COMPLAINT[name][0]:
                assert deed().state == COMPLAINT[name][1], name
            else:
                with pytest.raises(Refused):
                    deed()
            transaction.set_rollback(True)


def test_who_finds_what_in_the_list(hall: Hall) -> None:
    waiting, done = reported(hall), decided(hall)
    expected = {
        hall.supervisor: {waiting, done}, hall.auditor: {waiting, done}, hall.chief: {waiting, done},
        hall.clerk: {done}, hall.approver: set(), hall.admin: set(),
    }  # fmt: skip
    for user, rows in expected.items():
        assert set(queries.complaints_for(user)) == rows, user.role
    assert not queries.complaints_for(Hall().supervisor).exists()


def test_a_supervisor_does_not_see_his_own_before_it_is_decided(hall: Hall) -> None:
    other = second_supervisor(hall)
    row = received(hall)
    row = complaints.accept(
        complaint=row, department=None, staff=hall.supervisor.staff, investigator=hall.chief.staff, by=other, at=MONDAY
    )
    assert not queries.complaints_for(hall.supervisor).exists()
    assert not rules.handles(hall.supervisor, row)
    assert queries.complaints_for(other).exists()


@pytest.mark.parametrize(
    "change",
    [
        {"number": "X"},
        {"channel": "phone"},
        {"verdict": "not_upheld"},
        {"state": "received"},
        {"accept_due_on": "2027-01-01"},
    ],
)
def test_the_database_keeps_what_was_said_and_decided(hall: Hall, change: dict[str, Any]) -> None:
    row = decided(hall)
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()


OCTOBER = Slice(parse("2026-10"), None)


def test_received_counts_all_and_upheld_what_stands(hall: Hall) -> None:
    received(hall)
    decided(hall, verdict="not_upheld")
    decided(hall, verdict="partly")
    row = decided(hall)
    assert source_of("complaints.received").count(OCTOBER) == 4
    upheld = source_of("complaints.upheld")
    assert upheld.count(OCTOBER) == 2
    assert upheld.count(OCTOBER.but(staff=hall.clerk.staff_id)) == 2
    assert upheld.count(OCTOBER.but(staff=hall.chief.staff_id)) == 0
    key = f"complaints.upheld:{row.pk}"
    assert upheld.standing([key]) == {key}
    complaints.object_to(complaint=row, text="不服", by=hall.clerk, at=MONDAY)
    assert upheld.count(OCTOBER) == 2, "an objection alone changes nothing"
    complaints.review(
        complaint=row, verdict="not_upheld", reason="误", answer="更正", by=second_supervisor(hall), at=MONDAY
    )
    assert upheld.count(OCTOBER) == 1
    assert upheld.standing([key]) == set()
    assert all("态度" not in fact.text for fact in upheld.find(OCTOBER))


@given(st.uuids(), st.text(max_size=20))
def test_a_code_is_always_the_same_and_opens_nothing_else(key: UUID, typed: str) -> None:
    code = complaint_codes.code_of(key)
    assert code == complaint_codes.code_of(key)
    assert len(code) == 9
    assert set(code) <= set(complaint_codes.ALPHABET)
    assert complaint_codes.matches(key, complaint_codes.spoken(code).lower())
    assert not complaint_codes.matches(None, code)
    if "".join(c for c in typed.upper() if c.isalnum()) != code:
        assert not complaint_codes.matches(key, typed)
    assert complaint_codes.code_of(uuid4()) != code
