"""People and accounts as the administrator keeps them."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hall.access import actions
from hall.access.enums import Role
from hall.access.models import User
from hall.ledger.models import Event
from hall.organisation.models import Staff
from tests.builders import make_center, make_department, make_staff, make_user
from tests.hall.access.builders import bound_device, logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> tuple[Client, User]:
    return logged_in(Role.ADMIN)


def neighbour(admin: User, **facts: object) -> Staff:
    """A person of the administrator's own center."""
    return make_staff(center=admin.staff.center, **facts)  # type: ignore[union-attr, arg-type]


def foreigner() -> Staff:
    return make_staff(center=make_center("邻区中心"))


@pytest.mark.parametrize("q", ["王丽", "wangli", "wl", "T0"])
def test_people_are_found(desk: tuple[Client, User], q: str) -> None:
    neighbour(desk[1], name="王丽")
    assert "王丽" in desk[0].get("/manage/staff/", {"q": q}).content.decode()


def test_people_of_other_centers_are_not_listed(desk: tuple[Client, User]) -> None:
    stranger = foreigner()
    assert stranger.name not in desk[0].get("/manage/staff/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(desk: tuple[Client, User], count: int) -> None:
    for _ in range(count):
        make_user(Role.CLERK, neighbour(desk[1]))
    desk[0].get("/manage/staff/")
    with CaptureQueriesContext(connection) as queries:
        desk[0].get("/manage/staff/")
    assert len(queries) <= 9


def facts(person: Staff, **changes: str) -> dict[str, str]:
    return {"number": person.number, "name": person.name, "center": person.center.code, **changes}


def test_a_person_is_added(desk: tuple[Client, User]) -> None:
    center = desk[1].staff.center  # type: ignore[union-attr]
    make_department(center, "公安局")
    data = {"number": "A01", "name": "王丽", "center": center.name, "department": "公安局"}
    assert desk[0].post("/manage/staff/new/", data).status_code == 302
    person = Staff.objects.get(number="A01")
    assert (str(person.department), Staff.history.get(number="A01").history_user) == ("公安局", desk[1])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"number": ""}, "请填写工号"),
        ({"name": ""}, "请填写姓名"),
        ({"center": "月亮"}, "没有叫“月亮”的中心"),
        ({"department": "月亮局"}, "没有“月亮局”"),
        ({"window": "99"}, "没有 99 号窗口"),
        ({"phone": "打我"}, "电话只能写"),
        ({"name": "\x00"}, "不能保存的字符"),
    ],
)
def test_bad_input_is_said_at_its_field(desk: tuple[Client, User], change: dict[str, str], sentence: str) -> None:
    center = desk[1].staff.center  # type: ignore[union-attr]
    data = {"number": "A01", "name": "王丽", "center": center.code, **change}
    response = desk[0].post("/manage/staff/new/", data)
    assert (response.status_code, sentence in response.content.decode()) == (422, True)
    assert not Staff.objects.filter(number="A01").exists()


def test_a_number_in_use_is_refused(desk: tuple[Client, User]) -> None:
    person = neighbour(desk[1])
    response = desk[0].post("/manage/staff/new/", facts(person, name="另一人"))
    assert (response.status_code, "已有人使用" in response.content.decode()) == (422, True)


def test_a_person_is_changed(desk: tuple[Client, User]) -> None:
    person = neighbour(desk[1])
    assert desk[0].post(f"/manage/staff/{person.pk}/", facts(person, phone="0335-1")).status_code == 302
    person.refresh_from_db()
    assert person.phone == "0335-1"


def test_the_number_of_a_person_stays(desk: tuple[Client, User]) -> None:
    person = neighbour(desk[1])
    desk[0].post(f"/manage/staff/{person.pk}/", facts(person, number="Z99"))
    person.refresh_from_db()
    assert person.number != "Z99"


def test_people_of_other_centers_are_not_there(desk: tuple[Client, User]) -> None:
    stranger = foreigner()
    for address in ("", "account/", "leave/"):
        assert desk[0].post(f"/manage/staff/{stranger.pk}/{address}").status_code == 404


def test_a_person_cannot_be_moved_out_of_reach(desk: tuple[Client, User]) -> None:
    person, elsewhere = neighbour(desk[1]), make_center("邻区中心")
    assert desk[0].post(f"/manage/staff/{person.pk}/", facts(person, center=elsewhere.code)).status_code == 422


def open_account(client: Client, person: Staff, **changes: str) -> tuple[int, str]:
    data = {"username": "wangli", "role": "clerk", **changes}
    response = client.post(f"/manage/staff/{person.pk}/account/", data)
    return response.status_code, response.content.decode()


