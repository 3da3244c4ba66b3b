"""What the database itself refuses, asked by somebody who gets around the actions."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from hall.appraisal.actions import attendance, duty, sheets
from hall.appraisal.models import AttendanceChange, Award, Confirmation, DutyLog
from tests.builders import Hall, moment
from tests.hall.appraisal.builders import (
    AFTER,
    SCORED,
    attended,
    frozen,
    honoured,
    manual_line,
    nominated,
    sheet_of,
    turn,
)

pytestmark = pytest.mark.django_db
WITHDRAWN = {"state": "withdrawn", "withdrawn_at": AFTER, "withdrawal": "查实弄虚作假"}


@pytest.fixture
def hall() -> Hall:
    return Hall()


def refused(row: models.Model, **facts: Any) -> bool:
    """Whether the database refuses to change the row, or without facts to delete it."""
    rows = type(row)._base_manager.filter(pk=row.pk)
    try:
        with transaction.atomic():
            rows.update(**facts) if facts else rows._raw_delete(rows.db)
            transaction.set_rollback(True)
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    "facts",
    [{"reasons": "别的"}, {"figures": [{"ok": True}]}, {"notice_until": SCORED.date()}, {"evidence": "别的"},
     {"decided_at": AFTER}, {"state": "nominated", "decided_at": None, "decided_by": None}, {"state": "refused"},
     {"kind": "post"}, {}],
)  # fmt: skip
def test_a_published_honour_stays_as_it_was_published(hall: Hall, facts: dict[str, Any]) -> None:
    assert refused(honoured(hall), **facts)


def test_a_published_honour_is_taken_back_once(hall: Hall) -> None:
    row = honoured(hall)
    assert not refused(row, **WITHDRAWN, withdrawn_by=hall.supervisor)
    Award.objects.filter(pk=row.pk).update(**WITHDRAWN, withdrawn_by=hall.supervisor)
    assert refused(row, withdrawal="别的")
    assert refused(row, state="published")
    assert refused(row)


def test_a_nomination_is_still_decided(hall: Hall) -> None:
    row = nominated(hall)
    assert not refused(row, state="refused", decided_at=AFTER, decided_by=hall.chief, reasons="材料不足")
    assert refused(row, evidence="别的")
    assert refused(row, state="withdrawn")


@pytest.mark.parametrize("facts", [{"reason": "别的"}, {"before": "present"}, {"changed_at": AFTER}, {}])
def test_a_correction_of_attendance_is_only_added(hall: Hall, facts: dict[str, Any]) -> None:
    row = attended(hall, hall.clerk.staff, presence="absent")
    attendance.correct(row, presence="site", reason="踏勘单", by=hall.supervisor, at=SCORED)
    assert refused(AttendanceChange.objects.get(), **facts)


@pytest.mark.parametrize("facts", [{"total": 1}, {"confirmed_at": SCORED}, {}])
def test_who_has_read_a_sheet_has_read_it(hall: Hall, facts: dict[str, Any]) -> None:
    sheets.confirm(sheet_of(frozen(hall, manual_line(100)), hall.clerk), by=hall.clerk, at=AFTER)
    assert refused(Confirmation.objects.get(), **facts)


def test_a_log_is_mended_within_its_hours_and_never_by_whom_or_when(hall: Hall) -> None:
    at = moment("2026-10-12 17:00")
    log = duty.write_log(turn(hall, hall.clerk.staff), text="平稳", handover="", by=hall.clerk, at=at)
    assert not refused(log, text="平稳。", edited_at=at + timedelta(hours=1))
    assert refused(log, text="别的")
    assert refused(log, text="别的", edited_at=at + timedelta(hours=241))
    assert refused(log, written_by=hall.chief)
    assert refused(log, written_at=AFTER)
    assert refused(DutyLog.objects.get())
