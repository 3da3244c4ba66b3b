"""Lists of items: checked line by line, all or nothing, repeatable."""

import io
import os
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from approvals.catalogue import actions
from approvals.catalogue.enums import ItemKind, VersionStatus
from approvals.catalogue.errors import CatalogueError
from approvals.catalogue.importing import read_rows
from approvals.catalogue.models import ImportBatch, ItemVersion, ServiceItem
from hall.access.enums import Role
from hall.organisation.errors import ImportRefused
from hall.organisation.models import Center, Department, Region
from hall.organisation.tables import TableError, read_table
from tests import builders
from tests.approvals.catalogue.builders import AREA, csv_of, line, table_of, xlsx_of

pytestmark = pytest.mark.django_db
NOW = builders.moment("2026-04-13 10:00")
REAL = Path(os.environ.get("HALL_REAL_DATA", "")) / "catalog" / "guangan_511602_items.csv"


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"item_code": ""}, "item_code", "没有填写"),
        ({"item_name": ""}, "item_name", "没有填写"),
        ({"department": ""}, "department", "没有填写"),
        ({"area_code": ""}, "area_code", "没有填写"),
        ({"task_type": ""}, "task_type", "没有填写"),
        ({"task_type": "3"}, "task_type", "不认识"),
        ({"area_code": "511602"}, "area_code", "12 位数字"),
        ({"area_code": "５１１６０２００００００"}, "area_code", "12 位数字"),
        ({"item_code": "X" * 65}, "item_code", "只能用"),
        ({"item_code": "a/b"}, "item_code", "只能用"),
        ({"item_name": "长" * 201}, "item_name", "最多 200 字"),
        ({"dept_code": "9" * 41}, "dept_code", "最多 40 字"),
        ({"source_link": "javascript:alert(1)"}, "source_link", "http"),
        ({"source_link": "http://[bad"}, "source_link", "http"),
    ],
)
def test_a_bad_cell_is_named_with_its_line_and_reason(cells: dict[str, str], column: str, words: str) -> None:
    _, errors = read_rows(table_of(line(item_code="ok"), line(**cells)))
    assert [(error.line, error.column) for error in errors] == [(3, column)]
    assert words in errors[0].sentence


def test_a_code_listed_twice_names_the_first_line() -> None:
    _, errors = read_rows(table_of(line(), line(item_code="2"), line()))
    assert [str(error) for error in errors] == ["第 4 行“item_code”：事项编码“511Z0001-0001”与第 2 行重复。"]


def test_a_missing_column_refuses_the_file() -> None:
    columns = ("department", "item_name", "item_code", "task_type")
    with pytest.raises(TableError, match="缺少列：area_code"):
        read_rows(read_table(io.BytesIO(csv_of(line(), columns=columns))))


def test_a_list_without_lines_is_an_error() -> None:
    assert "没有一个事项" in read_rows(table_of())[1][0].sentence


@pytest.mark.parametrize("written", ["1", "01", "行政许可", "许可"])
def test_a_kind_may_be_written_as_people_write_it(written: str) -> None:
    rows, errors = read_rows(table_of(line(task_type=written)))
    assert (rows[0].kind, errors) == (ItemKind.PERMIT, [])


def test_chinese_headings_are_understood() -> None:
    text = "实施部门,事项名称,事项编码,事项类型,区划代码\n某局,某事项,A1,公共服务,511602000000\n"
    rows, errors = read_rows(read_table(io.BytesIO(text.encode("gb18030"))))
    assert errors == []
    assert (rows[0].department, rows[0].kind) == ("某局", ItemKind.PUBLIC_SERVICE)


def test_an_imported_item_is_a_draft_in_a_stub_of_its_area() -> None:
    done = actions.import_items(table_of(line()), by=None)
    item = ServiceItem.objects.get()
    version = item.versions.get()
    assert (len(done.new), done.new_departments, done.new_areas) == (1, ("区行政审批局",), (AREA,))
    assert (version.status, version.kind, item.current) == (VersionStatus.DRAFT, ItemKind.PERMIT, None)
    assert (item.department.stub, item.department.center.stub, item.department.center.region_id) == (True, True, AREA)
    assert (item.initials, item.department_code) == ("xcydj", "68236467-9")


def test_one_department_keeps_all_its_codes_as_given() -> None:
    codes = ("1151130108778239R", "1151130108778239R_5143", "11736", "1151130108778239R")
    actions.import_items(table_of(*(line(item_code=str(n), dept_code=code) for n, code in enumerate(codes))), by=None)
    department = Department.objects.get()
    assert [department.code, *department.other_codes] == ["1151130108778239R", "1151130108778239R_5143", "11736"]
    assert list(ServiceItem.objects.order_by("code").values_list("department_code", flat=True)) == list(codes)


def test_one_name_in_two_areas_is_two_departments() -> None:
    actions.import_items(table_of(line(), line(item_code="2", area_code="511603000000")), by=None)
    assert Department.objects.count() == 2
    assert Region.objects.filter(stub=True).count() == 2


def test_a_department_of_our_own_is_found_by_name_and_area() -> None:
    center = builders.make_center()
    department = builders.make_department(center, "行政审批局")
    actions.import_items(table_of(line(department="行政审批局", area_code=center.region_id)), by=None)
    assert ServiceItem.objects.get().department == department
    assert Center.objects.count() == 1


def test_a_second_run_adds_nothing_and_changes_nothing() -> None:
    table = table_of(line(), line(item_code="2"))
    actions.import_items(table, by=None)
    ItemVersion.objects.filter(item__code="2").update(summary="有人写了说明")
    done = actions.import_items(table_of(line(item_name="改名"), line(item_code="2")), by=None)
    assert (len(done.new), len(done.known)) == (0, 2)
    assert ServiceItem.objects.get(code="511Z0001-0001").name == "小餐饮登记"
    assert ItemVersion.objects.get(item__code="2").summary == "有人写了说明"


