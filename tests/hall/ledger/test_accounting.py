"""Rows that change in a transaction without an event of ours are put on record by the database itself (U02)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from approvals.cases import actions as cases
from approvals.cases.models import Case, ClockRow
from hall.ledger import grants, kinds
from hall.ledger.models import Event
from tests.builders import Hall, make_case, moment
from tests.hall.ledger.builders import behind_the_triggers, make_event

pytestmark = pytest.mark.django_db(transaction=True)
AT = moment("2026-05-13 10:00")


def foreign() -> list[Event]:
    return list(Event.objects.filter(kind="ledger.foreign").order_by("pk"))


@pytest.fixture
def place() -> Hall:
    return Hall()


@pytest.fixture
def case(place: Hall) -> Case:
    """Filed through the door, with nothing foreign before it."""
    made = make_case(place)
    assert foreign() == []
    return made


def sql(text: str, *given: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, given)


def saved(case: Case) -> None:
    case.summary = "改过"
    case.save()


def in_bulk(case: Case) -> None:
    case.summary = "改过"
    Case.objects.bulk_update([case], ["summary"])


WAYS: dict[str, Callable[[Case], object]] = {
    "save": saved,
    "update": lambda case: Case.objects.filter(pk=case.pk).update(summary="改过"),
    "bulk_update": in_bulk,
    "sql": lambda case: sql("UPDATE cases_case SET summary = '改过' WHERE id = %s", case.pk),
}


@pytest.mark.parametrize("way", WAYS)
def test_u02_a_change_behind_the_door_leaves_an_event_of_the_database_role(case: Case, way: str) -> None:
    WAYS[way](case)
    (event,) = foreign()
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        (role,) = cursor.fetchone()
    assert (event.actor, event.actor_role) == (None, f"db:{role}"[:20])
    assert (event.docket, event.center_code) == (case.docket, case.center.code)
    assert event.data == {
        "role": f"db:{role}", "table": "cases_case", "row": str(case.pk), "deed": "UPDATE", "from": "local",
    }  # fmt: skip
    assert kinds.describe(event) == f"绕过系统改动数据：db:{role} 修改 cases_case {case.pk}"


def test_u02_a_change_through_the_door_leaves_its_own_event_only(place: Hall, case: Case) -> None:
    cases.accept(case, by=place.clerk, at=AT, seen=case.version)
    assert Event.objects.filter(docket=case.docket, kind="case.accept").exists()
    assert foreign() == []


def test_u02_a_deadline_moved_by_hand_is_found_under_the_docket_of_its_case(case: Case) -> None:
    sql("UPDATE cases_clockrow SET due = due + 30 WHERE case_id = %s", case.pk)
    (event,) = foreign()
    assert (event.docket, event.center_code) == (case.docket, case.center.code)
    assert event.data["table"] == "cases_clockrow"


def test_u02_when_the_sweep_looks_next_is_nobodys_deed(case: Case) -> None:
    ClockRow.objects.filter(case=case).update(parked_error="x")
    assert foreign() == []


def test_u02_a_statement_that_changes_no_value_is_no_change(case: Case) -> None:
    sql("UPDATE cases_case SET summary = summary")
    assert foreign() == []


def test_u02_many_rows_of_one_transaction_leave_one_event(place: Hall, case: Case) -> None:
    other = make_case(place)
    with transaction.atomic():
        Case.objects.filter(pk__in=[case.pk, other.pk]).update(summary="改过")
        ClockRow.objects.filter(case=case).update(due="2027-01-01")
    assert len(foreign()) == 1


def test_u02_a_change_that_was_taken_back_leaves_nothing(case: Case) -> None:
    with transaction.atomic():
        Case.objects.filter(pk=case.pk).update(summary="改过")
        transaction.set_rollback(True)
    assert foreign() == []


def test_u02_an_event_taken_back_with_its_savepoint_settles_nothing(case: Case) -> None:
    with transaction.atomic():
        Case.objects.filter(pk=case.pk).update(summary="改过")
        with transaction.atomic():
            make_event()
            transaction.set_rollback(True)
    assert len(foreign()) == 1


def test_u02_an_event_before_one_that_was_taken_back_still_counts(case: Case) -> None:
    """The last number the session drew is not that of an event: the long way finds the one there is."""
    with transaction.atomic():
        make_event()
        Case.objects.filter(pk=case.pk).update(summary="改过")
        with transaction.atomic():
            make_event()
            transaction.set_rollback(True)
    assert foreign() == []


def test_u02_an_event_of_an_earlier_transaction_settles_nothing(case: Case) -> None:
    make_event()
    Case.objects.filter(pk=case.pk).update(summary="改过")
    assert len(foreign()) == 1


@pytest.fixture
def other_role() -> Iterator[str]:
    """Somebody who was given a table, and nothing of the ledger."""
    sql("DROP ROLE IF EXISTS hall_test_visitor")
    sql("CREATE ROLE hall_test_visitor")
    sql("GRANT SELECT, UPDATE ON cases_case TO hall_test_visitor")
    yield "hall_test_visitor"
    sql("RESET SESSION AUTHORIZATION")
    sql("DROP OWNED BY hall_test_visitor")
    sql("DROP ROLE hall_test_visitor")


def test_u02_a_role_that_may_not_write_events_leaves_one_all_the_same(case: Case, other_role: str) -> None:
    sql(f"SET SESSION AUTHORIZATION {other_role}")
    sql("UPDATE cases_case SET summary = '改过'")
    sql("RESET SESSION AUTHORIZATION")
    (event,) = foreign()
    assert event.data["role"] == f"db:{other_role}"


def test_u02_the_application_cannot_switch_it_off(case: Case) -> None:
    """Only the owner may; what the owner does behind the triggers is beyond them."""
    grants.install()
    sql("SET SESSION AUTHORIZATION hall_app")
    try:
        for attempt in (
            "ALTER TABLE cases_case DISABLE TRIGGER USER",
            "DROP TRIGGER cases_case_accounted ON cases_case",
            "SET session_replication_role = replica",
        ):
            with pytest.raises(Exception, match=r"permission denied|must be owner"):
                sql(attempt)
    finally:
        sql("RESET SESSION AUTHORIZATION")
    with behind_the_triggers("cases_case") as cursor:
        cursor.execute("UPDATE cases_case SET summary = '改过'")
    assert foreign() == []


def read_of_the_ledger() -> int:
    """Events this transaction has been handed by an index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'ledger_event'")
        return int(cursor.fetchone()[0])


def test_u02_a_row_costs_one_probe_however_many_events_its_transaction_wrote(place: Hall, case: Case) -> None:
    """A notice moves two thousand deadlines at once, each with an event: looked for one by one, these were a second."""
    with transaction.atomic():
        for _ in range(30):
            make_event(docket=case.docket)
        for number in range(10):
            sql("UPDATE cases_case SET summary = %s WHERE id = %s", f"改过 {number}", case.pk)
        before = read_of_the_ledger()
        sql("SET CONSTRAINTS cases_case_edits_accounted IMMEDIATE")
        assert read_of_the_ledger() - before == 10
    assert foreign() == []
