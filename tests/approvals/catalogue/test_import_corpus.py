"""F06 for lists of items: files as they are really sent, by page and by command; in whole, or refused with a reason."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import Workbook

from approvals.catalogue import actions
from approvals.catalogue.importing import KINDS, read_rows
from approvals.catalogue.models import ImportBatch, ItemVersion, ServiceItem
from hall.access.enums import Role
from hall.organisation.tables import TableError, read_table
from tests import builders
from tests.approvals.catalogue.builders import COLUMNS, csv_of, line

pytestmark = pytest.mark.django_db
TEXT = csv_of(line()).decode("utf-8-sig")
PAGE = "/manage/items/import/"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(builders.make_user(Role.ADMIN))
    return client


def workbook(*rows: list[Any]) -> bytes:
    made, target = Workbook(), io.BytesIO()
    assert made.active is not None
    for row in rows:
        made.active.append(row)
    made.save(target)
    return target.getvalue()


def cells(**changes: Any) -> list[Any]:
    return [{**line(), **changes}[column] for column in COLUMNS]


GOOD: dict[str, bytes] = {
    "utf-8": TEXT.encode(),
    "utf-8 with its mark": TEXT.encode("utf-8-sig"),
    "gb18030": TEXT.encode("gb18030"),
    "utf-16": TEXT.encode("utf-16"),
    "unix line ends": TEXT.replace("\r\n", "\n").encode(),
    "old mac line ends": TEXT.replace("\r\n", "\r").encode(),
    "mixed line ends": TEXT.replace("\r\n", "\n", 1).encode(),
    "blank lines around": f"\r\n\r\n{TEXT}\r\n,,,\r\n".encode(),
    "everything quoted": "\n".join(",".join(f'"{c}"' for c in row.split(",")) for row in TEXT.splitlines()).encode(),
    "spaces around": TEXT.replace(",", " , ").encode(),
    "empty columns at the end": TEXT.replace("\r\n", ",,,\r\n").encode(),
    "a workbook": workbook(list(COLUMNS), cells()),
    "a workbook with numbers for text": workbook(list(COLUMNS), cells(task_type=1, area_code=511602000000)),
    "a workbook with empty rows": workbook(list(COLUMNS), [], cells(), [], []),
}


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD)
def test_a_list_comes_in_however_it_was_saved(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "items").write_bytes(data)
    call_command("import_items", str(tmp_path / "items"), stdout=io.StringIO())
    item = ServiceItem.objects.get()
    assert (item.code, item.name, item.department.name) == ("511Z0001-0001", "小餐饮登记", "区行政审批局")


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD)
def test_the_page_tries_the_same_files_and_saves_nothing(desk: Client, data: bytes) -> None:
    response = desk.post(PAGE, {"file": SimpleUploadedFile("items", data)}, follow=True)
    assert (response.status_code, ServiceItem.objects.count()) == (200, 0)
    assert ImportBatch.objects.count() == 1


HEAD = ",".join(COLUMNS)
ROW = ",".join(cells())
BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "空的"),
    "blank": (b"\n , \n", "没有任何内容"),
    "binary": (bytes(range(256)), "不是文本表格|编码|引号"),
    "a quote never closed": (f'{HEAD}\n"{ROW}'.encode(), "引号"),
    "a column missing": (f"{HEAD.replace(',area_code', '')}\n".encode(), "缺少列：area_code"),
    "a column twice": (f"{HEAD},item_name\n".encode(), "重复的列：item_name"),
    "one column under two names": (f"{HEAD},部门\n{ROW},某局\n".encode(), "都是同一列"),
    "more cells than columns": (f"{HEAD}\n{ROW},x\n".encode(), "第 2 行有 9 格"),
    "a cell of a novel": (f"{HEAD}\n{'长' * 10_001}\n".encode(), "超过 10000 字"),
    "a hundred thousand columns": (",".join(f"c{n}" for n in range(100_000)).encode(), "列数超过"),
    "a broken workbook": (b"PK\x03\x04nonsense", "打不开这个工作簿"),
    "no workbook but a document": (b"PK\x03\x04" + b"word/document.xml" * 9, "打不开这个工作簿"),
    "only a heading": (f"{HEAD}\n".encode(), "只有表头"),
}


@pytest.mark.parametrize(("data", "sentence"), BAD.values(), ids=BAD)
def test_the_command_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, sentence: str
) -> None:
    (tmp_path / "items").write_bytes(data)
    with pytest.raises(CommandError) as refused:
        call_command("import_items", str(tmp_path / "items"))
    told = str(refused.value) + capsys.readouterr().err
    assert any(words in told for words in sentence.split("|")), told
    assert not ServiceItem.objects.exists()


@pytest.mark.parametrize(("data", "sentence"), [case for name, case in BAD.items() if name != "empty"])
def test_f06_the_page_answers_every_bad_file_in_words(desk: Client, data: bytes, sentence: str) -> None:
    response = desk.post(PAGE, {"file": SimpleUploadedFile("items.csv", data)}, follow=True)
    page = response.content.decode()
    assert response.status_code in (200, 422)  # 200: told as a message on the page of a new try
    assert any(words in page for words in sentence.split("|"))
    assert not ServiceItem.objects.exists()


LONGEST = [
    ("item_code", "x" * 64, True),
    ("item_code", "x" * 65, False),
    ("item_name", "长" * 200, True),
    ("item_name", "长" * 201, False),
    ("department", "长" * 100, True),
    ("department", "长" * 101, False),
    ("dept_code", "9" * 40, True),
    ("dept_code", "9" * 41, False),
    ("main_item", "长" * 200, True),
    ("main_item", "长" * 201, False),
    ("source_link", "http://a/" + "x" * 591, True),
    ("source_link", "http://a/" + "x" * 592, False),
]


@pytest.mark.parametrize(("column", "value", "taken"), LONGEST)
def test_each_length_is_exact_and_fits_its_column(column: str, value: str, taken: bool) -> None:
    table = read_table(io.BytesIO(csv_of(line(**{column: value}))))
    _, errors = read_rows(table)
    assert (errors == []) is taken
    if taken:
        actions.import_items(table, by=None)
        assert ServiceItem.objects.count() == 1


LINKS = [
    ("", True),
    ("http://example.test/", True),
    ("https://example.test/a?b=1&c=2", True),
    ("HTTP://EXAMPLE.TEST", True),
    ("ftp://example.test/", False),
    ("//example.test/", False),
    ("javascript:alert(1)", False),
    ("data:text/html", False),
    ("http://", False),
    ("http:/x", False),
    ("example.test", False),
    ("http://exa mple.test/", False),
    ("http://[::1", False),
]


@pytest.mark.parametrize(("link", "taken"), LINKS)
def test_which_links_are_taken(link: str, taken: bool) -> None:
    _, errors = read_rows(read_table(io.BytesIO(csv_of(line(source_link=link)))))
    assert (errors == []) is taken


@pytest.mark.parametrize(("written", "kind"), sorted(KINDS.items()))
def test_every_way_to_write_a_kind(written: str, kind: str) -> None:
    rows, errors = read_rows(read_table(io.BytesIO(csv_of(line(task_type=written)))))
    assert (errors, rows[0].kind) == ([], kind)


@pytest.mark.parametrize("written", ["0", "2", "001", "1.0", "-1", "permit", "许 可", "一", "１", "99999999999"])
def test_what_is_no_kind(written: str) -> None:
    _, errors = read_rows(read_table(io.BytesIO(csv_of(line(task_type=written)))))
    assert [error.column for error in errors] == ["task_type"]


@pytest.mark.parametrize(
    "area", ["", "511602", "51160200000", "5116020000000", "51160200000x", "５１１６０２００００００", "511602 000000"]
)
def test_what_is_no_area(area: str) -> None:
    _, errors = read_rows(read_table(io.BytesIO(csv_of(line(area_code=area)))))
    assert "area_code" in {error.column for error in errors}


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "<b>粗</b>", "{{ 7*7 }}", "'; DROP TABLE"])
def test_dangerous_looking_names_are_plain_text(name: str) -> None:
    actions.import_items(read_table(io.BytesIO(csv_of(line(item_name=name)))), by=None)
    assert ItemVersion.objects.get().name == name


def test_every_error_of_every_line_is_told() -> None:
    bad = [line(item_code=str(n), task_type="x", area_code="1") for n in range(50)]
    _, errors = read_rows(read_table(io.BytesIO(csv_of(*bad))))
    assert (len(errors), {error.line for error in errors}) == (100, set(range(2, 52)))


def test_the_command_prints_no_more_errors_than_a_person_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "items.csv").write_bytes(csv_of(*[line(item_code=str(n), task_type="x") for n in range(250)]))
    with pytest.raises(CommandError, match="有 250 处错误"):
        call_command("import_items", str(tmp_path / "items.csv"))
    told = capsys.readouterr().err.splitlines()
    assert (len(told), told[-1]) == (201, "……另有 50 处。")


def test_a_thousand_items_cost_no_query_each(django_assert_max_num_queries: Any) -> None:
    table = read_table(io.BytesIO(csv_of(*[line(item_code=f"C{n}") for n in range(600)])))
    with django_assert_max_num_queries(60):
        actions.import_items(table, by=None)
    assert ServiceItem.objects.count() == 600


def test_a_path_that_is_a_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="读不了文件"):
        call_command("import_items", str(tmp_path))


def test_two_headings_for_one_column_are_refused_where_names_are_translated() -> None:
    """The last one would win in silence, and half of the departments with it."""
    table = read_table(io.BytesIO("部门,部门名称\n甲,乙\n".encode()))
    with pytest.raises(TableError, match="“部门”和“部门名称”都是同一列"):
        table.renamed({"部门": "department", "部门名称": "department"})
