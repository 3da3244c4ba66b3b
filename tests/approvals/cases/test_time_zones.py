"""Whatever zone the machine and the database session are set to, the days are Beijing's (T15, T17)."""

import time
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from approvals.cases import actions
from approvals.cases.actions.lateness import sweep
from approvals.cases.models import Case, ClockRow, Flag
from approvals.catalogue.enums import CaseKind
from hall.facts.models import Setting
from tests.builders import Hall, accepted_case, make_case, make_item_version, moment

# Connections are made anew, for it is at connecting that a session gets its zone: these tests commit.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PLAIN = {"regime": None, "statute": None, "steps": ()}
PLACES = (("UTC", "UTC"), ("UTC", "America/New_York"), ("America/New_York", "UTC"), ("Pacific/Auckland", "Asia/Tokyo"))


@pytest.fixture(params=PLACES, ids=lambda pair: f"machine {pair[0]}, server {pair[1]}")
def elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process and the database server in zones of their own."""
    machine, server = request.param
    monkeypatch.setenv("TZ", machine)
    monkeypatch.setenv("PGTZ", server)
    time.tzset()
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    _reconnected(f"ALTER DATABASE {name} SET timezone = '{server}'")
    yield
    _reconnected(f"ALTER DATABASE {name} RESET timezone")
    monkeypatch.undo()
    time.tzset()


def _reconnected(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


@pytest.fixture
def house() -> Hall:
    return Hall()


def test_t15_a_session_is_in_beijing_whatever_the_server_says(elsewhere: None) -> None:
    """Django takes every moment it reads to be written in the session's zone: it must be ours."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW timezone")
        assert cursor.fetchone() == ("Asia/Shanghai",)


def due(case: Case, clock: str = "decision") -> date:
    return ClockRow.objects.get(case=case, clock=clock).due


def test_t15_number_deadline_pause_and_lateness_are_the_same_everywhere(elsewhere: None, house: Hall) -> None:
    """Half past midnight in Beijing is the day before almost everywhere else."""
    version = make_item_version(house.department)
    case = accepted_case(house, version, at=moment("2026-04-14 00:30"))
    assert (case.docket[10:18], due(case)) == ("20260414", date(2026, 5, 14))
    assert timezone.localdate(case.received_at) == date(2026, 4, 14)
    actions.pause(
        case, by=house.approver, at=moment("2026-04-17 23:59"), ground=house.ground(), notified_days=3, reason="评审"
    )
    actions.resume(case, by=house.approver, at=moment("2026-04-21 00:01"), ground=house.ground())
    assert due(case) == date(2026, 5, 18)
    sweep(at=moment("2026-05-18 23:59:59"))
    assert not Flag.objects.filter(case=case, level="over_statute").exists()
    sweep(at=moment("2026-05-19 00:00:00"))
    assert Flag.objects.get(case=case, level="over_statute").true_at == moment("2026-05-19 00:00")


def test_t15_hours_same_day_and_silence_are_the_same_everywhere(elsewhere: None, house: Hall) -> None:
    instant = make_item_version(house.department, **{**PLAIN, "case_kind": CaseKind.INSTANT, "promise": (0, "workday")})
    hourly = make_item_version(house.department, **PLAIN, promise=(24, "hour"))
    assert due(accepted_case(house, instant, at=moment("2026-04-14 07:59"))) == date(2026, 4, 14)
    clock = ClockRow.objects.get(case=accepted_case(house, hourly, at=moment("2026-04-14 00:30")), clock="decision")
    assert clock.due_at == moment("2026-04-15 00:30")
    silent = make_case(house, at=moment("2026-04-13 07:30"))
    sweep(at=moment("2026-04-20 23:59:59"))
    assert not Case.objects.get(pk=silent.pk).deemed_accepted
    sweep(at=moment("2026-04-21 00:00:01"))
    assert Case.objects.get(pk=silent.pk).deemed_accepted


def test_t15_the_day_a_list_counts_is_beijings(elsewhere: None, house: Hall) -> None:
    early, late = (make_case(house, at=moment(f"2026-04-14 {hour}")) for hour in ("00:00:00", "23:59:59"))
    make_case(house, at=moment("2026-04-15 00:00:00"))
    assert set(Case.objects.filter(received_at__date=date(2026, 4, 14))) == {early, late}


@pytest.mark.parametrize("day", ["1940-06-01", "1986-05-04"])
def test_t17_a_date_of_old_summer_times_is_kept_as_it_is(elsewhere: None, day: str) -> None:
    """A date is a DATE: as a Shanghai midnight, 1 June 1940 would be an hour that summer time skipped."""
    row = Setting.objects.create(key="test.day", value=20, source="测试", effective_from=date.fromisoformat(day))
    assert Setting.objects.get(pk=row.pk).effective_from.isoformat() == day
    with connection.cursor() as cursor:
        cursor.execute("SELECT effective_from::text FROM facts_setting WHERE id = %s", [row.pk])
        assert cursor.fetchone() == (day,)


def test_t17_no_day_is_stored_as_a_moment() -> None:
    """By the convention of the house `…_on` is a date and `…_at` a moment; no date of birth is stored by itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND (column_name LIKE '%\\_on' AND data_type <> 'date'"
            " OR column_name LIKE '%\\_at' AND data_type <> 'timestamp with time zone'"
            " OR data_type = 'timestamp without time zone' OR column_name LIKE '%birth%')"
        )
        assert [name for (name,) in cursor.fetchall() if name not in BOOLEANS] == []


# Questions answered with yes or no, and words; none of them is a day.
BOOLEANS: frozenset[str] = frozenset()
