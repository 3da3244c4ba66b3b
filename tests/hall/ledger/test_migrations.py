"""The triggers come and go with their migration."""

from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction

from hall.ledger.models import Event
from tests.hall.ledger.builders import make_event

pytestmark = pytest.mark.django_db
migration = import_module("hall.ledger.migrations.0002_append_only")


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_backward_and_forward_again() -> None:
    make_event()
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run(migration.BACKWARD)
    assert Event.objects.update(docket="D2") == 1
    run(migration.FORWARD)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.update(docket="D3")


@pytest.mark.parametrize("table", migration.TABLES)
def test_every_guarded_table_has_both_triggers(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal ORDER BY 1", [table]
        )
        assert [name for (name,) in cursor.fetchall()] == [f"{table}_append_only", f"{table}_no_truncate"]
