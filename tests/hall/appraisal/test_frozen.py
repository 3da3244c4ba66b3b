"""What is frozen stays, also for somebody with a database console; and rows no page makes are refused by the table."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from hall.appraisal.models import (
    AppraisalPeriod,
    Attendance,
    AttendanceChange,
    Award,
    Confirmation,
    DutyLog,
    DutySwap,
    ManualMark,
    Objection,
    Score,
    ScoreEntry,
)
from tests.builders import Hall
from tests.hall.appraisal.builders import (
    OCTOBER,
    SCORED,
    attended,
    frozen,
    honoured,
    manual_line,
    nominated,
    run,
    sheet_of,
    turn,
)

pytestmark = pytest.mark.django_db


def refuses(statement: str, **values: Any) -> bool:
    """Whether the database will not do it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseError:
        return True
    return False


CHANGES = (
    "UPDATE appraisal_appraisalperiod SET state = 'open', frozen_at = NULL, frozen_by_id = NULL",
    "UPDATE appraisal_appraisalperiod SET code = '2026-09'",
    "UPDATE appraisal_appraisalperiod SET computed_at = now()",
    "DELETE FROM appraisal_appraisalperiod",
    "UPDATE appraisal_score SET total = 100.1",
    "UPDATE appraisal_score SET rank = 9",
    "UPDATE appraisal_score SET band = 'fail'",
    "DELETE FROM appraisal_score",
    "UPDATE appraisal_scoreentry SET points = 1",
    "UPDATE appraisal_scoreentry SET struck = true",
    "UPDATE appraisal_scoreentry SET text = '改'",
    "DELETE FROM appraisal_scoreentry",
    "UPDATE appraisal_manualmark SET points = -2",
    "UPDATE appraisal_manualmark SET evidence = '改'",
    "DELETE FROM appraisal_manualmark",
    "UPDATE appraisal_objection SET reason = '改'",
    "DELETE FROM appraisal_objection",
    "UPDATE appraisal_schemeversion SET bonus_cap = 10 WHERE state <> 'draft'",
    "UPDATE appraisal_line l SET weight = 99 FROM appraisal_schemeversion v WHERE v.id = l.version_id"
    " AND v.state = 'on'",
)


def with_everything(hall: Hall) -> AppraisalPeriod:
    """A period with a mark and an objection, both decided, then frozen beside the actions."""
    period = run(hall, manual_line(100))
    sheet, line = sheet_of(period, hall.clerk), period.version.lines.get()
    done = {"decided_by": hall.chief, "decided_at": SCORED, "reason": "看过"}
    who = {"marked_by": hall.supervisor, "marked_at": SCORED}
    ManualMark.objects.create(score=sheet, line=line, points=-1, evidence="巡查", state="refused", **who, **done)
    said = {"text": "记分", "points": -1, "grounds": "不对", "raised_by": hall.clerk, "raised_at": SCORED}
    Objection.objects.create(score=sheet, line=line, key="x:1", state="kept", **said, **done)
    AppraisalPeriod.objects.update(state="objection", objection_until=OCTOBER.last)
    AppraisalPeriod.objects.update(state="frozen", frozen_at=SCORED, frozen_by=hall.supervisor)
    return period


def test_no_statement_changes_what_is_frozen(hall: Hall) -> None:
    with_everything(hall)
    assert [statement for statement in CHANGES if not refuses(statement)] == []


def test_the_same_statements_pass_before_the_freeze(hall: Hall) -> None:
    """Otherwise the table above would prove nothing."""
    with_everything(Hall())
    period = run(hall, manual_line(100))
    sheet = sheet_of(period, hall.clerk)
    assert not refuses("UPDATE appraisal_score SET total = 1 WHERE id = %(pk)s", pk=sheet.pk)
    assert not refuses("UPDATE appraisal_scoreentry SET points = 1 WHERE score_id = %(pk)s", pk=sheet.pk)
    assert not refuses("DELETE FROM appraisal_scoreentry WHERE score_id = %(pk)s", pk=sheet.pk)


