"""A table as one typed sheet, headed by who took it, when and what for."""

from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from hall.exports.cells import cell
from hall.exports.paper import UPRIGHT_COLUMNS
from hall.exports.tables import ColumnKind, Row, Table, cut_off

_FORMATS: Final = {
    ColumnKind.NUMBER: "#,##0",
    ColumnKind.PERCENT: "0.0%",
    ColumnKind.DAYS: "0.0",
    ColumnKind.DATE: "yyyy-mm-dd",
    ColumnKind.DATETIME: "yyyy-mm-dd hh:mm",
}
_WIDTHS: Final = {ColumnKind.TEXT: 24, ColumnKind.DATETIME: 18}
# More than a column of text shows on one line.
_LONG: Final = 12
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
_FOOT: Final = 200  # a spreadsheet takes 255 characters for the whole line
_FORBIDDEN: Final = str.maketrans("", "", "[]:*?/\\'")


def write(path: Path, table: Table, rows: list[Row], *, mark: str) -> None:
    """Write the sheet: mark, title, notes, head, rows. Cells have the types their columns say."""
    book = Workbook(write_only=True)
    page = book.create_sheet(table.title.translate(_FORBIDDEN)[:31] or "表")
    head = 4 + len(table.head)
    page.freeze_panes = f"A{head}"
    _print_setup(page, head - 1, mark, wide=len(table.columns) > UPRIGHT_COLUMNS)
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


def _print_setup(page: Any, head: int, mark: str, *, wide: bool) -> None:
    """As wide as the paper, the head on every page, and at its foot who took it: a print is marked like the file."""
    page.print_title_rows = f"{head}:{head}"
    page.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    page.page_setup.orientation = "landscape" if wide else "portrait"
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.oddFooter.left.text = mark.replace("&", "＆")[:_FOOT]
    page.oddFooter.right.text = "第 &P 页　共 &N 页"


def _row(page: Any, table: Table, row: Row) -> list[Any]:
    return [_typed(page, value, ColumnKind(column.kind)) for value, column in zip(row, table.columns, strict=True)]


def _typed(page: Any, value: Any, kind: ColumnKind) -> Any:
    if value == "":
        return cell(page, None)  # an empty text is no value: a spreadsheet counts it otherwise
    if isinstance(value, str):
        made = cell(page, value)
        if len(value) > _LONG:
            made.alignment = _WRAPPED
        return made
    if kind == ColumnKind.PERCENT and value is not None:
        value = cut_off(value)
    return cell(page, value, number_format=_FORMATS.get(kind, ""))
