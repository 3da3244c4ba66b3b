"""Attendance by half days: recorded once, corrected with a reason, signed back in, counted as facts."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from hall.appraisal import rules
from hall.appraisal.actions import attendance
from hall.appraisal.models import Attendance, AttendanceChange
from hall.facts import sources
from hall.facts.errors import NotPermitted, Refused
from hall.facts.slices import Slice
from hall.ledger.models import Event
from hall.organisation.actions import mark_absent
from tests.builders import Hall, make_staff, moment
from tests.hall.appraisal.builders import OCTOBER, attended
from tests.hall.appraisal.pages import browser, read, send

pytestmark = pytest.mark.django_db
NOON = moment("2026-10-12 12:30")
DAY = date(2026, 10, 12)
ROLES = ("clerk", "other_clerk", "approver", "chief", "supervisor", "admin", "auditor")


def record(hall: Hall, by: Any = None, day: date = DAY, **marks: str) -> list[Attendance]:
    marked = {(hall.clerk.staff_id, half): presence for half, presence in marks.items()}
    return attendance.record(center=hall.center, day=day, marks=marked, by=by or hall.chief, at=NOON)


def test_both_halves_of_a_day_are_recorded(hall: Hall) -> None:
    record(hall, morning="present", afternoon="leave")
    rows = Attendance.objects.order_by("starts_at").values_list("half", "presence", "starts_at")
    assert list(rows) == [
        ("morning", "present", moment("2026-10-12 00:00")), ("afternoon", "leave", moment("2026-10-12 12:00"))
    ]  # fmt: skip


def test_what_is_on_record_stays_when_the_board_is_sent_again(hall: Hall) -> None:
    record(hall, morning="absent")
    assert record(hall, morning="present") == []
    assert Attendance.objects.get().presence == "absent"
    assert Event.objects.filter(kind="attendance.recorded").count() == 1


def test_the_days_to_come_are_not_recorded(hall: Hall) -> None:
    with pytest.raises(Refused, match="以后"):
        record(hall, day=date(2026, 10, 13), morning="present")


@pytest.mark.parametrize("who", ROLES)
def test_who_keeps_attendance(hall: Hall, who: str) -> None:
    user = getattr(hall, who)
    assert rules.may_record(user, hall.clerk.staff) is (who in ("chief", "supervisor"))
    if who not in ("chief", "supervisor"):
        with pytest.raises(NotPermitted):
            record(hall, by=user, morning="present")


def test_a_chief_keeps_only_the_own_department(hall: Hall) -> None:
    stranger = make_staff(hall.center.departments.create(name="市场监管局"))
    assert not rules.may_record(hall.chief, stranger)
    assert rules.may_record(hall.supervisor, stranger)


def test_people_of_another_center_are_not_on_this_board(hall: Hall) -> None:
    marks = {(Hall().clerk.staff_id, "morning"): "present"}
    with pytest.raises(NotPermitted):
        attendance.record(center=hall.center, day=DAY, marks=marks, by=hall.supervisor, at=NOON)


def test_a_correction_keeps_what_stood_there_why_and_by_whom(hall: Hall) -> None:
    row = attended(hall, hall.clerk.staff, presence="absent")
    attendance.correct(row, presence="leave", reason="补交假条", by=hall.chief, at=NOON)
    row.refresh_from_db()
    change = AttendanceChange.objects.get()
    assert (row.presence, change.before, change.after) == ("leave", "absent", "leave")
    assert (change.reason, change.changed_by) == ("补交假条", hall.chief)


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"presence": "leave", "reason": " "}, "reason"), ({"presence": "absent", "reason": "x"}, "presence")],
)  # fmt: skip
def test_a_correction_needs_a_reason_and_a_difference(hall: Hall, facts: dict[str, str], field: str) -> None:
    row = attended(hall, hall.clerk.staff, presence="absent")
    with pytest.raises(Refused) as refusal:
        attendance.correct(row, by=hall.chief, at=NOON, **facts)
    assert refusal.value.field == field


def test_nobody_corrects_the_own_attendance(hall: Hall) -> None:
    row = attended(hall, hall.clerk.staff, presence="absent")
    with pytest.raises(NotPermitted):
        attendance.correct(row, presence="present", reason="我在", by=hall.clerk, at=NOON)


@pytest.mark.parametrize("presence", ["site", "meeting", "village"])
def test_who_was_out_signs_back_in_once(hall: Hall, presence: str) -> None:
    row = attended(hall, hall.clerk.staff, presence=presence)
    attendance.sign_return(row, by=hall.clerk, at=NOON)
    attendance.sign_return(row, by=hall.chief, at=moment("2026-10-12 18:00"))
    row.refresh_from_db()
    assert (row.returned_at, row.returned_by) == (NOON, hall.clerk)


@pytest.mark.parametrize("presence", ["present", "late", "absent", "leave"])
def test_who_was_not_out_has_nothing_to_sign(hall: Hall, presence: str) -> None:
    with pytest.raises(Refused, match="不用返岗签到"):
        attendance.sign_return(attended(hall, hall.clerk.staff, presence=presence), by=hall.clerk, at=NOON)


def test_a_colleague_does_not_sign_for_me(hall: Hall) -> None:
    with pytest.raises(NotPermitted):
        attendance.sign_return(attended(hall, hall.clerk.staff, presence="site"), by=hall.other_clerk, at=NOON)


def test_a_correction_to_being_there_takes_the_return_sign_away(hall: Hall) -> None:
    row = attended(hall, hall.clerk.staff, presence="site")
    attendance.sign_return(row, by=hall.clerk, at=NOON)
    assert attendance.correct(row, presence="absent", reason="查无此行", by=hall.chief, at=NOON).returned_at is None


@pytest.mark.parametrize("presence", ["present", "late", "absent", "leave", "site", "meeting", "village"])
def test_only_being_absent_or_late_is_a_fact(hall: Hall, presence: str) -> None:
    attended(hall, hall.clerk.staff, presence=presence)
    part = Slice(OCTOBER, centers=frozenset({hall.center.pk}), staff=hall.clerk.staff_id)
    counts = {code: sources.source_of(f"attendance.{code}").count(part) for code in ("absent", "late")}
    assert counts == {"absent": int(presence == "absent"), "late": int(presence == "late")}


def test_a_fact_says_whose_it_is_and_leads_to_its_row(hall: Hall) -> None:
    row = attended(hall, hall.clerk.staff, presence="absent")
    (fact,) = sources.source_of("attendance.absent").find(Slice(OCTOBER, centers=None))
    assert (fact.key, fact.staff, fact.window) == (f"attendance.absent:{row.pk}", row.staff_id, hall.window.pk)
    assert fact.text == "2026-10-12 上午缺勤"
    assert fact.url == reverse("appraisal:attendance_row", args=[row.pk])


def test_a_corrected_absence_is_no_fact_any_more(hall: Hall) -> None:
    row = attended(hall, hall.clerk.staff, presence="absent")
    source = sources.source_of("attendance.absent")
    key = f"attendance.absent:{row.pk}"
    assert source.standing([key]) == {key}
    attendance.correct(row, presence="leave", reason="补交假条", by=hall.chief, at=NOON)
    assert source.standing([key]) == set()


def test_the_board_is_filled_in_on_its_page(hall: Hall) -> None:
    page = read(hall.chief, "attendance", day="2026-10-12")
    field = f"m-{hall.clerk.staff_id}-morning"
    assert f'name="{field}"' in page
    response = browser(hall.chief).post(reverse("appraisal:attendance") + "?day=2026-10-12", {field: "site"})
    assert response.status_code == 302
    page = read(hall.chief, "attendance", day="2026-10-12")
    assert f'name="{field}"' not in page
    assert "返岗签到" in page


@pytest.mark.parametrize("said", ["", "nonsense"])
def test_a_board_that_says_nothing_comes_back(hall: Hall, said: str) -> None:
    data = {f"m-{hall.clerk.staff_id}-morning": said}
    response = browser(hall.chief).post(reverse("appraisal:attendance") + "?day=2026-10-12", data)
    assert response.status_code == 422
    assert not Attendance.objects.exists()


def test_an_absence_of_the_house_stands_beside_and_presets_leave(hall: Hall) -> None:
    mark_absent(staff=hall.clerk.staff, reason="年休假", by=hall.chief, at=moment("2026-10-12 08:00"))
    page = read(hall.chief, "attendance", day="2026-10-12")
    assert "年休假" in page
    assert page.count('<option value="leave" selected>') == 2
    assert "年休假" not in read(hall.chief, "attendance", day="2026-10-11")


def test_a_correction_is_made_on_its_page_and_shown_below(hall: Hall) -> None:
    row = attended(hall, hall.clerk.staff, presence="absent")
    assert send(hall.chief, "attendance_correct", row.pk, presence="leave", reason="补交假条").status_code == 302
    page = read(hall.chief, "attendance_correct", row.pk)
    assert "缺勤改为请假：补交假条" in page
    assert "已更正 1 次" in read(hall.chief, "attendance", day="2026-10-12")


def test_a_chief_sees_no_row_of_another_department(hall: Hall) -> None:
    stranger = make_staff(hall.center.departments.create(name="市场监管局"))
    read(hall.chief, "attendance_correct", attended(hall, stranger).pk, status=404)


def test_my_month_shows_my_days_and_the_sign_i_owe(hall: Hall) -> None:
    row = attended(hall, hall.clerk.staff, presence="village")
    assert "返岗签到" in read(hall.clerk, "attendance_mine", month="2026-10")
    assert send(hall.clerk, "attendance_return", row.pk)["Location"] == reverse("appraisal:attendance_mine")
    assert "返岗签到" not in read(hall.clerk, "attendance_mine", month="2026-10")


def test_the_month_sheet_adds_up_half_days(hall: Hall) -> None:
    attended(hall, hall.clerk.staff, presence="absent")
    attended(hall, hall.clerk.staff, half="afternoon", presence="present")
    page = read(hall.chief, "attendance_month", month="2026-10")
    assert "缺√" in page
    assert page.count("0.5") == 2


def test_the_month_is_exported(hall: Hall) -> None:
    attended(hall, hall.clerk.staff)
    response = send(hall.chief, "attendance_export", purpose="存档", form="xlsx")
    assert b"".join(response.streaming_content)[:2] == b"PK"


@pytest.mark.parametrize("day", ["nonsense", "2026-10", "9999-99-99", "2026-10-12\x00"])
def test_nonsense_for_a_day_is_today(hall: Hall, day: str) -> None:
    assert "考勤" in read(hall.chief, "attendance", day=day)


def test_a_center_out_of_reach_is_no_page(hall: Hall) -> None:
    read(hall.supervisor, "attendance", status=404, center=str(Hall().center.pk))
