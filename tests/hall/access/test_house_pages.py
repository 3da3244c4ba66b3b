"""Places, opening hours, settings, roles, and who changed what."""

import re
from datetime import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hall.access import changes
from hall.access.enums import Role
from hall.access.models import User
from hall.organisation import actions, queries
from hall.organisation.models import Center, Department, Installation, OpeningHours, Post, Staff, Window
from tests.builders import make_center, make_department, make_staff, make_user
from tests.hall.access.builders import house, logged_in

pytestmark = pytest.mark.django_db
PLACES = "/manage/places"


@pytest.fixture
def desk() -> tuple[Client, User]:
    return logged_in(Role.ADMIN)


def home(user: User) -> Center:
    assert user.staff is not None
    return user.staff.center


def test_departments_are_listed_with_head_and_chief(desk: tuple[Client, User]) -> None:
    department = make_department(home(desk[1]), "公安局")
    Department.objects.filter(pk=department.pk).update(head=make_staff(department, name="李红"))
    page = desk[0].get(f"{PLACES}/departments/").content.decode()
    assert ("公安局" in page, "李红" in page) == (True, True)


@pytest.mark.parametrize("q", ["公安", "gongan", "gaj"])
def test_places_are_found_by_name_and_pinyin(desk: tuple[Client, User], q: str) -> None:
    make_department(home(desk[1]), "公安局")
    assert "公安局" in desk[0].get(f"{PLACES}/departments/", {"q": q}).content.decode()


