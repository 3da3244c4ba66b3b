"""When a session is over, as a table; and what log-out and a change elsewhere leave behind (A07, A08, A11)."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from hall.access import actions, sessions
from hall.access.enums import Role
from hall.access.models import User
from hall.organisation.models import Staff
from tests.builders import MONDAY, make_user
from tests.hall.access.builders import PASSWORD, house, logged_in

HOURS, MINUTES = timedelta(hours=1), timedelta(minutes=1)

# since the log-in, since the last request, idle minutes of the house; why it is over
TABLE = [
    (0 * HOURS, 0 * MINUTES, 15, ""),
    (1 * HOURS, 14 * MINUTES, 15, ""),
    (1 * HOURS, 15 * MINUTES, 15, "idle"),
    (1 * HOURS, 15 * MINUTES, 16, ""),
    (1 * HOURS, 5 * MINUTES, 5, "idle"),
    (1 * HOURS, 59 * MINUTES, 60, ""),
    (12 * HOURS, 0 * MINUTES, 60, "long"),
    (12 * HOURS - MINUTES, 0 * MINUTES, 60, ""),
    (13 * HOURS, 13 * 60 * MINUTES, 15, "long"),  # both: the longer word
]


@pytest.mark.parametrize(("since_login", "since_request", "idle", "reason"), TABLE)
def test_why_a_session_is_over(since_login: timedelta, since_request: timedelta, idle: int, reason: str) -> None:
    session = {
        sessions.STARTED: (MONDAY - since_login).timestamp(),
        sessions.SEEN: (MONDAY - since_request).timestamp(),
    }
    assert sessions.ended(session, User(role=Role.CLERK), idle_minutes=idle, at=MONDAY) == reason


LEFT = [(None, ""), (date(2026, 4, 12), "left"), (date(2026, 4, 13), ""), (date(2026, 4, 14), "")]


@pytest.mark.parametrize(("left_on", "reason"), LEFT)
def test_the_last_day_is_still_served(left_on: date | None, reason: str) -> None:
    session: dict[str, Any] = {}
    user = User(role=Role.CLERK, staff=Staff(left_on=left_on))
    assert sessions.ended(session, user, idle_minutes=15, at=MONDAY) == reason


def test_a_session_without_clocks_begins_them_instead_of_failing() -> None:
    session: dict[str, Any] = {}
    assert sessions.ended(session, User(role=Role.CLERK), idle_minutes=15, at=MONDAY) == ""
    assert {sessions.STARTED, sessions.SEEN} == set(session)


@pytest.mark.parametrize("reason", sessions.REASONS)
@pytest.mark.django_db
def test_every_reason_is_a_sentence_on_the_log_in_page(client: Client, reason: str) -> None:
    assert sessions.REASONS[reason] in client.get(f"/login/?ended={reason}").content.decode()


PAGES = ["/inbox/", "/account/password/", "/account/absence/", "/manage/staff/", "/manage/items/", "/work/"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_a11_no_page_of_staff_is_kept_by_the_browser(address: str) -> None:
    """Back on the shared PC shows nothing of the person before, whatever the status."""
    client, _ = logged_in(Role.CHIEF)
    assert client.get(address)["Cache-Control"] == "no-store, private"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/guides/", "/centers/"])
def test_a_citizens_page_opened_by_staff_is_not_kept_either(address: str) -> None:
    client, _ = logged_in()
    assert "no-store" in client.get(address)["Cache-Control"]


@pytest.mark.django_db
def test_the_redirect_that_ends_a_session_is_not_kept() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        client, _ = logged_in()
        client.get("/inbox/")
        clock.shift(timedelta(minutes=20))
        assert "no-store" in client.get("/inbox/")["Cache-Control"]


@pytest.mark.django_db
class TestLogOut:
    def test_the_row_of_the_session_is_gone(self) -> None:
        client, _ = logged_in()
        client.get("/inbox/")
        key = client.session.session_key
        client.post("/logout/")
        assert not Session.objects.filter(session_key=key).exists()

    def test_the_browser_is_told_to_forget(self) -> None:
        client, _ = logged_in()
        response = client.post("/logout/")
        assert (response["Clear-Site-Data"], response["Cache-Control"]) == ('"cache", "storage"', "no-store, private")
        assert response["Location"] == "/login/?ended=out"

    def test_it_may_be_pressed_twice(self) -> None:
        client, _ = logged_in()
        assert [client.post("/logout/").status_code for _ in range(2)] == [302, 302]

    def test_the_other_browser_of_the_same_person_stays(self) -> None:
        here, user = logged_in()
        there = Client()
        there.force_login(user)
        here.post("/logout/")
        assert there.get("/inbox/").status_code == 200

    def test_the_next_person_gets_nothing_of_the_one_before(self) -> None:
        client, _ = logged_in()
        session = client.session
        session["draft"] = "申请人的草稿"
        session.save()
        client.post("/logout/")
        make_user(username="zhangqiang")
        client.post("/login/", {"username": "zhangqiang", "password": PASSWORD})
        assert "draft" not in client.session

    def test_logging_in_over_an_open_session_of_another_person_starts_clean(self) -> None:
        client, _ = logged_in()
        session = client.session
        session["draft"] = "申请人的草稿"
        session.save()
        client.force_login(make_user())
        assert "draft" not in client.session


CHANGES = {
    "disabled": lambda user, by: actions.set_active(user=user, active=False, by=by, at=timezone.now()),
    "role": lambda user, by: actions.set_role(user=user, role=Role.APPROVER, by=by, at=timezone.now()),
    "password": lambda user, by: actions.reset_password(user=user, by=by, at=timezone.now()),
    "second factor": lambda user, by: actions.reset_second_factor(user=user, by=by, at=timezone.now()),
}


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("browsers", [1, 3])
def test_a08_a_change_ends_every_session_of_the_account(change: str, browsers: int) -> None:
    user = make_user(Role.CLERK)
    clients = [Client() for _ in range(browsers)]
    for client in clients:
        client.force_login(user)
    CHANGES[change](user, make_user(Role.ADMIN))
    assert {client.get("/inbox/").status_code for client in clients} == {302}


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_ends_no_session_of_others(change: str) -> None:
    client, _ = logged_in(Role.CLERK)
    CHANGES[change](make_user(Role.CLERK), make_user(Role.ADMIN))
    assert client.get("/inbox/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["role", "password", "disabled"])
def test_the_person_is_told_why(change: str) -> None:
    client, user = logged_in(Role.CLERK)
    client.get("/inbox/")
    CHANGES[change](user, make_user(Role.ADMIN))
    assert "ended=changed" in client.get("/inbox/")["Location"]


@pytest.mark.django_db
def test_a08_a_post_in_flight_when_the_account_is_disabled_does_nothing() -> None:
    client, user = logged_in(Role.CHIEF)
    client.get("/inbox/")
    CHANGES["disabled"](user, make_user(Role.ADMIN))
    client.post("/account/absence/", {"reason": "公出"})
    assert not user.staff.absences.exists()  # type: ignore[union-attr]


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", [5, 15, 60])
def test_the_page_counts_down_what_the_house_allows(minutes: int) -> None:
    house(idle_minutes=minutes)
    client, _ = logged_in()
    assert str(minutes * 60) in client.get("/inbox/").content.decode()


@pytest.mark.django_db
def test_cookies_are_out_of_reach_of_scripts(client: Client) -> None:
    make_user(username="wangli")
    client.get("/login/")
    cookie = client.post("/login/", {"username": "wangli", "password": PASSWORD}).cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
