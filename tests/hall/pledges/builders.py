"""Sources of our own for tests: numbers one sets, facts one names, and a registry as it was afterwards."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from hall.access.models import User
from hall.facts import indicators, sources
from hall.facts.periods import parse
from hall.facts.slices import Slice
from hall.facts.sources import Fact, Option
from hall.pledges import parts
from tests.builders import Hall, moment

AT = moment("2026-11-20 10:00")
MONTH = parse("2026-11")


@dataclass
class Told:
    """A source that counts what it is told, and remembers what it was asked."""

    code: str
    number: int = 0
    facts: Sequence[Fact] = ()
    label: str = "说好的数"
    definition: str = "测试用的数。"
    options: Sequence[Option] = ()
    right: str = ""
    asked: list[Slice] = field(default_factory=list)

    def count(self, part: Slice) -> int:
        self.asked.append(part)
        return len(self.facts) or self.number

    def find(self, part: Slice, *, offset: int = 0, limit: int | None = None) -> list[Fact]:
        self.asked.append(part)
        return list(self.facts)[offset : None if limit is None else offset + limit]

    def standing(self, keys: Iterable[str]) -> set[str]:
        return set(keys)


@contextmanager
def announced(*told: Told, without: Sequence[str] = ()) -> Iterator[None]:
    """The registries with these sources, and without those; afterwards as they were."""
    kept = dict(sources._sources), dict(parts._parts), dict(indicators._indicators)
    for code in without:
        sources._sources.pop(code, None)
    for source in told:
        sources.register(source)
    try:
        yield
    finally:
        for registry, before in zip((sources._sources, parts._parts, indicators._indicators), kept, strict=True):
            registry.clear()
            registry.update(before)  # type: ignore[arg-type]


def here(hall: Hall, **narrowed: Any) -> Slice:
    return Slice(MONTH, **{"centers": frozenset({hall.center.pk}), **narrowed})


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def facts(hall: Hall, number: int, code: str = "test.told") -> list[Fact]:
    return [
        Fact(
            key=f"{code}:{n}", occurred_at=AT, text=f"第 {n} 件事", center=hall.center.pk,
            department=hall.department.pk, window=hall.window.pk, staff=hall.clerk.staff_id,
        )
        for n in range(number)
    ]  # fmt: skip
