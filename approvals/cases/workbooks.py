"""Typed XLSX: text stays text (no formula, no lost zero), with a watermark line that says who took it and why."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.utils import timezone
from openpyxl import Workbook

from approvals.cases.exchange import SHEETS, Cells, Sheet
from hall.exports.cells import cell


def write(path: Path, rows: Iterable[tuple[Sheet, Cells]], *, who: str, purpose: str, at: datetime) -> int:
    """Write all tables, one sheet each; returns how many rows. Streams: memory does not grow with the rows."""
    book = Workbook(write_only=True)
    sheets = {}
    mark = f"{who} {timezone.localtime(at):%Y-%m-%d %H:%M} 导出，用途：{purpose}。含个人信息，按规定保管。"
    for sheet in SHEETS:
        page = book.create_sheet(sheet.name)
        page.append([cell(page, mark, faint=True)])
        page.append([cell(page, name) for name, _ in sheet.columns])
        page.append([cell(page, label, bold=True) for _, label in sheet.columns])
        page.freeze_panes = "B4"
        sheets[sheet.name] = page
    count = 0
    for sheet, cells in rows:
        page = sheets[sheet.name]
        page.append([cell(page, value) for value in cells])
        count += 1
    book.save(path)
    return count
