"""Tables as people export them."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from hall.organisation import tables
from hall.organisation.tables import Row, RowError, Table, TableError, read_table

TEXT = "姓名,工号\n王丽,A01\n\n张强,A02\n"


def read(data: bytes | str) -> Table:
    return read_table(io.BytesIO(data.encode() if isinstance(data, str) else data))


def workbook(*rows: list[object]) -> io.BytesIO:
    book, target = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(target)
    return target


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_reads_the_encodings_excel_and_wps_write(encoding: str) -> None:
    assert [row.get("姓名") for row in read(TEXT.encode(encoding))] == ["王丽", "张强"]


def test_rows_keep_the_line_a_person_sees() -> None:
    assert [row.line for row in read(TEXT)] == [2, 4]


def test_a_quoted_line_break_does_not_shift_later_lines() -> None:
    table = read('a,b\n"x\ny",1\nz,2\n')
    assert [(row.line, row.get("a")) for row in table] == [(2, "x\ny"), (4, "z")]


def test_mixed_line_ends_are_read() -> None:
    assert len(read("a,b\r\n1,2\n3,4\r\n")) == 2


def test_cells_are_trimmed_and_short_rows_padded() -> None:
    assert read("a,b\n 1 \n").rows == [Row(2, {"a": "1", "b": ""})]


def test_a_workbook_gives_text_as_people_write_it() -> None:
    table = read_table(workbook(["编号", "日期", "数"], [12.0, date(2026, 4, 13), 1.5]))
    assert table.rows[0].cells == {"编号": "12", "日期": "2026-04-13", "数": "1.5"}


def test_an_empty_line_in_a_workbook_keeps_the_numbering() -> None:
    assert [row.line for row in read_table(workbook(["a"], ["1"], [], ["2"]))] == [2, 4]


def test_reads_a_path(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TEXT)
    assert len(read_table(tmp_path / "t.csv")) == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "空的"),
        (b"\n\n , \n", "没有任何内容"),
        (b"a,b\n\x00,1\n", "不是文本表格"),
        (b'a,b\n"x,1\n', "引号"),
        (b"a,a\n1,2\n", "重复的列：a"),
        (b"a\n1,2\n", "第 2 行有 2 格"),
        (b"\xff\xfe\x00", "编码"),
        (b"PK\x03\x04 broken", "打不开这个工作簿"),
        (",".join(f"c{n}" for n in range(300)).encode(), "列数"),
        (b"a\n" + b"x" * 10_001, "超过 10000 字"),
    ],
)
def test_a_bad_file_has_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(TableError, match=sentence):
        read(data)


def test_a_missing_file_has_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="读不了文件"):
        read_table(tmp_path / "nothing.csv")


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(TableError, match="超过 2 行"):
        read_table(io.BytesIO(b"a\n1\n2\n3\n"), max_rows=2)


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_BYTES", 10)
    with pytest.raises(TableError, match="超过 0 MB"):
        read("a,b\n" + "1,2\n" * 5)


def test_a_zip_bomb_is_refused_before_unpacking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_UNPACKED", 1000)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "0" * 5000)
    with pytest.raises(TableError, match="解开后太大"):
        read_table(target)


def test_a_stray_cell_far_out_is_refused() -> None:
    book, target = Workbook(), io.BytesIO()
    book.active["A1"], book.active["XFD900000"] = "a", "x"
    book.save(target)
    with pytest.raises(TableError, match="工作表超过"):
        read_table(target)


def test_missing_columns_are_named_together() -> None:
    with pytest.raises(TableError, match="缺少列：x、y"):
        read("a,b\n1,2\n").require("a", "x", "y")


def test_headings_can_be_renamed() -> None:
    table = read(TEXT).renamed({"姓名": "name"})
    assert (table.header, table.rows[0].get("name")) == (("name", "工号"), "王丽")


def test_an_error_names_line_and_column() -> None:
    assert str(RowError(17, "工号", "不能为空。")) == "第 17 行“工号”：不能为空。"
