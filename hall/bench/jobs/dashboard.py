"""The counts of the dashboard, by center, department, item, month and lamp, beside the same rows read raw."""

from typing import Any, Final

from django.db import connection
from django.utils import timezone

from hall.bench.jobs.filing import bare_connection
from hall.bench.measuring import Ground, Must, Result, middle
from hall.dashboard import queries, tables
from hall.dashboard.enums import Split
from hall.facts.periods import PeriodKind, holding
from hall.facts.slices import Slice

RUNS: Final = 11


def measure(ground: Ground) -> Result:
    """All five for the whole city and the year under way, as the pages ask them."""
    part = Slice(period=holding(PeriodKind.YEAR, timezone.localdate()), centers=None)

    def ours() -> None:
        for split in (Split.CENTER, Split.DEPARTMENT, Split.ITEM):
            tables.read(split, part)
        queries.series(part)

    asked = _asked(ours)
    mine = middle(ours, RUNS) * 1000
    with bare_connection() as line:
        floor = middle(lambda: _raw(line, asked), RUNS) * 1000
    return Result(
        "dashboard", ground.scale.name, mine, "ms", RUNS, floor=floor,
        musts=(Must("毫秒", mine, 50),), also={"queries": len(asked)},
    )  # fmt: skip


def _asked(work: Any) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        work()
    return found


def _raw(line: Any, asked: list[tuple[str, Any]]) -> None:
    with line.cursor() as cursor:
        for sql, params in asked:
            cursor.execute(sql, params)
            cursor.fetchall()
