"""`migrate` beside a serving hall."""

import threading
import time

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection

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


def test_leaves_no_lock_and_the_old_patience_behind() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        before = cursor.fetchone()
        call_command("migrate", "outbox", verbosity=0)
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == before
    assert held_locks() == 0


def test_waits_for_another_migrate() -> None:
    other = another_session()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
    threading.Timer(0.4, other.close).start()
    begun = time.monotonic()
    call_command("migrate", "outbox", verbosity=0)
    assert time.monotonic() - begun >= 0.35
    assert held_locks() == 0
