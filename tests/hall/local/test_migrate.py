"""`migrate` beside a serving hall."""

import threading
import time

import psycopg2
import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from hall.ledger import grants
from hall.local.management.commands.migrate import ONE_AT_A_TIME

pytestmark = pytest.mark.django_db


def another_session() -> "psycopg2.extensions.connection":
    place = connection.settings_dict
    return psycopg2.connect(
        host=place["HOST"],
        user=place["USER"],
        dbname=place["NAME"],
        port=place["PORT"] or None,
        password=place["PASSWORD"],
    )


def held_locks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", [ONE_AT_A_TIME])
        return int(cursor.fetchone()[0])


def test_d06_leaves_no_lock_and_the_old_patience_behind() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        before = cursor.fetchone()
        call_command("migrate", "outbox", verbosity=0)
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == before
    assert held_locks() == 0


def test_c10_a_migration_beside_a_serving_hall_renews_the_rights_of_its_role(monkeypatch) -> None:
    """What is new in the tables is the application's without a new start; another role is not made here."""
    role = f"app_{connection.settings_dict['NAME']}"  # roles are the server's: no two test databases share one
    monkeypatch.setenv("HALL_APP_DATABASE_URL", f"postgresql://{role}@db/hall")
    call_command("migrate", "outbox", verbosity=0)
    assert not grants.is_there(role)
    grants.install(role)
    with connection.cursor() as cursor:
        cursor.execute(f"REVOKE ALL ON outbox_message FROM {role}")
        call_command("migrate", "outbox", verbosity=0)
        cursor.execute("SELECT has_table_privilege(%s, 'outbox_message', 'UPDATE')", [role])
        assert cursor.fetchone() == (True,)


def test_waits_for_another_migrate() -> None:
    other = another_session()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
    threading.Timer(0.4, other.close).start()
    begun = time.monotonic()
    call_command("migrate", "outbox", verbosity=0)
    assert time.monotonic() - begun >= 0.35
    assert held_locks() == 0


@pytest.mark.django_db(transaction=True)
def test_d06_a_step_that_waits_for_a_long_read_gives_up_and_lets_the_others_through(monkeypatch) -> None:
    """A migration wants the table alone while somebody reads it: it must not stand in the way of those behind it."""
    monkeypatch.setattr("hall.local.management.commands.migrate.LOCK_WAIT_MILLISECONDS", 300)
    monkeypatch.setattr("hall.local.management.commands.migrate.ATTEMPTS", 2)
    steps: list[float] = []

    def alter(*args: object, **options: object) -> None:
        begun = time.monotonic()
        try:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE ledger_heartbeat ADD COLUMN d06 integer")
        finally:
            steps.append(time.monotonic() - begun)

    monkeypatch.setattr("django.core.management.commands.migrate.Command.handle", alter)
    reader, visitor = another_session(), another_session()
    with reader.cursor() as reading:
        reading.execute("BEGIN; SELECT count(*) FROM ledger_heartbeat")
        migrating = threading.Thread(target=lambda: (refused(), connection.close()))
        migrating.start()
        with visitor.cursor() as cursor:
            begun = time.monotonic()
            cursor.execute("SELECT count(*) FROM ledger_heartbeat")
            assert time.monotonic() - begun < 1
        migrating.join()
    reader.close()
    visitor.close()
    assert len(steps) == 2
    assert max(steps) < 1


def refused() -> None:
    with pytest.raises(OperationalError):
        call_command("migrate", "outbox", verbosity=0)
