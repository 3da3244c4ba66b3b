"""The pages: what they show to whom, what they ask, and that they cost the same for one row and for three."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hall.access.models import User
from hall.appraisal.actions import periods, sheets
from hall.appraisal.models import AppraisalPeriod, ManualMark, Objection, SchemeVersion, Score
from tests.builders import Hall, make_staff, make_window
from tests.guards.routes import ROUTES
from tests.hall.appraisal.builders import (
    SCORED,
    announced,
    draft,
    facts_line,
    in_force,
    manual_line,
    run,
    second_supervisor,
    sheet_of,
)
from tests.hall.appraisal.pages import browser, read, send

pytestmark = pytest.mark.django_db


def marked(hall: Hall, points: int = -5, user: User | None = None) -> AppraisalPeriod:
    """A period with one mark on the clerk's sheet, agreed to."""
    period = run(hall, manual_line(100))
    sheet, line = sheet_of(period, user or hall.clerk), period.version.lines.get()
    mark = sheets.mark(sheet, line=line, points=points, evidence="巡查见桌面零乱", by=hall.supervisor, at=SCORED)
    sheets.decide_mark(mark, agree=True, by=second_supervisor(hall), at=SCORED)
    return period


def test_the_ranking_shows_every_sheet_to_a_supervisor(hall: Hall) -> None:
    period = marked(hall)
    page = read(hall.supervisor, "overview", subject="person", period=str(period.pk))
    assert all(user.staff.name in page for user in (hall.clerk, hall.approver, hall.chief))
    assert "95.0" in page


def test_a_ranking_of_ties_says_that_nothing_happened_yet(hall: Hall) -> None:
    read_of = {"subject": "person", "period": str(marked(hall).pk)}
    sheets_without = Score.objects.count() - 1
    assert sheets_without > 1
    assert f"其中 {sheets_without} 张考核表" in read(hall.supervisor, "overview", **read_of)
    assert "张考核表本期还没有" not in read(hall.supervisor, "overview", q=hall.clerk.staff.name, **read_of)


def test_who_runs_the_period_reads_whom_no_message_reached(hall: Hall) -> None:
    person = make_staff(hall.department)
    period = run(hall, manual_line(100))
    says = "公示没有发给"
    assert says not in read(hall.supervisor, "overview", period=str(period.pk))
    periods.announce(period, by=hall.supervisor, at=SCORED)
    page = read(hall.supervisor, "overview", period=str(period.pk))
    assert says in page
    assert f'{reverse("appraisal:sheet", args=[period.scores.get(staff=person).pk])}">{person.name}</a>' in page
    assert says not in read(hall.clerk, "overview", period=str(period.pk))


def test_a_clerk_sees_only_the_own_line(hall: Hall) -> None:
    run(hall, manual_line(100))
    page = read(hall.clerk, "overview")
    assert reverse("appraisal:overview") in page
    assert hall.approver.staff.name not in page


def test_a_chief_sees_the_department(hall: Hall) -> None:
    stranger = make_staff(hall.center.departments.create(name="市场监管局"))
    run(hall, manual_line(100))
    page = read(hall.chief, "overview")
    assert hall.approver.staff.name in page
    assert stranger.name not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [({"q": "甲"}, True), ({"q": "乙"}, False), ({"band": "excellent"}, False), ({"band": "good"}, True),
     ({"department": "x"}, True), ({"band": "nonsense"}, True)],
)  # fmt: skip
def test_filters_of_the_address_narrow_the_ranking(hall: Hall, query: dict[str, str], shown: bool) -> None:
    hall.clerk.staff.name = "甲某"
    hall.clerk.staff.save()
    period = marked(hall, points=-15)
    page = read(hall.supervisor, "overview", period=str(period.pk), **query)
    assert ("甲某" in page) is shown


def test_a_department_out_of_reach_is_no_page(hall: Hall) -> None:
    assert browser(hall.supervisor).get("/appraisal/", {"department": "999999"}).status_code == 404


def test_windows_and_departments_are_ranked_on_their_own_tabs(hall: Hall) -> None:
    run(hall, manual_line(100), subject="window")
    run(hall, manual_line(100), subject="department")
    assert hall.window.name in read(hall.supervisor, "overview", subject="window")
    assert hall.department.name in read(hall.supervisor, "overview", subject="department")


