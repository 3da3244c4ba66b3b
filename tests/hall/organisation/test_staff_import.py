"""People from a table: dry run, errors by line, all or nothing."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from hall.organisation import actions
from hall.organisation.errors import ImportRefused
from hall.organisation.models import Center, Staff, Window
from hall.organisation.tables import TableError, read_table
from tests.builders import make_center, make_department

pytestmark = pytest.mark.django_db
HEAD = "工号,姓名,中心,部门,窗口,办公电话,工作邮箱\n"


@pytest.fixture
def center() -> Center:
    center = make_center()
    make_department(center, "行政审批局")
    Window.objects.create(center=center, number="12", name="综合窗口")
    return center


def run(body: str, *, dry_run: bool = False, centers: list[Center] | None = None) -> actions.StaffImport:
    reach = Center.objects.filter(pk__in=[c.pk for c in centers]) if centers is not None else Center.objects.all()
    table = read_table(io.BytesIO((HEAD + body).encode()))
    return actions.import_staff(table, centers=reach, by=None, dry_run=dry_run)


def test_people_are_created_where_the_table_says(center: Center) -> None:
    run(f"A01,王丽,{center.name},行政审批局,12,0335-3220012,wl@example.cn\n")
    person = Staff.objects.get(number="A01")
    assert (person.name, str(person.department), person.window and person.window.number, person.phone) == (
        "王丽", "行政审批局", "12", "0335-3220012",
    )  # fmt: skip


def test_a_center_may_be_given_by_its_number(center: Center) -> None:
    run(f"A01,王丽,{center.code},,,,\n")
    assert Staff.objects.get().center == center


def test_the_same_number_updates_and_is_remembered(center: Center) -> None:
    run(f"A01,王丽,{center.name},,,,\n")
    done = run(f"A01,王莉,{center.name},,,,\n")
    names = list(Staff.history.filter(number="A01").values_list("name", flat=True))
    assert (len(done.changed), names, Staff.objects.get().initials) == (1, ["王莉", "王丽"], "wl")


def test_a_second_run_changes_nothing(center: Center) -> None:
    body = f"A01,王丽,{center.name},行政审批局,12,,\n"
    run(body)
    assert run(body).unchanged == 1


def test_a_dry_run_reports_and_saves_nothing(center: Center) -> None:
    done = run(f"A01,王丽,{center.name},,,,\nA02,,{center.name},,,,\n", dry_run=True)
    assert (len(done.new), [e.line for e in done.errors], Staff.objects.count()) == (1, [3], 0)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (",王丽,{c},,,,", "“工号”"),
        ("A 01,王丽,{c},,,,", "“工号”"),
        ("A01,,{c},,,,", "姓名不能为空"),
        ("A01,王丽,月亮中心,,,,", "没有叫“月亮中心”的中心"),
        ("A01,王丽,{c},农业局,,,", "没有“农业局”"),
        ("A01,王丽,{c},,99,,", "没有 99 号窗口"),
        ("A01,王丽,{c},,,call me,", "电话只能写"),
        ("A01,王丽,{c},,,,nobody", "邮箱地址不完整"),
        ("A01,王丽,{c},,,,\nA01,张强,{c},,,,", "出现不止一次"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_saved(center: Center, line: str, sentence: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        run(f"B01,张强,{center.name},,,,\n{line.format(c=center.name)}\n")
    assert any(sentence in str(error) for error in refused.value.errors)
    assert not Staff.objects.exists()


def test_a_center_outside_of_reach_is_no_center(center: Center) -> None:
    with pytest.raises(ImportRefused, match="1 处错误"):
        run(f"A01,王丽,{center.name},,,,\n", centers=[])


def test_a_person_of_another_reach_is_not_taken_over(center: Center) -> None:
    other = Staff.objects.create(center=make_center("邻区中心"), number="A01", name="张强")
    with pytest.raises(ImportRefused) as refused:
        run(f"A01,王丽,{center.name},,,,\n", centers=[center])
    assert "管理范围以外" in str(refused.value.errors[0])
    other.refresh_from_db()
    assert other.center != center


def test_a_name_two_centers_share_needs_the_number(center: Center) -> None:
    make_center(center.name)
    with pytest.raises(ImportRefused) as refused:
        run(f"A01,王丽,{center.name},,,,\n")
    assert "请写 10 位中心编号" in str(refused.value.errors[0])


def test_a_missing_column_has_a_sentence() -> None:
    with pytest.raises(TableError, match="缺少列：中心"):
        actions.import_staff(
            read_table(io.BytesIO("工号,姓名\n1,王丽\n".encode())), centers=Center.objects.all(), by=None
        )


def test_the_command_imports(center: Center, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "staff.csv").write_bytes((HEAD + f"A01,王丽,{center.name},,,,\n").encode("gb18030"))
    call_command("import_staff", str(tmp_path / "staff.csv"))
    assert "已导入：新增 1 人" in capsys.readouterr().out


@pytest.mark.parametrize("dry", [True, False])
def test_the_command_fails_on_bad_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str], dry: bool) -> None:
    (tmp_path / "staff.csv").write_text(HEAD + "A01,王丽,月亮,,,,\n")
    with pytest.raises(CommandError, match="什么都没有导入"):
        call_command("import_staff", str(tmp_path / "staff.csv"), dry_run=dry)
    assert "第 2 行“中心”" in capsys.readouterr().err