@pytest.mark.parametrize("model", [ScoreEntry, ManualMark, Objection])
def test_nothing_is_added_to_a_frozen_sheet(hall: Hall, model: Any) -> None:
    sheet = sheet_of(frozen(hall, manual_line(100)), hall.clerk)
    common = {"score": sheet, "line": sheet.period.version.lines.get(), "points": -1}
    facts = {
        ScoreEntry: {"key": "x:1", "text": "补记"},
        ManualMark: {"evidence": "补记", "marked_by": hall.supervisor, "marked_at": SCORED},
        Objection: {"key": "x:1", "text": "x", "grounds": "x", "raised_by": hall.clerk, "raised_at": SCORED},
    }[model]
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.create(**common, **facts)


def test_no_sheet_is_added_to_a_frozen_period(hall: Hall) -> None:
    period = frozen(hall, manual_line(100))
    with pytest.raises(DatabaseError), transaction.atomic():
        Score.objects.create(period=period, department=hall.department)


def test_an_entry_is_not_carried_into_a_frozen_sheet(hall: Hall) -> None:
    closed = sheet_of(frozen(hall, manual_line(100)), hall.clerk)
    other = Hall()
    entry = sheet_of(run(other, manual_line(100)), other.clerk).entries.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        ScoreEntry.objects.filter(pk=entry.pk).update(score=closed)


def test_a_frozen_sheet_is_still_confirmed_in_the_table_beside_it(hall: Hall) -> None:
    sheet = sheet_of(frozen(hall, manual_line(100)), hall.clerk)
    made = Confirmation.objects.create(score=sheet, total=100, confirmed_by=hall.clerk, confirmed_at=SCORED)
    assert str(made) == f"{sheet.pk} 2026-11-02"


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "banner"},
        {"window_id": 0},
        {"decided_at": None},
        {"decided_by": None},
        {"notice_until": None},
        {"reasons": ""},
        {"first": OCTOBER.last + timedelta(days=1)},
        {"state": "nominated"},
        {"withdrawn_at": SCORED},
    ],
)
def test_an_honour_that_says_nothing_is_no_row(hall: Hall, change: dict[str, Any]) -> None:
    change = {**change, "window_id": hall.window.pk} if "window_id" in change else change
    row = honoured(hall)
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=row.pk).update(**change)


def test_a_window_is_nominated_once_a_period(hall: Hall) -> None:
    nominated(hall, hall.window)
    with pytest.raises(IntegrityError), transaction.atomic():
        nominated(hall, hall.window)


@pytest.mark.parametrize(
    "change", [{"presence": "asleep"}, {"half": "night"}, {"returned_at": SCORED}, {"presence": "absent", "half": ""}]
)
def test_attendance_holds_only_known_words_and_paired_signs(hall: Hall, change: dict[str, Any]) -> None:
    row = attended(hall, hall.clerk.staff, presence="site")
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.filter(pk=row.pk).update(**change)


def test_a_half_day_is_on_record_once(hall: Hall) -> None:
    attended(hall, hall.clerk.staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        attended(hall, hall.clerk.staff, presence="absent")


def test_who_was_there_signs_no_return(hall: Hall) -> None:
    row = attended(hall, hall.clerk.staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.filter(pk=row.pk).update(returned_at=SCORED, returned_by=hall.clerk)


def test_a_correction_without_a_reason_is_no_row(hall: Hall) -> None:
    row = attended(hall, hall.clerk.staff)
    facts = {"before": "absent", "after": "leave", "changed_at": SCORED, "changed_by": hall.chief}
    with pytest.raises(IntegrityError), transaction.atomic():
        AttendanceChange.objects.create(attendance=row, reason="", **facts)
    assert str(AttendanceChange(attendance=row, reason="x", **facts)) == "缺勤→请假"


def test_who_asks_does_not_answer(hall: Hall) -> None:
    row = turn(hall, hall.clerk.staff)
    swap = DutySwap.objects.create(
        turn=row, to=hall.approver.staff, reason="事", asked_by=hall.clerk, asked_at=SCORED
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        DutySwap.objects.filter(pk=swap.pk).update(state="accepted", answered_by=hall.clerk, answered_at=SCORED)


def test_a_log_says_something(hall: Hall) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyLog.objects.create(turn=turn(hall, hall.clerk.staff), text="", written_by=hall.clerk, written_at=SCORED)


@pytest.mark.parametrize("place", [{"window": True, "staff": True}, {}])
def test_a_sheet_is_about_one_thing(hall: Hall, place: dict[str, bool]) -> None:
    period = run(hall, manual_line(100), subject="department")
    who = {"window": hall.window, "staff": hall.clerk.staff} if place else {}
    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.create(period=period, **who)
