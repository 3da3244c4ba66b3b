"""Lets the flush between transactional tests empty tables whose triggers refuse TRUNCATE. Nothing in the product can.

Imported by tests/conftest.py. The tests run as the owner of the tables, who may disable triggers; the application of a
production hall does not own them.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

_GUARDED = """
SELECT DISTINCT c.oid::regclass::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND t.tgtype & 32 = 32
"""


@pytest.fixture(autouse=True, scope="session")
def flush_despite_triggers() -> Iterator[None]:
    """Switch the TRUNCATE triggers off for the length of one flush."""
    original = DatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: Any, sql_list: Iterable[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_GUARDED)
            tables = [name for (name,) in cursor.fetchall()]
        off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
        on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
        original(self, [*off, *sql_list, *on])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", execute_sql_flush)
        yield
