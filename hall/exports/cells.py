"""Typed cells of a workbook: text stays text (no formula, no lost zero), days stay days, shares stay numbers."""

from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

_CONTROL: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])


def cell(page: Any, value: Any, *, bold: bool = False, faint: bool = False, number_format: str = "") -> Any:
    """A cell whose type is what the value is; text never becomes a formula (reliability X04).

    Spreadsheets know no zone: an aware moment is written as Beijing wall-clock time.
    """
    if isinstance(value, str):
        value = value.translate(_CONTROL)[:32767]
    elif isinstance(value, bool):
        value = "是" if value else "否"
    elif isinstance(value, datetime) and value.tzinfo:
        value = timezone.localtime(value).replace(tzinfo=None)
    made = WriteOnlyCell(page, value=value)
    if isinstance(value, str):
        made.data_type = "s"
    if number_format:
        made.number_format = number_format
    if bold or faint:
        made.font = Font(bold=bold, color="808080" if faint else None)
    return made
