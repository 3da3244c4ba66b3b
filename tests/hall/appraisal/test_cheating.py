"""The supervisor who wants to cheat: no second role, no double points, no points out of nothing, no quiet change."""

from decimal import Decimal
from typing import Any

import pytest

from hall.access.models import User
from hall.appraisal.actions import attendance, awards, periods, schemes, sheets
from hall.appraisal.models import AppraisalPeriod, Award, ManualMark, SchemeVersion, Score
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from tests.builders import Hall, make_staff, make_user, moment
from tests.hall.appraisal.builders import (
    SCORED,
    attended,
    draft,
    in_force,
    manual_line,
    nominated,
    run,
    second_supervisor,
    sheet_of,
)
from tests.hall.appraisal.pages import browser, read, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(hall: Hall) -> Score:
    return sheet_of(run(hall, manual_line(100)), hall.clerk)


def mark(sheet: Score, by: User, points: str = "-5", evidence: str = "巡查见脱岗") -> ManualMark:
    line = sheet.period.version.lines.get()
    return sheets.mark(sheet, line=line, points=Decimal(points), evidence=evidence, by=by, at=SCORED)


def total(sheet: Score) -> Decimal:
    return Score.objects.get(pk=sheet.pk).total


def test_the_same_mark_pressed_twice_is_one(hall: Hall, sheet: Score) -> None:
    mark(sheet, hall.supervisor)
    with pytest.raises(Refused, match="正在等第二人审核") as refusal:
        mark(sheet, hall.supervisor)
    assert (refusal.value.field, ManualMark.objects.count()) == ("evidence", 1)


@pytest.mark.parametrize("change", [{"points": "-4"}, {"evidence": "下午又脱岗"}])
def test_another_mark_is_another(hall: Hall, sheet: Score, change: dict[str, str]) -> None:
    mark(sheet, hall.supervisor)
    assert mark(sheet, hall.supervisor, **change).pk
    assert ManualMark.objects.count() == 2


def test_what_was_refused_may_be_proposed_again(hall: Hall, sheet: Score) -> None:
    row = mark(sheet, hall.supervisor)
    sheets.decide_mark(row, agree=False, reason="没有照片", by=second_supervisor(hall), at=SCORED)
    assert mark(sheet, hall.supervisor).pk != row.pk


def test_marks_together_never_take_more_than_the_line_has(hall: Hall) -> None:
    sheet = sheet_of(run(hall, manual_line(100)), hall.clerk)
    judge = second_supervisor(hall)
    for points in ("-60", "-60"):
        row = mark(sheet, hall.supervisor, points, f"见照片 {ManualMark.objects.count()}")
        sheets.decide_mark(row, agree=True, by=judge, at=SCORED)
    assert total(sheet) == 0
    assert sorted(entry.points for entry in sheet.entries.exclude(key="start")) == [-60, -40]


@pytest.mark.parametrize("points", ["0", "5", "-100.1", "-101", "101"])
def test_points_out_of_bounds_are_refused(hall: Hall, sheet: Score, points: str) -> None:
    with pytest.raises(Refused) as refusal:
        mark(sheet, hall.supervisor, points)
    assert refusal.value.field == "points"


@pytest.mark.parametrize("points", ["-0.1", "-100"])
def test_points_at_the_bounds_are_taken(hall: Hall, sheet: Score, points: str) -> None:
    assert mark(sheet, hall.supervisor, points).points == Decimal(points)


def test_a_line_that_gives_takes_no_deduction(hall: Hall) -> None:
    sheet = sheet_of(run(hall, manual_line(100, start="zero")), hall.clerk)
    with pytest.raises(Refused, match="零分起加"):
        mark(sheet, hall.supervisor, "-5")
    assert mark(sheet, hall.supervisor, "5").points == 5


def test_a_line_of_another_scheme_is_refused(hall: Hall, sheet: Score) -> None:
    other = in_force(hall, manual_line(100), rhythm="year").lines.get()
    with pytest.raises(Refused) as refusal:
        sheets.mark(sheet, line=other, points=Decimal(-1), evidence="x", by=hall.supervisor, at=SCORED)
    assert refusal.value.field == "line"


