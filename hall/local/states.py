"""Migrating an empty database without rendering everything again after every step.

Django's historical models are classes made from the migrations. After each new table, index and constraint it makes the
classes of all related tables anew, which in a house where nearly all tables are related is most of what `migrate` does
on an empty database. A new table can simply be added to those there are, as at any import of models; an index or a
constraint only has to be noted at its class.
"""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from django.db.migrations.state import ModelState, ProjectState

# Classes refer to themselves, and looking for lost ones among hundreds of thousands of objects costs more than they do.
COLLECT_AFTER = 100_000


@contextmanager
def added_in_place() -> Iterator[None]:
    """Inside the block, what migrations add to the project's state is added to the classes already rendered.

    For an empty database only, where everything is added forwards and no earlier state is asked for again.
    """
    kept, thresholds = {name: getattr(ProjectState, name) for name in IN_PLACE}, gc.get_threshold()
    _put(IN_PLACE)
    gc.set_threshold(COLLECT_AFTER, *thresholds[1:])
    try:
        yield
    finally:
        _put(kept)
        gc.set_threshold(*thresholds)


def _put(methods: Mapping[str, Callable[..., None]]) -> None:
    for name, method in methods.items():
        setattr(ProjectState, name, method)


def _add_model(state: ProjectState, table: ModelState) -> None:
    key = table.app_label, table.name_lower
    state.models[key] = table
    if state.__dict__["_relations"] is not None:
        state.resolve_model_relations(key)
    if "apps" in state.__dict__:  # asking for it would render it
        state.apps.render_multiple([table])


def _append_option(state: ProjectState, app_label: str, model_name: str, option_name: str, added: Any) -> None:
    options = state.models[app_label, model_name].options
    options[option_name] = [*options[option_name], added]
    if "apps" in state.__dict__:
        setattr(state.apps.get_model(app_label, model_name)._meta, option_name, options[option_name])


IN_PLACE: Final[Mapping[str, Callable[..., None]]] = {"add_model": _add_model, "_append_option": _append_option}