def test_without_a_period_the_page_says_what_to_do(hall: Hall) -> None:
    assert "还没有开启考核期" in read(hall.supervisor, "overview")


def test_the_ranking_costs_the_same_for_more_sheets(hall: Hall) -> None:
    period = run(hall, manual_line(100))

    def cost() -> int:
        client = browser(hall.supervisor)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("appraisal:overview"))
        return len(queries)

    few = cost()
    for _ in range(3):
        make_staff(hall.department)
    sheets_before = period.scores.count()
    periods.recompute(period, at=SCORED)
    assert period.scores.count() == sheets_before + 3
    assert cost() == few


def test_the_ranking_is_exported_with_its_filters(hall: Hall) -> None:
    period = marked(hall)
    client = browser(hall.supervisor)
    url = f"{reverse('appraisal:overview_export')}?period={period.pk}"
    assert client.get(url).status_code == 200
    response = client.post(url, {"purpose": "月度通报", "form": "xlsx"})
    assert response.status_code == 200
    assert b"".join(response.streaming_content)[:2] == b"PK"


def test_a_sheet_shows_every_line_and_opens_every_event(hall: Hall) -> None:
    with announced("test.late") as (late,):
        late.happened(hall, hall.clerk.staff, url="/work/facts/7/")
        period = run(hall, facts_line("test.late", 60), manual_line(40))
        page = read(hall.clerk, "sheet", sheet_of(period, hall.clerk).pk)
    assert 'href="/work/facts/7/"' in page
    assert "满分 60 分起扣" in page
    assert "95.0" in page


def test_a_sheet_costs_the_same_for_more_entries(hall: Hall) -> None:
    with announced("test.late") as (late,):
        late.happened(hall, hall.clerk.staff)
        period = run(hall, facts_line("test.late", 100, per=-1))
        sheet = sheet_of(period, hall.clerk)

        def cost() -> int:
            client = browser(hall.clerk)
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("appraisal:sheet", args=[sheet.pk]))
            return len(queries)

        few = cost()
        late.happened(hall, hall.clerk.staff)
        late.happened(hall, hall.clerk.staff)
        periods.recompute(period, at=SCORED)
        assert cost() == few


@pytest.mark.parametrize("who", ["other_clerk", "approver"])
def test_a_colleagues_sheet_is_not_there(hall: Hall, who: str) -> None:
    period = run(hall, manual_line(100))
    read(getattr(hall, who), "sheet", sheet_of(period, hall.clerk).pk, status=404)


@pytest.mark.parametrize("who", ["clerk", "chief", "supervisor", "auditor"])
def test_the_person_the_chief_and_those_who_watch_read_a_sheet(hall: Hall, who: str) -> None:
    period = run(hall, manual_line(100))
    assert "考核表" in read(getattr(hall, who), "sheet", sheet_of(period, hall.clerk).pk)


def test_my_page_shows_my_sheet_and_those_of_my_window_and_department(hall: Hall) -> None:
    run(hall, manual_line(100))
    window = run(hall, manual_line(100), subject="window")
    department = run(hall, manual_line(100), subject="department")
    page = read(hall.clerk, "mine")
    for period in (window, department):
        score = period.scores.get(window=hall.window) if period is window else period.scores.get()
        assert reverse("appraisal:sheet", args=[score.pk]) in page


def test_my_page_without_a_sheet_says_so(hall: Hall) -> None:
    assert "还没有您的考核表" in read(hall.clerk, "mine")


def test_an_objection_goes_from_the_page_to_the_second_reader(hall: Hall) -> None:
    period = marked(hall)
    sheet = sheet_of(period, hall.clerk)
    entry = sheet.entries.get(key__startswith="manual:")
    assert "提异议" in read(hall.clerk, "mine")
    assert send(hall.clerk, "object", sheet.pk, entry.pk, grounds="当天不在岗").status_code == 302
    row, judge = Objection.objects.get(), second_supervisor(hall)
    assert sheet.label in read(judge, "worklist")
    assert "当天不在岗" in read(judge, "objection", row.pk)
    assert send(judge, "objection", row.pk, strike="yes", reason="属实").status_code == 302
    sheet.refresh_from_db()
    assert sheet.total == 100
    assert "异议成立，已撤销" in read(hall.clerk, "sheet", sheet.pk)


