"""A list that can leave the house: columns with their types, rows, and the notes that make its numbers honest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone

from hall.exports.chosen import Filters, said

Row = Sequence[Any]


class ColumnKind(TextChoices):
    """What the cells of a column are; decides the cell type of a workbook and the alignment on paper.

    NUMBER is whole; what has halves and tenths (days, points) is DAYS, or it would be shown rounded.
    """

    TEXT = "text", "文字"
    NUMBER = "number", "数"
    PERCENT = "percent", "百分比"
    DAYS = "days", "天数、分数"
    DATE = "date", "日期"
    DATETIME = "datetime", "时间"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. A percent cell is a share between 0 and 1; None stays empty, on paper a dash."""

    key: str
    label: str
    kind: ColumnKind | str = ColumnKind.TEXT

    @property
    def right(self) -> bool:
        """Figures stand at the right."""
        return self.kind in (ColumnKind.NUMBER, ColumnKind.PERCENT, ColumnKind.DAYS)


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table. `notes` hold definition, exclusions and the as-of time, a sentence each.

    `filters` is what the list was narrowed by: nobody makes a table without saying so; None for what is no list and
    knows no filter. `rows` may be a generator: it is read once. `center_code` goes into the trail; `most` bounds one
    export.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    notes: Sequence[str] = ()
    center_code: str = ""
    personal: bool = False
    most: int = 50_000
    filters: Filters | None = field(kw_only=True)

    @property
    def head(self) -> list[str]:
        """The lines between title and columns."""
        return [*([] if self.filters is None else [said(self.filters)]), *self.notes]


def cut_off(share: float) -> float:
    """A share to the tenth of a percent, never rounded up: on paper and in a workbook almost all is not all."""
    return int(float(share) * 1000 + 1e-9) / 1000


def written(value: Any, kind: ColumnKind | str) -> str:
    """How a cell reads on paper."""
    if value is None or value == "":
        return "—" if kind != ColumnKind.TEXT else ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if kind == ColumnKind.PERCENT:
        return f"{round(cut_off(value) * 100, 1):g}%"
    if kind in (ColumnKind.NUMBER, ColumnKind.DAYS) and isinstance(value, int | float):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    return str(value)
