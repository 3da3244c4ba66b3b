"""Empties the tables after a transactional test, also those whose triggers refuse it, and puts the seeds back.

Nothing in the product can do the first; without the second, the files a process runs after this one would find no
regime and no calendar.
Imported by tests/conftest.py. The tests run as the owner of the tables, who may disable triggers; the application of a
production hall does not own them. Rows are deleted from the few tables that have any: truncating all of them, as Django
does, takes seconds where these take milliseconds. A superuser, as on the server a run starts for itself, switches every
trigger off for the one transaction, foreign keys too: looking for what points at each of ten thousand rows takes half
a minute.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.base.creation import BaseDatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations

_TRIGGERED = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"


def _filled(tables: list[str]) -> list[str]:
    """The tables that have rows, asked in one query."""
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [name for (name,) in cursor.fetchall()]


def _triggers_off(cursor: Any, tables: list[str]) -> set[str]:
    """Let no trigger refuse what follows; the tables whose triggers must be switched on again."""
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if cursor.fetchone() == (True,):
        cursor.execute("SET LOCAL session_replication_role = replica")
        return set()
    cursor.execute(_TRIGGERED)
    triggered = {name for (name,) in cursor.fetchall()} & set(tables)
    for table in triggered:
        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    return triggered


def _reset(tables: list[str]) -> None:
    """As the migrations left them."""
    with transaction.atomic(), connection.cursor() as cursor:
        triggered = _triggers_off(cursor, tables)
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'seeds'")
        seeded = {name for (name,) in cursor.fetchall()} & set(tables)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in tables:
            cursor.execute(f'DELETE FROM "{table}"')
        for table in seeded:
            cursor.execute(f'INSERT INTO "{table}" SELECT * FROM seeds."{table}"')
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in triggered:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Keep a copy of what the migrations put into the tables."""
    with django_db_blocker.unblock(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL client_min_messages = warning")
        cursor.execute("DROP SCHEMA IF EXISTS seeds CASCADE")
        cursor.execute("CREATE SCHEMA seeds")
        for table in _filled(connection.introspection.django_table_names(only_existing=True, include_views=False)):
            cursor.execute(f'CREATE TABLE seeds."{table}" AS TABLE "{table}"')


@pytest.fixture(autouse=True, scope="session")
def flush_despite_triggers() -> Iterator[None]:
    """Replace how Django's flush empties the tables it names."""

    def sql_flush(self: Any, style: object, tables: Iterable[str], **options: object) -> list[str]:
        return list(tables)

    def execute_sql_flush(self: Any, tables: Iterable[str]) -> None:
        filled = _filled(list(tables))
        if filled:
            _reset(filled)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        patch.setattr(DatabaseOperations, "execute_sql_flush", execute_sql_flush)
        # The seeds are there already; Django's own way of bringing them back takes two statements a row.
        patch.setattr(BaseDatabaseCreation, "deserialize_db_from_string", lambda *_: None)
        yield
