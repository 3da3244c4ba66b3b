"""Log-in, log-out, throttling, and what a session shows of the one before."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone

from hall.access import actions
from hall.access.enums import Role
from hall.access.models import User
from hall.organisation.models import Staff
from tests.builders import make_user
from tests.hall.access.builders import PASSWORD, house, logged_in

pytestmark = pytest.mark.django_db
WRONG = "用户名或口令不对"


@pytest.fixture
def clerk() -> User:
    return make_user(Role.CLERK, username="wangli")


def post(client: Client, username: str = "wangli", password: str = PASSWORD, **data: str) -> object:
    return client.post("/login/", {"username": username, "password": password, **data})


def test_the_right_password_lets_in(client: Client, clerk: User) -> None:
    response = post(client)
    assert response.status_code == 302  # type: ignore[attr-defined]
    assert client.session["_auth_user_id"] == str(clerk.pk)


def test_the_user_name_is_not_case_sensitive(client: Client, clerk: User) -> None:
    assert post(client, username=" WangLi ").status_code == 302  # type: ignore[attr-defined]


@pytest.mark.parametrize(("username", "password"), [("wangli", "wrong"), ("nobody", PASSWORD), ("wangli", "\x00")])
def test_every_failure_has_one_answer(client: Client, clerk: User, username: str, password: str) -> None:
    response = client.post("/login/", {"username": username, "password": password})
    assert response.status_code == 422
    assert "_auth_user_id" not in client.session


def test_a_disabled_account_gets_the_same_answer(client: Client, clerk: User) -> None:
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    page = client.post("/login/", {"username": "wangli", "password": PASSWORD})
    assert (page.status_code, WRONG in page.content.decode()) == (422, True)


def test_a10_an_unknown_user_costs_a_hash_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """No difference in time tells which names exist (A10): the hasher runs for both."""
    runs: list[str] = []
    original = User.set_password
    monkeypatch.setattr(User, "set_password", lambda self, raw: (runs.append("hashed"), original(self, raw))[1])
    client.post("/login/", {"username": "nobody", "password": "wrong"})
    assert runs == ["hashed"]


def test_a07_the_session_key_changes(client: Client, clerk: User) -> None:
    session = client.session
    session["seeded"] = 1
    session.save()
    before = session.session_key
    post(client)
    assert client.session.session_key != before


def test_a07_a_seeded_session_key_is_not_adopted(client: Client, clerk: User) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = "chosenbyattacker"
    post(client)
    assert client.session.session_key != "chosenbyattacker"


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_passwords_are_hashed_with_argon2() -> None:
    assert make_user().password.startswith("argon2$argon2id$")


def test_the_product_uses_argon2_alone() -> None:
    text = (settings.BASE_DIR / "hall" / "settings.py").read_text()
    assert re.search(r'PASSWORD_HASHERS = \["django.contrib.auth.hashers.Argon2PasswordHasher"\]', text)


def test_five_wrong_passwords_lock_the_name_on_this_machine(client: Client, clerk: User) -> None:
    for _ in range(5):
        response = post(client, password="wrong")
    assert response.status_code == 429  # type: ignore[attr-defined]
    locked = post(client)
    assert (locked.status_code, "暂时不能登录" in locked.content.decode()) == (429, True)  # type: ignore[attr-defined]


def test_a_new_first_password_lifts_the_lock(client: Client, clerk: User) -> None:
    for _ in range(5):
        post(client, password="wrong")
    first = actions.reset_password(user=clerk, by=make_user(Role.ADMIN), at=timezone.now())
    assert post(client, password=first).status_code == 302  # type: ignore[attr-defined]


def test_a_lock_leaves_the_neighbour_at_the_same_address_alone(client: Client, clerk: User) -> None:
    make_user(username="zhangqiang")
    for _ in range(5):
        post(client, password="wrong")
    assert post(Client(), username="zhangqiang").status_code == 302  # type: ignore[attr-defined]


def test_changing_the_case_of_the_name_does_not_start_a_new_count(client: Client, clerk: User) -> None:
    for name in ("wangli", "Wangli", "WANGLI", "wangLi", "wangli"):
        response = post(client, username=name, password="wrong")
    assert response.status_code == 429  # type: ignore[attr-defined]


def test_success_resets_the_count(client: Client, clerk: User) -> None:
    for _ in range(2):
        for _ in range(4):
            post(Client(), password="wrong")
        assert post(Client()).status_code == 302  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("wanted", "allowed"),
    [
        ("/inbox/?page=2", True),
        ("https://evil.example/", False),
        ("//evil.example/", False),
        ("/\\evil.example", False),
        ("javascript:alert(1)", False),
        ("/login/?next=/login/", False),
        ("/inbox/\r\nX: y", False),
    ],
)
def test_the_way_on_stays_on_this_site(client: Client, clerk: User, wanted: str, allowed: bool) -> None:
    response = client.post("/login/", {"username": "wangli", "password": PASSWORD, "next": wanted})
    assert (response["Location"] == wanted) is allowed


def test_anonymous_visitors_are_sent_to_log_in_and_back(client: Client) -> None:
    response = client.get("/inbox/?page=2")
    target = urlsplit(response["Location"])
    assert (target.path, parse_qs(target.query)) == ("/login/", {"next": ["/inbox/?page=2"]})


def test_an_anonymous_post_is_not_replayed_after_log_in(client: Client) -> None:
    assert client.post("/inbox/read/")["Location"] == "/login/?"


def test_who_is_in_is_not_asked_again() -> None:
    client, _ = logged_in(Role.ADMIN)
    assert client.get("/login/").status_code == 302


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_every_role_lands_on_a_page_it_may_open(role: Role) -> None:
    client, _ = logged_in(role)
    landing = client.get("/login/")["Location"]
    assert client.get(landing).status_code == 200


def test_logging_out_needs_a_post() -> None:
    client, _ = logged_in()
    assert client.get("/logout/").status_code == 405
    assert "_auth_user_id" in client.session


def test_logging_out_ends_the_session_and_clears_the_browser() -> None:
    client, _ = logged_in()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    response = client.post("/logout/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert client.get("/inbox/").status_code == 302


def test_logging_out_needs_the_token() -> None:
    client, _ = logged_in()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post("/logout/").status_code == 403


def test_pages_of_staff_are_not_stored_by_the_browser() -> None:
    client, _ = logged_in()
    assert client.get("/inbox/")["Cache-Control"] == "no-store, private"


def test_the_log_in_page_is_not_stored(client: Client) -> None:
    assert "no-store" in client.get("/login/")["Cache-Control"]


@pytest.mark.parametrize("header", ["REMOTE_USER", "HTTP_X_REMOTE_USER", "HTTP_REMOTE_USER", "HTTP_AUTHORIZATION"])
def test_a06_proxy_headers_log_nobody_in(client: Client, clerk: User, header: str) -> None:
    assert client.get("/inbox/", **{header: "wangli"}).status_code == 302


def test_a_person_who_has_left_is_refused(clerk: User) -> None:
    client = Client()
    client.force_login(clerk)
    Staff.objects.filter(pk=clerk.staff_id).update(left_on="2020-01-01")
    response = client.get("/inbox/")
    assert (response.status_code, "ended=left" in response["Location"]) == (302, True)


def test_the_page_says_why_the_session_ended(client: Client) -> None:
    assert "一段时间没有操作" in client.get("/login/?ended=idle").content.decode()


def test_an_invented_reason_says_nothing(client: Client) -> None:
    assert "evil" not in client.get("/login/?ended=evil").content.decode()


def test_the_foot_and_the_frame_work_before_the_first_start(client: Client) -> None:
    house(name="海港区政务服务中心")
    assert "海港区政务服务中心" in client.get("/login/").content.decode()
