"""Django's `migrate`, made safe beside a serving hall: one at a time, never queueing for a lock (C15)."""

import time
from contextlib import nullcontext
from typing import Any

from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from hall.ledger import grants
from hall.local import steps
from hall.local.databases import application_role
from hall.local.states import added_in_place
from hall.local.versions import refuse_newer

ONE_AT_A_TIME = 0x48414C4C  # the key of the advisory lock: "HALL"
LOCK_WAIT_MILLISECONDS = 3_000
ATTEMPTS = 5


class Command(migrate.Command):
    help = "更新数据库结构，一次只有一个进程在做。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Wait for another `migrate` to end; then give up a step that waits for a table in use, and try it again.

        A migration that waits for a table would make every later request wait behind it.
        """
        connection = connections[options["database"]]
        self._set_lock_timeout(connection, 0)
        self._run(connection, "SELECT pg_advisory_lock(%s)")
        try:
            executor = MigrationExecutor(connection)
            refuse_newer(executor)
            self._set_lock_timeout(connection, LOCK_WAIT_MILLISECONDS)
            with steps.taken_up_again(), nullcontext() if executor.loader.applied_migrations else added_in_place():
                self._handle_patiently(*args, **options)
            steps.tidy(connection)
            self._grant(options)
        finally:
            if connection.connection is not None and not connection.connection.closed:
                self._run(connection, "SELECT pg_advisory_unlock(%s)")
                self._run(connection, "RESET lock_timeout", [])

    def _grant(self, options: dict[str, Any]) -> None:
        """The hall may be serving: its role gets its rights on what is new. `manage.py up` makes the role (C10)."""
        role = application_role()
        if role and options["database"] == DEFAULT_DB_ALIAS and not options["plan"] and grants.is_there(role):
            grants.install(role)

    def _handle_patiently(self, *args: Any, **options: Any) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                super().handle(*args, **options)
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", "") != "55P03" or attempt == ATTEMPTS:
                    raise
                self.stderr.write(f"要改的表正在使用中，稍后重试（第 {attempt} 次）……")
                time.sleep(attempt)
            else:
                return

    def _set_lock_timeout(self, connection: BaseDatabaseWrapper, milliseconds: int) -> None:
        self._run(connection, "SELECT set_config('lock_timeout', %s, false)", [str(milliseconds)])

    def _run(self, connection: BaseDatabaseWrapper, sql: str, values: list[Any] | None = None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, [ONE_AT_A_TIME] if values is None else values)