def test_an_objection_without_grounds_comes_back_with_its_sentence(hall: Hall) -> None:
    period = marked(hall)
    sheet = sheet_of(period, hall.clerk)
    response = send(hall.clerk, "object", sheet.pk, sheet.entries.get(key__startswith="manual:").pk, grounds=" ")
    assert response.status_code == 422
    assert not Objection.objects.exists()


def test_who_gave_the_mark_does_not_decide_its_objection(hall: Hall) -> None:
    period = marked(hall)
    sheet = sheet_of(period, hall.clerk)
    sheets.object_to(sheet.entries.get(key__startswith="manual:"), grounds="不对", by=hall.clerk, at=SCORED)
    response = send(hall.supervisor, "objection", Objection.objects.get().pk, strike="no", reason="维持")
    assert response.status_code == 403


def test_a_mark_is_proposed_on_the_sheet_and_agreed_to_from_the_worklist(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    sheet = sheet_of(period, hall.clerk)
    data = {"line": period.version.lines.get().pk, "points": "-3", "evidence": "巡查见脱岗"}
    assert send(hall.supervisor, "mark", sheet.pk, **data).status_code == 302
    row, judge = ManualMark.objects.get(), second_supervisor(hall)
    assert "巡查见脱岗" in read(judge, "worklist")
    assert send(judge, "mark_decide", row.pk, agree="yes").status_code == 302
    sheet.refresh_from_db()
    assert sheet.total == 97


@pytest.mark.parametrize(
    ("points", "sentence"), [("3", "请填负数"), ("-101", "超过本项的"), ("0", "不能是 0"), ("x", "")]
)
def test_a_mark_that_cannot_be_comes_back_with_its_sentence(hall: Hall, points: str, sentence: str) -> None:
    period = run(hall, manual_line(100))
    data = {"line": period.version.lines.get().pk, "points": points, "evidence": "巡查"}
    response = send(hall.supervisor, "mark", sheet_of(period, hall.clerk).pk, **data)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_a_period_is_opened_announced_and_taken_back_from_the_pages(hall: Hall) -> None:
    version = in_force(hall, manual_line(100))
    response = send(hall.supervisor, "period_new", version=version.pk, code="2026-10")
    period = AppraisalPeriod.objects.get()
    assert f"period={period.pk}" in response["Location"]
    send(hall.supervisor, "period_step", period.pk, "announce")
    period.refresh_from_db()
    assert period.state == "objection"
    assert "异议期到" in read(hall.supervisor, "overview")
    send(hall.supervisor, "period_step", period.pk, "reopen")
    period.refresh_from_db()
    assert period.state == "open"


def test_an_unknown_step_is_no_page(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    assert send(hall.supervisor, "period_step", period.pk, "explode").status_code == 404


@pytest.mark.parametrize(
    ("code", "sentence"), [("2026-13", "请用这样的写法"), ("2026-Q3", "按月考核"), ("2027-01", "还没有开始")]
)
def test_a_period_that_cannot_be_scored_comes_back_with_its_sentence(hall: Hall, code: str, sentence: str) -> None:
    version = in_force(hall, manual_line(100))
    response = send(hall.supervisor, "period_new", version=version.pk, code=code)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_the_sheet_is_confirmed_from_its_page(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    sheet = sheet_of(period, hall.clerk)
    periods.announce(period, by=hall.supervisor, at=SCORED)
    assert "我已看过这张考核表" in read(hall.clerk, "sheet", sheet.pk)
    send(hall.clerk, "confirm", sheet.pk)
    assert "我已看过这张考核表" not in read(hall.clerk, "sheet", sheet.pk)
    assert "确认时 100.0 分" in read(hall.clerk, "sheet", sheet.pk)


def rows(*lines: dict[str, Any]) -> dict[str, Any]:
    """A formset of lines as the page sends it."""
    data: dict[str, Any] = {"line-TOTAL_FORMS": len(lines), "line-INITIAL_FORMS": 0, "name": "月考", "source": "依据",
                            "bonus_cap": "5"}  # fmt: skip
    for number, line in enumerate(lines):
        data |= {f"line-{number}-{name}": value for name, value in line.items()}
    return data


MANUAL = {"name": "巡查", "kind": "manual", "start": "full", "weight": "100"}


def test_a_draft_is_edited_row_by_row(hall: Hall) -> None:
    version = draft(hall, manual_line(100))
    page = read(hall.supervisor, "scheme_edit", version.pk)
    assert 'name="line-0-name"' in page
    assert "data-weight-sum" in page
    fact = {"name": "迟到", "kind": "facts", "start": "full", "weight": "40", "source": "attendance.late",
            "per_fact": "-1"}  # fmt: skip
    response = send(hall.supervisor, "scheme_edit", version.pk, **rows({**MANUAL, "weight": "60"}, fact, {}))
    assert response.status_code == 302
    assert list(version.lines.values_list("name", "weight")) == [("巡查", 60), ("迟到", 40)]
    assert "attendance.late" not in read(hall.supervisor, "scheme", version.pk)
    assert "每件 -1.0 分" in read(hall.supervisor, "scheme", version.pk)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"kind": "facts"}, "请选事实来源"),
        ({"kind": "facts", "source": "attendance.late"}, "请填写每件分数"),
        ({"kind": "indicator"}, "请选指标"),
        ({"kind": "manual", "weight": ""}, "请填写分值"),
        ({"kind": "manual", "bonus": "on", "weight": ""}, "加分项要有上限"),
        ({"kind": "manual", "cap": "101"}, "100"),
        ({"kind": "manual", "weight": "10", "cap": "11"}, "不能大于分值"),
        ({"kind": "manual", "scale": "九成"}, "档次请写成"),
    ],
)
def test_a_line_that_says_nothing_comes_back_with_its_sentence(hall: Hall, line: dict[str, str], sentence: str) -> None:
    version = draft(hall, manual_line(100))
    response = send(hall.supervisor, "scheme_edit", version.pk, **rows({**MANUAL, **line}))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert version.lines.get().name == "人工项"


