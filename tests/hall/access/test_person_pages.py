"""The person's own pages: the switch "我不在岗" and the inbox; and what the frame shows."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hall.access import navigation
from hall.access.context import frame
from hall.access.enums import Role
from hall.access.models import User
from hall.organisation.models import Absence, Post
from hall.outbox.models import InboxEntry
from tests.builders import make_staff, make_user
from tests.hall.access.builders import house, logged_in

pytestmark = pytest.mark.django_db
ABSENCE = "/account/absence/"


@pytest.fixture
def desk() -> tuple[Client, User]:
    return logged_in(Role.CLERK)


def with_deputy(user: User) -> str:
    person = user.staff
    assert person is not None
    assert person.department is not None
    deputy = make_staff(person.department, name="张强")
    Post.objects.create(department=person.department, name="食品许可", holder_a=person, holder_b=deputy)
    return deputy.name


def test_the_page_names_the_deputy(desk: tuple[Client, User]) -> None:
    name = with_deputy(desk[1])
    assert name in desk[0].get(ABSENCE).content.decode()


def test_the_switch_off_and_on(desk: tuple[Client, User]) -> None:
    with_deputy(desk[1])
    away = desk[0].post(ABSENCE, {"reason": "培训"}, follow=True).content.decode()
    back = desk[0].post(ABSENCE, {"back": "1"}, follow=True).content.decode()
    assert ("由 张强 代理" in away, "回岗，办件回到本人名下" in back) == (True, True)
    assert Absence.objects.get().until_at is not None


def test_without_a_deputy_the_page_warns(desk: tuple[Client, User]) -> None:
    assert "没有登记 B 岗" in desk[0].get(ABSENCE).content.decode()


@pytest.mark.parametrize("reason", ["", "x" * 101, "\x00"])
def test_a_bad_reason_is_refused(desk: tuple[Client, User], reason: str) -> None:
    assert desk[0].post(ABSENCE, {"reason": reason}).status_code == 422
    assert not Absence.objects.exists()


def test_a_second_press_is_refused_in_words(desk: tuple[Client, User]) -> None:
    for _ in range(2):
        page = desk[0].post(ABSENCE, {"reason": "培训"}, follow=True).content.decode()
    assert ("已登记不在岗" in page, Absence.objects.count()) == (True, 1)


def test_coming_back_without_having_left_is_refused_in_words(desk: tuple[Client, User]) -> None:
    assert "没有登记不在岗" in desk[0].post(ABSENCE, {"back": "1"}, follow=True).content.decode()


def test_the_deputy_sees_whom_they_act_for(desk: tuple[Client, User]) -> None:
    with_deputy(desk[1])
    desk[0].post(ABSENCE, {"reason": "培训"})
    deputy = Client()
    deputy.force_login(make_user(Role.CLERK, Post.objects.get().holder_b))
    page = deputy.get(ABSENCE).content.decode()
    assert ("您正在代理" in page, desk[1].staff and desk[1].staff.name in page) == (True, True)


@pytest.fixture
def chief(desk: tuple[Client, User]) -> Client:
    """The chief representative of the clerk's department."""
    assert desk[1].staff is not None
    return logged_in(Role.CHIEF, staff=make_staff(desk[1].staff.department))[0]


def test_the_chief_marks_who_fell_ill(desk: tuple[Client, User], chief: Client) -> None:
    with_deputy(desk[1])
    address = f"/account/absence/{desk[1].staff_id}/"
    away = chief.post(address, {"reason": "病假"}, follow=True).content.decode()
    assert ("由 张强 代理" in away, Absence.objects.get().staff) == (True, desk[1].staff)
    chief.post(address, {"back": "1"})
    assert Absence.objects.get().until_at is not None


def test_the_chief_sees_the_department(desk: tuple[Client, User], chief: Client) -> None:
    assert desk[1].staff is not None
    assert desk[1].staff.name in chief.get(ABSENCE).content.decode()


def test_the_chief_needs_a_reason(desk: tuple[Client, User], chief: Client) -> None:
    page = chief.post(f"/account/absence/{desk[1].staff_id}/", {"reason": ""}, follow=True).content.decode()
    assert ("请填写" in page, Absence.objects.exists()) == (True, False)


def test_the_chief_of_another_department_does_not(desk: tuple[Client, User]) -> None:
    other, _ = logged_in(Role.CHIEF)
    assert other.post(f"/account/absence/{desk[1].staff_id}/", {"reason": "病假"}).status_code == 404


