"""How long a session lasts, and what ends it elsewhere."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from hall.access import actions, sessions
from hall.access.enums import Role
from hall.access.models import User
from hall.organisation.enums import PasswordPolicy
from hall.organisation.models import Installation
from tests.builders import MONDAY, make_user
from tests.hall.access.builders import house, logged_in

NOON = MONDAY


@pytest.mark.parametrize(
    ("idle_for", "reason"), [(timedelta(minutes=14, seconds=59), ""), (timedelta(minutes=15), "idle")]
)
def test_idle_time(idle_for: timedelta, reason: str) -> None:
    session: dict[str, float] = {}
    sessions.start(session, NOON)
    assert sessions.ended(session, User(role=Role.CLERK), idle_minutes=15, at=NOON + idle_for) == reason


def test_use_keeps_a_session_alive_but_not_beyond_twelve_hours() -> None:
    session: dict[str, float] = {}
    sessions.start(session, NOON)
    ends = []
    for minutes in range(10, 12 * 60 + 20, 10):
        at = NOON + timedelta(minutes=minutes)
        ends.append(sessions.ended(session, User(role=Role.CLERK), idle_minutes=15, at=at))
        sessions.touch(session, at)
    assert (set(ends[:-2]), ends[-2:]) == ({""}, ["long", "long"])


def test_the_session_is_not_written_at_every_request() -> None:
    session: dict[str, float] = {}
    sessions.start(session, NOON)
    sessions.touch(session, NOON + timedelta(seconds=29))
    assert session[sessions.SEEN] == NOON.timestamp()


OWED = [
    # role, demonstration, verified, must change, password age, policy, page
    (Role.CLERK, False, False, False, 10, PasswordPolicy.DENGBAO, None),
    (Role.CLERK, False, False, True, 10, PasswordPolicy.DENGBAO, "access:password"),
    (Role.CLERK, False, False, False, 90, PasswordPolicy.DENGBAO, "access:password"),
    (Role.CLERK, False, False, False, 89, PasswordPolicy.DENGBAO, None),
    (Role.CLERK, False, False, False, 900, PasswordPolicy.ASVS, None),
    (Role.CLERK, True, False, False, 900, PasswordPolicy.DENGBAO, None),
    (Role.APPROVER, False, False, False, 10, PasswordPolicy.DENGBAO, "access:second_factor"),
    (Role.APPROVER, False, False, True, 10, PasswordPolicy.DENGBAO, "access:second_factor"),
    (Role.APPROVER, False, True, True, 10, PasswordPolicy.DENGBAO, "access:password"),
    (Role.APPROVER, False, True, False, 10, PasswordPolicy.DENGBAO, None),
    (Role.ADMIN, True, False, False, 10, PasswordPolicy.DENGBAO, None),
]


@pytest.mark.parametrize(("role", "demo", "verified", "must", "age", "policy", "page"), OWED)
def test_what_is_owed(
    role: str, demo: bool, verified: bool, must: bool, age: int, policy: str, page: str | None
) -> None:
    changed = NOON - timedelta(days=age)
    user = User(role=role, demonstration=demo, must_change_password=must, password_changed_at=changed)
    assert sessions.owed(user, Installation(password_policy=policy), verified=verified, at=NOON) == page


def test_the_switch_for_all_asks_clerks_too() -> None:
    user = User(role=Role.CLERK, must_change_password=False)
    assert (
        sessions.owed(user, Installation(second_factor_for_all=True), verified=False, at=NOON) == "access:second_factor"
    )


@pytest.mark.django_db
def test_an_idle_browser_has_to_log_in_again() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client, _ = logged_in()
        assert client.get("/inbox/").status_code == 200
        clock.shift(timedelta(minutes=16))
        response = client.get("/inbox/")
        assert (response.status_code, "ended=idle" in response["Location"]) == (302, True)
        assert client.get("/inbox/").status_code == 302


@pytest.mark.django_db
def test_the_idle_time_is_the_houses() -> None:
    house(idle_minutes=5)
    with time_machine.travel(NOON, tick=False) as clock:
        client, _ = logged_in()
        client.get("/inbox/")
        clock.shift(timedelta(minutes=6))
        assert client.get("/inbox/").status_code == 302


@pytest.mark.django_db
def test_a_sign_of_life_moves_the_idle_clock() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client, _ = logged_in()
        client.get("/inbox/")
        clock.shift(timedelta(minutes=14))
        assert client.post("/account/alive/").status_code == 204
        clock.shift(timedelta(minutes=14))
        assert client.get("/inbox/").status_code == 200


@pytest.mark.django_db
def test_a_sign_of_life_needs_a_post() -> None:
    client, _ = logged_in()
    assert client.get("/account/alive/").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["disabled", "role", "password", "epoch"])
def test_a_change_of_the_account_ends_its_sessions(change: str) -> None:
    client, user = logged_in(Role.CLERK)
    admin, at = make_user(Role.ADMIN), timezone.now()
    assert client.get("/inbox/").status_code == 200
    {
        "disabled": lambda: actions.set_active(user=user, active=False, by=admin, at=at),
        "role": lambda: actions.set_role(user=user, role=Role.APPROVER, by=admin, at=at),
        "password": lambda: actions.reset_password(user=user, by=admin, at=at),
        "epoch": lambda: actions.reset_second_factor(user=user, by=admin, at=at),
    }[change]()
    response = client.get("/inbox/")
    assert (response.status_code, response["Location"].startswith("/login/")) == (302, True)


@pytest.mark.django_db
def test_enabling_again_does_not_revive_old_sessions() -> None:
    client, user = logged_in()
    admin, at = make_user(Role.ADMIN), timezone.now()
    actions.set_active(user=user, active=False, by=admin, at=at)
    actions.set_active(user=user, active=True, by=admin, at=at)
    assert client.get("/inbox/").status_code == 302


@pytest.mark.django_db
def test_every_page_waits_for_what_is_owed() -> None:
    client, _ = logged_in(must_change_password=True)
    for address in ("/inbox/", "/manage/staff/", "/centers/"):
        assert client.get(address)["Location"] == "/account/password/"


@pytest.mark.django_db
def test_what_settles_the_debt_stays_open() -> None:
    client, _ = logged_in(must_change_password=True)
    assert client.get("/account/password/").status_code == 200
    assert client.post("/logout/").status_code == 302


@pytest.mark.django_db
def test_an_approver_is_led_to_bind_an_authenticator() -> None:
    client, _ = logged_in(Role.APPROVER, demonstration=False)
    response = client.get("/inbox/", follow=True)
    assert [url for url, _ in response.redirect_chain] == ["/account/second-factor/", "/account/second-factor/begin/"]


@pytest.mark.django_db
def test_anonymous_visitors_cost_no_session(client: Client) -> None:
    assert "session" not in client.get("/login/").cookies


def test_the_moment_is_beijing_time() -> None:
    assert isinstance(MONDAY, datetime)
    assert timezone.localtime(MONDAY).utcoffset() == timedelta(hours=8)
