"""The application's own database role: it files, and cannot touch what is on record (U01)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from hall.ledger import actions, grants, guards
from hall.ledger.models import Event
from tests.hall.ledger.builders import AT, make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(db: None) -> Iterator[None]:
    """The rest of the test runs as the application's role; the role goes with the test's transaction."""
    with connection.cursor() as cursor:
        role = f"grants_{connection.settings_dict['NAME']}"  # roles are the server's: no two test databases share one
        cursor.execute(f"CREATE ROLE {role} NOLOGIN")
        for statement in (*grants.statements(role), *grants.bounding(role)):
            cursor.execute(statement)
        cursor.execute(f"SET ROLE {role}")
        yield
        cursor.execute("RESET ROLE")


def test_the_application_writes_events_and_numbers(application: None) -> None:
    make_event()
    actions.beat("sweep", AT)
    assert actions.next_document_no(center="130302", mark="受", year=2026).endswith("00001")
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_event SET docket = 'D2'",
        "DELETE FROM ledger_event",
        "TRUNCATE ledger_event",
        "DELETE FROM ledger_seal",
        "ALTER TABLE ledger_event DISABLE TRIGGER ALL",
        "DROP TRIGGER ledger_event_append_only ON ledger_event",
        "ALTER TABLE ledger_event ADD COLUMN x int",
        "DROP TABLE ledger_event",
        "SET session_replication_role = replica",
        "TRUNCATE ledger_heartbeat",
        "CREATE TABLE mine (x int)",
        "CREATE TEMPORARY TABLE ledger_event (x int)",
        "CREATE INDEX mine ON ledger_event (docket)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DELETE FROM cases_officialdocument",
        "UPDATE facts_setting SET value = value",
        "DELETE FROM facts_setting",
        "UPDATE supervision_accountabilitynote SET id = id",
        "DELETE FROM conduct_complaint",
        "UPDATE django_migrations SET name = name",
        "COPY ledger_event FROM PROGRAM 'echo'",
    ],
)
def test_u01_the_application_cannot_touch_the_record(application: None, sql: str) -> None:
    make_event()
    refused = "permission denied|must be owner"
    with pytest.raises(DatabaseError, match=refused), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Event.objects.get().docket == "D1"


def test_the_statements_are_printed_for_the_owner(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("app_grants", "hall_app")
    printed = capsys.readouterr().out.splitlines()
    for verb in ("UPDATE", "DELETE"):
        (revoked,) = [line for line in printed if line.startswith(f"REVOKE {verb} ON")]
        assert {'"ledger_event"', '"ledger_seal"', '"access_historicaluser"'} <= set(revoked.replace(",", "").split())
        assert '"cases_case"' not in revoked
    assert all(line.endswith(";") or line.startswith("--") for line in printed)
    assert """ALTER ROLE "hall_app" SET log_min_error_statement = 'panic';""" in printed


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_c10_what_a_guard_refuses_in_any_case_is_no_right(db: None, verb: str) -> None:
    """Read off the triggers: a table guarded from now on needs no line in grants.py."""
    table = "ledger_heartbeat"
    assert not revoked(verb, table)
    with connection.cursor() as cursor:
        made, _ = guards.written_once("kept", table, {guards.ALWAYS: guards.WHOLE}, says="once", kept="for good")
        cursor.execute(made)
    assert revoked(verb, table)


@pytest.mark.parametrize(
    "more",
    [
        {"columns": {"state=done": guards.WHOLE}, "kept": "for good", "unless": "state=draft"},
        {"columns": {guards.ALWAYS: "name"}},
    ],
    ids=["some rows", "some columns"],
)
def test_c10_what_a_guard_lets_through_at_times_stays_a_right(db: None, more: dict[str, Any]) -> None:
    made, _ = guards.written_once("at_times", "ledger_heartbeat", says="once", **more)
    with connection.cursor() as cursor:
        cursor.execute(made)
    assert not revoked("UPDATE", "ledger_heartbeat")
    assert not revoked("DELETE", "ledger_heartbeat")


def revoked(verb: str, table: str) -> bool:
    (line,) = [line for line in grants.statements("hall_app") if line.startswith(f"REVOKE {verb} ON")]
    return f'"{table}"' in line


def test_c10_the_application_looks_at_the_archive_and_counts_anew(application: None) -> None:
    """What the hourly look at the backups and the tallies ask of the server."""
    with connection.cursor() as cursor:
        connection.connection.notices.clear()  # of what ran before on this connection
        # The server of the tests writes too little log for a restore point; a refusal would name the function.
        cursor.execute("SELECT has_function_privilege('pg_create_restore_point(text)', 'EXECUTE')")
        assert cursor.fetchone() == (True,)
        cursor.execute("SELECT pg_walfile_name(pg_switch_wal())")
        cursor.execute("SELECT count(*) FROM pg_ls_archive_statusdir()")
        cursor.execute("SELECT system_identifier FROM pg_control_system()")
        cursor.execute("ANALYZE dashboard_staleday")
    assert connection.connection.notices == []


def test_the_application_cannot_edit_who_edited_what(application: None) -> None:
    for sql in ("UPDATE access_historicaluser SET username = 'x'", "DELETE FROM organisation_historicalstaff"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(sql)


def test_u01_the_owner_may_touch_the_record_and_the_application_may_not(db: None) -> None:
    assert grants.may_touch_the_record()


def test_u01_the_application_may_not_touch_the_record(application: None) -> None:
    assert not grants.may_touch_the_record()


def test_the_command_makes_the_role_and_gives_it_its_rights(capsys: pytest.CaptureFixture[str]) -> None:
    role = f"made_{connection.settings_dict['NAME']}"
    call_command("app_grants", role, "--apply")
    call_command("app_grants", role, "--apply")  # again after the next migration
    assert "应用所需的权限" in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = %s", [role])
        assert cursor.fetchone() == (True, False)
        cursor.execute(f"SET ROLE {role}")
        cursor.execute("SELECT count(*) FROM ledger_event")
        cursor.execute("RESET ROLE")


def test_who_may_not_make_roles_is_told_so(application: None) -> None:
    with pytest.raises(CommandError, match="授权没有成功"):
        call_command("app_grants", "somebody_else", "--apply")


@pytest.mark.parametrize("role", ['odd"name', "x; DROP TABLE ledger_event", "", "9lives", "Hall"])
def test_a_name_that_needs_quoting_is_refused(role: str) -> None:
    with pytest.raises(CommandError, match="角色名"):
        call_command("app_grants", role)