@pytest.mark.parametrize("slug", ["departments", "windows", "posts", "centers"])
def test_places_of_other_centers_are_not_there(desk: tuple[Client, User], slug: str) -> None:
    elsewhere = make_center("邻区中心")
    department = make_department(elsewhere, "别处的局")
    rows = {
        "departments": department,
        "windows": Window.objects.create(center=elsewhere, number="7", name="别处的窗口"),
        "posts": Post.objects.create(department=department, name="别处的岗", holder_a=make_staff(department)),
        "centers": elsewhere,
    }
    assert "别处" not in desk[0].get(f"{PLACES}/{slug}/").content.decode()
    assert desk[0].get(f"{PLACES}/{slug}/{rows[slug].pk}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_whatever_its_length(desk: tuple[Client, User], count: int) -> None:
    for number in range(count):
        make_department(home(desk[1]), f"第{number}局")
    desk[0].get(f"{PLACES}/departments/")
    with CaptureQueriesContext(connection) as counted:
        desk[0].get(f"{PLACES}/departments/")
    assert len(counted) <= 9


def test_a_department_is_added_to_the_own_center(desk: tuple[Client, User]) -> None:
    assert desk[0].post(f"{PLACES}/departments/new/", {"name": "公安局"}).status_code == 302
    row = Department.objects.get(name="公安局")
    assert (row.center, row.initials, Department.history.get(name="公安局").history_user) == (
        home(desk[1]),
        "gaj",
        desk[1],
    )


def test_a_name_taken_is_said_in_words(desk: tuple[Client, User]) -> None:
    make_department(home(desk[1]), "公安局")
    response = desk[0].post(f"{PLACES}/departments/new/", {"name": "公安局"})
    assert (response.status_code, "已有同名部门" in response.content.decode()) == (422, True)


def test_a_head_comes_from_the_own_center(desk: tuple[Client, User]) -> None:
    department, stranger = make_department(home(desk[1]), "公安局"), make_staff(center=make_center("邻区中心"))
    data = {"name": "公安局", "head": str(stranger.pk)}
    assert desk[0].post(f"{PLACES}/departments/{department.pk}/", data).status_code == 422


def test_a_window_is_changed_and_remembered(desk: tuple[Client, User]) -> None:
    window = Window.objects.create(center=home(desk[1]), number="12", name="综合窗口")
    desk[0].post(f"{PLACES}/windows/{window.pk}/", {"number": "12", "name": "食品窗口", "floor": "二楼"})
    window.refresh_from_db()
    assert (window.name, Window.history.filter(id=window.pk).first().history_user) == ("食品窗口", desk[1])


def test_both_holders_the_same_is_said_in_words(desk: tuple[Client, User]) -> None:
    department = make_department(home(desk[1]), "公安局")
    person = str(make_staff(department).pk)
    data = {"department": str(department.pk), "name": "户籍", "holder_a": person, "holder_b": person}
    response = desk[0].post(f"{PLACES}/posts/new/", data)
    assert (response.status_code, "不能是同一个人" in response.content.decode()) == (422, True)


def test_a_post_is_added(desk: tuple[Client, User]) -> None:
    department = make_department(home(desk[1]), "公安局")
    a, b = make_staff(department), make_staff(department)
    data = {"department": str(department.pk), "name": "户籍", "holder_a": str(a.pk), "holder_b": str(b.pk)}
    assert desk[0].post(f"{PLACES}/posts/new/", data).status_code == 302
    assert queries.deputy_of(a) == b


def test_a_branch_is_opened_below_the_own_center(desk: tuple[Client, User]) -> None:
    desk[0].post(f"{PLACES}/centers/new/", {"name": "不动产分中心", "phone": "0335-1"})
    branch = Center.objects.get(name="不动产分中心")
    assert (branch.parent, branch.main, branch.region) == (home(desk[1]), False, home(desk[1]).region)
    assert branch.center_no > home(desk[1]).center_no


@pytest.mark.parametrize("data", [{}, {"name": "分中心", "phone": "打我"}])
def test_a_bad_branch_is_refused(desk: tuple[Client, User], data: dict[str, str]) -> None:
    assert desk[0].post(f"{PLACES}/centers/new/", data).status_code == 422


@pytest.mark.parametrize("number", ["1", "x" * 10, "9999999999"])
def test_a_branch_of_an_unknown_center_is_refused(desk: tuple[Client, User], number: str) -> None:
    response = desk[0].post(f"{PLACES}/centers/new/?center={number}", {"name": "分中心"})
    assert (response.status_code == 404) is (number == "9999999999")
    assert response.status_code in (302, 404)


@pytest.mark.parametrize("slug", ["planets", "x" * 200])
def test_an_unknown_kind_is_no_page(desk: tuple[Client, User], slug: str) -> None:
    assert desk[0].get(f"{PLACES}/{slug}/").status_code == 404


def test_the_number_of_a_center_cannot_be_posted(desk: tuple[Client, User]) -> None:
    center = home(desk[1])
    desk[0].post(f"{PLACES}/centers/{center.pk}/", {"name": center.name, "center_no": "0777", "region6": "110101"})
    assert Center.objects.get(pk=center.pk).code == center.code


def hours_page(center: Center) -> str:
    return f"{PLACES}/centers/{center.pk}/hours/"


def test_opening_hours_are_added_and_taken_away(desk: tuple[Client, User]) -> None:
    page = hours_page(home(desk[1]))
    desk[0].post(page, {"form": "usual", "weekday": "6", "opens": "09:00", "closes": "12:00"})
    row = OpeningHours.objects.get()
    assert "周六" in desk[0].get(page).content.decode()
    assert desk[0].post(f"{page}usual/{row.pk}/").status_code == 302
    assert not OpeningHours.objects.exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"form": "usual", "weekday": "6", "opens": "12:00", "closes": "09:00"}, "关门时间应晚于开门时间"),
        ({"form": "usual", "weekday": "1", "opens": "11:00", "closes": "13:00"}, "重叠"),
        ({"form": "usual", "weekday": "9", "opens": "11:00", "closes": "13:00"}, "请从列出的"),
        ({"form": "exception", "on": "2026-05-01", "kind": "closed", "opens": "09:00", "closes": "10:00"}, "不填时间"),
        ({"form": "exception", "on": "五一", "kind": "open"}, "要写成“2026-05-18”"),
    ],
)
def test_bad_hours_are_said_in_words(desk: tuple[Client, User], data: dict[str, str], sentence: str) -> None:
    OpeningHours.objects.create(center=home(desk[1]), weekday=1, opens=time(8), closes=time(12))
    response = desk[0].post(hours_page(home(desk[1])), data)
    assert (response.status_code, sentence in response.content.decode()) == (422, True)


def test_an_exception_is_added(desk: tuple[Client, User]) -> None:
    center = home(desk[1])
    desk[0].post(hours_page(center), {"form": "exception", "on": "2026-05-01", "kind": "closed", "note": "检修"})
    assert center.opening_exceptions.get().note == "检修"


def test_hours_of_other_centers_are_not_there(desk: tuple[Client, User]) -> None:
    assert desk[0].get(hours_page(make_center("邻区中心"))).status_code == 404


def settings(**changes: str) -> dict[str, str]:
    return {"name": "海港区政务服务中心", "password_policy": "asvs", "idle_minutes": "20", **changes}


def test_settings_are_saved_and_remembered(desk: tuple[Client, User]) -> None:
    assert desk[0].post("/manage/settings/", settings()).status_code == 302
    row = queries.installation()
    assert (row.idle_minutes, row.password_policy, Installation.history.first().history_user) == (20, "asvs", desk[1])


