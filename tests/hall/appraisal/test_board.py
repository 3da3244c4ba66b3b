"""The attendance board, one half day with its trail, and the month: what they add up to and who reads them."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from hall.appraisal.actions import attendance
from hall.appraisal.enums import Half, Presence
from hall.appraisal.models import Attendance, AttendanceChange
from hall.facts.errors import NotPermitted
from hall.ledger.models import Event
from tests.builders import Hall, make_staff, moment
from tests.hall.appraisal.builders import attended, second_supervisor
from tests.hall.appraisal.pages import browser, read, send

pytestmark = pytest.mark.django_db
NOON = moment("2026-10-12 12:30")
DAY = date(2026, 10, 12)


def post_board(hall: Hall, who: str = "chief", day: str = "2026-10-12", **marks: str) -> Any:
    """Send the board; `morning="late"` is the clerk's."""
    data = {f"m-{hall.clerk.staff_id}-{half}": said for half, said in marks.items()}
    return browser(getattr(hall, who)).post(reverse("appraisal:attendance") + f"?day={day}", data)


def test_the_board_records_what_was_chosen_and_leaves_the_rest(hall: Hall) -> None:
    assert post_board(hall, morning="late", afternoon="").status_code == 302
    row = Attendance.objects.get()
    assert (row.half, row.presence, row.staff, row.recorded_by) == ("morning", "late", hall.clerk.staff, hall.chief)


def test_the_board_comes_back_to_the_day_it_was_for(hall: Hall) -> None:
    response = post_board(hall, morning="present")
    assert response["Location"].endswith(f"?center={hall.center.pk}&day=2026-10-12")


def test_one_word_of_nonsense_records_nothing_of_the_board(hall: Hall) -> None:
    response = post_board(hall, morning="present", afternoon="asleep")
    assert (response.status_code, "不在列表里" in response.content.decode()) == (422, True)
    assert not Attendance.objects.exists()


def test_a_board_pressed_twice_records_once(hall: Hall) -> None:
    assert [post_board(hall, morning="absent").status_code for _ in range(2)] == [302, 302]
    assert Attendance.objects.count() == 1
    assert Event.objects.filter(kind="attendance.recorded").count() == 1


def test_two_boards_of_a_day_do_not_overwrite_each_other(hall: Hall) -> None:
    post_board(hall, morning="absent")
    post_board(hall, who="supervisor", morning="present", afternoon="leave")
    assert list(Attendance.objects.order_by("starts_at").values_list("presence", "recorded_by_id")) == [
        ("absent", hall.chief.pk), ("leave", hall.supervisor.pk)
    ]  # fmt: skip


def test_a_day_to_come_is_refused_with_its_sentence(hall: Hall) -> None:
    response = post_board(hall, day="2099-01-05", morning="present")
    assert (response.status_code, "不能登记以后的考勤" in response.content.decode()) == (422, True)


def test_somebody_the_board_does_not_show_is_not_recorded(hall: Hall) -> None:
    stranger = make_staff(hall.center.departments.create(name="市场监管局"))
    address = reverse("appraisal:attendance") + "?day=2026-10-12"
    assert browser(hall.chief).post(address, {f"m-{stranger.pk}-morning": "absent"}).status_code == 422
    assert not Attendance.objects.exists()


def test_who_left_before_the_day_is_not_on_the_board(hall: Hall) -> None:
    hall.approver.staff.left_on = date(2026, 10, 11)
    hall.approver.staff.save()
    assert hall.approver.staff.name not in read(hall.chief, "attendance", day="2026-10-12")
    assert hall.approver.staff.name in read(hall.chief, "attendance", day="2026-10-11")


def test_a_day_off_is_told(hall: Hall) -> None:
    assert "休息日" in read(hall.chief, "attendance", day="2026-10-11")
    assert "休息日" not in read(hall.chief, "attendance", day="2026-10-12")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "2026-W41", "..", "x" * 5000])
def test_an_absurd_day_is_today(hall: Hall, day: str) -> None:
    assert f'value="{timezone.localdate():%Y-%m-%d}"' in read(hall.chief, "attendance", day=day)


@pytest.mark.parametrize("department", ["abc", "\x00", "-1", "9" * 30, "１"])
def test_an_absurd_department_is_none(hall: Hall, department: str) -> None:
    assert hall.clerk.staff.name in read(hall.supervisor, "attendance", department=department)


