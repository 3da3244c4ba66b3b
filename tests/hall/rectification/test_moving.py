"""A calendar that changes moves the days of open bad grades: to later ones only, with an event each."""

from datetime import date

import pytest

from hall.ledger.models import Event
from hall.rectification.actions import rectifying
from hall.rectification.actions.moving import running
from hall.rectification.enums import RectificationState, RevisitOutcome
from hall.rectification.models import Rectification
from hall.workdays.actions import import_notice
from tests.builders import Hall, moment
from tests.hall.rectification.builders import (
    GIVEN,
    NOTE,
    appealed,
    bad,
    closed,
    fresh,
    rectified,
    rectifying_row,
    revisited,
)

pytestmark = pytest.mark.django_db
HEAD = "date,kind,name,document_no\n"
OFF = f"{HEAD}2026-04-14,off,临时放假,测试〔2026〕9号\n"
WORKED = f"{HEAD}2026-04-18,work,临时上班,测试〔2026〕8号\n"
MOVED = "rectification.deadline_moved"
R = RectificationState


@pytest.fixture
def hall() -> Hall:
    return Hall()


def changed(text: str = OFF) -> list[tuple[str, str, str]]:
    """Take in a notice; the days that moved, from their events."""
    import_notice(text=text, by=None, at=GIVEN)
    rows = Event.objects.filter(kind=MOVED).order_by("pk").values_list("data", flat=True)
    return sorted((data["clock"], data["old"], data["new"]) for data in rows)


def test_what_runs_moves_by_the_day_of_rest(hall: Hall) -> None:
    row = bad(hall)
    assert changed() == [
        ("appeal_due", "2026-04-20", "2026-04-21"),
        ("contact_due", "2026-04-14", "2026-04-15"),
        ("rectify_due", "2026-04-20", "2026-04-21"),
    ]
    held = fresh(row)
    assert (held.contact_due, held.rectify_due, held.appeal_due) == (
        date(2026, 4, 15), date(2026, 4, 21), date(2026, 4, 21)
    )  # fmt: skip


def test_nobody_who_was_told_a_day_gets_an_earlier_one(hall: Hall) -> None:
    row = bad(hall)
    assert changed(WORKED) == []
    assert fresh(row).rectify_due == date(2026, 4, 20)


def test_the_revisit_counts_from_the_day_it_was_put_right(hall: Hall) -> None:
    rectified(hall)
    assert ("revisit_due", "2026-04-20", "2026-04-21") in changed()


def test_a_pending_appeal_moves_its_decision_and_nothing_more_can_be_appealed(hall: Hall) -> None:
    row = appealed(bad(hall, signed=False), hall.clerk)
    assert {clock for clock, _, _ in changed()} == {"rectify_due", "decide_due"}
    assert fresh(row).evaluation.appeal.decide_due == date(2026, 4, 21)


def test_the_second_round_counts_from_the_revisit(hall: Hall) -> None:
    later = moment("2026-04-15 10:00")
    row = rectifying.revisit(
        rectified(hall), by=hall.supervisor, at=later, outcome=RevisitOutcome.UNSATISFIED, note=NOTE
    )
    assert row.rectify_due == date(2026, 4, 22)
    assert {clock for clock, _, _ in changed()} == {"appeal_due"}
    assert fresh(row).rectify_due == date(2026, 4, 22)


def test_what_is_closed_stays(hall: Hall) -> None:
    row = closed(hall)
    assert changed() == []
    assert fresh(row).rectify_due == date(2026, 4, 20)


@pytest.mark.parametrize("signed", [True, False])
def test_the_event_of_an_anonymous_grade_carries_no_docket(hall: Hall, signed: bool) -> None:
    row = bad(hall, signed=signed)
    changed()
    assert row.evaluation.invitation is not None
    expected = {row.evaluation.invitation.docket} if signed else {""}
    assert set(Event.objects.filter(kind=MOVED).values_list("docket", flat=True)) == expected


def test_the_preview_names_what_the_notice_moves_and_moves_nothing(hall: Hall) -> None:
    row = bad(hall)
    report = import_notice(text=OFF, by=None, at=GIVEN, dry_run=True)
    assert sorted(one.clock for one in report.first_moved) == ["差评整改", "差评申诉", "差评联系核实"]
    assert fresh(row).rectify_due == date(2026, 4, 20)


@pytest.mark.parametrize(
    ("made", "columns"),
    [
        (bad, {"contact_due", "rectify_due", "appeal_due"}),
        (rectifying_row, {"rectify_due", "appeal_due"}),
        (rectified, {"revisit_due", "appeal_due"}),
        (revisited, {"appeal_due"}),
    ],
)
def test_which_days_run_in_which_state(hall: Hall, made: object, columns: set[str]) -> None:
    row: Rectification = made(hall)  # type: ignore[operator]
    assert {one.column for one in running(fresh(row))} == columns
