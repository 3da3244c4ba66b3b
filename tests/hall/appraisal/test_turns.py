"""Duty to the minute: when a log is missing, until when it may be mended, and swaps nobody is cheated with."""

from datetime import date
from typing import Any

import pytest

from hall.appraisal import queries
from hall.appraisal.actions import duty
from hall.appraisal.models import DutyLog, DutySwap, DutyTurn
from hall.facts import sources
from hall.facts.errors import NotPermitted, Refused
from hall.facts.models import Setting
from hall.facts.periods import parse
from hall.facts.slices import Slice
from hall.ledger.models import Event
from hall.outbox.models import Message
from tests.builders import Hall, make_staff, moment
from tests.hall.appraisal.builders import OCTOBER, turn
from tests.hall.appraisal.pages import browser, read, send

pytestmark = pytest.mark.django_db
NOW = moment("2026-10-12 09:00")
WRITTEN = moment("2026-10-12 17:00")


def ask(row: DutyTurn, hall: Hall, **facts: Any) -> DutySwap:
    defaults = {"to": hall.approver.staff, "reason": "家里有事", "by": hall.clerk, "at": NOW}
    return duty.ask_swap(row, **{**defaults, **facts})


def logged(row: DutyTurn, hall: Hall, at: str = "2026-10-12 17:00", **facts: Any) -> DutyLog:
    return duty.write_log(row, **{"text": "平安", "by": hall.clerk, "at": moment(at), **facts})


def holder(row: DutyTurn) -> int:
    return DutyTurn.objects.get(pk=row.pk).staff_id


def missed(period: Any = OCTOBER, **place: Any) -> int:
    return sources.source_of("duty.missed").count(Slice(period, centers=None, **place))


def test_a_past_turn_is_not_exchanged_for_a_coming_one(hall: Hall) -> None:
    """Who missed the log would hand the miss over to the person who asked."""
    mine, other = turn(hall, hall.clerk.staff, "2026-10-14"), turn(hall, hall.approver.staff, "2026-10-12")
    swap = ask(mine, hall, other=other)
    with pytest.raises(Refused, match="已经过去"):
        duty.answer_swap(swap, accept=True, by=hall.approver, at=moment("2026-10-13 09:00"))
    assert (holder(mine), holder(other)) == (hall.clerk.staff_id, hall.approver.staff_id)


def test_a_turn_with_its_log_is_not_given_away(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff)
    logged(row, hall)
    with pytest.raises(Refused, match="有日记"):
        ask(row, hall, at=WRITTEN)
    assert not DutySwap.objects.exists()


def test_a_log_written_after_the_request_ends_it(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff)
    swap = ask(row, hall)
    logged(row, hall)
    with pytest.raises(Refused, match="已有日记"):
        duty.answer_swap(swap, accept=True, by=hall.approver, at=WRITTEN)
    assert holder(row) == hall.clerk.staff_id


def test_a_turn_with_its_log_is_not_taken_in_exchange(hall: Hall) -> None:
    mine, other = turn(hall, hall.clerk.staff, "2026-10-14"), turn(hall, hall.approver.staff, "2026-10-12")
    swap = ask(mine, hall, other=other)
    logged(other, hall, by=hall.approver)
    with pytest.raises(Refused, match="要交换的班"):
        duty.answer_swap(swap, accept=True, by=hall.approver, at=WRITTEN)


def test_a_past_request_may_still_be_refused(hall: Hall) -> None:
    swap = ask(turn(hall, hall.clerk.staff), hall)
    done = duty.answer_swap(swap, accept=False, by=hall.approver, at=moment("2026-10-20 09:00"))
    assert done.state == "refused"


def test_after_a_refusal_another_colleague_is_asked(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff, "2026-10-14")
    duty.answer_swap(ask(row, hall), accept=False, by=hall.approver, at=NOW)
    duty.answer_swap(ask(row, hall, to=hall.chief.staff), accept=True, by=hall.chief, at=NOW)
    assert holder(row) == hall.chief.staff_id


def test_who_took_the_turn_writes_its_log_and_who_gave_it_does_not(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff)
    duty.answer_swap(ask(row, hall), accept=True, by=hall.approver, at=NOW)
    with pytest.raises(NotPermitted):
        logged(row, hall)
    assert logged(row, hall, by=hall.approver).written_by == hall.approver


def test_the_miss_falls_to_who_had_the_turn_in_the_end(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff)
    duty.answer_swap(ask(row, hall), accept=True, by=hall.approver, at=NOW)
    assert (missed(staff=hall.clerk.staff_id), missed(staff=hall.approver.staff_id)) == (0, 1)


