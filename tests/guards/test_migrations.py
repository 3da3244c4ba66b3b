"""While a release is rolled out, code of yesterday runs on the tables of today (D07, C15)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models.fields import NOT_PROVIDED, Field

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


def changed_types() -> Iterator[tuple[tuple[str, str], str]]:
    """Every step of our own rooms that makes another kind of value of a column; a longer text is the same kind."""
    loader, state = MigrationLoader(connection), ProjectState()
    graph = loader.graph
    for key in dict.fromkeys(node for leaf in graph.leaf_nodes() for node in graph.forwards_plan(leaf)):
        migration = graph.nodes[key]
        ours = migration.__module__.startswith(("hall.", "approvals."))
        for operation in migration.operations:
            if ours and isinstance(operation, migrations.AlterField):
                before = state.models[key[0], operation.model_name_lower].fields[operation.name]
                if kind(before) != kind(operation.field):
                    yield key, operation.describe()
            operation.state_forwards(key[0], state)


def kind(field: "Field[Any, Any]") -> str:
    """The type of a column, but for a length, which what is prepared does not see (hall/prepared.py)."""
    name = field.get_internal_type()
    return "text" if name in {"CharField", "TextField", "SlugField"} else name


@pytest.mark.django_db
def test_d07_no_column_gets_another_type_under_what_is_prepared() -> None:
    """A statement prepared before answers an error ever after. A new column beside the old one is the way."""
    assert list(changed_types()) == []
