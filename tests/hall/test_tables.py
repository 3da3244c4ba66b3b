"""Tables made together."""

import pytest
from django.db import connection, models
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState

from hall.tables import CreateModels

TABLES = {"ledger_egg", "ledger_hen"}


def table(name: str, other: str) -> CreateModel:
    reference = models.ForeignKey(f"ledger.{other}", models.CASCADE, related_name="+")
    return CreateModel(name, [("id", models.BigAutoField(primary_key=True)), ("other", reference)])


@pytest.fixture
def both() -> CreateModels:
    return CreateModels([table("Egg", "Hen"), table("Hen", "Egg")])


def made() -> set[str]:
    return TABLES & set(connection.introspection.table_names())


@pytest.mark.django_db
def test_tables_in_a_circle_are_made_and_dropped(both: CreateModels) -> None:
    before, after = ProjectState(), ProjectState()
    both.state_forwards("ledger", after)
    with connection.schema_editor() as editor:
        both.database_forwards("ledger", editor, before, after)
    assert made() == TABLES
    with connection.schema_editor() as editor:
        both.database_backwards("ledger", editor, after, before)
    assert made() == set()


def test_what_was_rendered_before_knows_the_new_tables(both: CreateModels) -> None:
    state = ProjectState()
    assert not list(state.apps.get_models())
    both.state_forwards("ledger", state)
    assert {model.__name__ for model in state.apps.get_models()} == {"Egg", "Hen"}


def test_the_operation_is_written_down_and_described(both: CreateModels) -> None:
    name, arguments, named = both.deconstruct()
    assert (name, arguments, named) == ("CreateModels", [both.tables], {})
    assert both.describe() == "Create models Egg, Hen"
    assert both.references_model("egg", "ledger")
    assert not both.references_model("cock", "ledger")
