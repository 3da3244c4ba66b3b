"""Duty: the roster, swaps the other agreed to, and logs that cannot be written over."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from hall.appraisal import rules
from hall.appraisal.actions import duty
from hall.appraisal.models import DutyLog, DutySwap, DutyTurn
from hall.facts import sources
from hall.facts.errors import NotPermitted, Refused
from hall.facts.slices import Slice
from hall.ledger.models import Event
from hall.outbox.models import Message
from tests.builders import Hall, make_staff, moment
from tests.hall.appraisal.builders import OCTOBER, turn
from tests.hall.appraisal.pages import read, send

pytestmark = pytest.mark.django_db
NOW = moment("2026-10-12 09:00")
TUESDAY = date(2026, 10, 13)
ROLES = ("clerk", "other_clerk", "approver", "chief", "supervisor", "admin", "auditor")


def arrange(hall: Hall, **facts: Any) -> DutyTurn:
    defaults = {"center": hall.center, "day": TUESDAY, "shift": "day", "staff": hall.clerk.staff}
    return duty.arrange(**{**defaults, "by": hall.supervisor, "at": NOW, **facts})


def ask(hall: Hall, row: DutyTurn, **facts: Any) -> DutySwap:
    return duty.ask_swap(
        row, **{"to": hall.approver.staff, "reason": "家里有事", "by": hall.clerk, "at": NOW, **facts}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "due"),
    [("2026-10-13", "2026-10-15 00:00"), ("2026-10-16", "2026-10-20 00:00"), ("2026-10-17", "2026-10-20 00:00"),
     ("2026-09-30", "2026-10-09 00:00")],
)  # fmt: skip
def test_the_log_is_due_at_the_end_of_the_next_working_day(hall: Hall, day: str, due: str) -> None:
    """Weekends and the national holiday do not count; 10-10 would be a make-up Saturday."""
    assert duty.due(date.fromisoformat(day), hall.center.region_id) == moment(due)


def test_a_turn_is_arranged_once(hall: Hall) -> None:
    made = arrange(hall)
    assert (made.staff, made.log_due) == (hall.clerk.staff, moment("2026-10-15 00:00"))
    with pytest.raises(Refused, match="已排上"):
        arrange(hall)


@pytest.mark.parametrize("who", ROLES)
def test_only_supervisors_arrange(hall: Hall, who: str) -> None:
    assert rules.may_arrange(getattr(hall, who), hall.center.pk) is (who == "supervisor")
    if who != "supervisor":
        with pytest.raises(NotPermitted):
            arrange(hall, by=getattr(hall, who))


def test_nobody_is_on_duty_yesterday_elsewhere_or_after_leaving(hall: Hall) -> None:
    gone = make_staff(hall.department, left_on=date(2026, 10, 12))
    elsewhere = Hall().clerk.staff
    for facts, field in (
        ({"day": date(2026, 10, 11)}, "day"),
        ({"staff": elsewhere}, "staff"),
        ({"staff": gone}, "staff"),
    ):
        with pytest.raises(Refused) as refusal:
            arrange(hall, **facts)
        assert refusal.value.field == field


def test_a_coming_turn_is_taken_off_a_past_one_stays(hall: Hall) -> None:
    duty.remove(arrange(hall), by=hall.supervisor, at=NOW)
    assert not DutyTurn.objects.exists()
    with pytest.raises(Refused, match="不能取消"):
        duty.remove(turn(hall, hall.clerk.staff, "2026-10-11"), by=hall.supervisor, at=NOW)


def test_the_other_person_agrees_and_the_turn_changes_hands(hall: Hall) -> None:
    row = arrange(hall)
    swap = ask(hall, row)
    assert Message.objects.get(template="duty_swap_asked").recipient_ref == str(hall.approver.staff_id)
    duty.answer_swap(swap, accept=True, by=hall.approver, at=NOW)
    row.refresh_from_db()
    assert row.staff == hall.approver.staff
    assert Message.objects.get(template="duty_swap_answered").recipient_ref == str(hall.clerk.staff_id)
    assert Event.objects.filter(kind__startswith="duty.swap").count() == 2


def test_turns_are_exchanged(hall: Hall) -> None:
    mine, theirs = arrange(hall), arrange(hall, day=date(2026, 10, 14), staff=hall.approver.staff)
    duty.answer_swap(ask(hall, mine, other=theirs), accept=True, by=hall.approver, at=NOW)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.staff, theirs.staff) == (hall.approver.staff, hall.clerk.staff)


def test_who_does_not_agree_changes_nothing(hall: Hall) -> None:
    row = arrange(hall)
    swap = duty.answer_swap(ask(hall, row), accept=False, by=hall.approver, at=NOW)
    row.refresh_from_db()
    assert (swap.state, row.staff) == ("refused", hall.clerk.staff)
    assert ask(hall, row).pk != swap.pk


@pytest.mark.parametrize("who", ROLES)
def test_only_the_person_asked_answers(hall: Hall, who: str) -> None:
    swap = ask(hall, arrange(hall))
    assert rules.may_answer_swap(getattr(hall, who), swap) is (who == "approver")
    if who != "approver":
        with pytest.raises(NotPermitted):
            duty.answer_swap(swap, accept=True, by=getattr(hall, who), at=NOW)


def test_a_request_is_answered_once(hall: Hall) -> None:
    swap = ask(hall, arrange(hall))
    duty.answer_swap(swap, accept=True, by=hall.approver, at=NOW)
    with pytest.raises(Refused, match="已经答复过"):
        duty.answer_swap(swap, accept=False, by=hall.approver, at=NOW)


def test_one_request_at_a_time(hall: Hall) -> None:
    row = arrange(hall)
    ask(hall, row)
    with pytest.raises(Refused, match="在等答复"):
        ask(hall, row, to=hall.chief.staff)


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"reason": " "}, "reason"), ({"to": "self"}, "to"), ({"to": "far"}, "to"), ({"other": "mine"}, "other")],
)
def test_a_request_that_makes_no_sense_is_refused_at_its_field(hall: Hall, facts: dict[str, Any], field: str) -> None:
    row = arrange(hall)
    people = {"self": hall.clerk.staff, "far": Hall().clerk.staff}
    given = {name: row if value == "mine" else people.get(value, value) for name, value in facts.items()}
    with pytest.raises(Refused) as refusal:
        ask(hall, row, **given)
    assert refusal.value.field == field


def test_nobody_gives_away_anothers_turn(hall: Hall) -> None:
    with pytest.raises(NotPermitted):
        ask(hall, arrange(hall), by=hall.other_clerk)


def test_a_turn_already_held_is_not_taken_twice(hall: Hall) -> None:
    swap = ask(hall, arrange(hall))
    arrange(hall, staff=hall.approver.staff)
    with pytest.raises(Refused, match="已经排上"):
        duty.answer_swap(swap, accept=True, by=hall.approver, at=NOW)


def test_a_turn_that_changed_hands_meanwhile_is_not_given(hall: Hall) -> None:
    row = arrange(hall)
    swap = ask(hall, row)
    DutyTurn.objects.filter(pk=row.pk).update(staff=hall.chief.staff)
    with pytest.raises(Refused, match="已经换人"):
        duty.answer_swap(swap, accept=True, by=hall.approver, at=NOW)


def write(hall: Hall, row: DutyTurn, at: str = "2026-10-12 17:00", by: Any = None, text: str = "一切正常") -> DutyLog:
    return duty.write_log(row, text=text, by=by or hall.clerk, at=moment(at))


def test_the_person_on_duty_writes_the_log(hall: Hall) -> None:
    log = write(hall, turn(hall, hall.clerk.staff))
    assert (log.text, log.written_by, log.edited_at) == ("一切正常", hall.clerk, None)
    assert Event.objects.get(kind="duty.logged").data["edited"] is False


@pytest.mark.parametrize("who", ROLES)
def test_nobody_else_writes_it(hall: Hall, who: str) -> None:
    row = turn(hall, hall.clerk.staff)
    assert rules.may_log(getattr(hall, who), row) is (who == "clerk")
    if who != "clerk":
        with pytest.raises(NotPermitted):
            write(hall, row, by=getattr(hall, who))


@pytest.mark.parametrize(("at", "free"), [("2026-10-13 16:59", True), ("2026-10-13 17:00", False)])
def test_the_log_is_edited_for_a_day_and_then_stays(hall: Hall, at: str, free: bool) -> None:
    row = turn(hall, hall.clerk.staff)
    write(hall, row)
    if free:
        log = write(hall, row, at, text="补充一条")
        assert (log.text, log.edited_at) == ("补充一条", moment(at))
    else:
        with pytest.raises(Refused, match="不能再改"):
            write(hall, row, at, text="改写历史")
        assert DutyLog.objects.get().text == "一切正常"


@pytest.mark.parametrize(("at", "text"), [("2026-10-11 17:00", "早了"), ("2026-10-12 17:00", " ")])
def test_no_log_before_the_day_and_none_that_is_empty(hall: Hall, at: str, text: str) -> None:
    with pytest.raises(Refused):
        write(hall, turn(hall, hall.clerk.staff), at, text=text)


def missed(hall: Hall) -> list[str]:
    part = Slice(OCTOBER, centers=frozenset({hall.center.pk}))
    return [fact.key for fact in sources.source_of("duty.missed").find(part)]


def test_a_duty_day_without_a_log_is_a_fact(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff)
    assert missed(hall) == [f"duty.missed:{row.pk}"]


@pytest.mark.parametrize(("at", "late"), [("2026-10-13 23:59", False), ("2026-10-14 00:01", True)])
def test_a_log_in_time_is_none_and_one_too_late_is(hall: Hall, at: str, late: bool) -> None:
    row = turn(hall, hall.clerk.staff)
    write(hall, row, at)
    assert missed(hall) == ([f"duty.missed:{row.pk}"] if late else [])


def test_a_log_not_due_yet_is_no_fact(hall: Hall) -> None:
    today = timezone.localdate()
    row = turn(hall, hall.clerk.staff, today.isoformat())
    source = sources.source_of("duty.missed")
    assert source.standing([f"duty.missed:{row.pk}"]) == set()


def test_the_roster_shows_the_month_and_what_is_missing(hall: Hall) -> None:
    turn(hall, hall.clerk.staff)
    page = read(hall.approver, "duty", month="2026-10")
    assert hall.clerk.staff.name in page
    assert "缺记" in page
    assert hall.clerk.staff.name not in read(hall.approver, "duty", month="2026-09")


def test_a_turn_is_arranged_and_taken_off_on_the_pages(hall: Hall) -> None:
    day = timezone.localdate().isoformat()
    data = {"day": day, "shift": "evening", "staff": hall.clerk.staff_id}
    assert send(hall.supervisor, "duty_new", **data).status_code == 302
    row = DutyTurn.objects.get()
    assert "延时服务" in read(hall.supervisor, "duty")
    send(hall.supervisor, "duty_remove", row.pk)
    assert not DutyTurn.objects.exists()


def test_a_swap_is_asked_and_answered_on_the_pages(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff, timezone.localdate().isoformat())
    assert send(hall.clerk, "duty_swap", row.pk, to=hall.approver.staff_id, reason="家里有事").status_code == 302
    swap = DutySwap.objects.get()
    assert "家里有事" in read(hall.approver, "duty")
    assert "家里有事" not in read(hall.chief, "duty")
    assert send(hall.chief, "duty_swap_answer", swap.pk, answer="yes").status_code == 404
    send(hall.approver, "duty_swap_answer", swap.pk, answer="yes")
    row.refresh_from_db()
    assert row.staff == hall.approver.staff


def test_the_log_is_written_on_its_page_and_read_by_the_next(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff, timezone.localdate().isoformat())
    assert send(hall.clerk, "duty_log", row.pk, text="接待 12 人", handover="打印机缺纸").status_code == 302
    page = read(hall.approver, "duty_log", row.pk)
    assert "接待 12 人" in page
    assert "<textarea" not in page
    assert "打印机缺纸" in read(hall.approver, "duty_logs")
    assert send(hall.approver, "duty_log", row.pk, text="改写").status_code == 403


def test_a_log_that_is_closed_has_no_form_any_more(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff)
    write(hall, row)
    assert "不能再改" in read(hall.clerk, "duty_log", row.pk)
    assert send(hall.clerk, "duty_log", row.pk, text="改写").status_code == 403


def test_the_roster_is_exported(hall: Hall) -> None:
    turn(hall, hall.clerk.staff)
    response = send(hall.supervisor, "duty_export", purpose="存档", form="xlsx")
    assert b"".join(response.streaming_content)[:2] == b"PK"


def test_a_turn_of_another_center_is_not_there(hall: Hall) -> None:
    other = Hall()
    read(hall.clerk, "duty_log", turn(other, other.clerk.staff).pk, status=404)
