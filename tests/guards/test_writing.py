"""Where rows are written: behind the door of their room, and in the few places named here, each with its reason."""

import ast
from fnmatch import fnmatch
from typing import Final

from tests.guards.source import Source, product

ALWAYS: Final = frozenset({"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "aupdate"})
# `update(…)` of a dictionary, `save(path)` of a file and `save(commit=False)` of a form write no row.
NAMED: Final = frozenset({"save", "update", "delete"})
DOORS: Final = ("*/actions.py", "*/actions/*.py", "*/*_actions.py")
OTHERS: Final = {
    "*/door.py": "the inner door: lock, right, state and time of every act, opened by actions only",
    "approvals/cases/clockwork.py": "clock rows follow from facts; every act recounts them inside its own door",
    "approvals/cases/codes.py": "the digest of a query code: made and cleared in the transaction of an act",
    "approvals/cases/papers.py": "an official document is set and sealed inside the transaction of an act",
    "approvals/city/*.py": "a made-up city in a scratch database; it knows no people and has no history",
    "approvals/demonstration/organisation.py": "accounts of the demonstration without a password to hash",
    "hall/bench/jobs/*.py": "clocks of a scratch database are made late, to measure the sweep on them",
    "hall/access/models.py": "the manager Django's own createsuperuser calls",
    "hall/dashboard/*.py": "tallies: facts counted ahead, which a command counts anew from nothing",
    "hall/facts/seeding.py": "settings that come with a release, sown by migrations, and their way back",
    "hall/ledger/sealing.py": "seals over what was written, by the scheduler, of nobody's doing",
    "hall/outbox/channels.py": "the in-app inbox is a channel like the others: to deliver is to write",
    "hall/supervision/simulation.py": "a trial on the past writes nothing but what it counted",
}


def writes(source: Source) -> list[str]:
    return [f"{source.name}:{call.lineno} .{name}" for call in source.calls() if (name := _verb(call))]


def _verb(call: ast.Call) -> str:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name in ALWAYS:
        return name
    plain = not call.args and "commit" not in {keyword.arg for keyword in call.keywords}
    return name if name in NAMED and plain else ""


def _named(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def test_u02_rows_are_written_behind_the_door_of_their_room() -> None:
    beside = [s for s in product() if not _named(s.name, (*DOORS, *OTHERS))]
    assert not [place for source in beside for place in writes(source)]


def test_no_place_keeps_a_leave_to_write_it_does_not_use() -> None:
    idle = [p for p in OTHERS if not any(fnmatch(s.name, p) and writes(s) for s in product())]
    assert not idle


def test_the_guard_sees_a_write() -> None:
    seen = "Row.objects.create(a=1)\nrows.filter(a=1).update(b=2)\nrow.save(update_fields=['a'])\nrows.delete()\n"
    passed = "facts.update({'a': 1})\nbook.save(path)\nform.save(commit=False)\n"
    calls = [node for node in ast.walk(ast.parse(seen + passed)) if isinstance(node, ast.Call)]
    assert sorted(filter(None, map(_verb, calls))) == ["create", "delete", "save", "update"]