def test_both_hear_of_a_swap_and_neither_message_tells_the_reason(hall: Hall) -> None:
    swap = ask(turn(hall, hall.clerk.staff, "2026-10-14"), hall, reason="孩子住院")
    duty.answer_swap(swap, accept=True, by=hall.approver, at=NOW)
    told = {row.template: row for row in Message.objects.filter(template__startswith="duty_")}
    assert told["duty_swap_asked"].recipient_ref == str(hall.approver.staff_id)
    assert told["duty_swap_answered"].recipient_ref == str(hall.clerk.staff_id)
    assert "孩子" not in str([row.context for row in told.values()])
    assert "孩子" not in str(list(Event.objects.values_list("data", flat=True)))


def test_removing_a_turn_ends_its_requests(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff, "2026-10-14")
    ask(row, hall)
    duty.remove(row, by=hall.supervisor, at=NOW)
    assert not queries.swaps_for(hall.approver).exists()


@pytest.mark.parametrize("when", ["past", "logged"])
def test_a_turn_that_happened_is_not_removed(hall: Hall, when: str) -> None:
    row = turn(hall, hall.clerk.staff)
    if when == "logged":
        logged(row, hall)
    at = moment("2026-10-13 09:00") if when == "past" else WRITTEN
    with pytest.raises(Refused, match="不能取消"):
        duty.remove(row, by=hall.supervisor, at=at)


def test_removing_twice_says_nothing_twice(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff, "2026-12-14")
    assert send(hall.supervisor, "duty_remove", row.pk).status_code == 302
    assert send(hall.supervisor, "duty_remove", row.pk).status_code == 404
    assert Event.objects.filter(kind="duty.removed").count() == 1


@pytest.mark.parametrize(
    ("written", "counts"),
    [(None, 1), ("2026-10-12 08:00", 0), ("2026-10-13 23:59", 0), ("2026-10-14 00:00", 0), ("2026-10-14 00:01", 1)],
)
def test_a_log_is_missing_exactly_after_it_was_due(hall: Hall, written: str | None, counts: int) -> None:
    row = turn(hall, hall.clerk.staff)
    if written:
        DutyLog.objects.create(turn=row, text="补", written_by=hall.clerk, written_at=moment(written))
    assert missed() == counts


def test_the_miss_is_counted_on_the_day_the_log_was_due(hall: Hall) -> None:
    turn(hall, hall.clerk.staff, "2026-10-30")
    assert (missed(), missed(parse("2026-11"))) == (0, 1)


def test_a_miss_says_whose_and_leads_to_the_roster_of_its_center(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff)
    (fact,) = sources.source_of("duty.missed").find(Slice(OCTOBER, centers=frozenset({hall.center.pk})))
    assert (fact.staff, fact.department, fact.window) == (row.staff_id, hall.department.pk, hall.window.pk)
    assert fact.text == "2026-10-12 全天值班没有按时记日记"
    assert "缺记" in browser(hall.supervisor).get(fact.url).content.decode()


def test_a_miss_that_was_removed_from_the_table_no_longer_stands(hall: Hall) -> None:
    row, source = turn(hall, hall.clerk.staff), sources.source_of("duty.missed")
    key = f"duty.missed:{row.pk}"
    assert source.standing([key, "duty.missed:0"]) == {key}
    row.delete()
    assert source.standing([key]) == set()


@pytest.mark.parametrize(("hours", "at", "free"), [(1, "2026-10-12 18:00", False), (48, "2026-10-14 16:59", True)])
def test_a_hall_sets_how_long_a_log_may_be_mended(hall: Hall, hours: int, at: str, free: bool) -> None:
    since = date(2026, 10, 1)
    Setting.objects.create(
        key="duty.log_hours", center=hall.center, value=hours, source="中心核定", effective_from=since
    )
    row = turn(hall, hall.clerk.staff)
    logged(row, hall)
    if free:
        assert logged(row, hall, at, text="改").text == "改"
    else:
        with pytest.raises(Refused, match="不能再改"):
            logged(row, hall, at, text="改")


def test_a_mended_log_keeps_when_it_was_written_and_shows_that_it_was_mended(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff)
    logged(row, hall)
    made = logged(row, hall, "2026-10-13 09:00", text="补充一条", handover="空调报修")
    assert (made.written_at, made.edited_at) == (WRITTEN, moment("2026-10-13 09:00"))
    assert [event.data["edited"] for event in Event.objects.filter(kind="duty.logged").order_by("pk")] == [False, True]


