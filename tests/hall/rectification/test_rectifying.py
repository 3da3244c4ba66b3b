"""A bad grade on its way to a published answer."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from hall.facts.errors import NotPermitted, Refused
from hall.facts.models import Setting
from hall.ledger.models import Event
from hall.outbox.models import Message
from hall.rectification.actions import rectifying
from hall.rectification.enums import RectificationState, Remedy, RevisitOutcome
from hall.rectification.models import Rectification, Step
from tests.builders import Hall, make_user, moment
from tests.hall.rectification.builders import (
    GIVEN,
    NOTE,
    bad,
    closed,
    fresh,
    grade,
    rectified,
    rectifying_row,
    revisited,
)

pytestmark = pytest.mark.django_db
R = RectificationState
ANSWER = "查明窗口没有给清单，已补发并培训。"


@pytest.mark.parametrize(("value", "opens"), [(5, False), (4, False), (3, False), (2, True), (1, True)])
def test_the_two_lowest_grades_open_a_rectification_with_the_grade(hall: Hall, value: int, opens: bool) -> None:
    evaluation = grade(hall, value)
    assert (rectifying.open_for(evaluation, at=GIVEN) is not None) is opens
    assert Rectification.objects.filter(evaluation=evaluation).exists() is opens


def test_giving_itself_opens_it(hall: Hall) -> None:
    evaluation = grade(hall, 1)
    assert Rectification.objects.get().evaluation_id == evaluation.pk


def test_opening_twice_opens_once(hall: Hall) -> None:
    row = bad(hall)
    assert rectifying.open_for(row.evaluation, at=GIVEN + timedelta(days=1)).pk == row.pk  # type: ignore[union-attr]
    assert Event.objects.filter(kind="rectification.opened").count() == 1


def test_a_signed_grade_is_contacted_by_the_next_working_day_and_met_in_five(hall: Hall) -> None:
    row = bad(hall, at=moment("2026-04-30 16:00"))  # the day before five days of holiday, then a make-up Saturday
    assert (row.state, row.contact_due, row.rectify_due) == (R.CONTACTING, date(2026, 5, 6), date(2026, 5, 11))


def test_deadlines_follow_the_setting_of_the_center(hall: Hall) -> None:
    day = date(2026, 1, 1)
    Setting.objects.create(
        key="rectification.rectify_days", center=hall.center, value=7, source="本地规定", effective_from=day
    )
    assert bad(hall).rectify_due == date(2026, 4, 22)


def test_an_anonymous_grade_is_not_contacted_but_put_right_at_once(hall: Hall) -> None:
    row = bad(hall, signed=False)
    assert (row.state, row.named, row.contact_due) == (R.RECTIFYING, False, None)


def test_an_anonymous_grade_leaves_no_docket_in_ledger_and_outbox(hall: Hall) -> None:
    row = bad(hall, signed=False)
    rectifying.rectify(row, by=hall.chief, at=GIVEN, measure="补发了清单")
    told = Event.objects.filter(kind__regex=r"^(evaluation|rectification)\.").values_list("docket", flat=True)
    assert set(told) == {""}
    assert set(Message.objects.values_list("docket", flat=True)) == {""}


def test_a_signed_grade_stands_in_the_trail_of_its_case(hall: Hall) -> None:
    row = rectifying_row(hall)
    docket = row.evaluation.invitation.docket  # type: ignore[union-attr]
    assert Event.objects.filter(docket=docket, kind="rectification.contact", actor=hall.chief).count() == 1


def test_the_chief_hears_at_once_of_a_signed_grade_and_next_morning_of_an_anonymous_one(hall: Hall) -> None:
    bad(hall)
    bad(hall, signed=False)
    told = list(Message.objects.order_by("available_at").values_list("recipient_ref", "available_at"))
    assert told == [(str(hall.chief.pk), GIVEN), (str(hall.chief.pk), moment("2026-04-14 08:00"))]


def test_where_the_grade_concerns_the_chief_the_supervisor_hears_of_it(hall: Hall) -> None:
    bad(hall, handler=hall.chief.staff)
    assert list(Message.objects.values_list("recipient_ref", flat=True)) == [str(hall.supervisor.pk)]


def test_contact_leads_to_rectifying_and_says_who_and_when(hall: Hall) -> None:
    row = rectifying_row(hall)
    assert (row.state, row.contacted_by, row.contacted_at) == (R.RECTIFYING, hall.chief, GIVEN)
    step = row.steps.get()
    assert (step.deed, step.note, step.late, step.before) == ("contact", NOTE, False, R.CONTACTING)


def test_a_late_contact_is_marked_late(hall: Hall) -> None:
    row = rectifying.contact(bad(hall), by=hall.chief, at=moment("2026-04-15 09:00"), note=NOTE)
    assert row.steps.get().late


def tried(row: Rectification, hall: Hall, *times: str) -> Rectification:
    """Calls in vain at these moments."""
    for time in times:
        row = rectifying.attempt(row, by=hall.chief, at=moment(time), note="无人接听")
    return row


def test_after_three_tries_in_vain_the_matter_itself_is_put_right(hall: Hall) -> None:
    row = tried(bad(hall), hall, "2026-04-13 10:10", "2026-04-13 15:00")
    assert row.state == R.CONTACTING
    row = tried(row, hall, "2026-04-14 09:00")
    assert (row.state, row.attempts, row.unreached_at) == (R.RECTIFYING, 3, moment("2026-04-14 09:00"))


@pytest.mark.parametrize(
    ("before", "at", "since"),
    [
        (["2026-04-13 10:10"], "2026-04-13 10:10", "4 月 13 日 13:10"),
        (["2026-04-13 10:10"], "2026-04-13 13:09", "4 月 13 日 13:10"),
        (["2026-04-13 10:10", "2026-04-13 13:10"], "2026-04-13 17:00", "4 月 14 日 00:00"),
    ],
)
def test_tries_too_close_to_each_other_do_not_count(hall: Hall, before: list[str], at: str, since: str) -> None:
    row = tried(bad(hall), hall, *before)
    with pytest.raises(Refused, match=f"{since} 起") as refused:
        tried(row, hall, at)
    assert refused.value.field == "note"
    assert (fresh(row).attempts, row.steps.count()) == (len(before), len(before))


def test_a_person_who_calls_back_is_reached_however_soon(hall: Hall) -> None:
    row = tried(bad(hall), hall, "2026-04-13 10:10")
    assert rectifying.contact(row, by=hall.chief, at=moment("2026-04-13 10:12"), note=NOTE).state == R.RECTIFYING


def test_rectified_sets_the_day_of_the_revisit(hall: Hall) -> None:
    row = rectified(hall)
    assert (row.state, row.remedy, row.revisit_due) == (R.RECTIFIED, Remedy.RECTIFIED, date(2026, 4, 20))


def test_explained_is_an_answer_not_a_rectification(hall: Hall) -> None:
    row = rectifying.explain(rectifying_row(hall), by=hall.chief, at=GIVEN, measure="法定要件不能免")
    assert (row.state, row.remedy, row.measure) == (R.ANSWERED, Remedy.ANSWERED, "法定要件不能免")


def test_an_anonymous_grade_waits_for_no_revisit(hall: Hall) -> None:
    row = rectifying.rectify(bad(hall, signed=False), by=hall.chief, at=GIVEN, measure="补发了清单")
    assert row.revisit_due is None
    with pytest.raises(Refused, match="匿名"):
        rectifying.revisit(row, by=hall.supervisor, at=GIVEN, outcome=RevisitOutcome.SATISFIED, note=NOTE)
    assert rectifying.close(row, by=hall.supervisor, at=GIVEN, answer=ANSWER).state == R.CLOSED


def test_a_signed_grade_is_not_closed_before_the_revisit(hall: Hall) -> None:
    row = rectified(hall)
    with pytest.raises(Refused, match="回访"):
        rectifying.close(row, by=hall.supervisor, at=GIVEN, answer=ANSWER)


def test_who_is_not_content_gets_a_second_round_with_a_new_deadline(hall: Hall) -> None:
    row = revisited(hall, outcome=RevisitOutcome.UNSATISFIED)
    assert (row.state, row.rounds, row.rectify_due) == (R.RECTIFYING, 2, date(2026, 4, 20))
    assert (row.rectified_at, row.rectified_by, row.remedy, row.measure) == (None, None, "", "")
    assert list(row.steps.filter(deed="revisit").values_list("outcome", "round")) == [("unsatisfied", 1)]


def test_there_is_no_third_round(hall: Hall) -> None:
    row = revisited(hall, outcome=RevisitOutcome.UNSATISFIED)
    row = rectifying.rectify(row, by=hall.chief, at=GIVEN, measure="当面道歉")
    row = rectifying.revisit(row, by=hall.supervisor, at=GIVEN, outcome=RevisitOutcome.UNSATISFIED, note=NOTE)
    assert (row.state, row.outcome, row.rounds) == (R.REVISITED, "unsatisfied", 2)


@pytest.mark.parametrize("outcome", [RevisitOutcome.SATISFIED, RevisitOutcome.UNREACHABLE])
def test_content_or_out_of_reach_the_answer_is_published(hall: Hall, outcome: str) -> None:
    row = rectifying.close(revisited(hall, outcome=outcome), by=hall.supervisor, at=GIVEN, answer=ANSWER)
    assert (row.state, row.answer, row.closed_by) == (R.CLOSED, ANSWER, hall.supervisor)


def test_an_unknown_outcome_is_refused_at_its_field(hall: Hall) -> None:
    with pytest.raises(Refused) as refused:
        rectifying.revisit(rectified(hall), by=hall.supervisor, at=GIVEN, outcome="great", note=NOTE)
    assert refused.value.field == "outcome"


@pytest.mark.parametrize("text", ["请联系13812345678了解情况，已经整改。", "身份证11010519491231002X的申请人已答复。"])
def test_p15_nobodys_number_is_published(hall: Hall, text: str) -> None:
    row = revisited(hall)
    with pytest.raises(Refused) as refused:
        rectifying.close(row, by=hall.supervisor, at=GIVEN, answer=text)
    assert refused.value.field == "answer"
    assert fresh(row).state == R.REVISITED


@pytest.mark.parametrize("text", ["", "  ", "好"])
def test_an_empty_note_is_refused_at_its_field(hall: Hall, text: str) -> None:
    row = bad(hall)
    with pytest.raises(Refused) as refused:
        rectifying.contact(row, by=hall.chief, at=GIVEN, note=text)
    assert (refused.value.field, Step.objects.count()) == ("note", 0)


def test_the_same_deed_twice_is_done_once(hall: Hall) -> None:
    row = bad(hall)
    rectifying.contact(row, by=hall.chief, at=GIVEN, note=NOTE)
    with pytest.raises(Refused, match="整改中"):
        rectifying.contact(row, by=hall.chief, at=GIVEN, note=NOTE)
    assert Step.objects.count() == 1


def test_the_handler_does_not_work_on_a_grade_of_their_own(hall: Hall) -> None:
    row = bad(hall, handler=hall.chief.staff)
    with pytest.raises(NotPermitted):
        rectifying.contact(row, by=hall.chief, at=GIVEN, note=NOTE)
    assert rectifying.contact(row, by=hall.supervisor, at=GIVEN, note=NOTE).state == R.RECTIFYING


def test_who_put_it_right_does_not_ask_whether_it_was(hall: Hall) -> None:
    row = bad(hall, handler=hall.chief.staff)
    rectifying.contact(row, by=hall.supervisor, at=GIVEN, note=NOTE)
    row = rectifying.rectify(fresh(row), by=hall.supervisor, at=GIVEN, measure="换人办理")
    with pytest.raises(NotPermitted):
        rectifying.revisit(row, by=hall.supervisor, at=GIVEN, outcome=RevisitOutcome.SATISFIED, note=NOTE)
    second = make_user("supervisor", hall.supervisor.staff.__class__.objects.create(
        center=hall.center, number="S2", name="另一位督查"))  # fmt: skip
    assert rectifying.revisit(row, by=second, at=GIVEN, outcome="satisfied", note=NOTE).state == R.REVISITED


def test_the_database_too_refuses_a_revisit_by_who_put_it_right(hall: Hall) -> None:
    row = rectified(hall)
    with pytest.raises(IntegrityError, match="revisited_by_another"), transaction.atomic():
        Rectification.objects.filter(pk=row.pk).update(revisited_at=GIVEN, revisited_by=hall.chief)


def test_the_database_too_refuses_a_closing_without_answer(hall: Hall) -> None:
    row = revisited(hall)
    with pytest.raises(IntegrityError, match="closed_with_answer"), transaction.atomic():
        Rectification.objects.filter(pk=row.pk).update(closed_at=GIVEN, closed_by=hall.supervisor)


def test_the_number_is_shown_to_who_calls_and_put_on_record(hall: Hall) -> None:
    assert rectifying.reveal(bad(hall), by=hall.chief, at=GIVEN, reason="联系核实") == "13800000000"
    event = Event.objects.get(kind="rectification.revealed")
    assert (event.actor, event.data["reason"]) == (hall.chief, "联系核实")
    assert "13800000000" not in str(event.data)


def test_who_asks_again_may_see_the_number_too(hall: Hall) -> None:
    assert rectifying.reveal(rectified(hall), by=hall.supervisor, at=GIVEN, reason="回访") == "13800000000"


@pytest.mark.parametrize("who", ["clerk", "other_clerk", "approver", "supervisor", "auditor", "admin"])
def test_nobody_else_sees_the_number(hall: Hall, who: str) -> None:
    with pytest.raises(NotPermitted):
        rectifying.reveal(bad(hall), by=getattr(hall, who), at=GIVEN, reason="看看")
    assert not Event.objects.filter(kind="rectification.revealed").exists()


def test_a_reveal_needs_a_reason_without_numbers(hall: Hall) -> None:
    for reason in ("", "打13812345678"):
        with pytest.raises(Refused) as refused:
            rectifying.reveal(bad(hall), by=hall.chief, at=GIVEN, reason=reason)
        assert refused.value.field == "reason"


def test_after_closing_the_number_is_shown_to_nobody(hall: Hall) -> None:
    row = closed(hall)
    for user in hall.everybody():
        with pytest.raises(NotPermitted):
            rectifying.reveal(row, by=user, at=GIVEN, reason="看看")