def test_steps_are_written_and_read_in_words(hall: Hall) -> None:
    version = draft(hall, manual_line(100))
    version.lines.update(kind="indicator", indicator="pledge.zero_error", scale=[[950, 20], [900, 15]])
    assert "95%=20，90%=15" in read(hall.supervisor, "scheme_edit", version.pk)


def test_a_model_scheme_is_read_and_copied(hall: Hall) -> None:
    model = SchemeVersion.objects.get(center__isnull=True, subject="person")
    assert "马上办" in read(hall.supervisor, "scheme", model.pk)
    response = send(hall.supervisor, "scheme_copy", model.pk)
    made = SchemeVersion.objects.get(center=hall.center)
    assert response["Location"] == reverse("appraisal:scheme_edit", args=[made.pk])
    assert made.name in read(hall.supervisor, "schemes")


def test_a_scheme_that_does_not_sum_stays_a_draft_and_says_why(hall: Hall) -> None:
    version = draft(hall, manual_line(90))
    assert "合计 90 分，应为 100 分" in read(hall.supervisor, "scheme", version.pk)
    send(hall.supervisor, "scheme_on", version.pk)
    version.refresh_from_db()
    assert version.state == "draft"


def test_a_draft_is_put_in_force_or_thrown_away_from_its_page(hall: Hall) -> None:
    good, bad = draft(hall, manual_line(100)), draft(hall, manual_line(100), rhythm="year")
    send(hall.supervisor, "scheme_on", good.pk)
    send(hall.supervisor, "scheme_discard", bad.pk)
    assert list(SchemeVersion.objects.filter(center=hall.center).values_list("pk", "state")) == [(good.pk, "on")]


def test_what_is_in_force_is_not_edited(hall: Hall) -> None:
    read(hall.supervisor, "scheme_edit", in_force(hall, manual_line(100)).pk, status=403)


@pytest.mark.parametrize(
    "name", sorted(name for name in ROUTES if name.startswith("appraisal:") and ROUTES[name].own is None)
)
def test_pages_without_anything_to_show_open_for_whom_they_are(hall: Hall, name: str) -> None:
    route = ROUTES[name]
    for user in hall.everybody():
        if route.reads and (route.who is None or user.role in route.who):
            response = browser(user).get(reverse(name))
            assert response.status_code == 200, (name, user.role)


def test_windows_without_a_department_are_ranked_too(hall: Hall) -> None:
    window = make_window(hall.center)
    period = run(hall, manual_line(100), subject="window")
    assert window.name in read(hall.supervisor, "overview", subject="window", period=str(period.pk))
