"""The Spring Festival of 2020: 1 February was to be worked under 16号 and became a holiday under 1号 (T02)."""

from datetime import timedelta

import pytest

from approvals.cases.models import Case, ClockRow
from hall.ledger.models import Event
from hall.workdays.following_actions import follow
from hall.workdays.models import CalendarDay, CalendarNotice, CalendarVersion
from tests.builders import Hall, accepted_case, make_item_version, moment
from tests.hall.workdays.builders import AMENDMENT, AT, amending, take_in

pytestmark = pytest.mark.django_db
EXTENDED = amending("2020-01-31,off,春节", "2020-02-01,off,春节", "2020-02-02,off,春节", document_no=AMENDMENT)
# Accepted on these days, 20 working days: due under 16号, and under 1号. Counted by hand on the two lists of days.
CASES = {
    "2019-12-30": ("2020-02-01", "2020-02-04"),
    "2020-01-06": ("2020-02-06", "2020-02-10"),
    "2020-01-17": ("2020-02-19", "2020-02-21"),
    "2020-02-10": ("2020-03-09", "2020-03-09"),
}


@pytest.fixture
def before_the_amendment() -> None:
    """As if 国办发明电〔2020〕1号 had not come out yet."""
    CalendarDay.objects.filter(notice__document_no=AMENDMENT).delete()
    CalendarDay.objects.filter(superseded_by__document_no=AMENDMENT).update(superseded_by=None)
    CalendarNotice.objects.filter(document_no=AMENDMENT).delete()
    CalendarVersion.objects.all().update(token="00000000-0000-4000-8000-000000000002")


def due(case: Case) -> str:
    return ClockRow.objects.get(case=case, clock="decision").due.isoformat()


def test_t02_cases_accepted_around_the_festival_follow_the_second_notice(
    house: Hall, before_the_amendment: None
) -> None:
    """Old day, new day and the reason stay on record for each case that moved, and nothing for the others."""
    version = make_item_version(house.department, steps=())
    cases = {day: accepted_case(house, version, at=moment(f"{day} 10:00")) for day in CASES}
    assert {day: due(case) for day, case in cases.items()} == {day: old for day, (old, _) in CASES.items()}
    take_in(EXTENDED)
    follow(at=AT + timedelta(minutes=1))
    assert {day: due(case) for day, case in cases.items()} == {day: new for day, (_, new) in CASES.items()}
    moved = {
        event.docket: (event.data["old"], event.data["new"], AMENDMENT in event.data["reason"])
        for event in Event.objects.filter(kind="case.deadline_moved")
    }
    assert moved == {cases[day].docket: (old, new, True) for day, (old, new) in CASES.items() if old != new}
