"""F06: files as people really send them, to the three doors that take tables of the organisation: staff and regions.

Each file either comes in whole or is refused with a sentence that says where; nothing is ever half saved.
"""

import csv
import io
import itertools
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook
from openpyxl.styles import Font

from hall.organisation import actions
from hall.organisation.errors import ImportRefused
from hall.organisation.models import Center, Region, Staff
from hall.organisation.tables import TableError, read_table
from tests.builders import make_center, make_department

pytestmark = pytest.mark.django_db
STAFF_HEAD = "工号,姓名,中心,部门,窗口,办公电话,工作邮箱"
REGION_HEAD = "code,code12,name,level,parent"
CITY = "1303,130300000000,秦皇岛市,city,13"


@pytest.fixture
def home() -> Center:
    place = make_center()
    make_department(place, "行政审批局")
    return place


def staff_text(home: Center, *lines: str) -> str:
    return "\n".join([STAFF_HEAD, *(line.format(c=home.name) for line in lines)]) + "\n"


def bring_staff(data: bytes) -> actions.StaffImport:
    return actions.import_staff(read_table(io.BytesIO(data)), centers=Center.objects.all(), by=None)


def bring_regions(data: bytes) -> actions.RegionImport:
    return actions.import_regions(read_table(io.BytesIO(data)), by=None)


def book(*rows: list[Any]) -> bytes:
    made, target = Workbook(), io.BytesIO()
    assert made.active is not None
    for row in rows:
        made.active.append(row)
    made.save(target)
    return target.getvalue()


ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"]
LINE_ENDS = ["\n", "\r\n", "\r"]


