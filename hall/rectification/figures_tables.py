"""Figures and the facts behind them as tables that may leave the house, with definitions and as-of time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from hall.exports.chosen import Filters
from hall.exports.tables import Column, ColumnKind, Table
from hall.facts.found import Found
from hall.facts.slices import Slice
from hall.facts.sources import Source
from hall.rectification import figures as tables
from hall.rectification.indicators import RATES


def figures(by: str, part: Slice, at: datetime, *, filters: Filters) -> Table:
    """The nine figures a line, shares as numbers between 0 and 1, with their fractions beside."""
    columns = [Column("label", tables.BY[by]), Column("n", "收到的评价", ColumnKind.NUMBER)]
    for rate in RATES:
        columns += [Column(rate.code, rate.label, ColumnKind.PERCENT), Column(f"{rate.code}.n", "分子 / 分母")]
    left_out = "；".join(f"{label} {count} 件" for label, count, _ in tables.excluded(part))
    notes = [rate.definition for rate in RATES]
    notes += [f"剔除和单列：{left_out}。", f"期间：{part.period.label}。{_as_of(at)}"]
    return Table("评价指标", columns, _figure_cells(by, part, at), notes=notes, filters=filters)


def _figure_cells(by: str, part: Slice, at: datetime) -> Iterator[tuple[Any, ...]]:
    for line in tables.lines(by, part, at):
        cells = [(cell.figure.value, cell.figure.fraction) for cell in line.cells]
        yield (line.label, line.n, *(value for pair in cells for value in pair))


def facts(source: Source, part: Slice, at: datetime, *, filters: Filters) -> Table:
    """The facts behind one number."""
    columns = (Column("at", "时间", ColumnKind.DATE), Column("text", "内容"), Column("docket", "办件编号"))
    notes = [source.definition, f"期间：{part.period.label}。{_as_of(at)}"]
    return Table(source.label, columns, _fact_cells(source, part), notes=notes, filters=filters)


def _fact_cells(source: Source, part: Slice) -> Iterator[tuple[Any, ...]]:
    for found in Found(source, part).chunks():
        yield from ((timezone.localdate(fact.occurred_at), fact.text, fact.docket) for fact in found)


def _as_of(at: datetime) -> str:
    return f"截至 {timezone.localtime(at):%Y-%m-%d %H:%M}。"
