"""Cells of a workbook and on paper: types, zones, controls, shares cut off; the same value says the same in both."""

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from hall.exports import glyphs, workbook
from hall.exports.cells import cell
from hall.exports.tables import Column, ColumnKind, Row, Table, cut_off, written

PAGE = Workbook(write_only=True).create_sheet("页")


def made(value: Any, **how: Any) -> Any:
    return cell(PAGE, value, **how)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "'=1", "0013", "TRUE"]
)
def test_x04_text_is_text_whatever_it_looks_like(text: str) -> None:
    assert made(text).data_type == "s"


@given(st.text(max_size=50))
def test_any_text_is_kept_but_for_what_no_sheet_may_hold(text: str) -> None:
    value = made(text).value
    assert value == "".join(c for c in text if c >= " " or c in "\t\n\r")


def test_a_text_longer_than_a_cell_is_cut() -> None:
    assert len(made("字" * 40_000).value) == 32_767


@pytest.mark.parametrize(("value", "text"), [(True, "是"), (False, "否")])
def test_yes_and_no_are_words_in_both(value: bool, text: str) -> None:
    assert made(value).value == text
    assert written(value, ColumnKind.NUMBER) == written(value, ColumnKind.TEXT) == text


def test_a_moment_is_beijing_wall_clock_in_both() -> None:
    moment = datetime(2026, 5, 12, 23, 30, tzinfo=UTC)
    assert made(moment).value == datetime(2026, 5, 13, 7, 30)  # noqa: DTZ001 - a sheet knows no zone
    assert written(moment, ColumnKind.DATETIME) == "2026-05-13 07:30"


@pytest.mark.parametrize("kind", ColumnKind)
def test_a_dash_in_any_column_stays_a_dash(kind: ColumnKind) -> None:
    assert written("—", kind) == "—"


@pytest.mark.parametrize("kind", [kind for kind in ColumnKind if kind != ColumnKind.TEXT])
def test_nothing_is_a_dash_on_paper_and_never_a_nought(kind: ColumnKind) -> None:
    assert written(None, kind) == "—"


@given(whole=st.integers(1, 10**6), missing=st.integers(1, 10**6))
def test_almost_all_is_never_written_as_all(whole: int, missing: int) -> None:
    share = whole / (whole + missing)
    assert written(share, ColumnKind.PERCENT) != "100%"
    assert cut_off(share) < 1


@given(whole=st.integers(1, 10**6), part=st.integers(0, 10**6))
def test_a_share_is_cut_by_less_than_a_tenth_of_a_percent(whole: int, part: int) -> None:
    share = min(part, whole) / whole
    assert 0 <= share - cut_off(share) + 1e-9 < 0.001 + 1e-8


@given(st.integers(0, 1000))
def test_a_tenth_of_a_percent_is_itself(permille: int) -> None:
    assert cut_off(permille / 1000) == permille / 1000


@given(st.integers(-(10**12), 10**12))
def test_a_number_can_be_read_back(n: int) -> None:
    assert int(written(n, ColumnKind.NUMBER).replace(",", "")) == n


@pytest.fixture
def sheet(tmp_path: Path) -> Any:
    """One row of each type, and one of nothing."""
    kinds = list(ColumnKind)
    rows: list[Row] = [
        ["甲", 1234, 0.99999, 3.54, date(2026, 5, 13), datetime(2026, 5, 13, 1, 15, tzinfo=UTC)], [None] * 6,
        ["—"] * 6,
    ]  # fmt: skip
    table = Table("表", [Column(kind, kind.label, kind) for kind in kinds], rows, filters=None)
    workbook.write(tmp_path / "t.xlsx", table, rows, mark="记号")
    return load_workbook(tmp_path / "t.xlsx").active


def test_every_cell_has_the_type_of_its_column(sheet: Any) -> None:
    assert [sheet.cell(4, n).data_type for n in range(1, 7)] == ["s", "n", "n", "n", "d", "d"]


def test_every_type_has_its_format(sheet: Any) -> None:
    assert [sheet.cell(4, n).number_format for n in range(2, 7)] == [
        "#,##0", "0.0%", "0.0", "yyyy-mm-dd", "yyyy-mm-dd hh:mm",
    ]  # fmt: skip


def test_a_spreadsheet_cannot_round_almost_all_up_to_all(sheet: Any) -> None:
    assert sheet.cell(4, 3).value == 0.999


def test_nothing_is_an_empty_cell_and_a_dash_is_text(sheet: Any) -> None:
    assert [sheet.cell(5, n).value for n in range(1, 7)] == [None] * 6
    assert [sheet.cell(6, n).data_type for n in range(1, 7)] == ["s"] * 6


def test_the_head_stays_in_sight(sheet: Any) -> None:
    assert sheet.freeze_panes == "A4"
    assert [sheet.cell(3, n).font.b for n in range(1, 7)] == [True] * 6


@pytest.mark.parametrize(
    ("title", "name"),
    [("各部门", "各部门"), ("a[b]:c*?/\\'d", "abcd"), ("[]", "表"), ("长" * 50, "长" * 31)],
)
def test_a_sheet_is_named_as_a_spreadsheet_allows(tmp_path: Path, title: str, name: str) -> None:
    workbook.write(tmp_path / "t.xlsx", Table(title, [Column("a", "甲")], [], filters=None), [], mark="记号")
    assert load_workbook(tmp_path / "t.xlsx").sheetnames == [name]


@pytest.mark.parametrize(("text", "lost"), [("政务服务大厅 2026", ()), ("甲\U0001f600乙", ("\U0001f600",)), ("", ())])
def test_what_no_font_can_draw_is_named(text: str, lost: tuple[str, ...]) -> None:
    assert glyphs.missing(text) == lost


def test_the_file_is_a_workbook_whatever_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    rows: list[Row] = [["\x00\x0b\x1f" + chr(n)] for n in range(1, 128)]
    workbook.write(path, Table("表", [Column("a", "甲")], rows, filters=None), rows, mark="\x01记号")
    assert load_workbook(io.BytesIO(path.read_bytes())).active.max_row == 130  # type: ignore[union-attr]
