"""Migrating an empty database: what is added in place is what Django renders from nothing."""

import gc
from typing import Any

import pytest
from django.apps.registry import Apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from django.db.models import Model

from hall.local.management.commands import migrate
from hall.local.states import COLLECT_AFTER, IN_PLACE, added_in_place

KEPT = {name: getattr(ProjectState, name) for name in IN_PLACE}


def look(model: type[Model]) -> dict[str, Any]:
    meta = model._meta
    return {
        "table": meta.db_table,
        "columns": [(field.name, field.column, type(field).__name__) for field in meta.concrete_fields],
        "leads to": [(field.name, field.related_model._meta.label) for field in meta.fields if field.related_model],
        "led to by": sorted(relation.related_model._meta.label for relation in meta.related_objects),
        "indexes": [index.name for index in meta.indexes],
        "constraints": [constraint.name for constraint in meta.constraints],
    }


@pytest.fixture(scope="module")
def rendered() -> tuple[Apps, Apps]:
    """Every migration of the project: step by step in place, and once at the end by Django."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    state = ProjectState(real_apps=loader.unmigrated_apps)
    with added_in_place():
        for key in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
            loader.graph.nodes[key].mutate_state(state, preserve=False)
            _rendered_before_the_next = state.apps
    return state.apps, loader.project_state().apps


def test_every_table_looks_as_django_renders_it(rendered: tuple[Apps, Apps]) -> None:
    ours, theirs = ({model._meta.label: look(model) for model in apps.get_models()} for apps in rendered)
    assert len(ours) > 100
    assert ours == theirs


def fail_in_place() -> None:
    with added_in_place():
        assert in_place()
        assert gc.get_threshold()[0] == COLLECT_AFTER
        raise KeyboardInterrupt


def test_afterwards_django_renders_as_ever() -> None:
    thresholds = gc.get_threshold()
    with pytest.raises(KeyboardInterrupt):
        fail_in_place()
    assert {name: getattr(ProjectState, name) for name in IN_PLACE} == KEPT
    assert gc.get_threshold() == thresholds


@pytest.mark.django_db
@pytest.mark.parametrize("empty", [True, False])
def test_only_an_empty_database_is_migrated_in_place(monkeypatch: pytest.MonkeyPatch, empty: bool) -> None:
    """A hall in use is brought up to date by Django's own means."""
    if empty:
        monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _: {})
    seen: list[bool] = []
    monkeypatch.setattr(migrate.Command, "_handle_patiently", lambda *_, **__: seen.append(in_place()))
    call_command("migrate", verbosity=0)
    assert seen == [empty]


def in_place() -> bool:
    return all(getattr(ProjectState, name) is ours for name, ours in IN_PLACE.items())
