"""The application's own database role: it files, and cannot touch what is on record (U01)."""

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from hall.ledger import actions, grants
from hall.ledger.models import Event
from tests.hall.ledger.builders import AT, make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(db: None) -> Iterator[None]:
    """The rest of the test runs as the application's role; the role goes with the test's transaction."""
    with connection.cursor() as cursor:
        role = f"grants_{connection.settings_dict['NAME']}"  # roles are the server's: no two test databases share one
        cursor.execute(f"CREATE ROLE {role} NOLOGIN")
        for statement in grants.statements(role):
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
    (revoked,) = [line for line in printed if line.startswith("REVOKE UPDATE, DELETE ON")]
    assert {'"ledger_event"', '"ledger_seal"', '"access_historicaluser"'} <= set(revoked.replace(",", "").split())
    assert '"cases_case"' not in revoked
    assert all(line.endswith(";") or line.startswith("--") for line in printed)
    assert """ALTER ROLE "hall_app" SET log_min_error_statement = 'panic';""" in printed


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
