"""Typed XLSX: text stays text (no formula, no lost zero), with a watermark line that says who took it and why."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from approvals.cases.exchange import SHEETS, Cells, Sheet

_CONTROL: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])


def write(path: Path, rows: Iterable[tuple[Sheet, Cells]], *, who: str, purpose: str, at: datetime) -> int:
    """Write all tables, one sheet each; returns how many rows. Streams: memory does not grow with the rows."""
    book = Workbook(write_only=True)
    sheets = {}
    mark = f"{who} {timezone.localtime(at):%Y-%m-%d %H:%M} 导出，用途：{purpose}。含个人信息，按规定保管。"
    for sheet in SHEETS:
        page = book.create_sheet(sheet.name)
        page.append([_cell(page, mark, faint=True)])
        page.append([_cell(page, name) for name, _ in sheet.columns])
        page.append([_cell(page, label, bold=True) for _, label in sheet.columns])
        page.freeze_panes = "B4"
        sheets[sheet.name] = page
    count = 0
    for sheet, cells in rows:
        page = sheets[sheet.name]
        page.append([_cell(page, value) for value in cells])
        count += 1
    book.save(path)
    return count


def _cell(page: Any, value: Any, *, bold: bool = False, faint: bool = False) -> Any:
    """A cell whose type is what the value is; text never becomes a formula (reliability X04)."""
    if isinstance(value, str):
        value = value.translate(_CONTROL)[:32767]
    elif isinstance(value, bool):
        value = "是" if value else "否"
    cell = WriteOnlyCell(page, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    if bold or faint:
        cell.font = Font(bold=bold, color="808080" if faint else None)
    return cell
