"""Cells as they read on paper."""

from datetime import UTC, date, datetime

import pytest

from hall.exports.tables import Column, ColumnKind, written


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        ("市场监管局", ColumnKind.TEXT, "市场监管局"),
        ("", ColumnKind.TEXT, ""),
        (None, ColumnKind.TEXT, ""),
        (None, ColumnKind.NUMBER, "—"),
        (0, ColumnKind.NUMBER, "0"),
        (1204, ColumnKind.NUMBER, "1,204"),
        (3.54, ColumnKind.DAYS, "3.5"),
        (0.986, ColumnKind.PERCENT, "98.6%"),
        (1.0, ColumnKind.PERCENT, "100%"),
        (date(2026, 5, 13), ColumnKind.DATE, "2026-05-13"),
        (datetime(2026, 5, 13, 1, 15, tzinfo=UTC), ColumnKind.DATETIME, "2026-05-13 09:15"),
    ],
)
def test_a_cell_reads_as_its_column_says(value: object, kind: ColumnKind, text: str) -> None:
    assert written(value, kind) == text


def test_a_share_is_cut_off_so_that_almost_all_is_not_all() -> None:
    assert written(0.99999, ColumnKind.PERCENT) == "99.9%"


@pytest.mark.parametrize("kind", ColumnKind)
def test_figures_stand_at_the_right_and_words_at_the_left(kind: ColumnKind) -> None:
    figures = {ColumnKind.NUMBER, ColumnKind.PERCENT, ColumnKind.DAYS}
    assert Column("x", "列", kind).right == (kind in figures)