@pytest.mark.parametrize("change", [{"idle_minutes": "90"}, {"password_policy": "none"}, {"name": ""}])
def test_bad_settings_are_refused(desk: tuple[Client, User], change: dict[str, str]) -> None:
    assert desk[0].post("/manage/settings/", settings(**change)).status_code == 422


def test_settings_cannot_turn_a_demonstration_into_the_real_thing(desk: tuple[Client, User]) -> None:
    house(demonstration=True)
    desk[0].post("/manage/settings/", settings(demonstration=""))
    assert queries.installation().demonstration


def test_the_table_of_roles_is_shown(desk: tuple[Client, User]) -> None:
    page = desk[0].get("/manage/roles/").content.decode()
    assert all(words in page for words in ("三权分立", "收件登记", "审计人员"))


def test_who_changed_what_is_shown_in_words(desk: tuple[Client, User]) -> None:
    person = make_staff(center=home(desk[1]), name="王丽")
    person.phone = "0335-1"
    actions.save(person, by=desk[1], reason="更正电话")
    page = desk[0].get("/manage/history/", {"kind": "staff", "row": str(person.pk)}).content.decode()
    assert all(words in page for words in ("更正电话", "办公电话：（空） → 0335-1", desk[1].display_name))


def test_names_stand_for_keys(desk: tuple[Client, User]) -> None:
    person = make_staff(center=home(desk[1]))
    person.department = make_department(home(desk[1]), "公安局")
    actions.save(person, by=desk[1])
    change = changes.describe("staff", list(changes.rows_of("staff").filter(id=person.pk)[:1]))[0]
    assert change.fields == [("部门", "（空）", "公安局")]


@pytest.mark.parametrize("kind", ["staff", "departments", "windows", "posts", "centers", "hours", "accounts"])
def test_changes_of_other_centers_are_not_shown(desk: tuple[Client, User], kind: str) -> None:
    elsewhere = make_center("别处中心")
    department = make_department(elsewhere, "别处的局")
    person = make_staff(department, name="别处的人")
    make_user(Role.CLERK, person, username="elsewhere")
    Window.objects.create(center=elsewhere, number="7", name="别处的窗口")
    Post.objects.create(department=department, name="别处的岗", holder_a=person)
    OpeningHours.objects.create(center=elsewhere, weekday=7, opens=time(8), closes=time(12))
    page = desk[0].get("/manage/history/", {"kind": kind}).content.decode()
    assert not any(words in page for words in ("别处", "elsewhere", "周日"))


@pytest.mark.parametrize("kind", sorted(changes.KINDS))
def test_every_kind_has_its_page(desk: tuple[Client, User], kind: str) -> None:
    assert desk[0].get("/manage/history/", {"kind": kind}).status_code == 200


@pytest.mark.parametrize(
    ("query", "status"), [({"kind": "planets"}, 404), ({"row": "x"}, 200), ({"row": "9" * 50}, 200)]
)
def test_strange_addresses_are_harmless(desk: tuple[Client, User], query: dict[str, str], status: int) -> None:
    assert desk[0].get("/manage/history/", query).status_code == status


@pytest.mark.parametrize("count", [1, 3])
def test_history_costs_the_same_whatever_its_length(desk: tuple[Client, User], count: int) -> None:
    department = make_department(home(desk[1]), "公安局")
    for _ in range(count):
        person = make_staff(center=home(desk[1]))
        person.department = department
        actions.save(person, by=desk[1])
    desk[0].get("/manage/history/")
    with CaptureQueriesContext(connection) as counted:
        desk[0].get("/manage/history/")
    assert len(counted) <= 11


def test_the_history_of_a_deleted_row_stays(desk: tuple[Client, User]) -> None:
    row = OpeningHours.objects.create(center=home(desk[1]), weekday=1, opens=time(8), closes=time(12))
    actions.remove(row, by=desk[1], reason="不再开")
    page = desk[0].get("/manage/history/", {"kind": "hours"}).content.decode()
    assert ("删除" in page, "不再开" in page) == (True, True)


def test_reading_history_changes_nothing(desk: tuple[Client, User]) -> None:
    before = Staff.history.count()
    desk[0].get("/manage/history/")
    assert desk[0].post("/manage/history/").status_code == 405
    assert Staff.history.count() == before


def test_two_forms_on_one_page_do_not_share_the_names_of_their_fields(desk: tuple[Client, User]) -> None:
    browser, user = desk
    page = browser.get(f"/manage/places/centers/{home(user).pk}/hours/").content.decode()
    names = re.findall(r' id="((?:usual|other)_[a-z_]+)"', page)
    assert {"usual_opens", "other_opens"} <= set(names)
    assert len(names) == len(set(names))
