"""Rules of the house that no single room sees itself break: floors, sizes, the door for writing, what git may hold."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import grimp
import pytest
from django.apps import apps
from django.core.management import BaseCommand, call_command
from django.db.migrations.loader import MigrationLoader
from django.db.models import CheckConstraint, Model, Q

from hall.ledger import kinds
from tests.guards.source import ROOT, Source, migrations, product, suite, tracked

ROOMS = [config for config in apps.get_app_configs() if config.name.startswith(("hall.", "approvals."))]
# Where nobody can tell the moment: a registry without one, a predicate templates ask, the stamp of a line in a file.
NOT_TOLD = {"approvals/cases/recalculation.py", "approvals/cases/rules.py", "hall/outbox/channels.py"}
LONGEST_FUNCTION, USUAL_FUNCTION, LONGEST_FILE = 50, 35, 500


def our_models() -> list[type[Model]]:
    return [model for room in ROOMS for model in room.get_models() if not hasattr(model, "history_id")]


def test_imports_go_one_way() -> None:
    run = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as go; go()", "--no-cache"]
    done = subprocess.run(run, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_module_imports_itself_round_a_corner() -> None:
    graph = grimp.build_graph("hall", "approvals", exclude_type_checking_imports=True, cache_dir=None)
    left = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    # Whoever imports nothing that is left stands in no circle; take those away until nothing moves.
    while free := [module for module, imported in left.items() if not imported & left.keys()]:
        for module in free:
            del left[module]
    assert not left


def test_functions_are_short() -> None:
    sizes = sorted(
        ((node.end_lineno or 0) - node.lineno + 1, f"{source.name}:{node.name}")
        for source in product()
        for node in source.functions()
    )
    assert sizes[-1][0] <= LONGEST_FUNCTION, sizes[-1]
    assert sizes[len(sizes) * 95 // 100][0] <= USUAL_FUNCTION


def test_files_are_short() -> None:
    sources = (*product(), *suite())
    assert not [source.name for source in sources if len(source.text.splitlines()) > LONGEST_FILE]


def test_more_is_tested_than_written() -> None:
    written, tested = (sum(source.lines_of_code() for source in half()) for half in (product, suite))
    assert tested >= 1.2 * written, f"{tested} / {written} = {tested / written:.2f}"


def test_an_exception_from_a_rule_says_which_and_an_import_inside_a_function_says_why() -> None:
    bare = re.compile(r"#\s*(noqa(?!: [A-Z]+\d+)|type: ignore(?!\[))|noqa: PLC0415\s*$")
    sources = (*product(), *suite())
    assert not [f"{s.name}:{n}" for s in sources for n, line in enumerate(s.text.splitlines(), 1) if bare.search(line)]


def test_the_day_is_beijings_also_in_sql() -> None:
    day = re.compile(r"\bCURRENT_DATE\b|\bLOCALTIMESTAMP\b|::date\b", re.IGNORECASE)
    places = [
        f"{source.name}:{line}"
        for source in (*product(), *migrations())
        for line, text in source.strings()
        if day.search(text) and "AT TIME ZONE" not in text.upper()
    ]
    assert not places


def test_git_holds_no_registry_and_no_place_of_one_machine() -> None:
    host = r"https?://[\w.-]*(?:pypi|pythonhosted|npmjs|mirrors?\.|registry\.)[\w./-]*|--(?:extra-)?index-url"
    folder = r"(?<![\w.])/(?:root|home|Users)/\w+|(?<![\w.])/work/(?:main|shared)\b"
    private = re.compile(f"{host}|{folder}")
    found = []
    for path in tracked():
        if b"\0" in (content := path.read_bytes()) or path.name in ("test_house.py", "test_scripts.py"):
            continue
        found += [f"{path.relative_to(ROOT)}: {hit}" for hit in private.findall(content.decode(errors="replace"))]
    assert not found


def commands() -> Iterator[tuple[str, type[BaseCommand]]]:
    for room in ROOMS:
        folder = room.path + "/management/commands"
        for module in iter_modules([folder]):
            yield module.name, import_module(f"{room.name}.management.commands.{module.name}").Command


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_says_what_it_does(name: str, command: type[BaseCommand]) -> None:
    assert re.search(r"[\u4e00-\u9fff]", str(command.help)), f"{name} has no help in Chinese"


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_migration_can_be_taken_back() -> None:
    ours = {room.label for room in ROOMS}
    loaded = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    one_way = [
        f"{label}.{name}: {operation.describe()}"
        for (label, name), migration in loaded.items()
        if label in ours
        for operation in migration.operations
        if not operation.reversible
    ]
    assert not one_way


def _names(condition: Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, Q):
            yield from _names(child)
        elif isinstance(child, tuple):
            yield child[0].split("__")[0]


def test_the_database_pairs_when_with_who() -> None:
    """Where the moment may be missing, so may the person, and a constraint says how the two go together."""
    alone = []
    for model in our_models():
        columns = {field.name for field in model._meta.get_fields()}
        guarded = [
            set(_names(c.condition))
            for c in model._meta.constraints
            if isinstance(c, CheckConstraint) and isinstance(c.condition, Q)
        ]
        for at in sorted(name for name in columns if name.endswith("_at")):
            by = at.removesuffix("_at") + "_by"
            if by in columns and model._meta.get_field(at).null and not any({at, by} <= names for names in guarded):
                alone.append(f"{model.__name__}.{at}")
    assert not alone


def _chain(node: ast.expr) -> list[str]:
    """`Model.objects.filter(…).update` as its names, outermost last."""
    names: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return [*([node.id] if isinstance(node, ast.Name) else []), *reversed(names)]


def _calls_on(source: Source, models: set[str], verbs: set[str]) -> list[str]:
    found = []
    for call in source.calls():
        names = _chain(call.func)
        if len(names) > 2 and names[0] in models and names[1] == "objects" and names[-1] in verbs:
            found.append(f"{source.name}:{call.lineno} {'.'.join(names)}")
    return found


def test_u02_rows_with_a_history_are_not_changed_behind_its_back() -> None:
    kept = {model.__name__ for model in our_models() if hasattr(model, "history")}
    verbs = {"update", "bulk_update", "bulk_create"}
    assert kept
    assert not [hit for s in product() if "/actions" not in s.name for hit in _calls_on(s, kept, verbs)]


def test_pages_take_cases_only_from_what_the_person_may_see() -> None:
    """Law 12. The citizen's look-up proves itself with number and code instead."""
    pages = [s for s in product() if re.search(r"/(views|forms)", s.name) and not s.name.endswith("views/lookup.py")]
    wild = [
        f"{source.name}:{call.lineno}"
        for source in pages
        for call in source.calls()
        if (names := _chain(call.func))[:2] == ["Case", "objects"] and names[2] != "visible_to"
    ]
    assert not wild


