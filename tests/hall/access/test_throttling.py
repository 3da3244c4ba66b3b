"""Guessing (A09, A16): how many tries each door allows, who is locked, and how the lock is lifted."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from hall.access import actions
from hall.access.enums import Role
from hall.access.forms.account import PASSWORD_TRIES
from hall.access.models import User
from hall.access.views.account import CODE_TRIES
from tests.builders import MONDAY, make_user
from tests.hall.access.builders import PASSWORD, bound_device, code_of, logged_in

pytestmark = pytest.mark.django_db
PAGE, BEGIN = "/account/second-factor/", "/account/second-factor/begin/"


@pytest.fixture
def clerk() -> User:
    return make_user(Role.CLERK, username="wangli")


def attempt(client: Client, password: str, username: str = "wangli", address: str = "10.1.1.1") -> int:
    data = {"username": username, "password": password}
    return client.post("/login/", data, REMOTE_ADDR=address).status_code


@pytest.mark.parametrize(("wrong", "then"), [(0, 302), (1, 302), (4, 302), (5, 429), (6, 429)])
def test_a09_the_right_password_after_so_many_wrong_ones(client: Client, clerk: User, wrong: int, then: int) -> None:
    for _ in range(wrong):
        attempt(client, "wrong")
    assert attempt(client, PASSWORD) == then


@pytest.mark.parametrize(("minutes", "then"), [(1, 429), (29, 429), (31, 302)])
def test_a_lock_lasts_half_an_hour(client: Client, clerk: User, minutes: int, then: int) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        for _ in range(5):
            attempt(client, "wrong")
        clock.shift(timedelta(minutes=minutes))
        assert attempt(client, PASSWORD) == then


def test_a_lock_is_of_one_name_at_one_address(client: Client, clerk: User) -> None:
    make_user(username="zhangqiang")
    for _ in range(5):
        attempt(client, "wrong")
    table = {
        ("wangli", "10.1.1.1"): 429,
        ("wangli", "10.1.1.2"): 302,
        ("zhangqiang", "10.1.1.1"): 302,
    }
    for (username, address), status in table.items():
        assert attempt(Client(), PASSWORD, username, address) == status


def test_a_name_nobody_has_is_locked_just_the_same(client: Client) -> None:
    """Otherwise the lock would tell which names exist."""
    statuses = [attempt(client, "wrong", "nobody") for _ in range(6)]
    assert statuses == [422] * 4 + [429] * 2


def test_one_password_over_many_names_locks_no_name(client: Client, clerk: User) -> None:
    for number in range(20):
        attempt(client, "Spring-2026", f"user-{number}")
    assert attempt(Client(), PASSWORD) == 302


def test_the_page_of_the_lock_says_what_to_do_and_repeats_no_name(client: Client, clerk: User) -> None:
    for _ in range(5):
        attempt(client, "wrong")
    data = {"username": "wangli", "password": PASSWORD}
    response = client.post("/login/", data, REMOTE_ADDR="10.1.1.1")
    page = response.content.decode()
    assert response.status_code == 429
    assert all(words in page for words in ("锁定 30 分钟", "系统管理员重置口令", "连续输错 5 次"))
    assert "wangli" not in page


def test_looking_at_the_log_in_page_is_no_attempt(client: Client, clerk: User) -> None:
    for _ in range(10):
        client.get("/login/", REMOTE_ADDR="10.1.1.1")
    assert attempt(client, PASSWORD) == 302


def test_wrong_passwords_are_not_kept(client: Client, clerk: User) -> None:
    """People type their password into the wrong field, or the one of another account."""
    client.post("/login/", {"username": "wangli", "password": "my-other-secret", "next": "/inbox/"})
    rows = list(AccessAttempt.objects.values())
    assert rows
    assert "my-other-secret" not in str(rows)


def test_the_administrator_lifts_a_lock_at_every_address(client: Client, clerk: User) -> None:
    for address in ("10.1.1.1", "10.1.1.2"):
        for _ in range(5):
            attempt(client, "wrong", address=address)
    first = actions.reset_password(user=clerk, by=make_user(Role.ADMIN), at=timezone.now())
    assert [attempt(Client(), first, address=address) for address in ("10.1.1.1", "10.1.1.2")] == [302, 302]


def own_password(client: Client, password: str) -> str:
    data = {"password": password, "new": "Guihua-2026-nanlou", "again": "Guihua-2026-nanlou"}
    return client.post("/account/password/", data).content.decode()


@pytest.mark.parametrize(("wrong", "slowed"), [(PASSWORD_TRIES - 1, False), (PASSWORD_TRIES, True)])
def test_the_own_password_may_be_tried_so_often(wrong: int, slowed: bool) -> None:
    client, _ = logged_in()
    for _ in range(wrong):
        own_password(client, "wrong")
    assert ("过 15 分钟再试" in own_password(client, PASSWORD)) is slowed


def test_after_the_window_one_may_try_again() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        client, user = logged_in()
        for _ in range(PASSWORD_TRIES + 1):
            own_password(client, "wrong")
        for _ in range(3):
            clock.shift(timedelta(minutes=10))
            client.post("/account/alive/")
        own_password(client, PASSWORD)
        user.refresh_from_db()
        assert user.check_password("Guihua-2026-nanlou")


def test_the_own_password_is_counted_over_both_doors() -> None:
    """Changing the password and binding an authenticator ask the same secret: two doors, one count."""
    client, _ = logged_in(Role.APPROVER, demonstration=False)
    for _ in range(PASSWORD_TRIES):
        client.post(BEGIN, {"password": "wrong"})
    assert "过 15 分钟再试" in own_password(client, PASSWORD)


def test_success_forgets_the_wrong_tries() -> None:
    client, _ = logged_in(Role.APPROVER, demonstration=False)
    for _ in range(3):
        for _ in range(PASSWORD_TRIES - 1):
            client.post(BEGIN, {"password": "wrong"})
        assert client.post(BEGIN, {"password": PASSWORD}).status_code == 302


def test_the_tries_of_one_person_do_not_slow_another() -> None:
    first, _ = logged_in(Role.APPROVER, demonstration=False)
    for _ in range(PASSWORD_TRIES + 1):
        first.post(BEGIN, {"password": "wrong"})
    second, _ = logged_in(Role.APPROVER, demonstration=False)
    assert second.post(BEGIN, {"password": PASSWORD}).status_code == 302


def test_a16_codes_are_counted_by_account_not_by_session() -> None:
    """A new session does not bring new tries."""
    user = make_user(Role.APPROVER, demonstration=False)
    device = bound_device(user)
    for _ in range(CODE_TRIES):
        session = Client()
        session.force_login(user)
        session.post(PAGE, {"code": "000000"})
    last = Client()
    last.force_login(user)
    page = last.post(PAGE, {"code": code_of(device)})
    assert (page.status_code, "过 15 分钟再试" in page.content.decode()) == (422, True)


@pytest.mark.parametrize(("seconds", "accepted"), [(0, False), (1, False), (9, True)])
def test_the_delay_after_wrong_codes_doubles(seconds: int, accepted: bool) -> None:
    """Three wrong ones: the next is looked at after four seconds at the earliest."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        user = make_user(Role.APPROVER)
        device = bound_device(user)
        for pause in (0, 2, 3):
            clock.shift(timedelta(seconds=pause))
            assert actions.verify_second_factor(user=user, code="000000", at=timezone.now()) is None
        clock.shift(timedelta(seconds=seconds))
        found = actions.verify_second_factor(user=user, code=code_of(device), at=timezone.now())
        assert (found is not None) is accepted
