"""What stands in the files: types, marks, notes, and nothing that a spreadsheet would calculate."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from hall.exports import paper, workbook
from hall.exports.tables import Column, Row, Table

STAMP = "王丽 2026-05-13 09:15"
MARK = f"{STAMP} 导出，用途：督查通报。"
COLUMNS = (
    Column("docket", "办件编号"),
    Column("n", "件数", "number"),
    Column("rate", "按时率", "percent"),
    Column("on", "到期日", "date"),
)
ROWS: list[Row] = [("0013", 1204, 0.986, date(2026, 5, 13)), ("=1+1", None, None, None)]


def table(rows: list[Row] = ROWS, **facts: Any) -> Table:
    return Table("各部门/五月", COLUMNS, rows, notes=["截至 5 月 13 日 09:15"], filters=None, **facts)


@pytest.fixture
def sheet(tmp_path: Path) -> Any:
    workbook.write(tmp_path / "t.xlsx", table(), ROWS, mark=MARK)
    return load_workbook(tmp_path / "t.xlsx").active


def test_the_sheet_begins_with_who_took_it_and_what_for(sheet: Any) -> None:
    assert [sheet.cell(n, 1).value for n in (1, 2, 3)] == [MARK, "各部门/五月", "截至 5 月 13 日 09:15"]


def test_the_sheet_is_named_without_what_a_spreadsheet_forbids(sheet: Any) -> None:
    assert sheet.title == "各部门五月"


def test_a_number_with_leading_zeros_stays_text(sheet: Any) -> None:
    assert (sheet.cell(5, 1).value, sheet.cell(5, 1).data_type) == ("0013", "s")


def test_figures_and_days_are_typed(sheet: Any) -> None:
    values = [sheet.cell(5, n).value for n in (2, 3, 4)]
    assert values[:2] == [1204, 0.986]
    assert values[2].date() == date(2026, 5, 13)
    assert sheet.cell(5, 3).number_format == "0.0%"


def test_text_never_becomes_a_formula(sheet: Any) -> None:
    assert sheet.cell(6, 1).data_type == "s"


def test_what_is_not_known_stays_empty(sheet: Any) -> None:
    assert [sheet.cell(6, n).value for n in (2, 3, 4)] == [None, None, None]


def pdf_of(made: Table, rows: list[Row]) -> PdfReader:
    return PdfReader(io.BytesIO(paper.render(made, rows, mark=MARK, stamp=STAMP, center="海港区政务服务中心")))


def test_the_paper_shows_title_notes_rows_and_mark() -> None:
    text = pdf_of(table(), ROWS).pages[0].extract_text().replace(" ", "")
    for words in ("各部门/五月", "截至5月13日09:15", "98.6%", "1,204", "用途：督查通报"):
        assert words in text


def test_a_long_list_repeats_its_head_on_every_page() -> None:
    rows: list[Row] = [(f"{n:04d}", n, 0.5, None) for n in range(120)]
    pages = pdf_of(table(rows), rows).pages
    assert len(pages) > 1
    assert all("办件编号" in page.extract_text().replace(" ", "") for page in pages)


def test_an_empty_list_says_so() -> None:
    assert "没有符合条件的记录" in pdf_of(table([]), []).pages[0].extract_text().replace(" ", "")


def test_a_wide_table_lies_on_its_side() -> None:
    wide = Table("宽表", [Column(str(n), f"列{n}") for n in range(7)], [], filters=None)
    box = pdf_of(wide, []).pages[0].mediabox
    assert box.width > box.height


def test_the_same_list_gives_the_same_bytes() -> None:
    first, second = (paper.render(table(), ROWS, mark=MARK, stamp=STAMP, center="中心") for _ in range(2))
    assert first == second


def test_characters_no_font_has_do_not_stop_the_print() -> None:
    assert pdf_of(table(), [("\U0001f600\x00", 1, None, None)]).pages


def test_who_and_when_stand_under_the_text_of_every_page() -> None:
    rows: list[Row] = [(f"{n:04d}", n, 0.5, None) for n in range(120)]
    for page in pdf_of(table(rows), rows).pages:
        assert page.extract_text().replace(" ", "").count("王丽2026-05-1309:15") >= 5


def widths(columns: list[Column], *texts: str) -> list[str]:
    """How each column takes its room: fixed, a share, or as wide as it is."""
    found = paper._columns(columns, [list(texts)] * 3)
    return ["em" if "em" in one else "fr" if "fr" in one else "" for one in found]


def test_figures_and_short_words_take_no_more_room_than_they_need() -> None:
    columns = [Column("n", "件数", "number"), Column("on", "到期日", "date"), Column("c", "颜色"), Column("t", "情况")]
    assert widths(columns, "1,204", "2026-05-13", "黄牌", "窗口没有写明要补正的材料") == ["", "", "", "fr"]


def test_the_longer_text_has_the_larger_share() -> None:
    columns = [Column("a", "部门"), Column("b", "情况")]
    department, text = paper._columns(columns, [["海港区市场监督管理局", "窗口没有写明要补正的全部材料" * 3]])
    assert text["fr"] > 2 * department["fr"]


def test_a_crowded_page_writes_moments_on_two_lines() -> None:
    columns = [Column(str(n), "时间", "datetime") for n in range(paper.CROWDED + 1)]
    assert set(widths(columns, *["2026-05-13 09:15"] * len(columns))) == {"em"}


def test_a_text_longer_than_a_page_goes_on_on_the_next_one() -> None:
    long = "值班日记" * 1500
    pages = pdf_of(Table("日记", [Column("t", "日记")], [], filters=None), [(long,)]).pages
    assert len(pages) > 1
    assert sum(page.extract_text().replace(" ", "").replace("\n", "").count("值班日记") for page in pages) > 1400


def test_a_workbook_is_printed_with_its_head_and_mark_on_every_page(sheet: Any) -> None:
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.oddFooter.left.text == MARK
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)


def test_a_number_of_a_case_stays_in_one_piece() -> None:
    columns = [Column("k", "办件编号"), Column("t", "情况")]
    assert widths(columns, "1303020012202611050012", "窗口没有写明要补正的全部材料") == ["", "fr"]


def test_an_empty_text_is_an_empty_cell(tmp_path: Path) -> None:
    rows: list[Row] = [("", 1, None, None)]
    workbook.write(tmp_path / "t.xlsx", table(rows), rows, mark=MARK)
    made: Any = load_workbook(tmp_path / "t.xlsx").active
    assert (made.cell(5, 1).value, made.cell(5, 1).data_type) == (None, "n")


def test_a_long_text_is_wrapped_in_its_cell_and_the_lines_above_are_not(tmp_path: Path) -> None:
    rows: list[Row] = [("窗口没有写明要补正的全部材料", 1, None, None)]
    workbook.write(tmp_path / "t.xlsx", table(rows), rows, mark=MARK)
    made: Any = load_workbook(tmp_path / "t.xlsx").active
    assert [bool(made.cell(n, 1).alignment.wrap_text) for n in (1, 5)] == [False, True]
