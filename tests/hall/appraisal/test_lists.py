"""Every list: filters, absurd addresses, scope, exports, the same cost for one row and for three, and paper."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from hall.appraisal.models import DutyLog, ManualMark, Objection
from tests.builders import Hall, make_staff, make_user, make_window
from tests.hall.appraisal.builders import (
    SCORED,
    attended,
    draft,
    honoured,
    in_force,
    manual_line,
    nominated,
    run,
    sheet_of,
    turn,
)
from tests.hall.appraisal.pages import browser, read, send

pytestmark = pytest.mark.django_db
ABSURD = ("\x00", "x" * 4000, "9" * 40, "'<script>", "2026-12..2026-01")
PAGES = (
    "overview", "mine", "worklist", "schemes", "awards", "candidates", "attendance", "attendance_month",
    "attendance_mine", "duty", "duty_logs", "honours", "period_new", "duty_new",
)  # fmt: skip
NAMES = ("q", "page", "period", "center", "department", "subject", "band", "kind", "state", "day", "month")


def boss(hall: Hall) -> Any:
    """A supervisor who is in a department too, so that every page opens."""
    return make_user("chief", make_staff(hall.department))


@pytest.mark.parametrize("name", PAGES)
def test_an_absurd_address_is_never_an_error(hall: Hall, name: str) -> None:
    client = browser(boss(hall) if name in ("mine", "attendance_mine") else hall.supervisor)
    address = reverse(f"appraisal:{name}")
    for value in ABSURD:
        response = client.get(address, dict.fromkeys((one for one in NAMES if one != "center"), value))
        assert response.status_code == 200, value
        assert "'<script>" not in response.content.decode()


@pytest.mark.parametrize("center", ["0", "999999999999", "123456"])
@pytest.mark.parametrize("name", ["candidates", "attendance", "attendance_month", "duty", "duty_logs", "duty_new"])
def test_a_center_out_of_reach_is_no_page(hall: Hall, name: str, center: str) -> None:
    read(hall.supervisor, name, status=404, center=center)


@pytest.mark.parametrize(
    "path",
    ["sheets/0/", "sheets/99999999999999999999999/", "sheets/x/", "marks/0/", "objections/0/", "awards/0/",
     "schemes/0/", "attendance/0/", "duty/0/log/", "awards/nominate/star/0/", "awards/nominate/zzz/1/",
     "periods/0/freeze/", "sheets/0/object/0/"],
)  # fmt: skip
def test_a_key_that_names_nothing_is_no_page(hall: Hall, path: str) -> None:
    client = browser(hall.supervisor)
    method = client.post if path.startswith("periods") else client.get
    assert method(f"/appraisal/{path}").status_code in (403, 404)


def costs(make: Callable[[int], object], look: Callable[[], object]) -> list[int]:
    """How many queries a page takes with one row, then with three."""
    found = []
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            make(number)
        look()  # what is read once and kept is read now
        with CaptureQueriesContext(connection) as queries:
            look()
        found.append(len(queries))
    return found


def test_the_list_of_honours_costs_the_same(hall: Hall) -> None:
    client, address = browser(hall.supervisor), reverse("appraisal:awards")
    one, three = costs(lambda _: honoured(hall, make_staff(hall.department)), lambda: client.get(address))
    assert one == three


def test_the_public_page_costs_the_same(hall: Hall) -> None:
    client, address = Client(), reverse("appraisal:honours")
    one, three = costs(lambda _: honoured(hall, make_staff(hall.department)), lambda: client.get(address))
    assert one == three


def test_the_roster_costs_the_same(hall: Hall) -> None:
    client, address = browser(hall.supervisor), reverse("appraisal:duty") + "?month=2026-10"

    def make(number: int) -> None:
        row = turn(hall, make_staff(hall.department), f"2026-10-{number + 10}")
        DutyLog.objects.create(turn=row, text="平安", written_by=hall.clerk, written_at=SCORED)

    one, three = costs(make, lambda: client.get(address))
    assert one == three


def test_the_logs_of_a_month_leave_the_house_as_they_were_written(hall: Hall) -> None:
    for day in ("2026-10-12", "2026-11-12"):
        row = turn(hall, hall.clerk.staff, day)
        DutyLog.objects.create(turn=row, text=f"平安 {day}", written_by=hall.clerk, written_at=SCORED)
    cells = [cell for row in taken(hall, "duty_logs_export", "?month=2026-10") for cell in row]
    assert "平安 2026-10-12" in cells
    assert "平安 2026-11-12" not in cells


def test_the_logs_cost_the_same(hall: Hall) -> None:
    client, address = browser(hall.supervisor), reverse("appraisal:duty_logs") + "?month=2026-10"

    def make(number: int) -> None:
        row = turn(hall, make_staff(hall.department), f"2026-10-{number + 10}")
        DutyLog.objects.create(turn=row, text="平安", written_by=hall.clerk, written_at=SCORED)

    one, three = costs(make, lambda: client.get(address))
    assert one == three


@pytest.mark.parametrize("name", ["attendance", "attendance_month"])
def test_attendance_costs_the_same(hall: Hall, name: str) -> None:
    client, address = browser(hall.supervisor), reverse(f"appraisal:{name}") + "?day=2026-10-12&month=2026-10"
    one, three = costs(
        lambda _: attended(hall, make_staff(hall.department), presence="site"), lambda: client.get(address)
    )
    assert one == three


def test_recording_a_board_costs_the_same_for_more_people(hall: Hall) -> None:
    client, address = browser(hall.supervisor), reverse("appraisal:attendance")
    days = iter(f"2026-10-{day}" for day in range(12, 30))

    def look() -> None:
        marks = {f"m-{pk}-morning": "present" for pk in hall.department.staff.values_list("pk", flat=True)}
        assert client.post(f"{address}?day={next(days)}", marks).status_code == 302

    one, three = costs(lambda _: make_staff(hall.department), look)
    assert one == three


def test_the_schemes_cost_the_same(hall: Hall) -> None:
    client, address = browser(hall.supervisor), reverse("appraisal:schemes")
    rhythms = ("month", "quarter", "year")
    one, three = costs(
        lambda number: draft(hall, manual_line(100), rhythm=rhythms[number - 1]), lambda: client.get(address)
    )
    assert one == three


def test_the_worklist_costs_the_same(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    line, sheets = period.version.lines.get(), list(period.scores.all())
    client, address = browser(hall.supervisor), reverse("appraisal:worklist")

    def make(number: int) -> None:
        common = {"score": sheets[number], "line": line, "points": -1}
        ManualMark.objects.create(evidence="巡查", marked_by=hall.supervisor, marked_at=SCORED, **common)
        who = {"raised_by": hall.clerk, "raised_at": SCORED}
        Objection.objects.create(key=f"x:{number}", text="记分", grounds="不对", **common, **who)

    one, three = costs(make, lambda: client.get(address))
    assert one == three


def test_the_candidates_cost_the_same(hall: Hall) -> None:
    period = run(hall, manual_line(100), subject="window")
    client = browser(hall.supervisor)
    address = reverse("appraisal:candidates") + "?kind=banner&period=2026-10"

    def make(_: int) -> None:
        period.scores.create(window=make_window(hall.center, department=hall.department), department=hall.department)

    one, three = costs(make, lambda: client.get(address))
    assert one == three


@pytest.mark.parametrize(
    ("query", "shown"),
    [({}, True), ({"kind": "star"}, True), ({"kind": "banner"}, False), ({"state": "published"}, True),
     ({"state": "withdrawn"}, False), ({"kind": "star", "state": "nominated"}, False), ({"kind": "zzz"}, True)],
)  # fmt: skip
def test_the_list_of_honours_is_narrowed(hall: Hall, query: dict[str, str], shown: bool) -> None:
    row = honoured(hall)
    link = reverse("appraisal:award", args=[row.pk])
    assert (link in read(hall.supervisor, "awards", **query)) is shown


def test_the_filters_stay_in_the_address_of_the_export(hall: Hall) -> None:
    page = read(hall.supervisor, "awards", kind="star", state="published")
    assert reverse("appraisal:awards_export") + "?kind=star&amp;state=published" in page


def taken(hall: Hall, name: str, query: str = "") -> list[list[str]]:
    """The cells of the workbook an export gives."""
    response = browser(hall.supervisor).post(
        reverse(f"appraisal:{name}") + query, {"purpose": "存档", "form": "xlsx"}
    )  # fmt: skip
    rows = load_workbook(BytesIO(b"".join(response.streaming_content))).active.iter_rows(values_only=True)
    return [[str(cell) for cell in row if cell is not None] for row in rows]


def test_the_export_of_honours_says_what_the_list_says(hall: Hall) -> None:
    honoured(hall)
    nominated(hall, hall.window)
    rows = taken(hall, "awards_export", "?state=published")
    lines = [row for row in rows if row and row[0] in ("每月之星", "红旗窗口")]
    assert len(lines) == 1
    assert lines[0][1:3] == [hall.clerk.staff.name, "2026 年 10 月"]


def test_the_export_of_the_roster_marks_the_turns_with_a_log(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff, "2026-10-12")
    turn(hall, hall.approver.staff, "2026-10-13")
    DutyLog.objects.create(turn=row, text="平安", written_by=hall.clerk, written_at=SCORED)
    rows = taken(hall, "duty_export", "?month=2026-10")
    names = {hall.clerk.staff.name: True, hall.approver.staff.name: False}
    assert {row[2]: "有" in row[3:] for row in rows if len(row) > 2 and row[2] in names} == names


def test_the_export_of_the_ranking_has_no_one_of_another_house(hall: Hall) -> None:
    other = Hall()
    period = run(other, manual_line(100))
    rows = taken(hall, "overview_export", f"?period={period.pk}")
    assert other.clerk.staff.name not in str(rows)


@pytest.mark.parametrize(
    "name", ["overview_export", "awards_export", "attendance_export", "duty_export", "duty_logs_export"]
)
def test_an_export_asks_for_a_purpose_first(hall: Hall, name: str) -> None:
    assert 'name="purpose"' in read(hall.supervisor, name)
    response = send(hall.supervisor, name, purpose="", form="xlsx")
    assert response.status_code == 422


@pytest.mark.parametrize("name", ["overview", "duty", "duty_logs", "attendance_month", "candidates"])
def test_what_people_hang_up_can_be_printed(hall: Hall, name: str) -> None:
    assert "data-print" in read(hall.supervisor, name)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("overview", "还没有开启考核期"), ("awards", "还没有这样的荣誉"), ("candidates", "先开始计分"),
     ("duty", "还没有排班"), ("duty_logs", "还没有值班日记")],
)  # fmt: skip
def test_an_empty_page_says_what_to_do(hall: Hall, name: str, sentence: str) -> None:
    assert sentence in read(hall.supervisor, name)


def test_long_lists_are_turned_over_and_too_far_is_the_last(hall: Hall) -> None:
    for _ in range(31):
        honoured(hall, make_staff(hall.department))
    first, last, far = (
        Client().get(reverse("appraisal:honours"), {"page": page}).content.decode() for page in ("1", "2", "99")
    )
    assert [page.count('class="card"') for page in (first, last, far)] == [30, 1, 1]


def test_the_public_page_of_a_center_nobody_knows_shows_all(hall: Hall) -> None:
    honoured(hall)
    page = Client().get(reverse("appraisal:honours"), {"center": "999999"}).content.decode()
    assert hall.clerk.staff.name in page


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("2026-13", "请用这样的写法"), ("十月", "请用这样的写法"), ("2026-10\x00", "不能保存的字符"),
     ("x" * 25, "最多 24 个字"), ("2027-10", "还没有开始"), ("2026-Q3", "按月考核")],
)  # fmt: skip
def test_a_period_typed_wrong_comes_back(hall: Hall, code: str, sentence: str) -> None:
    version = in_force(hall, manual_line(100))
    response = send(hall.supervisor, "period_new", version=version.pk, code=code)
    assert (response.status_code, sentence in response.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"points": "很多"}, "分数"), ({"points": ""}, "请填写分数"), ({"points": "-1.55"}, "分数"),
     ({"points": "NaN"}, "分数"),
     ({"points": "-99999"}, "分数"), ({"line": "0"}, "项目"), ({"evidence": "a\x00"}, "不能保存的字符"),
     ({"evidence": "长" * 301}, "最多 300 个字")],
)  # fmt: skip
def test_a_mark_typed_wrong_comes_back(hall: Hall, change: dict[str, str], sentence: str) -> None:
    sheet = sheet_of(run(hall, manual_line(100)), hall.clerk)
    data = {"line": str(sheet.period.version.lines.get().pk), "points": "-1", "evidence": "巡查", **change}
    response = send(hall.supervisor, "mark", sheet.pk, **data)
    assert (response.status_code, sentence in response.content.decode()) == (422, True)
    assert not ManualMark.objects.exists()
