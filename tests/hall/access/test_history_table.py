"""谁改了什么: what a line says for each kind of change, and who sees which lines."""

from typing import Any

import pytest

from hall.access import changes
from hall.access.enums import Role
from hall.access.models import User
from hall.access.scope import centers_of
from hall.organisation import actions
from hall.organisation.models import Center, Department, Post, Staff
from tests.builders import make_center, make_department, make_staff, make_user
from tests.hall.access.builders import house, logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return make_user(Role.ADMIN)


def newest(kind: str) -> changes.Change:
    return changes.describe(kind, list(changes.rows_of(kind)[:1]))[0]


def change(row: Any, by: User, reason: str = "修改", **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    actions.save(row, by=by, reason=reason)


EDITS: list[tuple[str, dict[str, Any], tuple[str, str, str]]] = [
    ("staff", {"name": "王莉"}, ("名称", "王丽", "王莉")),
    ("staff", {"phone": "0335-1"}, ("办公电话", "（空）", "0335-1")),
    ("departments", {"code": "X-1"}, ("部门代码", "（空）", "X-1")),
    ("centers", {"address": "新路 2 号"}, ("地址", "演示路 1 号", "新路 2 号")),
    ("settings", {"idle_minutes": 30}, ("无操作退出（分钟）", "15", "30")),
    ("settings", {"second_factor_for_all": True}, ("所有人都用双因素登录", "否", "是")),
]


def row_of(kind: str, by: User) -> Any:
    center = by.staff.center if by.staff else make_center()
    made: dict[str, Any] = {
        "staff": lambda: actions.save(Staff(center=center, number="A01", name="王丽"), by=by),
        "departments": lambda: actions.save(Department(center=center, name="民政局"), by=by),
        "centers": lambda: center,
        "settings": lambda: house(idle_minutes=15),
    }
    return made[kind]()


@pytest.mark.parametrize(("kind", "values", "line"), EDITS)
def test_a_changed_field_is_told_before_and_after(
    admin: User, kind: str, values: dict[str, Any], line: tuple[str, str, str]
) -> None:
    change(row_of(kind, admin), admin, **values)
    found = [tuple(field) for field in newest(kind).fields]
    assert [field[0] for field in found] == [line[0]]
    assert found[0][2] == line[2]


def test_the_line_names_who_and_why(admin: User) -> None:
    change(row_of("staff", admin), admin, reason="更正姓名", name="王莉")
    line = newest("staff")
    assert (line.reason, line.what, admin.display_name in line.who) == ("更正姓名", "修改", True)


def test_a_new_row_lists_no_fields(admin: User) -> None:
    row_of("staff", admin)
    assert (newest("staff").what, list(newest("staff").fields)) == ("新增", [])


def test_a_removed_row_is_told(admin: User) -> None:
    department = make_department(admin.staff.center if admin.staff else None, "民政局")
    post = actions.save(Post(department=department, name="食品许可", holder_a=make_staff(department)), by=admin)
    actions.remove(post, by=admin, reason="撤销")
    assert newest("posts").what == "删除"


def test_spellings_that_follow_a_name_are_not_told(admin: User) -> None:
    change(row_of("staff", admin), admin, name="李红")
    assert {field[0] for field in newest("staff").fields} == {"名称"}


def test_a_change_of_nothing_has_no_fields(admin: User) -> None:
    change(row_of("staff", admin), admin)
    assert list(newest("staff").fields) == []


def test_only_the_version_right_before_is_compared(admin: User) -> None:
    row = row_of("staff", admin)
    for name in ("王莉", "王力", "王立"):
        change(row, admin, name=name)
    lines = changes.describe("staff", list(changes.rows_of("staff")[:3]))
    assert [field[1:] for line in lines for field in line.fields] == [
        ("王力", "王立"),
        ("王莉", "王力"),
        ("王丽", "王莉"),
    ]


def test_people_stand_for_keys_also_after_they_left(admin: User) -> None:
    department = make_department(admin.staff.center if admin.staff else None, "民政局")
    head = make_staff(department, name="李红")
    change(department, admin, head=head)
    assert any("李红" in field[2] for field in newest("departments").fields)


TREE = [
    # role, where the administrator sits; which centers' changes they see
    (Role.ADMIN, "county", {"county", "town"}),
    (Role.ADMIN, "town", {"town"}),
    (Role.AUDITOR, "county", {"county", "town"}),
    (Role.AUDITOR, "other", {"other"}),
]


@pytest.mark.parametrize(("role", "home", "seen"), TREE)
def test_changes_are_seen_below_and_nowhere_else(role: Role, home: str, seen: set[str]) -> None:
    county = make_center()
    centers: dict[str, Center] = {
        "county": county,
        "town": make_center("街道便民服务中心", parent=county),
        "other": make_center("邻区政务服务中心"),
    }
    user = make_user(role, make_staff(center=centers[home]))
    Staff.history.all().delete()
    for name, center in centers.items():
        actions.save(Staff(center=center, number=f"N-{name}", name="王丽"), by=user)
    found = {row.number.removeprefix("N-") for row in changes.rows_within("staff", centers_of(user))}
    assert found == seen


def test_long_histories_have_pages() -> None:
    client, user = logged_in(Role.ADMIN)
    row = row_of("staff", user)
    for number in range(55):
        change(row, user, phone=f"0335-{number:04d}")
    first = client.get("/manage/history/", {"kind": "staff", "row": row.pk}).content.decode()
    second = client.get("/manage/history/", {"kind": "staff", "row": row.pk, "page": 2}).content.decode()
    assert ("0335-0054" in first, "0335-0000" in first) == (True, False)
    assert "0335-0000" in second


STRANGE_ROWS = ("1", "0", "9" * 19, "9" * 40, "x", "-1", "１２", "\x00", "1 OR 1=1")


@pytest.mark.parametrize("kind", sorted(changes.KINDS))
def test_any_row_in_the_address_is_harmless(kind: str) -> None:
    client, _ = logged_in(Role.ADMIN)
    statuses = {row: client.get("/manage/history/", {"kind": kind, "row": row}).status_code for row in STRANGE_ROWS}
    assert set(statuses.values()) == {200}, statuses
