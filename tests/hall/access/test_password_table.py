"""The two schools of passwords as tables (GB/T 22239-2019 8.1.4.1; ASVS 5.0 6.2), each rule met and broken."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from hall.access import actions, passwords, sessions
from hall.access.enums import Role
from hall.access.models import User
from hall.organisation.enums import PasswordPolicy
from hall.organisation.models import Installation
from tests.builders import MONDAY, make_user
from tests.hall.access.builders import PASSWORD, house, logged_in

LENGTH = {PasswordPolicy.DENGBAO: "至少 10 位", PasswordPolicy.ASVS: "至少 12 位"}
CLASSES, COMMON, NAME, LONG = "至少要有三类", "常见口令", "不能含有用户名", "最多 128 位"
SHORT_D, SHORT_A = LENGTH[PasswordPolicy.DENGBAO], LENGTH[PasswordPolicy.ASVS]

# password, what 等保 says, what ASVS says; empty where it is taken. The user name is wangli.
TABLE = [
    ("", {SHORT_D, CLASSES}, {SHORT_A}),
    ("a", {SHORT_D, CLASSES, COMMON}, {SHORT_A, COMMON}),
    ("Password2026", {COMMON}, {COMMON}),
    ("2026!Password!", {COMMON}, {COMMON}),
    ("Summer2026!", {COMMON}, {SHORT_A, COMMON}),
    ("Summer-38201746", set(), set()),
    ("Summer2026!Rain", set(), set()),
    ("Haigang-1", {SHORT_D}, {SHORT_A}),
    ("Haigang-12", set(), {SHORT_A}),
    ("Haigang-1234", set(), set()),
    ("haigang-1234", set(), set()),
    ("HAIGANG-1234", set(), set()),
    ("haigangqu1234", {CLASSES}, set()),
    ("HAIGANGQU1234", {CLASSES}, set()),
    ("haigangHAIGANG", {CLASSES}, set()),
    ("haigangHAIGANG1", set(), set()),
    ("------------------", {CLASSES}, set()),
    ("我们的大厅在二楼东侧窗口", {CLASSES}, set()),
    ("我们的大厅在二楼东侧a1", set(), set()),
    ("one two three four five", {CLASSES}, set()),
    ("passwordpassword", {CLASSES}, set()),
    ("1234567890123", {CLASSES, COMMON}, {COMMON}),
    ("qwertyuiop123456", {CLASSES, COMMON}, {COMMON}),
    ("1qaz2wsx3edc", {CLASSES, COMMON}, {COMMON}),
    ("Wangli-2026-Hall", {NAME}, {NAME}),
    ("xxWANGLIxx-2026", {NAME}, {NAME}),
    ("wang-li-2026-Hall", set(), set()),
    ("Aa1-" + "x" * 124, set(), set()),
    ("Aa1-" + "x" * 125, {LONG}, {LONG}),
    ("Aa1-😀😀😀😀😀😀😀😀", set(), set()),
    (" Aa1 with spaces ", set(), set()),
]


def broken(password: str, user: User | None = None) -> str:
    try:
        passwords.check(password, user)
    except ValidationError as error:
        return "".join(error.messages)
    return ""


@pytest.mark.django_db
@pytest.mark.parametrize(("password", "dengbao", "asvs"), TABLE)
@pytest.mark.parametrize("policy", list(PasswordPolicy))
def test_each_school_says_exactly_what_it_misses(
    policy: PasswordPolicy, password: str, dengbao: set[str], asvs: set[str]
) -> None:
    house(password_policy=policy)
    expected = dengbao if policy == PasswordPolicy.DENGBAO else asvs
    said = broken(password, User(username="wangli", role=Role.CLERK))
    found = {rule for rule in (SHORT_D, SHORT_A, CLASSES, COMMON, NAME, LONG) if rule in said}
    assert found == expected


@pytest.mark.parametrize(
    ("password", "classes"),
    [
        ("", 0),
        ("a", 1),
        ("A", 1),
        ("1", 1),
        ("-", 1),
        ("密", 1),
        (" ", 1),
        ("aA", 2),
        ("aA1", 3),
        ("aA1-", 4),
        ("aa", 1),
    ],
)
def test_how_many_classes_are_mixed(password: str, classes: int) -> None:
    assert passwords.password_classes(password) == classes


@pytest.mark.django_db
@pytest.mark.parametrize("username", ["li", "ann", "wangli"])
def test_very_short_names_may_stand_in_a_password(username: str) -> None:
    """Three letters stand in half of all words: forbidding them would help nobody."""
    user = User(username=username, role=Role.CLERK)
    assert ("用户名" in broken(f"X-{username}-2026-Yz", user)) is (len(username) > 3)


@pytest.mark.django_db
@pytest.mark.parametrize("policy", list(PasswordPolicy))
def test_a_hall_before_its_first_start_has_a_policy(policy: PasswordPolicy) -> None:
    Installation.objects.all().delete()
    assert SHORT_D in broken("x")  # 等保 is the default


@pytest.mark.django_db
@pytest.mark.parametrize(("back", "refused"), [(0, True), (1, True), (4, True), (5, False), (6, False)])
def test_how_far_back_passwords_are_remembered(back: int, refused: bool) -> None:
    """The present one and the four before it: five in all."""
    user = make_user(password_changed_at=MONDAY)
    used = [f"Secret-number-{n}" for n in range(7)]
    for n, password in enumerate(used, 1):
        actions.change_password(user=user, new=password, at=MONDAY + timedelta(days=n))
    assert bool(broken(used[-1 - back], user)) is refused


@pytest.mark.django_db
def test_a_password_of_somebody_else_may_be_chosen_unknowingly() -> None:
    """Refusing it would tell that somebody has it."""
    other = make_user()
    actions.change_password(user=other, new="Secret-number-1", at=MONDAY)
    assert broken("Secret-number-1", make_user()) == ""


AGES = [
    # days since the last change, policy, demonstration, expired
    (0, PasswordPolicy.DENGBAO, False, False),
    (89, PasswordPolicy.DENGBAO, False, False),
    (90, PasswordPolicy.DENGBAO, False, True),
    (4000, PasswordPolicy.DENGBAO, False, True),
    (4000, PasswordPolicy.ASVS, False, False),
    (4000, PasswordPolicy.DENGBAO, True, False),
    (None, PasswordPolicy.DENGBAO, False, False),
]


@pytest.mark.parametrize(("days", "policy", "demonstration", "expired"), AGES)
def test_when_a_password_expires(days: int | None, policy: str, demonstration: bool, expired: bool) -> None:
    changed = MONDAY - timedelta(days=days) if days is not None else None
    user = User(role=Role.CLERK, password_changed_at=changed, demonstration=demonstration)
    assert sessions.password_expired(user, Installation(password_policy=policy), at=MONDAY) is expired


@pytest.mark.django_db
def test_an_expired_password_is_asked_for_and_then_counts_anew() -> None:
    client, _ = logged_in(demonstration=False, password_changed_at=timezone.now() - timedelta(days=91))
    assert client.get("/inbox/")["Location"] == "/account/password/"
    assert "90 天" in client.get("/account/password/").content.decode()
    client.post("/account/password/", {"password": PASSWORD, "new": "Guihua-2026-hg", "again": "Guihua-2026-hg"})
    assert client.get("/inbox/").status_code == 200


@pytest.mark.django_db
def test_the_hall_may_change_its_school() -> None:
    client, _ = logged_in(demonstration=False, password_changed_at=timezone.now() - timedelta(days=91))
    house(password_policy=PasswordPolicy.ASVS)
    assert client.get("/inbox/").status_code == 200


@pytest.mark.django_db
def test_first_passwords_can_be_read_from_a_slip_of_paper() -> None:
    for _ in range(30):
        first = passwords.first_password()
        assert not set(first) & set("0O1lIo")
        assert broken(first) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["password", "new", "again"])
def test_every_field_of_a_password_is_masked_and_never_filled_in(client: Client, field: str) -> None:
    client, _ = logged_in()
    data = {"password": "typed-one", "new": "typed-two", "again": "typed-three"}
    page = client.post("/account/password/", data).content.decode()
    tag = next(part for part in page.split("<input") if f'name="{field}"' in part)
    assert 'type="password"' in tag
    assert "typed" not in tag.split(">")[0]
