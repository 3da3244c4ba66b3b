"""Who sees which rows: watchers below their centers, chiefs their department, everybody what is their own."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import QuerySet

from hall.access.models import User
from hall.appraisal import queries
from hall.appraisal.actions import sheets
from hall.appraisal.models import ManualMark
from tests.builders import Hall, make_center, make_staff, make_user
from tests.hall.appraisal.builders import (
    SCORED,
    attended,
    draft,
    honoured,
    manual_line,
    nominated,
    run,
    sheet_of,
    turn,
)

pytestmark = pytest.mark.django_db


def seen_by(hall: Hall, look: Callable[[User], QuerySet[Any]]) -> dict[str, int]:
    """How many rows each role sees."""
    return {user.role: look(user).count() for user in hall.everybody()}


ALL, NONE = 1, 0


def test_a_sheet_of_a_person(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    own = sheet_of(period, hall.clerk).pk
    seen = seen_by(hall, lambda user: queries.scores_visible_to(user).filter(pk=own))
    assert seen == {"clerk": ALL, "approver": NONE, "chief": ALL, "supervisor": ALL, "admin": ALL, "auditor": ALL}


def test_a_sheet_of_the_window_is_seen_by_who_sits_there(hall: Hall) -> None:
    run(hall, manual_line(100), subject="window")
    seen = seen_by(hall, queries.scores_visible_to)
    assert seen == {"clerk": ALL, "approver": NONE, "chief": ALL, "supervisor": ALL, "admin": ALL, "auditor": ALL}


def test_a_sheet_of_the_department_is_seen_by_all_of_it(hall: Hall) -> None:
    run(hall, manual_line(100), subject="department")
    assert set(seen_by(hall, queries.scores_visible_to).values()) == {ALL}


def test_a_colleagues_sheet_at_the_same_window_is_not_mine_to_see(hall: Hall) -> None:
    hall.other_clerk.staff.window = hall.window
    hall.other_clerk.staff.save()
    period = run(hall, manual_line(100))
    theirs = sheet_of(period, hall.other_clerk)
    assert theirs not in queries.scores_visible_to(hall.clerk)


def test_nothing_of_another_center(hall: Hall) -> None:
    other = Hall()
    run(other, manual_line(100))
    attended(other, other.clerk.staff)
    nominated(other)
    turn(other, other.clerk.staff)
    draft(other, manual_line(100), rhythm="year")
    for look in (
        queries.scores_visible_to, queries.periods_visible_to, queries.attendance_visible_to,
        queries.awards_visible_to, queries.duty_visible_to,
    ):  # fmt: skip
        assert set(seen_by(hall, look).values()) == {NONE}
    assert set(seen_by(hall, lambda user: queries.schemes_visible_to(user).filter(center__isnull=False)).values()) == {
        0
    }


def test_a_supervisor_above_sees_what_is_below(hall: Hall) -> None:
    run(hall, manual_line(100))
    above = make_center("市中心")
    hall.center.parent = above
    hall.center.save()
    watcher = make_user("supervisor", make_staff(center=above))
    assert queries.scores_visible_to(watcher).count() == queries.scores_visible_to(hall.supervisor).count() > 0


def test_an_account_of_no_person_that_handles_cases_sees_nothing(hall: Hall) -> None:
    run(hall, manual_line(100))
    attended(hall, hall.clerk.staff)
    honoured(hall)
    nobody = User.objects.create_user("nobody", "correct-horse-battery-1", role="clerk")
    for look in (queries.scores_visible_to, queries.attendance_visible_to, queries.awards_visible_to):
        assert not look(nobody).exists()


def test_attendance_is_seen_by_the_person_the_chief_and_who_watches(hall: Hall) -> None:
    attended(hall, hall.clerk.staff)
    seen = seen_by(hall, queries.attendance_visible_to)
    assert seen == {"clerk": ALL, "approver": NONE, "chief": ALL, "supervisor": ALL, "admin": ALL, "auditor": ALL}


def test_a_published_honour_is_seen_by_all_a_nomination_by_who_leads(hall: Hall) -> None:
    nominated(hall, hall.approver.staff)
    seen = seen_by(hall, queries.awards_visible_to)
    assert seen == {"clerk": NONE, "approver": NONE, "chief": ALL, "supervisor": ALL, "admin": ALL, "auditor": ALL}
    honoured(hall)
    assert seen_by(hall, queries.awards_visible_to)["clerk"] == ALL


def test_the_roster_concerns_everybody_of_the_center(hall: Hall) -> None:
    turn(hall, hall.clerk.staff)
    assert set(seen_by(hall, queries.duty_visible_to).values()) == {ALL}


def test_the_worklist_holds_what_waits_the_oldest_first(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    line = period.version.lines.get()
    made = [
        sheets.mark(sheet_of(period, user), line=line, points=-1, evidence="巡查", by=hall.supervisor, at=SCORED)
        for user in (hall.clerk, hall.approver)
    ]
    assert list(queries.open_marks(hall.supervisor)) == made
    ManualMark.objects.filter(pk=made[0].pk).update(state="refused", decided_by=hall.chief, decided_at=SCORED)
    assert list(queries.open_marks(hall.supervisor)) == made[1:]


def test_people_at_a_window_without_a_department_are_on_the_centers_board(hall: Hall) -> None:
    at_window = make_staff(center=hall.center, window=hall.window)
    day = SCORED.date()
    assert at_window in queries.board_people(hall.supervisor, hall.center, day)
    assert at_window not in queries.board_people(hall.chief, hall.center, day)
    assert hall.supervisor.staff not in queries.board_people(hall.supervisor, hall.center, day)