def test_an_account_is_opened_with_a_first_password_shown_once(desk: tuple[Client, User]) -> None:
    person = neighbour(desk[1])
    status, page = open_account(desk[0], person)
    first = re.search(r"[A-Z][a-z]{3}-[2-9]{4}-[a-z]{4}", page)
    user = User.objects.get(username="wangli")
    assert status == 200
    assert first is not None
    assert (user.check_password(first.group()), user.must_change_password, user.staff) == (True, True, person)
    assert first.group() not in desk[0].get(f"/manage/staff/{person.pk}/").content.decode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"username": "王丽"}, "小写字母"),
        ({"username": "a"}, "小写字母"),
        ({"username": ""}, "请填写用户名"),
        ({"role": ""}, "请选择角色"),
        ({"role": "root"}, "请从列出的角色里选一个"),
    ],
)
def test_a_bad_account_is_refused(desk: tuple[Client, User], change: dict[str, str], sentence: str) -> None:
    status, page = open_account(desk[0], neighbour(desk[1]), **change)
    assert (status, sentence in page, User.objects.count()) == (422, True, 1)


def test_a_user_name_in_use_is_refused(desk: tuple[Client, User]) -> None:
    make_user(username="wangli")
    status, page = open_account(desk[0], neighbour(desk[1]))
    assert (status, "已有人使用" in page) == (422, True)


def test_a_person_has_one_account(desk: tuple[Client, User]) -> None:
    user = make_user(Role.CLERK, neighbour(desk[1]))
    open_account(desk[0], user.staff)  # type: ignore[arg-type]
    assert User.objects.filter(staff=user.staff).count() == 1


@pytest.fixture
def clerk(desk: tuple[Client, User]) -> User:
    return make_user(Role.CLERK, neighbour(desk[1], name="王丽"))


def act(client: Client, user: User, verb: str, **data: str) -> User:
    response = client.post(f"/manage/staff/{user.staff_id}/account/{verb}/", data)
    assert response.status_code in (200, 302)
    user.refresh_from_db()
    return user


def test_a_role_is_changed_and_told(desk: tuple[Client, User], clerk: User) -> None:
    assert act(desk[0], clerk, "role", role="approver").role == Role.APPROVER
    event = Event.objects.get(kind="access.role_changed")
    assert event.data == {"account": clerk.pk, "before": "clerk", "after": "approver"}


def test_an_unknown_role_is_refused(desk: tuple[Client, User], clerk: User) -> None:
    response = desk[0].post(f"/manage/staff/{clerk.staff_id}/account/role/", {"role": "root"})
    assert response.status_code == 422


def test_an_account_is_disabled_and_enabled(desk: tuple[Client, User], clerk: User) -> None:
    assert not act(desk[0], clerk, "active", active="0").is_active
    assert act(desk[0], clerk, "active", active="1").is_active


def test_a_password_is_reset(desk: tuple[Client, User], clerk: User) -> None:
    before = clerk.password
    user = act(desk[0], clerk, "password")
    assert (user.password != before, user.must_change_password) == (True, True)


def test_a_second_factor_is_reset(desk: tuple[Client, User], clerk: User) -> None:
    bound_device(clerk)
    act(desk[0], clerk, "second-factor")
    assert not clerk.authenticator_set.exists()


@pytest.mark.parametrize("verb", ["role", "active", "password", "second-factor"])
def test_nobody_changes_their_own_account(desk: tuple[Client, User], verb: str) -> None:
    client, admin = desk
    before = (admin.role, admin.is_active, admin.password)
    response = client.post(
        f"/manage/staff/{admin.staff_id}/account/{verb}/", {"role": "auditor", "active": "0"}, follow=True
    )
    admin.refresh_from_db()
    assert "不能改动自己的账号" in response.content.decode()
    assert (admin.role, admin.is_active, admin.password) == before


def test_extra_fields_change_nothing(desk: tuple[Client, User], clerk: User) -> None:
    data = facts(clerk.staff, left_on="2020-01-01", role="admin", is_superuser="1")  # type: ignore[arg-type]
    desk[0].post(f"/manage/staff/{clerk.staff_id}/", data)
    clerk.refresh_from_db()
    assert (clerk.role, clerk.staff and clerk.staff.left_on) == (Role.CLERK, None)


def test_a_person_leaves(desk: tuple[Client, User], clerk: User) -> None:
    today = timezone.localdate()
    assert desk[0].post(f"/manage/staff/{clerk.staff_id}/leave/", {"on": today.isoformat()}).status_code == 302
    assert Staff.objects.get(pk=clerk.staff_id).left_on == today


@pytest.mark.parametrize("on", ["", "昨天", "1999-01-01", "0000-00-00"])
def test_a_bad_last_day_is_refused(desk: tuple[Client, User], clerk: User, on: str) -> None:
    assert desk[0].post(f"/manage/staff/{clerk.staff_id}/leave/", {"on": on}).status_code == 422


def test_the_page_of_a_person_shows_the_account(desk: tuple[Client, User], clerk: User) -> None:
    page = desk[0].get(f"/manage/staff/{clerk.staff_id}/").content.decode()
    assert all(words in page for words in (clerk.username, "重置口令", "停用"))


@pytest.mark.parametrize("pk", ["0", "9" * 18])
def test_an_unknown_person_is_no_page(desk: tuple[Client, User], pk: str) -> None:
    assert desk[0].get(f"/manage/staff/{pk}/").status_code == 404


def test_accounts_are_on_record_without_names(desk: tuple[Client, User], clerk: User) -> None:
    actions.reset_password(user=clerk, by=desk[1], at=timezone.now())
    assert "王丽" not in str(list(Event.objects.values_list("data", flat=True)))
