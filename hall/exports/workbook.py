"""A table as one typed sheet, headed by who took it, when and what for."""

from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from hall.exports.cells import cell
from hall.exports.tables import ColumnKind, Row, Table, cut_off

_FORMATS: Final = {
    ColumnKind.NUMBER: "#,##0",
    ColumnKind.PERCENT: "0.0%",
    ColumnKind.DAYS: "0.0",
    ColumnKind.DATE: "yyyy-mm-dd",
    ColumnKind.DATETIME: "yyyy-mm-dd hh:mm",
}
_WIDTHS: Final = {ColumnKind.TEXT: 24, ColumnKind.DATETIME: 18}
_FORBIDDEN: Final = str.maketrans("", "", "[]:*?/\\'")


def write(path: Path, table: Table, rows: list[Row], *, mark: str) -> None:
    """Write the sheet: mark, title, notes, head, rows. Cells have the types their columns say."""
    book = Workbook(write_only=True)
    page = book.create_sheet(table.title.translate(_FORBIDDEN)[:31] or "表")
    head = 4 + len(table.head)
    page.freeze_panes = f"A{head}"
    for number, column in enumerate(table.columns, 1):
        width = _WIDTHS.get(ColumnKind(column.kind), 12)
        page.column_dimensions[get_column_letter(number)].width = max(width, len(column.label) * 2 + 2)
    page.append([cell(page, mark, faint=True)])
    page.append([cell(page, table.title, bold=True)])
    for note in table.head:
        page.append([cell(page, note, faint=True)])
    page.append([cell(page, column.label, bold=True) for column in table.columns])
    for row in rows:
        page.append(_row(page, table, row))
    book.save(path)


def _row(page: Any, table: Table, row: Row) -> list[Any]:
    return [_typed(page, value, ColumnKind(column.kind)) for value, column in zip(row, table.columns, strict=True)]


def _typed(page: Any, value: Any, kind: ColumnKind) -> Any:
    if isinstance(value, str):
        return cell(page, value)
    if kind == ColumnKind.PERCENT and value is not None:
        value = cut_off(value)
    return cell(page, value, number_format=_FORMATS.get(kind, ""))
