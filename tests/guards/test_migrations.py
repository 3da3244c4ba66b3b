"""While a release is rolled out, code of yesterday runs on the tables of today (D07, C15)."""

from collections.abc import Iterator

import pytest
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.db.models.fields import NOT_PROVIDED

# Rows counted ahead, which nobody but the roller writes; it runs in the worker that was stopped before `migrate`.
COUNTED_AHEAD = frozenset({("dashboard", "0002_centers_and_months"), ("dashboard", "0003_fewer_rows")})
# No hall ran the version before it.
BEFORE_THE_FIRST_HALL = frozenset({("cases", "0004_fees_and_handovers")})
TAKES_AWAY = (migrations.RemoveField, migrations.RenameField, migrations.DeleteModel, migrations.RenameModel)


def later_operations() -> Iterator[tuple[tuple[str, str], migrations.operations.base.Operation]]:
    """Every step of our own rooms after the migrations that made them."""
    for key, migration in MigrationLoader(connection).disk_migrations.items():
        if not migration.initial and migration.__module__.startswith(("hall.", "approvals.")):
            for operation in migration.operations:
                yield key, operation


@pytest.mark.django_db
def test_d07_nothing_yesterdays_code_reads_is_taken_away() -> None:
    taken = [(key, operation.describe()) for key, operation in later_operations() if isinstance(operation, TAKES_AWAY)]
    assert [line for line in taken if line[0] not in COUNTED_AHEAD] == []


@pytest.mark.django_db
def test_d07_rows_can_be_written_without_naming_a_new_column() -> None:
    wanting = []
    for key, operation in later_operations():
        if not isinstance(operation, migrations.AddField) or operation.field.many_to_many:
            continue
        # A column of a model made in the same migration is as new as its table.
        made = {o.name_lower for k, o in later_operations() if k == key and isinstance(o, migrations.CreateModel)}
        given = operation.field.null or operation.field.db_default is not NOT_PROVIDED
        if not given and operation.model_name_lower not in made and key not in COUNTED_AHEAD | BEFORE_THE_FIRST_HALL:
            wanting.append((key, operation.describe()))
    assert wanting == []