def test_the_scorer_does_not_agree_to_the_own_mark_from_the_page(hall: Hall, sheet: Score) -> None:
    row = mark(sheet, hall.supervisor)
    assert send(hall.supervisor, "mark_decide", row.pk, agree="yes").status_code == 403
    assert total(sheet) == 100


def test_the_appraised_does_not_decide_the_own_mark(hall: Hall) -> None:
    """A supervisor with a department is appraised too."""
    judge = make_user("supervisor", make_staff(hall.department))
    row = mark(sheet_of(run(hall, manual_line(100)), judge), hall.supervisor)
    with pytest.raises(NotPermitted):
        sheets.decide_mark(row, agree=False, reason="我没有", by=judge, at=SCORED)


def test_a_supervisor_decides_no_objection_on_the_own_sheet(hall: Hall) -> None:
    judge = make_user("supervisor", make_staff(hall.department))
    own = sheet_of(run(hall, manual_line(100)), judge)
    facts: dict[str, Any] = {"line": own.period.version.lines.get(), "text": "记分", "points": -1, "grounds": "不对"}
    row = own.objections.create(key="x:1", raised_by=hall.chief, raised_at=SCORED, **facts)
    with pytest.raises(NotPermitted):
        sheets.decide_objection(row, strike=True, reason="成立", by=judge, at=SCORED)


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_decision_pressed_twice_is_one(hall: Hall, sheet: Score, answer: str) -> None:
    row, judge = mark(sheet, hall.supervisor), second_supervisor(hall)
    assert send(judge, "mark_decide", row.pk, agree=answer, reason="照片").status_code == 302
    again = send(judge, "mark_decide", row.pk, agree=answer, reason="照片")
    assert (again.status_code, "已经审核过" in again.content.decode()) == (422, True)
    assert Event.objects.filter(kind="appraisal.mark_decided").count() == 1


def test_two_second_people_who_disagree_are_told_who_was_first(hall: Hall, sheet: Score) -> None:
    row = mark(sheet, hall.supervisor)
    send(second_supervisor(hall), "mark_decide", row.pk, agree="yes", reason="照片清楚")
    page = send(second_supervisor(hall), "mark_decide", row.pk, agree="no", reason="看不清").content.decode()
    assert "这条记分已经审核过" in page
    assert "已通过：照片清楚" in page
    assert total(sheet) == 95


def test_an_answer_that_is_neither_decides_nothing(hall: Hall, sheet: Score) -> None:
    row = mark(sheet, hall.supervisor)
    assert send(second_supervisor(hall), "mark_decide", row.pk, agree="maybe").status_code == 422
    row.refresh_from_db()
    assert row.state == "proposed"


def test_the_points_of_a_mark_are_in_the_ledger_and_its_words_are_not(hall: Hall, sheet: Score) -> None:
    mark(sheet, hall.supervisor, evidence="张三大妈说的")
    event = Event.objects.get(kind="appraisal.marked")
    assert event.data["points"] == "-5"
    assert "张三" not in str(event.data)


@pytest.mark.parametrize("step", ["announce", "freeze", "reopen", "recompute"])
def test_a_step_of_a_period_elsewhere_is_no_page(hall: Hall, step: str) -> None:
    period = run(hall, manual_line(100))
    assert send(Hall().supervisor, "period_step", period.pk, step).status_code == 404


@pytest.mark.parametrize("step", ["freeze", "reopen"])
def test_a_step_out_of_turn_changes_nothing_and_says_so(hall: Hall, step: str) -> None:
    period = run(hall, manual_line(100))
    client = browser(hall.supervisor)
    response = client.post(f"/appraisal/periods/{period.pk}/{step}/", follow=True)
    assert "现在的状态不能这样办理" in response.content.decode()
    assert AppraisalPeriod.objects.get(pk=period.pk).state == "open"


