"""How long a decision took: pure examples, and the rows that keep it."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from approvals.cases import actions
from approvals.cases.clock_duration import spare_days, took
from approvals.cases.enums import CorrectableField
from approvals.cases.models import Case, ClockRow
from tests.approvals.cases.clock_builders import CALENDAR, accepted, at, local_pause, pause, received
from tests.approvals.cases.ways import FRIDAY
from tests.builders import MONDAY, accepted_case, make_case, make_item_version, moment

DECIDED = at("2026-05-13 16:30")


@pytest.mark.parametrize(
    ("facts", "days"),
    [
        # Accepted Monday 13 April; 1 to 5 May off, Saturday 9 May worked: 20 working days to 13 May.
        (accepted(decided_at=DECIDED), (20, 30)),
        (accepted(decided_at=DECIDED, pauses=[pause("2026-04-17", "2026-04-22")]), (17, 30)),
        (accepted(decided_at=DECIDED, pauses=[local_pause("2026-04-17", "2026-04-22")]), (17, 30)),
        # Overlapping pauses are united, not taken off twice.
        (
            accepted(
                decided_at=DECIDED, pauses=[pause("2026-04-17", "2026-04-22"), local_pause("2026-04-20", "2026-04-23")]
            ),
            (16, 30),
        ),
        # One that ends the day it began covers nothing; one reaching past the decision counts up to it.
        (accepted(decided_at=DECIDED, pauses=[pause("2026-04-17", "2026-04-17")]), (20, 30)),
        (accepted(decided_at=DECIDED, pauses=[pause("2026-05-12", "2026-06-01")]), (19, 30)),
        (accepted(decided_at=DECIDED, pauses=[pause("2026-05-13", "2026-06-01")]), (20, 30)),
        # The day of acceptance does not count; a weekend adds nothing to the net days.
        (accepted(decided_at=at("2026-04-13 16:00")), (0, 0)),
        (accepted(decided_at=at("2026-04-18 10:00")), (4, 5)),
        (accepted(decided_at=at("2026-04-19 10:00")), (4, 6)),
    ],
)
def test_days_of_a_decision(facts, days):
    assert took(facts, CALENDAR) == days


def test_nothing_is_measured_before_the_decision():
    assert took(accepted(), CALENDAR) is None
    assert took(received(), CALENDAR) is None


@pytest.mark.parametrize(
    ("decided", "spare"),
    [("2026-05-12", 1), ("2026-05-13", 0), ("2026-05-14", -1), ("2026-05-10", 3), ("2026-05-09", 3), ("2026-05-08", 4)],
)
def test_spare_days_are_working_days(decided, spare):
    assert spare_days(date.fromisoformat(decided), date(2026, 5, 13), CALENDAR) == spare


@pytest.fixture
def decided(house) -> Case:
    return actions.grant(accepted_case(house), by=house.approver, at=FRIDAY)


def decision(case: Case) -> ClockRow:
    return case.clocks.get(clock="decision")


def days(case: Case) -> tuple[int | None, int | None, int | None]:
    row = decision(case)
    return row.net_days, row.elapsed_days, row.spare_days


pytestmark = pytest.mark.django_db


def test_a_decision_writes_how_long_it_took(decided):
    assert days(decided) == (4, 4, 16)
    assert decision(decided).ended_on == date(2026, 4, 17)


def test_a_running_clock_has_no_days_yet(house):
    assert days(accepted_case(house)) == (None, None, None)


def test_an_end_without_decision_leaves_no_days(house):
    case = actions.withdraw(accepted_case(house), by=house.clerk, at=FRIDAY, reason="不办了")
    assert decision(case).ended_on is not None
    assert days(case) == (None, None, None)


def test_delivery_changes_nothing_of_it(house, decided):
    actions.deliver(decided, by=house.clerk, at=moment("2026-04-20 09:00"), method="collected")
    assert days(decided) == (4, 4, 16)


def corrected(house, case: Case, field: str, to: str) -> Case:
    case.refresh_from_db()
    row = actions.propose_correction(
        case, by=house.clerk, at=FRIDAY, field=CorrectableField(field), value=to, reason="录错时间"
    )
    actions.review_correction(row, by=house.approver, at=FRIDAY, agreed=True)
    return Case.objects.get(pk=case.pk)


def test_a_corrected_acceptance_measures_the_decision_again(house):
    case = accepted_case(house, at=moment("2026-04-15 09:00"))
    Case.objects.filter(pk=case.pk).update(received_at=MONDAY)
    case = actions.grant(Case.objects.get(pk=case.pk), by=house.approver, at=FRIDAY)
    before = decision(case)
    assert (before.net_days, before.due) == (2, date(2026, 5, 15))
    row = decision(corrected(house, case, "accepted_at", "2026-04-14T09:00"))
    assert (row.net_days, row.elapsed_days, row.due) == (3, 3, date(2026, 5, 14))
    assert row.ended_on == date(2026, 4, 17)
    assert row.next_look_at is None
    assert row.version == before.version + 1


def test_a_corrected_acceptance_withdraws_a_lateness_that_never_was(house):
    version = make_item_version(house.department, promise=(2, "workday"))
    case = accepted_case(house, version)  # Monday, so due Wednesday
    actions.lateness.sweep(at=FRIDAY)
    case = actions.grant(Case.objects.get(pk=case.pk), by=house.approver, at=FRIDAY)
    late = case.flags.get(clock="decision", level="over_promise")
    assert late.withdrawn_at is None
    case = corrected(house, case, "accepted_at", "2026-04-15T10:00")  # so due Friday, the day it was decided
    late.refresh_from_db()
    assert late.withdrawn_at == FRIDAY
    assert days(case) == (2, 2, 0)


def test_the_command_fills_in_what_older_rows_lack(house, decided):
    ClockRow.objects.filter(case=decided).update(net_days=None, elapsed_days=None, spare_days=None)
    make_case(house)
    out = StringIO()
    call_command("refresh_clocks", "--ended", stdout=out)
    assert days(decided) == (4, 4, 16)
    assert "已补算 1 件" in out.getvalue()
    call_command("refresh_clocks", "--ended", stdout=out)
    assert "已补算 0 件" in out.getvalue()


def test_the_command_wants_to_be_told_which():
    with pytest.raises(CommandError, match="--ended"):
        call_command("refresh_clocks")
