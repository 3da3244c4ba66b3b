"""Reads a table a person exported from somewhere: CSV in UTF-8 or GB18030, or the first sheet of an XLSX workbook.

Every cell becomes trimmed text and every row keeps the line number a person sees in Excel, so that an import can say
"第 17 行".
Bad files raise TableError with a Chinese sentence; nothing here touches the database.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any, Final

from openpyxl import load_workbook

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_UNPACKED: Final = 200 * 1024 * 1024
MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 200
MAX_CELL: Final = 10_000


class TableError(ValueError):
    """The file as a whole cannot be read; the message is a sentence for the person who sent it."""


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong with one row, in words the importer can act on."""

    line: int
    column: str
    sentence: str

    def __str__(self) -> str:
        where = f"“{self.column}”：" if self.column else ""
        return f"第 {self.line} 行{where}{self.sentence}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row by the names of its columns, with its line in the file (the header is line 1)."""

    line: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        """The text of a cell, empty where the file has no such column."""
        return self.cells.get(column, "")

    def error(self, column: str, sentence: str) -> RowError:
        """Something wrong with this row, said at its column."""
        return RowError(self.line, column, sentence)


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows."""

    header: tuple[str, ...]
    rows: list[Row] = field(repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def renamed(self, names: dict[str, str]) -> "Table":
        """The same table under our own column names: `names` maps a heading as people write it to ours.

        Raises TableError where two headings mean one column: the last would win in silence.
        """
        header = tuple(names.get(name, name) for name in self.header)
        for name in header:
            written = [own for own in self.header if names.get(own, own) == name]
            if len(written) > 1:
                raise TableError(f"{'和'.join(f'“{own}”' for own in written)}都是同一列，请留下一个。")
        return Table(header, [Row(row.line, {names.get(k, k): v for k, v in row.cells.items()}) for row in self.rows])

    def require(self, *columns: str) -> None:
        """Raise TableError naming every column that is missing."""
        missing = [column for column in columns if column not in self.header]
        if missing:
            raise TableError(f"缺少列：{'、'.join(missing)}。文件里的列是：{'、'.join(self.header)}。")


def read_table(source: str | Path | IO[bytes], *, max_rows: int = MAX_ROWS) -> Table:
    """Read a path or an open binary file. Raises TableError for anything that is no table within the limits."""
    data = _bytes_of(source)
    if not data:
        raise TableError("文件是空的。")
    grid = _xlsx_grid(data) if data[:4] == b"PK\x03\x04" else _csv_grid(data)
    return _table(grid, max_rows)


def _bytes_of(source: str | Path | IO[bytes]) -> bytes:
    try:
        if isinstance(source, str | Path):
            with Path(source).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        else:
            source.seek(0)
            data = source.read(MAX_BYTES + 1)
    except OSError as error:
        raise TableError(f"读不了文件 {source}：{error.strerror}。") from error
    if len(data) > MAX_BYTES:
        raise TableError(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请拆成几个再导入。")
    return data


def _csv_grid(data: bytes) -> Iterable[tuple[int, Sequence[str]]]:
    text = _decode(data)
    if "\x00" in text:
        raise TableError("文件不是文本表格，也不是 XLSX 工作簿。")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise TableError(f"第 {start} 行起的引号没有配对，或不是逗号分隔的表格。") from error


def _decode(data: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 by its mark, GB18030 otherwise: what Excel and WPS write in China."""
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableError("文件的编码既不是 UTF-8 也不是 GB18030，请另存为“CSV UTF-8”再导入。")


def _xlsx_grid(data: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    """The first sheet, streamed. A reader that builds the grid first ends the process on one stray cell far out."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise TableError("工作簿解开后太大，请删去多余的工作表和格式再导入。")
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()
        for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            if line > MAX_ROWS + 1000:
                raise TableError(f"工作表超过 {MAX_ROWS} 行，请删去多余的行再导入。")
            yield line, [_text(cell) for cell in cells]
    except TableError:
        raise
    except Exception as error:  # a damaged workbook fails in a dozen ways: zip, XML, missing parts, bad styles
        raise TableError("打不开这个工作簿，文件可能损坏或加了密码。") from error


def _text(cell: Any) -> str:
    """A typed cell as a person would write it: 12.0 is 12, a date is ISO, nothing is empty."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _table(grid: Iterable[tuple[int, Sequence[str]]], max_rows: int) -> Table:
    lines = ((line, [cell.strip() for cell in cells]) for line, cells in grid)
    filled = ((line, cells) for line, cells in lines if any(cells))
    first = next(filled, None)
    if first is None:
        raise TableError("文件里没有任何内容。")
    header = _header(first[1])
    rows: list[Row] = []
    for line, cells in filled:
        if len(rows) >= max_rows:
            raise TableError(f"超过 {max_rows} 行，请拆成几个文件再导入。")
        rows.append(_row(line, cells, header))
    return Table(tuple(name for name in header if name), rows)


def _header(cells: Sequence[str]) -> list[str]:
    names = list(cells)
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise TableError(f"列数超过 {MAX_COLUMNS}，这不像要导入的表格。")
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        raise TableError(f"表头有重复的列：{'、'.join(doubled)}。")
    return names


def _row(line: int, cells: Sequence[str], header: Sequence[str]) -> Row:
    if any(cells[len(header) :]):
        raise TableError(f"第 {line} 行有 {len(cells)} 格，表头只有 {len(header)} 列；可能是内容里的逗号没有加引号。")
    if any(len(cell) > MAX_CELL or "\x00" in cell for cell in cells):
        raise TableError(f"第 {line} 行有一格超过 {MAX_CELL} 字或含有非法字符。")
    padded = [*cells, *[""] * (len(header) - len(cells))]
    return Row(line, {name: cell for name, cell in zip(header, padded, strict=False) if name})