def test_a_log_that_is_closed_is_refused_on_its_page(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff)
    logged(row, hall)
    assert send(hall.clerk, "duty_log", row.pk, text="改").status_code == 403
    assert DutyLog.objects.get().text == "平安"


def test_a_log_page_of_a_coming_turn_has_no_form(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff, "2027-01-11")
    assert "<textarea" not in read(hall.clerk, "duty_log", row.pk)
    assert send(hall.clerk, "duty_log", row.pk, text="早").status_code == 403


@pytest.mark.parametrize(
    ("data", "sentence"),
    [({"text": ""}, "请填写值班情况"), ({"text": "长" * 2001}, "最多 2000 个字"), ({"text": "a\x00"}, "不能保存的字符"),
     ({"text": "好", "handover": "长" * 1001}, "最多 1000 个字")],
)  # fmt: skip
def test_a_log_that_cannot_be_kept_comes_back(hall: Hall, data: dict[str, str], sentence: str) -> None:
    response = send(hall.clerk, "duty_log", turn(hall, hall.clerk.staff).pk, **data)
    assert (response.status_code, sentence in response.content.decode()) == (422, True)
    assert not DutyLog.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"day": "2026-10-12"}, "不能给过去的日子排班"), ({"day": "明天"}, "日期要写成"), ({"shift": "night"}, "班次"),
     ({"staff": "0"}, "值班人"), ({"day": "9999-12-31"}, "工作日历没有这一天"), ({"staff": "\x00"}, "值班人")],
)  # fmt: skip
def test_a_turn_that_cannot_be_comes_back_at_its_field(hall: Hall, change: dict[str, str], sentence: str) -> None:
    data = {"day": "2026-12-14", "shift": "day", "staff": str(hall.clerk.staff_id), **change}
    response = send(hall.supervisor, "duty_new", **data)
    assert (response.status_code, sentence in response.content.decode()) == (422, True)
    assert not DutyTurn.objects.exists()


def test_a_turn_pressed_twice_is_arranged_once(hall: Hall) -> None:
    data = {"day": "2026-12-14", "shift": "evening", "staff": str(hall.clerk.staff_id)}
    assert [send(hall.supervisor, "duty_new", **data).status_code for _ in range(2)] == [302, 422]
    assert DutyTurn.objects.count() == 1


@pytest.mark.parametrize("answer", ["yes", "no", "", "perhaps"])
def test_only_yes_hands_the_turn_over(hall: Hall, answer: str) -> None:
    row = turn(hall, hall.clerk.staff, "2026-12-14")
    swap = ask(row, hall)
    send(hall.approver, "duty_swap_answer", swap.pk, answer=answer)
    assert (holder(row) == hall.approver.staff_id) is (answer == "yes")


def test_an_answer_pressed_twice_is_no_page_the_second_time(hall: Hall) -> None:
    swap = ask(turn(hall, hall.clerk.staff, "2026-12-14"), hall)
    codes = [send(hall.approver, "duty_swap_answer", swap.pk, answer="yes").status_code for _ in range(2)]
    assert codes == [302, 404]


def test_a_swap_of_somebody_else_has_no_page(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff, "2026-12-14")
    read(hall.other_clerk, "duty_swap", row.pk, status=403)
    read(Hall().clerk, "duty_swap", row.pk, status=404)


def test_people_without_an_account_are_not_asked(hall: Hall) -> None:
    silent = make_staff(hall.department)
    page = read(hall.clerk, "duty_swap", turn(hall, hall.clerk.staff, "2026-12-14").pk)
    assert hall.approver.staff.name in page
    assert silent.name not in page
    assert f'value="{hall.clerk.staff_id}"' not in page


def test_the_roster_of_a_month_holds_its_first_and_last_day_only(hall: Hall) -> None:
    for day in ("2026-09-30", "2026-10-01", "2026-10-31", "2026-11-01"):
        turn(hall, hall.clerk.staff, day)
    page = read(hall.supervisor, "duty", month="2026-10")
    assert [day in page for day in ("09-30", "10-01", "10-31", "11-01")] == [False, True, True, False]


def test_logs_are_read_by_the_next_on_duty_the_newest_first(hall: Hall) -> None:
    for day in ("2026-10-12", "2026-10-13"):
        row = turn(hall, hall.clerk.staff, day)
        DutyLog.objects.create(turn=row, text=f"记 {day}", handover="报修", written_by=hall.clerk, written_at=WRITTEN)
    page = read(hall.approver, "duty_logs", month="2026-10")
    assert page.index("记 2026-10-13") < page.index("记 2026-10-12")
    assert "还没有值班日记" in read(hall.approver, "duty_logs", month="2026-09")