def test_a_colleague_does_not(desk: tuple[Client, User]) -> None:
    assert desk[0].post(f"/account/absence/{desk[1].staff_id}/", {"reason": "病假"}).status_code == 403
    assert desk[0].get(f"/account/absence/{desk[1].staff_id}/").status_code == 405


def test_looking_changes_nothing(desk: tuple[Client, User]) -> None:
    desk[0].get(ABSENCE, {"reason": "培训", "back": "1"})
    assert not Absence.objects.exists()


def entry(user: User, title: str = "临期提醒", minutes: int = 0) -> InboxEntry:
    at = timezone.now() - timedelta(minutes=minutes)
    return InboxEntry.objects.create(recipient=user, title=title, body="内容", created_at=at)


def test_the_inbox_shows_the_own_messages_newest_first(desk: tuple[Client, User]) -> None:
    entry(desk[1], "旧的", 5)
    entry(desk[1], "新的")
    entry(make_user(), "别人的")
    page = desk[0].get("/inbox/").content.decode()
    assert 0 < page.index("新的") < page.index("旧的")
    assert "别人的" not in page


def test_an_empty_inbox_says_so(desk: tuple[Client, User]) -> None:
    assert "没有消息" in desk[0].get("/inbox/").content.decode()


def test_one_message_is_read(desk: tuple[Client, User]) -> None:
    row = entry(desk[1])
    desk[0].post(f"/inbox/{row.pk}/read/")
    row.refresh_from_db()
    assert row.read_at is not None


def test_a_foreign_message_stays_unread(desk: tuple[Client, User]) -> None:
    row = entry(make_user())
    page = desk[0].post(f"/inbox/{row.pk}/read/", follow=True).content.decode()
    row.refresh_from_db()
    assert (row.read_at, "没有这条消息" in page) == (None, True)


def test_an_unknown_message_is_said(desk: tuple[Client, User]) -> None:
    assert "没有这条消息" in desk[0].post(f"/inbox/{uuid4()}/read/", follow=True).content.decode()


def test_all_are_read_at_once(desk: tuple[Client, User]) -> None:
    rows = [entry(desk[1]) for _ in range(3)]
    desk[0].post("/inbox/read/")
    assert not InboxEntry.objects.filter(pk__in=[r.pk for r in rows], read_at__isnull=True).exists()


def test_reading_refuses_get(desk: tuple[Client, User]) -> None:
    assert desk[0].get(f"/inbox/{uuid4()}/read/").status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_costs_the_same_whatever_its_length(desk: tuple[Client, User], count: int) -> None:
    for _ in range(count):
        entry(desk[1])
    desk[0].get("/inbox/")
    with CaptureQueriesContext(connection) as queries:
        desk[0].get("/inbox/")
    assert len(queries) <= 9


def test_the_frame_of_a_visitor() -> None:
    house(name="海港区政务服务中心", organiser="海港区行政审批局", icp="冀ICP备00000000号")
    shown = frame(RequestFactory().get("/"))["frame"]
    assert (shown["center"], shown["site"]["sponsor"], "nav" in shown) == (
        "海港区政务服务中心", "海港区行政审批局", False,
    )  # fmt: skip


def test_the_frame_of_staff(desk: tuple[Client, User]) -> None:
    user = desk[1]
    entry(user)
    request = RequestFactory().get("/inbox/")
    request.user = user
    shown = frame(request)["frame"]
    assert (shown["user_label"], shown["role_label"], shown["unread"]) == (user.display_name, "窗口人员", 1)
    assert [link["label"] for link in shown["nav"] if link["active"]] == ["消息"]


def test_a_page_without_a_frame_asks_nothing(django_assert_num_queries: object) -> None:
    with CaptureQueriesContext(connection) as queries:
        frame(RequestFactory().get("/"))
    assert len(queries) == 0


@pytest.mark.parametrize(
    ("role", "shown"), [(Role.CLERK, False), (Role.ADMIN, True), (Role.AUDITOR, False), (Role.SUPERVISOR, False)]
)
def test_the_rail_shows_only_what_the_role_may_open(role: Role, shown: bool) -> None:
    labels = [entry.label for entry in navigation.entries_for(make_user(role))]
    assert ("系统设置" in labels) is shown


def test_a_docket_leads_nowhere_until_a_room_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_pages", {})
    assert navigation.docket_url("130302-0012-20260413-00001-7") == ""
    navigation.register_docket_page("access:inbox")
    assert navigation.docket_url("130302") == ""