def test_a_code_of_another_department_is_a_conflict() -> None:
    actions.import_items(table_of(line()), by=None)
    with pytest.raises(ImportRefused) as caught:
        actions.import_items(table_of(line(department="区民政局")), by=None)
    assert "已登记在 511602000000 的区行政审批局" in caught.value.errors[0].sentence


def test_one_bad_line_and_nothing_is_imported() -> None:
    with pytest.raises(ImportRefused, match="什么都没有导入"):
        actions.import_items(table_of(line(), line(item_code="2", task_type="?")), by=None)
    assert (ServiceItem.objects.count(), Department.objects.count(), Region.objects.count()) == (0, 0, 0)


def test_a_dry_run_counts_and_saves_nothing() -> None:
    done = actions.import_items(table_of(line(), line(item_code="2", task_type="?")), by=None, dry_run=True)
    assert (len(done.new), len(done.errors), done.total) == (1, 1, 1)
    assert ServiceItem.objects.count() == Region.objects.count() == 0


def test_lists_for_a_center_one_does_not_keep_are_refused() -> None:
    foreign = builders.make_center()
    table = table_of(line(area_code=foreign.region_id))
    with pytest.raises(ImportRefused) as caught:
        actions.import_items(table, by=None, centers=Center.objects.none())
    assert "不归您管理" in caught.value.errors[0].sentence
    assert len(actions.import_items(table, by=None, centers=Center.objects.all()).new) == 1


def test_xlsx_says_the_same_as_csv() -> None:
    rows, errors = read_rows(read_table(io.BytesIO(xlsx_of(line(task_type="20")))))
    assert (len(rows), errors, rows[0].kind) == (1, [], ItemKind.PUBLIC_SERVICE)


def test_history_names_who_imported() -> None:
    admin = builders.make_user(Role.ADMIN)
    actions.import_items(table_of(line()), by=admin)
    row = ServiceItem.history.get()
    assert (row.history_user, row.history_change_reason) == (admin, "导入事项目录")


def test_a_batch_is_imported_once_and_its_bytes_are_dropped() -> None:
    admin = builders.make_user(Role.ADMIN)
    batch = actions.hand_in(name="清单.csv", data=csv_of(line()), by=admin, at=NOW)
    actions.confirm_import(batch, by=admin, at=NOW)
    batch.refresh_from_db()
    assert (batch.content, batch.created_items, batch.imported_by) == (None, 1, admin)
    with pytest.raises(CatalogueError, match="已经导入过"):
        actions.confirm_import(batch, by=admin, at=NOW)


def test_a_refused_batch_stays_unconfirmed() -> None:
    admin = builders.make_user(Role.ADMIN)
    batch = actions.hand_in(name="清单.csv", data=csv_of(line(task_type="?")), by=admin, at=NOW)
    with pytest.raises(ImportRefused):
        actions.confirm_import(batch, by=admin, at=NOW)
    batch.refresh_from_db()
    assert batch.imported_at is None


def test_lists_never_confirmed_are_forgotten_after_a_day() -> None:
    admin = builders.make_user(Role.ADMIN)
    actions.hand_in(name="旧.csv", data=csv_of(line()), by=admin, at=builders.moment("2026-04-11 10:00"))
    actions.hand_in(name="新.csv", data=csv_of(line()), by=admin, at=NOW)
    assert [batch.name for batch in ImportBatch.objects.all()] == ["新.csv"]


def run(path: Path, **options: bool) -> str:
    out = io.StringIO()
    call_command("import_items", str(path), stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_bytes(csv_of(line()))
    assert "试算，未保存：新增事项 1 项" in run(file, dry_run=True)
    assert ServiceItem.objects.count() == 0
    assert "已导入：新增事项 1 项" in run(file)
    assert "新增事项 0 项（草稿），已有 1 项不改动" in run(file)


@pytest.mark.parametrize("dry", [True, False])
def test_the_command_names_bad_lines_and_fails(tmp_path: Path, dry: bool) -> None:
    file, errors = tmp_path / "items.csv", io.StringIO()
    file.write_bytes(csv_of(line(task_type="?")))
    with pytest.raises(CommandError, match="有 1 处错误"):
        call_command("import_items", str(file), dry_run=dry, stderr=errors)
    assert "第 2 行“task_type”" in errors.getvalue()


@pytest.mark.parametrize("data", [b"", b"\x00\x01binary", "甲,乙\n1,2\n".encode("utf-16")])
def test_what_is_no_list_is_refused_in_one_sentence(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "items.csv"
    file.write_bytes(data)
    with pytest.raises(CommandError):
        run(file)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="读不了文件"):
        run(tmp_path / "none.csv")


@pytest.mark.real_data
@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_file(), reason="HALL_REAL_DATA names no folder with catalog/guangan_511602_items.csv")
def test_the_real_catalogue_of_guangan_goes_in_whole_and_once() -> None:
    began = time.monotonic()
    assert "新增事项 1135 项（草稿），已有 0 项" in run(REAL)
    took = time.monotonic() - began
    departments = Department.objects.all()
    codes = {code for department in departments for code in (department.code, *department.other_codes)}
    assert (ServiceItem.objects.count(), ItemVersion.objects.filter(status="draft").count()) == (1135, 1135)
    assert (len(departments), len(codes)) == (34, 39)
    assert ItemVersion.objects.filter(kind=ItemKind.PERMIT).count() == 536
    assert took < 10
    assert "新增事项 0 项（草稿），已有 1135 项不改动" in run(REAL)
    assert ServiceItem.objects.count() == 1135
