"""The two password policies, and the page that changes a password."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from hall.access import actions, passwords
from hall.access.enums import Role
from hall.access.models import User
from hall.organisation.enums import PasswordPolicy
from tests.builders import make_user
from tests.hall.access.builders import PASSWORD, house, logged_in

pytestmark = pytest.mark.django_db
GOOD = "Guihua-2026-nanlou"


def complaints(password: str, user: User | None = None) -> str:
    try:
        passwords.check(password, user)
    except ValidationError as error:
        return "".join(error.messages)
    return ""


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("Abc-12345", "至少 10 位"),  # nine
        ("Abc-123456", ""),  # ten, four classes
        ("abcdefgh12", "至少要有三类"),
        ("mnbgtrew1-", ""),
        ("abcdefgh1-", "常见口令"),
        ("密码密码密码abc123", ""),  # characters of other scripts are a class
        ("x" * 129 + "A1", "最多 128 位"),
    ],
)
def test_dengbao(password: str, complaint: str) -> None:
    house(password_policy=PasswordPolicy.DENGBAO)
    assert (complaint in complaints(password)) if complaint else complaints(password) == ""


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("onlyeleven1", "至少 12 位"),
        ("a long sentence of words", ""),  # no classes wanted
        ("1234567890123456789", ""),
        ("1qaz2wsx3edc", "常见口令"),
    ],
)
def test_asvs(password: str, complaint: str) -> None:
    house(password_policy=PasswordPolicy.ASVS)
    assert (complaint in complaints(password)) if complaint else complaints(password) == ""


def test_the_user_name_may_not_be_part() -> None:
    assert "用户名" in complaints("Wangli-2026-x", User(username="wangli", role=Role.CLERK))


def test_the_last_five_are_refused_and_the_sixth_is_not() -> None:
    user = make_user()
    used = [f"Secret-number-{n}" for n in range(6)]
    for password in used:
        actions.change_password(user=user, new=password, at=timezone.now())
    assert [bool(complaints(password, user)) for password in used] == [False, True, True, True, True, True]


def test_asvs_refuses_the_present_one() -> None:
    house(password_policy=PasswordPolicy.ASVS)
    assert "不能与现在的相同" in complaints(PASSWORD, make_user())


def test_history_is_kept_no_longer_than_needed() -> None:
    user = make_user()
    for n in range(8):
        actions.change_password(user=user, new=f"Secret-number-{n}", at=timezone.now())
    assert user.past_passwords.count() == passwords.HISTORY


@pytest.mark.parametrize("policy", list(PasswordPolicy))
def test_first_passwords_meet_the_policy_and_differ(policy: str) -> None:
    house(password_policy=policy)
    made = {passwords.first_password() for _ in range(50)}
    assert (len(made), {complaints(password) for password in made}) == (50, {""})


@pytest.mark.parametrize(("policy", "words"), [("dengbao", "至少 10 位"), ("asvs", "至少 12 位")])
def test_the_page_says_the_policy_beforehand(policy: str, words: str) -> None:
    house(password_policy=policy)
    client, _ = logged_in()
    assert words in client.get("/account/password/").content.decode()


def send(client: Client, **changes: str) -> int:
    data = {"password": PASSWORD, "new": GOOD, "again": GOOD, **changes}
    return client.post("/account/password/", data).status_code


def test_changing_keeps_this_session_and_ends_the_others() -> None:
    here, user = logged_in(must_change_password=True)
    there = Client()
    there.force_login(user)
    assert send(here) == 302
    assert (here.get("/inbox/").status_code, there.get("/inbox/").status_code) == (200, 302)


def test_changing_settles_the_first_password() -> None:
    client, user = logged_in(must_change_password=True)
    send(client)
    user.refresh_from_db()
    assert (user.must_change_password, user.check_password(GOOD)) == (False, True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"password": "wrong"}, "现在的口令不对"),
        ({"again": "Another-2026-x"}, "两遍新口令不一样"),
        ({"new": "short", "again": "short"}, "至少 10 位"),
        ({"new": ""}, "请填写新口令"),
        ({"password": "\x00"}, "不能保存的字符"),
    ],
)
def test_bad_input_is_said_and_changes_nothing(change: dict[str, str], sentence: str) -> None:
    client, user = logged_in()
    data = {"password": PASSWORD, "new": GOOD, "again": GOOD, **change}
    response = client.post("/account/password/", data)
    user.refresh_from_db()
    assert (response.status_code, sentence in response.content.decode()) == (422, True)
    assert user.check_password(PASSWORD)


def test_guessing_the_present_password_is_slowed() -> None:
    client, _ = logged_in()
    for _ in range(5):
        send(client, password="wrong")
    page = client.post("/account/password/", {"password": PASSWORD, "new": GOOD, "again": GOOD})
    assert "过 15 分钟再试" in page.content.decode()


def test_passwords_never_come_back_in_a_page() -> None:
    client, _ = logged_in()
    page = client.post("/account/password/", {"password": "typed-secret", "new": "new-secret", "again": "x"})
    assert "secret" not in page.content.decode()


def test_the_history_of_accounts_holds_no_password() -> None:
    user = make_user()
    actions.change_password(user=user, new=GOOD, at=timezone.now())
    assert not hasattr(User.history.first(), "password")
