"""A person sees where they are logged in and ends it from elsewhere (ASVS 7.5.2)."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from hall.access import actions, sign_in_actions, sign_ins, tasks
from hall.access.models import SignIn, User
from hall.ledger.models import Event
from tests.builders import MONDAY, Hall, make_user
from tests.hall.access.builders import PASSWORD, bound_device, code_of, house

pytestmark = pytest.mark.django_db
PAGE = "/account/sessions/"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120"


@pytest.fixture
def user() -> User:
    return make_user(username="wangli")


def log_in(user: User, agent: str = EDGE) -> Client:
    browser = Client(headers={"user-agent": agent})
    assert browser.post("/login/", {"username": user.username, "password": PASSWORD}).status_code == 302
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/inbox/").status_code == 200


def end(browser: Client, which: object, password: str = PASSWORD) -> int:
    return browser.post(PAGE, {"which": str(which), "password": password}).status_code


def key_of(browser: Client) -> int:
    return SignIn.objects.get(session_key=browser.session.session_key).pk


def listed(browser: Client) -> list[tuple[str, bool]]:
    return [(one.browser, one.here) for one in browser.get(PAGE).context["lasting"]]


def test_every_log_in_is_listed_and_the_present_one_marked(user: User) -> None:
    log_in(user, "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0")
    here = log_in(user)
    assert listed(here) == [("Edge · Windows", True), ("Firefox · Linux", False)]


def test_nobody_sees_those_of_somebody_else(user: User) -> None:
    log_in(make_user(username="zhangqiang"))
    assert listed(log_in(user)) == [("Edge · Windows", True)]


def test_one_is_ended_and_the_others_stay(user: User) -> None:
    there, elsewhere, here = log_in(user), log_in(user), log_in(user)
    assert end(here, key_of(there)) == 302
    assert (is_in(there), is_in(elsewhere), is_in(here)) == (False, True, True)
    assert len(listed(here)) == 2


def test_all_others_are_ended_at_once(user: User) -> None:
    others, here = [log_in(user) for _ in range(3)], log_in(user)
    assert end(here, 0) == 302
    assert [is_in(browser) for browser in (*others, here)] == [False, False, False, True]


def test_it_is_on_record_without_keys(user: User) -> None:
    there, here = log_in(user), log_in(user)
    end(here, 0)
    event = Event.objects.get(kind="access.sign_ins_ended")
    assert (event.actor_id, event.data) == (user.pk, {"account": user.pk, "ended": 1})
    assert str(there.session.session_key) not in str(event.data)


@pytest.mark.parametrize("password", ["wrong", ""])
def test_without_the_password_nothing_ends(user: User, password: str) -> None:
    """Who sits down at an unattended window shuts nobody out."""
    there, here = log_in(user), log_in(user)
    assert end(here, 0, password) == 422
    assert is_in(there)


@pytest.mark.parametrize("which", ["", "x", "-1", "99999999999999999999", "\x00"])
def test_what_is_not_in_the_list_ends_nothing(user: User, which: str) -> None:
    there, here = log_in(user), log_in(user)
    assert end(here, which) == 422
    assert is_in(there)


def test_neither_the_present_one_nor_one_of_somebody_else_can_be_chosen(user: User) -> None:
    stranger = log_in(make_user(username="zhangqiang"))
    there, here = log_in(user), log_in(user)
    assert [end(here, key_of(browser)) for browser in (stranger, here)] == [422, 422]
    assert all(map(is_in, (stranger, there, here)))


def test_the_action_itself_reaches_no_session_of_somebody_else(user: User) -> None:
    stranger = log_in(make_user(username="zhangqiang"))
    assert sign_in_actions.end(user=user, keys=[str(stranger.session.session_key)], at=timezone.now()) == 0
    assert is_in(stranger)


def test_without_others_there_is_nothing_to_end(user: User) -> None:
    page = log_in(user).get(PAGE).content.decode()
    assert "结束所选的登录" not in page
    assert "没有别处的登录" in page


def test_logging_out_takes_it_off_the_list(user: User) -> None:
    there, here = log_in(user), log_in(user)
    there.post("/logout/")
    assert len(listed(here)) == 1


def test_a_new_key_is_the_same_log_in(user: User) -> None:
    """The password is changed here: this session gets another key, and all others are over."""
    there, here = log_in(user), log_in(user)
    before, began = here.session.session_key, key_of(here)
    here.post("/account/password/", {"password": PASSWORD, "new": "Guihua-2026-nan", "again": "Guihua-2026-nan"})
    assert here.session.session_key != before
    assert key_of(here) == began
    assert listed(here) == [("Edge · Windows", True)]
    assert not is_in(there)


def test_the_second_factor_gives_another_key_and_keeps_the_log_in(user: User) -> None:
    device, here = bound_device(user), log_in(user)
    before, began = here.session.session_key, key_of(here)
    assert here.post("/account/second-factor/", {"code": code_of(device)}).status_code == 302
    assert here.session.session_key != before
    assert key_of(here) == began


@pytest.mark.parametrize(("minutes", "lasts"), [(0, True), (14, True), (15, False)])
def test_an_idle_one_is_over_and_not_listed(user: User, minutes: int, lasts: bool) -> None:
    house(idle_minutes=15)
    with time_machine.travel(MONDAY, tick=False) as clock:
        there = log_in(user)
        clock.shift(timedelta(minutes=minutes))
        assert len(listed(log_in(user))) == 1 + lasts
    assert there.session.session_key


def test_what_the_account_ended_is_not_listed(user: User) -> None:
    log_in(user)
    actions.set_active(user=user, active=False, by=make_user(username="admin"), at=timezone.now())
    user.refresh_from_db()
    assert sign_ins.of(user, here="", idle_minutes=15, at=timezone.now()) == []


def test_the_list_costs_the_same_however_long(user: User, django_assert_max_num_queries: object) -> None:
    house()
    here = log_in(user)

    def queries() -> int:
        with django_assert_max_num_queries(40) as counted:  # type: ignore[operator]
            here.get(PAGE)
        return len(counted)

    here.get(PAGE)
    one = queries()
    for _ in range(3):
        log_in(user)
    assert queries() == one


def test_what_no_session_can_last_from_is_forgotten(user: User) -> None:
    log_in(user)
    SignIn.objects.create(session_key="old", user=user, began_at=timezone.now() - timedelta(hours=13), browser="x")
    tasks.forget_sessions()
    assert [one.session_key == "old" for one in SignIn.objects.all()] == [False]


def test_a_failed_log_in_is_none(user: User) -> None:
    Client().post("/login/", {"username": user.username, "password": "wrong"})
    assert not SignIn.objects.exists()


def test_a_session_without_a_line_of_its_own_sees_the_page_too() -> None:
    """Such as one begun before there was a list."""
    hall, browser = Hall(), Client()
    browser.force_login(hall.clerk)
    assert "没有登记在册的登录" in browser.get(PAGE).content.decode()
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        (EDGE, "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/108 Safari/537.36 QIHU 360EE", "360 · Windows"),
        ("Mozilla/5.0 (Phone; HarmonyOS 5.0) MicroMessenger/8.0", "微信 · 鸿蒙"),
        ("curl/8.0", "其他浏览器"),
        ("", "其他浏览器"),
        ("王丽的手机 13800000000", "其他浏览器"),
    ],
)
def test_only_the_kind_of_a_browser_is_kept(agent: str, kind: str) -> None:
    assert sign_ins.browser_of(agent) == kind