def test_who_does_it_is_always_named_in_a_call_of_an_action() -> None:
    loose = [
        f"{source.name}:{node.name}"
        for source in product()
        if re.search(r"/actions(/|\.py)", source.name)
        for node in source.functions()
        if not node.name.startswith("_") and "by" in {arg.arg for arg in node.args.args}
    ]
    assert not loose


def test_the_clock_of_the_machine_is_read_at_the_door_and_nowhere_below() -> None:
    """`now` is asked by what answers a request or a signal of the scheduler, or measures; what it calls is told."""
    door = re.compile(r"/(views|forms|local|management|bench)/|/(views|forms|tasks|middleware|context)\.py")
    below = [
        f"{source.name}:{call.lineno}"
        for source in product()
        if not door.search(source.name) and source.name not in NOT_TOLD
        for call in source.calls()
        if _chain(call.func) in (["timezone", "now"], ["datetime", "now"], ["date", "today"])
    ]
    assert not below


def test_every_kind_of_event_can_be_told() -> None:
    named = {
        keyword.value.value
        for source in product()
        for call in source.calls()
        for keyword in call.keywords
        if keyword.arg == "kind" and _chain(call.func)[-1:] in (["append"], ["Event"])
        if isinstance(keyword.value, ast.Constant)
    }
    assert not [name for name in named if kinds.label_of(name) == name]
