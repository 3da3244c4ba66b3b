"""Reading the file of a notice, `date,kind,name,document_no`. Pure; all of it or nothing, each fault with its line.

What is refused is what has gone wrong elsewhere: a day twice, a make-up day on a weekday, a hole in a holiday, a whole
year of rows, days of another year (reliability.md T05).
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from hall.workdays.arithmetic import FIRST_YEAR, LAST_YEAR, Day, DayKind
from hall.workdays.enums import RowKind
from hall.workdays.shipped import notice_year
from hall.workdays.statutory import statutory_days

HEADER = ("date", "kind", "name", "document_no")
MOST_ROWS = 366
MOST_BYTES = 100_000
CHECKED_FROM = 2014  # years whose regulation is known to fix each statutory day singly
WEEKDAYS = "一二三四五六日"


class NoticeRow(NamedTuple):
    """One line as written."""

    line: int
    on: date
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """A file without fault."""

    year: int
    document_no: str
    rows: tuple[NoticeRow, ...]


class BadNotice(ValueError):
    """Why the file was refused; `faults` are sentences with their line numbers."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def decode(content: bytes) -> str:
    """UTF-8, with or without a mark, or GB 18030 as spreadsheets here write it."""
    if len(content) > MOST_BYTES:
        raise BadNotice([f"文件超过 {MOST_BYTES // 1000} KB，放假通知不会这么长。"])
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadNotice(["文件不是 UTF-8 或 GB18030 编码的文本。"])


def parse(text: str, existing: Mapping[date, Day] | None = None) -> NoticeFile:
    """Read and check a file. `existing` are the days in force, which an amendment may take back. Raises BadNotice."""
    existing = existing or {}
    rows, numbers, faults = _read(text)
    faults += _count_faults(rows) + _repeated(rows)
    faults += [fault for row in rows for fault in _row_faults(row, existing)]
    years = {notice_year(row.on, row.name) for row in rows}
    if len(years) > 1:
        faults.append(f"一个文件只放一年的安排，这里有 {'、'.join(str(y) for y in sorted(years))} 年。")
    if len(numbers) > 1:
        faults.append(f"一个文件只放一份通知，这里有多个文号：{'、'.join(sorted(n or '（空）' for n in numbers))}。")
    if faults:
        raise BadNotice(faults)
    return NoticeFile(years.pop(), numbers.pop(), tuple(rows))


def _read(text: str) -> tuple[list[NoticeRow], set[str], list[str]]:
    if "\0" in text:
        return [], set(), ["文件里有空字符，不是文本文件。"]
    reader = csv.reader(io.StringIO(text))
    header = tuple(cell.strip() for cell in next(reader, []))
    if header != HEADER:
        return [], set(), [f"第 1 行：表头应为 {','.join(HEADER)}。"]
    rows, numbers, faults = [], set(), []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            row, number = _row(reader.line_num, [cell.strip() for cell in cells])
        except ValueError as error:
            faults.append(f"第 {reader.line_num} 行：{error}")
            continue
        rows.append(row)
        numbers.add(number)
    return rows, numbers, faults


def _row(line: int, cells: list[str]) -> tuple[NoticeRow, str]:
    if len(cells) != len(HEADER):
        raise ValueError(f"应有 {len(HEADER)} 列，实际 {len(cells)} 列。")
    written, kind, name, number = cells
    try:
        on = date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"日期“{written[:20]}”要写成 2027-01-01 的样子。") from None
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise ValueError(f"日期须在 {FIRST_YEAR}—{LAST_YEAR} 年之间。")
    if kind not in RowKind.values:
        raise ValueError(f"安排“{kind[:20]}”只能是 off（放假）或 work（调休上班）。")
    if not 0 < len(name) <= 20 or len(number) > 60:
        raise ValueError("节日名称须填写，最多 20 个字；文号最多 60 个字，没有就留空。")
    return NoticeRow(line, on, kind, name), number


def _count_faults(rows: list[NoticeRow]) -> list[str]:
    if len(rows) > MOST_ROWS:
        return [f"有 {len(rows)} 天。一年的安排只写放假和调休的日子，不会超过 {MOST_ROWS} 天。"]
    return [] if rows else ["文件里没有一天的安排。"]


def _repeated(rows: list[NoticeRow]) -> list[str]:
    first: dict[date, int] = {}
    faults = []
    for row in rows:
        if row.on in first:
            faults.append(f"第 {row.line} 行：{row.on} 与第 {first[row.on]} 行重复。")
        first.setdefault(row.on, row.line)
    return faults


def _row_faults(row: NoticeRow, existing: Mapping[date, Day]) -> list[str]:
    current = existing.get(row.on)
    takes_back = current is not None and current.kind is DayKind.HOLIDAY
    if row.kind == RowKind.WORK and row.on.weekday() < 5 and not takes_back:
        return [f"第 {row.line} 行：{row.on} 是周{WEEKDAYS[row.on.weekday()]}，本来就上班，不能是调休上班日。"]
    return []


def gaps(days: Mapping[date, Day], year: int) -> list[str]:
    """Holes in the year once the file is laid over what is in force: statutory days not off, holidays torn apart."""
    faults = [
        f"{year} 年{entry.name}的法定假日 {on} 没有放假，文件有缺漏。"
        for on, entry in sorted(statutory_days(year).items())
        if year >= CHECKED_FROM and not _is_off(on, days)
    ]
    by_name: dict[str, list[date]] = {}
    for on, entry in sorted(days.items()):
        # Weekend days named by the notice are off anyway; a holiday is torn apart between its weekdays.
        if entry.kind is DayKind.HOLIDAY and on.weekday() < 5 and notice_year(on, entry.name) == year:
            by_name.setdefault(entry.name, []).append(on)
    for name, offs in by_name.items():
        run = (offs[0] + timedelta(days=n) for n in range((offs[-1] - offs[0]).days))
        faults += [f"{name}放假中间缺 {on}，应当连续。" for on in run if not _is_off(on, days)]
    return faults


def _is_off(on: date, days: Mapping[date, Day]) -> bool:
    entry = days.get(on)
    return on.weekday() >= 5 if entry is None else not entry.working
