"""Who may, clause by clause: each of these falls when one word of its rule is taken away."""

import pytest

from hall.access.models import User
from hall.appraisal import rules
from hall.appraisal.models import AppraisalPeriod, Attendance, Award, DutySwap, DutyTurn, ManualMark, Score
from hall.organisation.models import Staff, Window
from tests.builders import Hall, make_staff, make_user
from tests.hall.appraisal.builders import nominated

pytestmark = pytest.mark.django_db


def second_supervisor(hall: Hall) -> User:
    return make_user("supervisor", make_staff(center=hall.center))


def of_no_person(user: User) -> User:
    user.staff = None
    return user


def sheet(hall: Hall, staff: Staff | None) -> Score:
    return Score(staff=staff, period=AppraisalPeriod(center=hall.center))


def test_a_department_is_led_by_who_may_nominate_and_watches_no_other(hall: Hall) -> None:
    watcher = make_user("supervisor", make_staff(hall.department))
    asked = (hall.clerk, hall.approver, hall.chief, watcher)
    led = {user.role for user in asked if rules.leads(user, hall.department.pk)}
    assert led == {"chief"}
    assert not rules.leads(hall.chief, None)
    assert not rules.leads(make_user("chief", make_staff(center=hall.center)), None)
    assert not rules.leads(of_no_person(hall.chief), None)


def test_only_watchers_reach_a_center(hall: Hall) -> None:
    reaching = {user.role for user in hall.everybody() if rules.reaches(user, hall.center.pk)}
    assert reaching == {"supervisor", "auditor", "admin"}
    assert not any(rules.reaches(user, Hall().center.pk) for user in hall.everybody())


def test_nobodys_sheet_is_nobodys_own(hall: Hall) -> None:
    assert rules.is_own(hall.clerk, sheet(hall, hall.clerk.staff))
    assert not rules.is_own(of_no_person(hall.clerk), sheet(hall, None))


def test_one_objects_with_the_right_alone(hall: Hall) -> None:
    assert rules.may_object(hall.clerk, sheet(hall, hall.clerk.staff))
    assert not rules.may_object(hall.admin, sheet(hall, hall.admin.staff))


def test_a_watcher_neither_marks_himself_nor_agrees_to_his_own_mark(hall: Hall) -> None:
    other = second_supervisor(hall)
    own = sheet(hall, hall.supervisor.staff)
    assert (rules.may_score(hall.supervisor, own), rules.may_score(other, own)) == (False, True)
    mark = ManualMark(score=sheet(hall, hall.clerk.staff), marked_by=hall.supervisor)
    assert (rules.may_decide_mark(hall.supervisor, mark), rules.may_decide_mark(other, mark)) == (False, True)


def test_nobody_nominates_himself_and_a_window_is_no_person(hall: Hall) -> None:
    own = hall.supervisor.staff
    assert own is not None
    assert not rules.may_nominate(hall.supervisor, own)
    assert rules.may_nominate(hall.supervisor, hall.clerk.staff)
    assert rules.may_nominate(hall.supervisor, Window(pk=own.pk, center=hall.center))


def test_who_nominated_or_is_honoured_does_not_decide(hall: Hall) -> None:
    other = second_supervisor(hall)
    of_the_other = Award(center=hall.center, nominated_by=hall.chief, staff=other.staff)
    assert rules.may_decide_award(hall.supervisor, of_the_other)
    assert not rules.may_decide_award(other, of_the_other)
    named = Award(center=hall.center, nominated_by=other, staff=hall.clerk.staff)
    assert rules.may_decide_award(hall.supervisor, named)
    assert not rules.may_decide_award(other, named)


def test_who_keeps_the_attendance_does_not_correct_his_own(hall: Hall) -> None:
    assert rules.may_correct(hall.chief, Attendance(staff=hall.clerk.staff))
    assert not rules.may_correct(hall.chief, Attendance(staff=hall.chief.staff))


def test_a_turn_is_logged_by_its_person_with_the_right(hall: Hall) -> None:
    assert rules.may_log(hall.clerk, DutyTurn(staff=hall.clerk.staff))
    assert not rules.may_log(hall.admin, DutyTurn(staff=hall.admin.staff))
    assert not rules.may_log(of_no_person(hall.clerk), DutyTurn())


def test_a_swap_is_answered_by_who_was_asked_and_did_not_ask(hall: Hall) -> None:
    assert rules.may_answer_swap(hall.clerk, DutySwap(to=hall.clerk.staff, asked_by=hall.approver))
    assert not rules.may_answer_swap(hall.clerk, DutySwap(to=hall.clerk.staff, asked_by=hall.clerk))
    assert not rules.may_answer_swap(of_no_person(hall.clerk), DutySwap(asked_by=hall.approver))


def test_an_honour_of_a_window_is_nobodys_own(hall: Hall) -> None:
    """A window is honoured, no person: whoever may decide honours there decides it, but who nominated it."""
    banner = nominated(hall, hall.window, by=hall.chief)
    assert banner.staff_id is None
    assert rules.may_decide_award(hall.supervisor, banner)
    assert not rules.may_decide_award(hall.chief, banner)
    assert not rules.may_decide_award(hall.clerk, banner)
