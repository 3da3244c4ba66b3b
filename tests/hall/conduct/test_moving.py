"""A calendar that changes moves the days of open complaints: to later ones only, with an event."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from hall.conduct.enums import ComplaintState
from hall.conduct.models import Complaint
from hall.ledger.models import Event
from hall.workdays.actions import import_notice
from tests.builders import Hall
from tests.hall.conduct.builders import MONDAY, complaint_in, received

pytestmark = pytest.mark.django_db
HEAD = "date,kind,name,document_no\n"
OFF = f"{HEAD}2026-10-14,off,临时放假,测试〔2026〕9号\n"
WORKED = f"{HEAD}2026-10-17,work,临时上班,测试〔2026〕8号\n"
MOVED = "complaint.deadline_moved"


def days(row: Complaint) -> tuple[date, date | None]:
    return Complaint.objects.values_list("accept_due_on", "decide_due_on").get(pk=row.pk)


def test_the_day_of_acceptance_moves_with_its_event(hall: Hall) -> None:
    row = received(hall)
    import_notice(text=OFF, by=None, at=MONDAY)
    assert days(row) == (date(2026, 10, 20), None)
    data = Event.objects.get(kind=MOVED).data
    assert (data["clock"], data["old"], data["new"]) == ("accept_due_on", "2026-10-19", "2026-10-20")


@pytest.mark.parametrize("state", [ComplaintState.ASSIGNED, ComplaintState.REPORTED])
def test_the_day_of_the_ruling_moves_while_it_is_looked_into(hall: Hall, state: str) -> None:
    row = complaint_in(state, hall)
    accepted, before = days(row)
    import_notice(text=OFF, by=None, at=MONDAY)
    after = days(row)
    assert before is not None
    assert after[1] is not None
    assert after[0] == accepted
    assert after[1] > before
    assert Event.objects.get(kind=MOVED).data["clock"] == "decide_due_on"


@pytest.mark.parametrize("state", [ComplaintState.DECLINED, ComplaintState.DECIDED])
def test_what_is_over_stays(hall: Hall, state: str) -> None:
    row = complaint_in(state, hall)
    before = days(row)
    import_notice(text=OFF, by=None, at=MONDAY)
    assert days(row) == before


def test_nobody_who_was_told_a_day_gets_an_earlier_one(hall: Hall) -> None:
    row = received(hall)
    import_notice(text=WORKED, by=None, at=MONDAY)
    assert days(row) == (date(2026, 10, 19), None)
    assert not Event.objects.filter(kind=MOVED).exists()


def test_the_preview_names_what_the_notice_moves_and_moves_nothing(hall: Hall) -> None:
    row = received(hall)
    report = import_notice(text=OFF, by=None, at=MONDAY, dry_run=True)
    assert [(one.docket, one.clock, one.new) for one in report.first_moved] == [
        (row.number, "投诉受理决定", date(2026, 10, 20))
    ]
    assert days(row) == (date(2026, 10, 19), None)


@pytest.mark.parametrize(
    ("state", "day"), [(ComplaintState.RECEIVED, date(2026, 10, 18)), (ComplaintState.ASSIGNED, date(2026, 10, 30))]
)
def test_the_database_lets_only_running_days_move_and_only_on(hall: Hall, state: str, day: date) -> None:
    row = complaint_in(state, hall)
    with pytest.raises(IntegrityError, match="only to a later one"), transaction.atomic():
        Complaint.objects.filter(pk=row.pk).update(accept_due_on=day)