@pytest.mark.parametrize(("encoding", "end"), list(itertools.product(ENCODINGS, LINE_ENDS)))
def test_f06_staff_come_in_however_the_file_was_saved(home: Center, encoding: str, end: str) -> None:
    text = staff_text(home, "A01,王丽,{c},行政审批局,,0335-3220012,", "A02,张强,{c},,,,").replace("\n", end)
    assert len(bring_staff(text.encode(encoding)).new) == 2
    assert list(Staff.objects.order_by("number").values_list("name", flat=True)) == ["王丽", "张强"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_regions_come_in_however_the_file_was_saved(encoding: str) -> None:
    bring_regions(f"{REGION_HEAD}\n{CITY}\n".encode(encoding))
    assert Region.objects.get().name == "秦皇岛市"


RARE = ["𠮷田", "王㐂", "欧阳·艾力", "阿不都热合曼·买买提", "O'Brien", "王,丽", '王"丽"', "王\u3000丽", "王 丽"]


@pytest.mark.parametrize("name", RARE)
def test_rare_names_arrive_as_they_were_written(home: Center, name: str) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([STAFF_HEAD.split(","), ["A01", name, home.name, "", "", "", ""]])
    bring_staff(written.getvalue().encode("gb18030"))
    assert Staff.objects.get().name == name


# Files that are no table at all, or not this one: what the importer is told.
BAD_FILES: list[tuple[str, bytes, str]] = [
    ("nothing", b"", "空的"),
    ("only blank lines", b"\r\n\r\n ,,\r\n", "没有任何内容"),
    ("a picture", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "不是文本表格|编码"),
    ("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", "不是文本表格|编码"),
    ("a pdf", b"%PDF-1.7\n\x00\x01", "不是文本表格|缺少列|重复"),
    ("utf-16 without a mark", STAFF_HEAD.encode("utf-16-le"), "不是文本表格|编码"),
    ("half a character", "工号,姓名,中心\n1,王".encode()[:-1] + b"\xff", "编码|缺少列"),
    ("a quote never closed", f'{STAFF_HEAD}\nA01,"王丽,x\n'.encode(), "引号"),
    ("words after a quote", f'{STAFF_HEAD}\nA01,"王"丽,x\n'.encode(), "引号"),
    ("a column missing", "工号,姓名\nA01,王丽\n".encode(), "缺少列：中心"),
    ("two of one column", "工号,姓名,中心,姓名\n1,2,3,4\n".encode(), "重复的列：姓名"),
    ("one cell too many", f"{STAFF_HEAD}\nA01,王丽,某中心,,,,,多\n".encode(), "第 2 行有 8 格"),
    ("a cell of a novel", f"{STAFF_HEAD}\nA01,{'长' * 10_001},x\n".encode(), "超过 10000 字"),
    ("thousands of columns", (",".join(f"c{n}" for n in range(100_000)) + "\n1\n").encode(), "列数超过 200"),
    ("a NUL", f"{STAFF_HEAD}\nA01,王\x00丽,x\n".encode(), "不是文本表格"),
    ("semicolons", "工号;姓名;中心\nA01;王丽;某中心\n".encode(), "缺少列"),
    ("tabs", "工号\t姓名\t中心\nA01\t王丽\t某中心\n".encode(), "缺少列"),
    ("a broken workbook", b"PK\x03\x04" + b"\x00" * 50, "打不开这个工作簿"),
    ("a web page", b"<html><body>404</body></html>", "缺少列"),
]


@pytest.mark.parametrize(("data", "sentence"), [case[1:] for case in BAD_FILES], ids=[case[0] for case in BAD_FILES])
def test_f06_a_file_that_is_no_staff_table_is_told_why(home: Center, data: bytes, sentence: str) -> None:
    with pytest.raises(TableError, match=sentence):
        bring_staff(data)
    assert not Staff.objects.exists()


@pytest.mark.parametrize("data", [case[1] for case in BAD_FILES], ids=[case[0] for case in BAD_FILES])
def test_a_file_that_is_no_region_table_saves_nothing(data: bytes) -> None:
    with pytest.raises(TableError):
        bring_regions(data)
    assert not Region.objects.exists()


@pytest.mark.parametrize("data", [case[1] for case in BAD_FILES], ids=[case[0] for case in BAD_FILES])
@pytest.mark.parametrize("command", ["import_staff", "import_regions"])
def test_commands_end_in_a_sentence_not_a_traceback(tmp_path: Path, command: str, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    with pytest.raises(CommandError) as refused:
        call_command(command, str(tmp_path / "file"))
    assert "。" in str(refused.value)


# Cells of a workbook and what they mean in the staff table's number column.
CELLS: list[tuple[Any, str]] = [
    ("A01", "A01"),
    (12, "12"),
    (12.0, "12"),
    (True, ""),  # 是 is no number of a person
    (date(2026, 4, 13), "2026-04-13"),
    (datetime(2026, 4, 13), "2026-04-13"),  # noqa: DTZ001 - Excel knows no zones
    ("=1+1", ""),  # a formula without a saved value is empty
    ("  A01  ", "A01"),
    ("Ａ０１", ""),
    (1e20, ""),
]


@pytest.mark.parametrize(("cell", "number"), CELLS)
def test_typed_cells_are_read_as_a_person_sees_them(home: Center, cell: Any, number: str) -> None:
    data = book(["工号", "姓名", "中心"], [cell, "王丽", home.name])
    if number:
        bring_staff(data)
        assert Staff.objects.get().number == number
        return
    with pytest.raises(ImportRefused) as refused:
        bring_staff(data)
    assert "工号" in str(refused.value.errors[0])


def test_a_formula_with_a_saved_value_counts_by_its_value(home: Center) -> None:
    """What Excel shows is what is imported; the formula itself is never taken as text."""
    data = book(["工号", "姓名", "中心"], ["A01", '=HYPERLINK("http://x")', home.name])
    with pytest.raises(ImportRefused) as refused:
        bring_staff(data)
    assert "姓名不能为空" in str(refused.value.errors[0])


def test_only_the_first_sheet_is_read(home: Center) -> None:
    made, target = Workbook(), io.BytesIO()
    assert made.active is not None
    for row in (["工号", "姓名", "中心"], ["A01", "王丽", home.name]):
        made.active.append(row)
    made.create_sheet("说明").append(["请勿修改"])
    made.save(target)
    assert len(bring_staff(target.getvalue()).new) == 1


def test_formats_and_empty_rows_below_do_no_harm(home: Center) -> None:
    made, target = Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet is not None
    sheet.append(["工号", "姓名", "中心"])
    sheet.append(["A01", "王丽", home.name])
    for row in range(3, 400):
        sheet.cell(row=row, column=5).font = Font(bold=True)
    made.save(target)
    assert len(bring_staff(target.getvalue()).new) == 1


def test_every_bad_line_is_told_with_the_number_a_person_sees(home: Center) -> None:
    text = staff_text(home, "A01,王丽,{c},,,,", "", ",张强,{c},,,,", "A03,李四,月亮,,,,", "A04,赵六,{c},农业局,99,,")
    with pytest.raises(ImportRefused) as refused:
        bring_staff(text.encode())
    found = [(error.line, error.column) for error in refused.value.errors]
    assert found == [(4, "工号"), (5, "中心"), (6, "部门"), (6, "窗口")]
    assert not Staff.objects.exists()


LIMITS = [
    # column, longest that is taken, sentence beyond
    ("工号", 20, "工号为 1 到 20 位"),
    ("姓名", 50, "不能超过 50 字"),
]


@pytest.mark.parametrize(("column", "longest", "sentence"), LIMITS)
def test_each_length_is_exact(home: Center, column: str, longest: int, sentence: str) -> None:
    def text(length: int) -> bytes:
        cells = {"工号": "A01", "姓名": "王丽", column: "x" * length}
        return staff_text(home, f"{cells['工号']},{cells['姓名']},{{c}},,,,").encode()

    bring_staff(text(longest))
    with pytest.raises(ImportRefused, match="1 处错误") as refused:
        bring_staff(text(longest + 1))
    assert sentence in str(refused.value.errors[0])


PHONES = [
    ("0335-3220012", True),
    ("0335 3220012 转 8012", True),
    ("+86 335 3220012", True),
    ("（0335）3220012", True),
    ("12345", True),
    ("12", False),
    ("call me", False),
    ("3" * 41, False),
    ("０３３５", False),
]


@pytest.mark.parametrize(("phone", "accepted"), PHONES)
def test_office_phones(home: Center, phone: str, accepted: bool) -> None:
    data = staff_text(home, f"A01,王丽,{{c}},,,{phone},").encode()
    if accepted:
        bring_staff(data)
        assert Staff.objects.get().phone == phone
        return
    with pytest.raises(ImportRefused):
        bring_staff(data)


CHANGES: list[tuple[str, Callable[[Staff], object], object]] = [
    ("A01,王莉,{c},行政审批局,,0335-1,w@example.cn", lambda person: person.name, "王莉"),
    ("A01,王丽,{c},,,0335-1,w@example.cn", lambda person: person.department, None),
    ("A01,王丽,{c},行政审批局,,,w@example.cn", lambda person: person.phone, ""),
    ("A01,王丽,{c},行政审批局,,0335-1,", lambda person: person.email, ""),
]


@pytest.mark.parametrize(("line", "read", "value"), CHANGES)
def test_a_second_table_changes_what_it_says(
    home: Center, line: str, read: Callable[[Staff], object], value: object
) -> None:
    bring_staff(staff_text(home, "A01,王丽,{c},行政审批局,,0335-1,w@example.cn").encode())
    done = bring_staff(staff_text(home, line).encode())
    assert (len(done.changed), read(Staff.objects.get())) == (1, value)


def test_a_column_the_table_does_not_have_is_left_as_it_is(home: Center) -> None:
    """A list of names and numbers must not empty departments, phones and addresses of the people in it."""
    bring_staff(staff_text(home, "A01,王丽,{c},行政审批局,,0335-1,w@example.cn").encode())
    done = bring_staff(f"工号,姓名,中心\nA01,王莉,{home.name}\n".encode())
    person = Staff.objects.get()
    assert (len(done.changed), person.name) == (1, "王莉")
    assert (str(person.department), person.phone, person.email) == ("行政审批局", "0335-1", "w@example.cn")


def test_a_short_table_that_says_nothing_new_changes_nothing(home: Center) -> None:
    bring_staff(staff_text(home, "A01,王丽,{c},行政审批局,,0335-1,").encode())
    assert bring_staff(f"工号,姓名,中心\nA01,王丽,{home.name}\n".encode()).unchanged == 1


def test_a_person_who_moves_to_another_center_does_not_keep_the_old_department(home: Center) -> None:
    bring_staff(staff_text(home, "A01,王丽,{c},行政审批局,,,").encode())
    other = make_center("邻区政务服务中心")
    bring_staff(f"工号,姓名,中心\nA01,王丽,{other.name}\n".encode())
    person = Staff.objects.get()
    assert (person.center, person.department) == (other, None)


@pytest.mark.parametrize("level", ["city", "市"])
def test_levels_may_be_written_in_either_language(level: str) -> None:
    bring_regions(f"{REGION_HEAD}\n1303,130300000000,秦皇岛市,{level},\n".encode())
    assert Region.objects.get().level == "city"


def test_five_thousand_people_come_in_without_a_query_each(home: Center, django_assert_max_num_queries: Any) -> None:
    lines = [f"P{n:05d},测试{n},{{c}},,,," for n in range(1000)]
    data = staff_text(home, *lines).encode()
    with django_assert_max_num_queries(14):
        bring_staff(data)
    assert Staff.objects.count() == 1000
