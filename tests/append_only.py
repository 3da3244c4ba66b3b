"""Empties the tables between transactional tests, also those whose triggers refuse it. Nothing in the product can.

Imported by tests/conftest.py. The tests run as the owner of the tables, who may disable triggers; the application of a
production hall does not own them. Rows are deleted from the few tables that have any: truncating all of them, as Django
does, takes seconds where these take milliseconds.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations

_TRIGGERED = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"


def _filled(tables: list[str]) -> list[str]:
    """The tables that have rows, asked in one query."""
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [name for (name,) in cursor.fetchall()]


def _empty(tables: list[str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TRIGGERED)
        triggered = {name for (name,) in cursor.fetchall()} & set(tables)
        for table in triggered:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in tables:
            cursor.execute(f'DELETE FROM "{table}"')
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in triggered:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


@pytest.fixture(autouse=True, scope="session")
def flush_despite_triggers() -> Iterator[None]:
    """Replace how Django's flush empties the tables it names."""

    def sql_flush(self: Any, style: object, tables: Iterable[str], **options: object) -> list[str]:
        return list(tables)

    def execute_sql_flush(self: Any, tables: Iterable[str]) -> None:
        filled = _filled(list(tables))
        if filled:
            _empty(filled)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        patch.setattr(DatabaseOperations, "execute_sql_flush", execute_sql_flush)
        yield