def test_a_department_narrows_the_board(hall: Hall) -> None:
    stranger = make_staff(hall.center.departments.create(name="市场监管局"))
    page = read(hall.supervisor, "attendance", department=str(hall.department.pk))
    assert hall.clerk.staff.name in page
    assert stranger.name not in page


def corrected(row: Attendance, hall: Hall, *steps: tuple[str, str]) -> Attendance:
    for presence, reason in steps:
        attendance.correct(row, presence=presence, reason=reason, by=hall.chief, at=NOON)
    row.refresh_from_db()
    return row


def test_every_correction_stays_on_the_trail_in_its_order(hall: Hall) -> None:
    row = attended(hall, hall.clerk.staff, presence="absent")
    corrected(row, hall, ("late", "九点到"), ("leave", "有假条"), ("site", "实为踏勘"))
    assert list(row.changes.order_by("pk").values_list("before", "after", "reason")) == [
        ("absent", "late", "九点到"), ("late", "leave", "有假条"), ("leave", "site", "实为踏勘")
    ]  # fmt: skip


def test_a_correction_back_is_a_correction_too(hall: Hall) -> None:
    row = corrected(attended(hall, hall.clerk.staff, presence="absent"), hall, ("late", "一"), ("absent", "二"))
    assert (row.presence, row.changes.count()) == ("absent", 2)


def test_a_correction_tells_the_ledger_words_of_the_list_and_no_reason(hall: Hall) -> None:
    row = corrected(attended(hall, hall.clerk.staff, presence="absent"), hall, ("leave", "住院手术"))
    event = Event.objects.get(kind="attendance.corrected")
    assert {name: event.data[name] for name in ("attendance", "before", "after")} == {
        "attendance": row.pk, "before": "absent", "after": "leave"
    }  # fmt: skip
    assert "住院" not in str(event.data)


@pytest.mark.parametrize(("presence", "kept"), [("meeting", True), ("village", True), ("present", False)])
def test_the_return_sign_stays_while_one_was_out(hall: Hall, presence: str, kept: bool) -> None:
    row = attended(hall, hall.clerk.staff, presence="site")
    attendance.sign_return(row, by=hall.clerk, at=NOON)
    assert (corrected(row, hall, (presence, "更正")).returned_at is not None) is kept


@pytest.mark.parametrize(
    ("data", "sentence"),
    [({"presence": "asleep", "reason": "x"}, "改为"), ({"presence": "leave", "reason": ""}, "请填写更正理由"),
     ({"presence": "leave", "reason": "长" * 101}, "最多 100 个字"),
     ({"presence": "absent", "reason": "x"}, "没有更正"), ({"presence": "leave", "reason": "a\x00b"}, "不能保存的字符"),
     ({}, "更正理由")],
)  # fmt: skip
def test_a_correction_that_says_nothing_comes_back(hall: Hall, data: dict[str, str], sentence: str) -> None:
    row = attended(hall, hall.clerk.staff, presence="absent")
    response = send(hall.chief, "attendance_correct", row.pk, **data)
    assert (response.status_code, sentence in response.content.decode()) == (422, True)
    assert not AttendanceChange.objects.exists()


def test_a_correction_pressed_twice_is_one(hall: Hall) -> None:
    row = attended(hall, hall.clerk.staff, presence="absent")
    codes = [send(hall.chief, "attendance_correct", row.pk, presence="leave", reason="x").status_code for _ in "12"]
    assert (codes, row.changes.count()) == ([302, 422], 1)


@pytest.mark.parametrize(
    ("who", "status"),
    [("clerk", 200), ("other_clerk", 404), ("approver", 404), ("chief", 200), ("supervisor", 200), ("auditor", 200),
     ("admin", 200)],
)  # fmt: skip
def test_a_half_day_is_read_by_the_person_and_who_keeps_it(hall: Hall, who: str, status: int) -> None:
    row = attended(hall, hall.clerk.staff, presence="absent")
    read(getattr(hall, who), "attendance_row", row.pk, status=status)


def test_the_person_reads_the_trail_and_is_led_to_the_own_month(hall: Hall) -> None:
    row = corrected(attended(hall, hall.clerk.staff, presence="absent"), hall, ("late", "九点到"))
    page = read(hall.clerk, "attendance_row", row.pk)
    assert "缺勤改为迟到：九点到" in page
    assert reverse("appraisal:attendance_mine") + "?month=2026-10" in page
    assert reverse("appraisal:attendance_correct", args=[row.pk]) not in page


