"""Migrations that are no single transaction, taken up again where they ended (B08).

PostgreSQL takes back a migration that fails, unless it said `atomic = False`: then what it did before stays, and Django
would begin it anew and stumble over it. Here each of its operations is noted when it is done; the next `migrate` goes
on behind the last one. An index that was being made beside the traffic is left half-made by a failure: it is made anew.
What runs code of its own (RunPython, RunSQL) without a transaction has to bear being run twice.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from copy import copy
from typing import Any, Final

from django.contrib.postgres.operations import AddIndexConcurrently, NotInTransactionMixin, RemoveIndexConcurrently
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration, RunPython, RunSQL
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

TABLE: Final = "hall_migration_step"
ON_THEIR_OWN: Final = (NotInTransactionMixin, RunPython, RunSQL)
_plain: Final = Migration.apply


@contextmanager
def taken_up_again() -> Iterator[None]:
    """Inside the block, a migration without a transaction begins behind what was done of it."""
    setattr(Migration, "apply", _apply)  # noqa: B010 - mypy knows no methods that change
    try:
        yield
    finally:
        setattr(Migration, "apply", _plain)  # noqa: B010


def tidy(connection: BaseDatabaseWrapper) -> None:
    """Forget the steps of migrations that are done. What is half done keeps its note."""
    with connection.cursor() as cursor:
        if not _is_there(cursor, TABLE):
            return
        cursor.execute(f"DELETE FROM {TABLE} USING django_migrations AS m WHERE m.app = room AND m.name = step")  # noqa: S608
        cursor.execute(f"SELECT 1 FROM {TABLE} LIMIT 1")  # noqa: S608
        if cursor.fetchone() is None:
            cursor.execute(f"DROP TABLE {TABLE}")


def _apply(migration: Migration, state: ProjectState, editor: Any, collect_sql: bool = False) -> ProjectState:
    if migration.atomic or collect_sql:
        return _plain(migration, state, editor, collect_sql)
    done = _done(editor.connection, migration)
    for number, operation in enumerate(migration.operations):
        if number < done or _is_made(editor.connection, operation):
            operation.state_forwards(migration.app_label, state)
            continue
        one = copy(migration)
        one.operations = [operation]  # type: ignore[misc] # Migration.__init__ sets it so, too
        alone = isinstance(operation, ON_THEIR_OWN)
        with nullcontext() if alone else transaction.atomic(editor.connection.alias):
            state = _plain(one, state, editor)
            while editor.deferred_sql:
                editor.execute(editor.deferred_sql.pop(0))
            _note(editor.connection, migration, number + 1)
    return state


def _is_made(connection: BaseDatabaseWrapper, operation: Operation) -> bool:
    """Whether an index is as it shall be already; half an index goes first."""
    if not isinstance(operation, AddIndexConcurrently | RemoveIndexConcurrently):
        return False
    adds = isinstance(operation, AddIndexConcurrently)
    name = operation.index.name if isinstance(operation, AddIndexConcurrently) else operation.name
    with connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [name])
        found = cursor.fetchone()
        if adds and found == (False,):
            cursor.execute(f"DROP INDEX CONCURRENTLY {connection.ops.quote_name(name)}")
    return found == (True,) if adds else found is None


def _done(connection: BaseDatabaseWrapper, migration: Migration) -> int:
    with connection.cursor() as cursor:
        if not _is_there(cursor, TABLE):
            return 0
        cursor.execute(f"SELECT done FROM {TABLE} WHERE room = %s AND step = %s", _key(migration))  # noqa: S608
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def _note(connection: BaseDatabaseWrapper, migration: Migration, done: int) -> None:
    with connection.cursor() as cursor:
        if not _is_there(cursor, TABLE):
            cursor.execute(f"CREATE TABLE {TABLE} (room text, step text, done int NOT NULL, PRIMARY KEY (room, step))")
        cursor.execute(
            f"INSERT INTO {TABLE} VALUES (%s, %s, %s) ON CONFLICT (room, step) DO UPDATE SET done = excluded.done",  # noqa: S608
            [*_key(migration), done],
        )


def _is_there(cursor: Any, table: str) -> bool:
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
    return bool(cursor.fetchone()[0])


def _key(migration: Migration) -> list[str]:
    return [migration.app_label, migration.name]