def test_an_announcement_pressed_twice_is_one(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    for _ in range(2):
        send(hall.supervisor, "period_step", period.pk, "announce")
    assert Event.objects.filter(kind="appraisal.announced").count() == 1


def test_a_period_is_not_opened_twice_from_the_page(hall: Hall) -> None:
    version = in_force(hall, manual_line(100))
    assert send(hall.supervisor, "period_new", version=version.pk, code="2026-10").status_code == 302
    again = send(hall.supervisor, "period_new", version=version.pk, code="2026-10")
    assert (again.status_code, "这个考核期已经开启" in again.content.decode()) == (422, True)


def test_rules_are_not_replaced_under_a_running_period(hall: Hall) -> None:
    """The period keeps the version it was opened with, and its weights."""
    period = run(hall, manual_line(100))
    fresh = schemes.draft_from(period.version, center=hall.center, by=hall.supervisor, at=SCORED)
    fresh.lines.update(name="新项目")
    schemes.put_on(fresh, by=hall.supervisor, at=SCORED)
    period.refresh_from_db()
    assert period.version.state == "superseded"
    assert "新项目" not in read(hall.clerk, "sheet", sheet_of(period, hall.clerk).pk)


def test_a_draft_put_in_force_twice_is_put_once(hall: Hall) -> None:
    version = draft(hall, manual_line(100))
    for _ in range(2):
        send(hall.supervisor, "scheme_on", version.pk)
    assert Event.objects.filter(kind="appraisal.scheme_on").count() == 1
    assert SchemeVersion.objects.get(pk=version.pk).state == "on"


def test_copying_twice_leads_to_one_draft(hall: Hall) -> None:
    model = SchemeVersion.objects.get(center__isnull=True, subject="window")
    for _ in range(2):
        send(hall.supervisor, "scheme_copy", model.pk)
    assert SchemeVersion.objects.filter(center=hall.center).count() == 1


@pytest.mark.parametrize("who", ["chief", "supervisor"])
def test_nobody_mends_the_own_absence(hall: Hall, who: str) -> None:
    user = getattr(hall, who)
    row = attended(hall, user.staff, presence="absent")
    with pytest.raises(NotPermitted, match="自己的考勤由别人更正"):
        attendance.correct(row, presence="present", reason="我在", by=user, at=SCORED)
    assert send(user, "attendance_correct", row.pk, presence="present", reason="我在").status_code == 403


def test_the_chiefs_absence_is_mended_by_the_supervisor(hall: Hall) -> None:
    row = attended(hall, hall.chief.staff, presence="absent")
    attendance.correct(row, presence="meeting", reason="会议通知", by=hall.supervisor, at=SCORED)
    assert row.changes.get().changed_by == hall.supervisor


def test_an_honour_is_not_published_before_its_period_is_over(hall: Hall) -> None:
    row = nominated(hall, by=hall.chief)
    with pytest.raises(Refused, match="评选期还没有结束") as refusal:
        awards.publish(row, reasons="好", by=hall.supervisor, at=moment("2026-10-31 23:00"))
    assert refusal.value.field == "reasons"
    assert Award.objects.get(pk=row.pk).state == "nominated"


def test_the_nominator_decides_neither_way_from_the_page(hall: Hall) -> None:
    row = nominated(hall, by=hall.supervisor)
    for answer in ("yes", "no"):
        response = send(hall.supervisor, "award_decide", row.pk, publish=answer, reasons="好")
        assert response.status_code == 403
    assert "评定</a>" not in read(hall.supervisor, "award", row.pk)


def test_going_back_and_announcing_again_gives_the_full_days_again(hall: Hall) -> None:
    period = periods.announce(run(hall, manual_line(100)), by=hall.supervisor, at=SCORED)
    first = period.objection_until
    periods.reopen(period, by=hall.supervisor, at=SCORED)
    again = periods.announce(period, by=hall.supervisor, at=moment("2026-11-16 09:00"))
    assert first is not None
    assert again.objection_until is not None
    assert (again.objection_until - first).days == 14