def test_who_keeps_it_is_led_to_the_board_and_may_correct(hall: Hall) -> None:
    row = attended(hall, hall.clerk.staff, presence="absent")
    page = read(hall.chief, "attendance_row", row.pk)
    assert f"?center={hall.center.pk}&amp;day=2026-10-12" in page
    assert reverse("appraisal:attendance_correct", args=[row.pk]) in page
    assert "没有更正过" in page


def test_a_half_day_of_another_house_is_no_page(hall: Hall) -> None:
    read(Hall().supervisor, "attendance_row", attended(hall, hall.clerk.staff).pk, status=404)


def test_a_sign_pressed_twice_is_one(hall: Hall) -> None:
    row = attended(hall, hall.clerk.staff, presence="site")
    assert [send(hall.clerk, "attendance_return", row.pk).status_code for _ in range(2)] == [302, 302]
    assert Event.objects.filter(kind="attendance.returned").count() == 1


def test_who_keeps_attendance_comes_back_to_the_board_after_signing(hall: Hall) -> None:
    row = attended(hall, hall.clerk.staff, presence="meeting")
    assert "day=2026-10-12" in send(hall.chief, "attendance_return", row.pk)["Location"]


def test_another_supervisor_of_the_house_signs_too(hall: Hall) -> None:
    row = attended(hall, hall.clerk.staff, presence="village")
    assert attendance.sign_return(row, by=second_supervisor(hall), at=NOON).returned_at == NOON


def test_an_auditor_reads_and_writes_nothing(hall: Hall) -> None:
    row = attended(hall, hall.clerk.staff, presence="site")
    with pytest.raises(NotPermitted):
        attendance.sign_return(row, by=hall.auditor, at=NOON)


def workbook(response: Any) -> list[list[Any]]:
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def export(hall: Hall, month: str = "2026-10") -> list[list[Any]]:
    address = reverse("appraisal:attendance_export") + f"?month={month}"
    return workbook(browser(hall.supervisor).post(address, {"purpose": "存档", "form": "xlsx"}))


def test_the_month_adds_up_every_word_in_days(hall: Hall) -> None:
    for number, presence in enumerate(Presence, 1):
        attended(hall, hall.clerk.staff, f"2026-10-{number + 11}", presence=presence)
    attended(hall, hall.clerk.staff, "2026-10-12", half=Half.AFTERNOON, presence="present")
    (line,) = [row for row in export(hall) if row[0] == hall.clerk.staff.name]
    assert line[1:9] == [hall.department.name, 1, *[0.5] * 6]


def test_the_month_holds_its_own_days_only(hall: Hall) -> None:
    for day in ("2026-09-30", "2026-10-01", "2026-10-31", "2026-11-01"):
        attended(hall, hall.clerk.staff, day, presence="late")
    (line,) = [row for row in export(hall) if row[0] == hall.clerk.staff.name]
    assert sum(line[2:9]) == 1


def test_who_has_no_record_has_noughts(hall: Hall) -> None:
    (line,) = [row for row in export(hall) if row[0] == hall.approver.staff.name]
    assert line[2:9] == [0] * 7


def test_the_export_is_on_the_record_with_its_purpose(hall: Hall) -> None:
    export(hall)
    assert Event.objects.filter(kind="exports.taken").count() == 1


def test_an_export_without_a_purpose_comes_back(hall: Hall) -> None:
    assert send(hall.supervisor, "attendance_export", purpose=" ", form="xlsx").status_code == 422


@pytest.mark.parametrize(("month", "days"), [("2026-02", 28), ("2028-02", 29), ("2026-10", 31)])
def test_the_month_sheet_has_a_column_for_every_day(hall: Hall, month: str, days: int) -> None:
    page = read(hall.supervisor, "attendance_month", month=month)
    assert page.count('class="day">') >= days
    assert f'class="day">{days}</th>' in page
    assert f'class="day">{days + 1}</th>' not in page


def test_the_month_sheet_is_laid_out_for_paper(hall: Hall) -> None:
    page = read(hall.supervisor, "attendance_month")
    assert "css/month-sheet.css" in page
    assert "data-print" in page


@pytest.mark.parametrize("name", ["attendance_month", "attendance_mine"])
@pytest.mark.parametrize("month", ["0000-01", "2026-13", "2026-Q1", "\x00", "9999-12", "x" * 3000])
def test_an_absurd_month_is_this_one(hall: Hall, name: str, month: str) -> None:
    today = timezone.localdate()
    assert f"{today.year} 年 {today.month} 月" in read(hall.chief, name, month=month)
