"""Marks with a second person, objections with a second reader, and 阅知: who may, and what becomes of the points."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hall.access.models import User
from hall.appraisal import rules
from hall.appraisal.actions import computing, periods, sheets
from hall.appraisal.models import Confirmation, ManualMark, Objection, Score, ScoreEntry
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from hall.outbox.models import Message
from tests.builders import Hall
from tests.hall.appraisal.builders import (
    SCORED,
    announced,
    facts_line,
    frozen,
    manual_line,
    run,
    second_supervisor,
    sheet_of,
)

pytestmark = pytest.mark.django_db
ROLES = ("clerk", "other_clerk", "approver", "chief", "supervisor", "admin", "auditor")


def mark(sheet: Score, by: User, points: int = -5, **facts: Any) -> ManualMark:
    defaults = {"line": sheet.period.version.lines.get(), "evidence": "巡查见脱岗", "at": SCORED}
    return sheets.mark(sheet, points=Decimal(points), by=by, **{**defaults, **facts})


def agreed(hall: Hall, sheet: Score, points: int = -5) -> ScoreEntry:
    """A mark that counts."""
    row = sheets.decide_mark(mark(sheet, hall.supervisor, points), agree=True, by=second_supervisor(hall), at=SCORED)
    return sheet.entries.get(key=f"manual:{row.pk}")


def test_a_mark_counts_only_when_a_second_person_agreed(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    sheet = sheet_of(period, hall.clerk)
    row = mark(sheet, hall.supervisor)
    computing.recompute(period, at=SCORED)
    assert sheet_of(period, hall.clerk).total == 100
    sheets.decide_mark(row, agree=True, by=second_supervisor(hall), at=SCORED)
    assert sheet_of(period, hall.clerk).total == 95


def test_a_mark_not_agreed_to_never_counts(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    row = mark(sheet_of(period, hall.clerk), hall.supervisor)
    sheets.decide_mark(row, agree=False, reason="没有照片", by=second_supervisor(hall), at=SCORED)
    assert sheet_of(period, hall.clerk).total == 100


def test_marks_survive_computing(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    entry = agreed(hall, sheet_of(period, hall.clerk))
    computing.recompute(period, at=SCORED)
    assert ScoreEntry.objects.filter(pk=entry.pk, points=-5).exists()


def test_the_same_person_does_not_agree(hall: Hall) -> None:
    row = mark(sheet_of(run(hall, manual_line(100)), hall.clerk), hall.supervisor)
    with pytest.raises(NotPermitted, match="第二人"):
        sheets.decide_mark(row, agree=True, by=hall.supervisor, at=SCORED)
    with pytest.raises(IntegrityError), transaction.atomic():
        ManualMark.objects.filter(pk=row.pk).update(state="approved", decided_by=hall.supervisor, decided_at=SCORED)


def test_a_mark_is_decided_once(hall: Hall) -> None:
    row, judge = mark(sheet_of(run(hall, manual_line(100)), hall.clerk), hall.supervisor), second_supervisor(hall)
    sheets.decide_mark(row, agree=True, by=judge, at=SCORED)
    with pytest.raises(Refused, match="已经审核过"):
        sheets.decide_mark(row, agree=False, reason="又不", by=judge, at=SCORED)


def test_who_does_not_agree_says_why(hall: Hall) -> None:
    row = mark(sheet_of(run(hall, manual_line(100)), hall.clerk), hall.supervisor)
    with pytest.raises(Refused, match="写明理由") as refusal:
        sheets.decide_mark(row, agree=False, reason=" ", by=second_supervisor(hall), at=SCORED)
    assert refusal.value.field == "reason"


@pytest.mark.parametrize("who", ROLES)
def test_only_supervisors_mark(hall: Hall, who: str) -> None:
    sheet, user = sheet_of(run(hall, manual_line(100)), hall.clerk), getattr(hall, who)
    assert rules.may_score(user, sheet) is (who == "supervisor")
    if who != "supervisor":
        with pytest.raises(NotPermitted):
            mark(sheet, user)


def test_nobody_marks_himself(hall: Hall) -> None:
    hall.supervisor.staff.department = hall.department
    hall.supervisor.staff.save()
    sheet = sheet_of(run(hall, manual_line(100)), hall.supervisor)
    with pytest.raises(NotPermitted):
        mark(sheet, hall.supervisor)


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"points": 0}, "points"), ({"points": -101}, "points"), ({"points": 5}, "points"),
     ({"evidence": " "}, "evidence")],
)  # fmt: skip
def test_a_mark_needs_evidence_and_points_of_the_right_sign(hall: Hall, facts: dict[str, Any], field: str) -> None:
    sheet = sheet_of(run(hall, manual_line(100)), hall.clerk)
    with pytest.raises(Refused) as refusal:
        mark(sheet, hall.supervisor, **facts)
    assert refusal.value.field == field


def test_a_line_fed_by_facts_takes_no_marks(hall: Hall) -> None:
    with announced("test.late"):
        sheet = sheet_of(run(hall, facts_line("test.late")), hall.clerk)
        with pytest.raises(Refused, match="不是人工记分"):
            mark(sheet, hall.supervisor)


def test_a_struck_entry_counts_nothing_stays_visible_and_survives_computing(hall: Hall) -> None:
    with announced("test.late") as (late,):
        late.happened(hall, hall.clerk.staff)
        period = run(hall, facts_line("test.late"))
        entry = sheet_of(period, hall.clerk).entries.get(source="test.late")
        row = sheets.object_to(entry, grounds="当天停电", by=hall.clerk, at=SCORED)
        sheets.decide_objection(row, strike=True, reason="供电通知属实", by=hall.supervisor, at=SCORED)
        computing.recompute(period, at=SCORED)
    entry.refresh_from_db()
    assert (entry.points, entry.struck, sheet_of(period, hall.clerk).total) == (0, True, 100)


def test_an_entry_that_is_kept_goes_on_counting(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    entry = agreed(hall, sheet_of(period, hall.clerk))
    row = sheets.object_to(entry, grounds="不对", by=hall.clerk, at=SCORED)
    sheets.decide_objection(row, strike=False, reason="照片清楚", by=second_supervisor(hall), at=SCORED)
    assert sheet_of(period, hall.clerk).total == 95


def test_the_objection_keeps_what_was_objected_to_when_the_fact_goes(hall: Hall) -> None:
    with announced("test.late") as (late,):
        fact = late.happened(hall, hall.clerk.staff)
        period = run(hall, facts_line("test.late"))
        entry = sheet_of(period, hall.clerk).entries.get(source="test.late")
        row = sheets.object_to(entry, grounds="当天停电", by=hall.clerk, at=SCORED)
        late.facts.clear()
        computing.recompute(period, at=SCORED)
    row.refresh_from_db()
    assert (row.key, row.text, row.points) == (fact.key, fact.text, -5)


def test_who_objected_hears_of_the_decision(hall: Hall) -> None:
    entry = agreed(hall, sheet_of(run(hall, manual_line(100)), hall.clerk))
    row = sheets.object_to(entry, grounds="不对", by=hall.clerk, at=SCORED)
    sheets.decide_objection(row, strike=True, reason="成立", by=second_supervisor(hall), at=SCORED)
    told = Message.objects.get(template="appraisal_objection_decided")
    assert (told.recipient_ref, told.context) == (str(hall.clerk.staff_id), {"outcome": "已撤销记分"})


def test_the_trail_of_an_objection_is_on_the_record(hall: Hall) -> None:
    entry = agreed(hall, sheet_of(run(hall, manual_line(100)), hall.clerk))
    row = sheets.object_to(entry, grounds="不对", by=hall.clerk, at=SCORED)
    sheets.decide_objection(row, strike=True, reason="成立", by=second_supervisor(hall), at=SCORED)
    told = Event.objects.filter(kind__contains="object").order_by("pk")
    assert [(event.kind, event.data["objection"]) for event in told] == [
        ("appraisal.objected", row.pk), ("appraisal.objection_decided", row.pk)
    ]  # fmt: skip


@pytest.mark.parametrize("who", ROLES)
def test_only_the_appraised_objects_to_a_persons_sheet(hall: Hall, who: str) -> None:
    entry, user = agreed(hall, sheet_of(run(hall, manual_line(100)), hall.clerk)), getattr(hall, who)
    assert rules.may_object(user, entry.score) is (who == "clerk")
    if who != "clerk":
        with pytest.raises(NotPermitted):
            sheets.object_to(entry, grounds="不对", by=user, at=SCORED)


@pytest.mark.parametrize("subject", ["window", "department"])
@pytest.mark.parametrize("who", ROLES)
def test_the_chief_speaks_for_windows_and_the_department(hall: Hall, subject: str, who: str) -> None:
    score = run(hall, manual_line(100), subject=subject).scores.get()
    assert rules.may_object(getattr(hall, who), score) is (who == "chief")


def test_the_chief_of_another_department_does_not(hall: Hall) -> None:
    other = Hall()
    score = run(hall, manual_line(100), subject="department").scores.get()
    assert not rules.may_object(other.chief, score)


@pytest.mark.parametrize("who", ROLES)
def test_who_decides_an_objection(hall: Hall, who: str) -> None:
    """A supervisor who neither objected nor gave the mark."""
    entry = agreed(hall, sheet_of(run(hall, manual_line(100)), hall.clerk))
    row = sheets.object_to(entry, grounds="不对", by=hall.clerk, at=SCORED)
    scorer = sheets.scorer_of(row)
    assert scorer == hall.supervisor.pk
    assert not rules.may_decide_objection(getattr(hall, who), row, scorer)
    assert rules.may_decide_objection(second_supervisor(hall), row, scorer)
    with pytest.raises(NotPermitted):
        sheets.decide_objection(row, strike=False, reason="维持", by=getattr(hall, who), at=SCORED)


def test_a_supervisor_of_another_center_decides_nothing_here(hall: Hall) -> None:
    entry = agreed(hall, sheet_of(run(hall, manual_line(100)), hall.clerk))
    row = sheets.object_to(entry, grounds="不对", by=hall.clerk, at=SCORED)
    with pytest.raises(NotPermitted):
        sheets.decide_objection(row, strike=True, reason="成立", by=Hall().supervisor, at=SCORED)


def test_an_entry_is_objected_to_once(hall: Hall) -> None:
    entry = agreed(hall, sheet_of(run(hall, manual_line(100)), hall.clerk))
    sheets.object_to(entry, grounds="不对", by=hall.clerk, at=SCORED)
    with pytest.raises(Refused, match="已提过异议"):
        sheets.object_to(entry, grounds="还是不对", by=hall.clerk, at=SCORED)


def test_an_objection_is_decided_once_and_with_a_reason(hall: Hall) -> None:
    entry, judge = agreed(hall, sheet_of(run(hall, manual_line(100)), hall.clerk)), second_supervisor(hall)
    row = sheets.object_to(entry, grounds="不对", by=hall.clerk, at=SCORED)
    with pytest.raises(Refused, match="裁定理由"):
        sheets.decide_objection(row, strike=True, reason="", by=judge, at=SCORED)
    sheets.decide_objection(row, strike=True, reason="成立", by=judge, at=SCORED)
    with pytest.raises(Refused, match="已经裁定"):
        sheets.decide_objection(row, strike=False, reason="反悔", by=judge, at=SCORED)


def test_what_a_line_starts_with_is_no_entry_to_object_to(hall: Hall) -> None:
    entry = sheet_of(run(hall, manual_line(100)), hall.clerk).entries.get(key="start")
    with pytest.raises(Refused, match="不能提异议"):
        sheets.object_to(entry, grounds="不对", by=hall.clerk, at=SCORED)


def test_nothing_is_written_on_a_frozen_sheet(hall: Hall) -> None:
    sheet = sheet_of(frozen(hall, manual_line(100)), hall.clerk)
    with pytest.raises(Refused, match="已定分"):
        mark(sheet, hall.supervisor)
    with pytest.raises(Refused, match="已定分"):
        sheets.object_to(sheet.entries.get(), grounds="不对", by=hall.clerk, at=SCORED)
    assert not Objection.objects.exists()


def test_the_appraised_confirms_once_before_or_after_the_freeze(hall: Hall) -> None:
    period = periods.announce(run(hall, manual_line(100)), by=hall.supervisor, at=SCORED)
    sheet = sheet_of(period, hall.clerk)
    sheets.confirm(sheet, by=hall.clerk, at=SCORED)
    sheets.confirm(sheet, by=hall.clerk, at=SCORED)
    assert Confirmation.objects.get().total == 100
    assert Event.objects.filter(kind="appraisal.confirmed").count() == 1


def test_a_frozen_sheet_is_confirmed_too(hall: Hall) -> None:
    sheet = sheet_of(frozen(hall, manual_line(100)), hall.clerk)
    assert sheets.confirm(sheet, by=hall.clerk, at=SCORED).confirmed_by == hall.clerk


def test_a_sheet_that_still_changes_is_not_confirmed(hall: Hall) -> None:
    with pytest.raises(Refused, match="公示以后"):
        sheets.confirm(sheet_of(run(hall, manual_line(100)), hall.clerk), by=hall.clerk, at=SCORED)


@pytest.mark.parametrize("who", [role for role in ROLES if role != "clerk"])
def test_nobody_confirms_for_another(hall: Hall, who: str) -> None:
    period = periods.announce(run(hall, manual_line(100)), by=hall.supervisor, at=SCORED)
    with pytest.raises(NotPermitted):
        sheets.confirm(sheet_of(period, hall.clerk), by=getattr(hall, who), at=SCORED)
