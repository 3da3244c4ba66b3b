"""A new calendar notice moves open cases: both directions, dry run, one event each, flags withdrawn (T02, T06)."""

import pytest
from django.utils import timezone

from approvals.cases import actions
from approvals.cases.actions.lateness import sweep
from approvals.cases.clock import Level
from approvals.cases.models import ClockRow, Flag
from hall.ledger.models import Event
from hall.outbox.models import Message
from hall.workdays.actions import import_notice
from hall.workdays.following_actions import follow
from tests.builders import accepted_case, make_item_version, moment

pytestmark = pytest.mark.django_db
HEAD = "date,kind,name,document_no\n"
# Invented amendments of the published year: a Wednesday off, and the make-up Saturday of 劳动节 off after all.
MORE_OFF = HEAD + "2026-05-06,off,劳动节,测试〔2026〕1号\n"
SATURDAY_OFF = HEAD + "2026-05-09,off,劳动节,测试〔2026〕2号\n"
THURSDAY_WORKED = HEAD + "2026-05-05,work,劳动节,测试〔2026〕3号\n"


@pytest.fixture
def case(hall):
    return accepted_case(hall, make_item_version(hall.department, steps=()))


def take_in(text, *, at=None, **facts):
    """The notice, and everything that follows from it."""
    at = at or timezone.now()
    report = import_notice(text=text, by=None, at=at, **facts)
    assert follow(at=at).finished
    return report


def due(case):
    return ClockRow.objects.get(case=case, clock="decision").due.isoformat()


@pytest.mark.parametrize(
    ("notice", "day"),
    [(MORE_OFF, "2026-05-14"), (SATURDAY_OFF, "2026-05-14"), (THURSDAY_WORKED, "2026-05-12")],
    ids=["working day becomes holiday", "make-up Saturday is taken back", "holiday becomes working day"],
)
def test_t21_open_case_moves(case, notice, day):
    assert due(case) == "2026-05-13"
    take_in(notice)
    assert due(case) == day


def test_t21_dry_run_names_the_case_and_moves_nothing(case):
    report = take_in(MORE_OFF, dry_run=True)
    [moved] = report.first_moved
    assert (moved.docket, moved.old.isoformat(), moved.new.isoformat()) == (case.docket, "2026-05-13", "2026-05-14")
    assert due(case) == "2026-05-13"


def test_t21_each_move_is_one_event_with_old_and_new(case):
    take_in(MORE_OFF)
    event = Event.objects.get(docket=case.docket, kind="case.deadline_moved")
    assert (event.data["old"], event.data["new"]) == ("2026-05-13", "2026-05-14")
    assert "1号" in event.data["reason"]


def test_closed_case_stays_as_it_was(hall, case):
    actions.grant(case, by=hall.approver, at=moment("2026-04-20 09:00"))
    take_in(MORE_OFF)
    assert due(case) == "2026-05-13"


def test_t06_flag_that_lost_its_ground_is_withdrawn_with_a_trail(case, time_machine):
    time_machine.move_to(moment("2026-05-14 09:00"), tick=False)
    sweep(at=moment("2026-05-14 09:00"))
    take_in(MORE_OFF, at=moment("2026-05-14 10:00"))
    flag = Flag.objects.get(case=case, clock="decision", level=Level.OVER_STATUTE, carried=False)
    assert flag.withdrawn_at == moment("2026-05-14 10:00")
    assert Event.objects.filter(docket=case.docket, kind="case.flag_withdrawn").exists()


def test_flag_still_true_is_carried_over_without_a_message(case, time_machine):
    time_machine.move_to(moment("2026-05-20 09:00"), tick=False)
    sweep(at=moment("2026-05-20 09:00"))
    told = Message.objects.filter(docket=case.docket, template="staff_over_statute").count()
    take_in(MORE_OFF, at=moment("2026-05-20 10:00"))
    sweep(at=moment("2026-05-20 10:01"))
    flags = Flag.objects.filter(case=case, clock="decision", level=Level.OVER_STATUTE).order_by("version")
    assert [flag.carried for flag in flags] == [False, True]
    assert Message.objects.filter(docket=case.docket, template="staff_over_statute").count() == told


def test_t07_case_that_became_late_in_the_past_is_flagged_with_its_true_day(case, time_machine):
    time_machine.move_to(moment("2026-05-13 20:00"), tick=False)
    take_in(THURSDAY_WORKED, at=moment("2026-05-13 20:00"))
    sweep(at=moment("2026-05-13 20:01"))
    flag = Flag.objects.get(case=case, clock="decision", level=Level.OVER_STATUTE)
    assert (flag.true_at, flag.recorded_at) == (moment("2026-05-13 00:00"), moment("2026-05-13 20:01"))
