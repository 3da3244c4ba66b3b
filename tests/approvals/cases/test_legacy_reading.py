"""Reading cases of another system: what is wrong with a map or a row is a sentence (存量办件)."""

from datetime import date
from pathlib import Path

import pytest

from approvals.cases.legacy import LegacyMap, MapError, Reading, read_cases
from hall.organisation.tables import read_table
from tests.builders import moment

GOOD = """
[fixed]
item = "A1"
handler = "T1"
[columns]
number = "no"
received = "in"
closed = "out"
due = "due"
channel = "way"
granted = "ok"
[channels]
Desk = "window"
"""


def legacy(tmp_path: Path, text: str = GOOD) -> LegacyMap:
    (tmp_path / "map.toml").write_text(text, encoding="utf-8")
    return LegacyMap.read(tmp_path / "map.toml")


def reading(tmp_path: Path, *lines: str, known: frozenset[str] = frozenset()) -> Reading:
    path = tmp_path / "cases.csv"
    path.write_text("no,in,out,due,way,ok\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return read_cases(read_table(path), legacy(tmp_path), known=set(known))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('number = "no"', "", "缺：number"),
        ('received = "in"', 'received = ""', "缺：received"),
        ('granted = "ok"', 'granted = "ok"\ncolour = "c"', "不认识：colour"),
        ('Desk = "window"', 'Desk = "counter"', "没有这种渠道：counter"),
        ('item = "A1"', "", r"\[fixed\] 里要写 item"),
        ('handler = "T1"', 'handler = ""', r"\[fixed\] 里要写 item"),
        ("[fixed]", "[fixed", "读不出来"),
    ],
)
def test_a_wrong_map_is_told_in_a_sentence(tmp_path, old, new, sentence):
    with pytest.raises(MapError, match=sentence):
        legacy(tmp_path, GOOD.replace(old, new))


def test_a_map_that_is_not_there_is_told(tmp_path):
    with pytest.raises(MapError, match="读不出来"):
        LegacyMap.read(tmp_path / "none.toml")


def test_a_map_in_another_encoding_is_told(tmp_path):
    (tmp_path / "map.toml").write_bytes('item = "事项"'.encode("gb18030"))
    with pytest.raises(MapError, match="读不出来"):
        LegacyMap.read(tmp_path / "map.toml")


def test_a_row_is_understood(tmp_path):
    [case] = reading(tmp_path, "A1,2011-10-11T13:42,2011-11-06T13:41,2011-12-06,Desk,1").cases
    assert (case.number, case.channel, case.handler, case.granted) == ("A1", "window", "T1", True)
    assert (case.received_at, case.due_on) == (moment("2011-10-11 13:42"), date(2011, 12, 6))


@pytest.mark.parametrize("offset", ["", "+02:00", "Z", "-05:00"])
def test_the_time_is_what_the_clock_on_the_wall_showed(tmp_path, offset):
    [case] = reading(tmp_path, f"A1,2011-10-11T23:42:22{offset},,,,").cases
    assert case.received_at == moment("2011-10-11 23:42:22")


@pytest.mark.parametrize(("cell", "granted"), [("1", True), ("0", False), ("", None), ("yes", None)])
def test_only_one_and_zero_are_an_outcome(tmp_path, cell, granted):
    assert reading(tmp_path, f"A1,2011-10-11,,,,{cell}").cases[0].granted is granted


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (",2011-10-11,,,,", "编号和收件时间都要有"),
        ("A1,,,,,", "编号和收件时间都要有"),
        ("A1,yesterday,,,,", "不是时间"),
        ("A1,2011-13-41,,,,", "不是时间"),
        ("A1,0011-10-11,,,,", "不是时间"),
        ("A1,2011-10-11,,31/12/2011,,", "不是时间"),
        ("A1,2011-10-11,,,pigeon,", "渠道“pigeon”"),
    ],
)
def test_a_wrong_row_is_named_and_not_imported(tmp_path, line, sentence):
    found = reading(tmp_path, line)
    assert found.cases == []
    assert any(sentence in str(error) for error in found.errors)


def test_an_end_before_its_beginning_becomes_the_same_day_with_a_warning(tmp_path):
    found = reading(tmp_path, "A1,2011-12-12T01:06,2011-12-11T00:00,,,")
    assert found.cases[0].closed_at == found.cases[0].received_at
    assert "按收件当日办结导入" in str(found.warnings[0])


@pytest.mark.parametrize(
    ("closed", "late"), [("2011-12-06T23:59:59", False), ("2011-12-07T00:00:00", True), ("", False)]
)
def test_late_is_a_matter_of_days(tmp_path, closed, late):
    [case] = reading(tmp_path, f"A1,2011-10-11,{closed},2011-12-06T08:00,,").cases
    assert case.late is late


def test_the_summary_counts_open_late_and_known(tmp_path):
    rows = ("A1,2011-10-11,2011-12-09,2011-12-06,,", "A2,2011-10-11,,2011-12-06,,", "A3,2011-10-11,,,,")
    found = reading(tmp_path, *rows, known=frozenset({"A3"}))
    assert (found.closed_late, found.open, found.skipped, len(found.cases)) == (1, 1, 1, 2)
