"""Scratch databases, one a scale: made once, kept for the next run, never the hall's own."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from approvals.city.building import Plan, build
from approvals.city.multiplying import multiply
from hall.dashboard import rolling

PREFIX: Final = "hall_bench_"


@dataclass(frozen=True, slots=True)
class Scale:
    """`cases` are told in full; `copies` of each, without applicants and closed ones without events, make the rest."""

    name: str
    cases: int
    copies: int = 1
    years: int = 3

    @property
    def total(self) -> int:
        """Cases in the database."""
        return self.cases * self.copies

    @property
    def database(self) -> str:
        """Its name on the server."""
        return PREFIX + self.name


SCALES: Final = {
    scale.name: scale
    for scale in (
        Scale("1k", 1_000, years=1),  # to try the jobs themselves, in the tests
        Scale("10k", 10_000, years=1),
        Scale("100k", 100_000),
        Scale("1m", 1_000_000),
        Scale("10m", 1_000_000, copies=10),
    )
}


@contextmanager
def opened(scale: Scale, told: Callable[[str], None]) -> Iterator[None]:
    """Work on the database of a scale inside the block, made first where it is missing."""
    if not _exists(scale.database):
        _make(scale, told)
    with _switched(scale.database):
        call_command("migrate", verbosity=0)
        yield


def drop(scale: Scale) -> None:
    """Remove a scratch database."""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{scale.database}"')


def _make(scale: Scale, told: Callable[[str], None]) -> None:
    """Filled under another name first: a half-made database never passes for a whole one."""
    draft = f"{scale.database}_draft"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{draft}"')
        cursor.execute(f'CREATE DATABASE "{draft}"')
    begun = time.monotonic()
    with _switched(draft):
        call_command("migrate", verbosity=0)
        at = timezone.now()
        build(Plan(cases=scale.cases, years=scale.years), at=at, told=lambda n: told(f"{scale.name}：已写 {n:,} 件"))
        if scale.copies > 1:
            multiply(scale.copies, told=lambda n: told(f"{scale.name}：已复制到 {n} 份"))
        rolling.rebuild(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("SELECT pg_database_size(current_database())")
            size = cursor.fetchone()[0] / 2**30
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{draft}" RENAME TO "{scale.database}"')
    told(f"{scale.name}：{scale.total:,} 件，用时 {time.monotonic() - begun:.0f} 秒，占盘 {size:.1f} GB")


def _exists(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


@contextmanager
def _switched(name: str) -> Iterator[None]:
    """Point this process's one connection at another database of the same server."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
