"""The second factor, minute by minute (A16): which codes open, which do not, and what a recovery code is worth."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from hall.access import actions
from hall.access.enums import Role
from hall.access.models import Authenticator, RecoveryCode, User
from tests.builders import MONDAY, make_user
from tests.hall.access.builders import PASSWORD, bound_device, code_of, house, logged_in

pytestmark = pytest.mark.django_db
PAGE, BEGIN, ENROL = "/account/second-factor/", "/account/second-factor/begin/", "/account/second-factor/enrol/"


def enrolled(user: User) -> list[str]:
    device = actions.begin_second_factor(user=user)
    done = actions.confirm_second_factor(user=user, code=code_of(device), at=timezone.now())
    assert done is not None
    return done[1]


# Half-minutes away from now, and whether the phone's clock may be that far off.
WINDOW = [(-3, False), (-2, False), (-1, True), (0, True), (1, True), (2, False), (3, False)]


@pytest.mark.parametrize(("steps", "accepted"), WINDOW)
def test_how_far_the_clock_of_the_phone_may_be_off(steps: int, accepted: bool) -> None:
    with time_machine.travel(MONDAY, tick=False):
        user = make_user(Role.APPROVER)
        code = code_of(bound_device(user), steps=steps)
        assert (actions.verify_second_factor(user=user, code=code, at=timezone.now()) is not None) is accepted


@pytest.mark.parametrize("later", [timedelta(), timedelta(seconds=5), timedelta(seconds=29)])
def test_a_code_opens_once_however_long_it_is_still_shown(later: timedelta) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        user = make_user(Role.APPROVER)
        code = code_of(bound_device(user))
        assert actions.verify_second_factor(user=user, code=code, at=timezone.now())
        clock.shift(later)
        assert actions.verify_second_factor(user=user, code=code, at=timezone.now()) is None


TYPED = [
    # how the person types the right code, accepted by the page
    ("{c}", True),
    (" {c} ", True),
    ("{a} {b}", True),
    ("{c}0", False),
    ("-{c}", False),
    ("{a}", False),
    ("0x{c}", False),
    ("{c}.0", False),
]


@pytest.mark.parametrize(("pattern", "accepted"), TYPED)
def test_how_a_code_may_be_typed(pattern: str, accepted: bool) -> None:
    client, user = logged_in(Role.APPROVER, demonstration=False)
    code = code_of(bound_device(user))
    typed = pattern.format(c=code, a=code[:3], b=code[3:])
    assert (client.post(PAGE, {"code": typed}).status_code == 302) is accepted


@pytest.mark.parametrize("position", range(actions.RECOVERY_CODES))
def test_each_recovery_code_opens_once(position: int) -> None:
    user = make_user(Role.APPROVER)
    code = enrolled(user)[position]
    answers = [actions.verify_second_factor(user=user, code=code, at=timezone.now()) is not None for _ in range(2)]
    assert answers == [True, False]
    assert user.recovery_codes.filter(used_at__isnull=False).count() == 1


def test_recovery_codes_differ_and_are_spoken_without_mistakes() -> None:
    codes = enrolled(make_user(Role.APPROVER))
    assert len(set(codes)) == actions.RECOVERY_CODES
    assert all(re.fullmatch(r"[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}", code) for code in codes)


def test_a_recovery_code_of_another_person_opens_nothing() -> None:
    user = make_user(Role.APPROVER)
    enrolled(user)
    foreign = enrolled(make_user(Role.APPROVER))[0]
    assert actions.verify_second_factor(user=user, code=foreign, at=timezone.now()) is None
    assert not RecoveryCode.objects.filter(used_at__isnull=False).exists()


def test_the_page_says_how_many_recovery_codes_are_left() -> None:
    client, user = logged_in(Role.APPROVER, demonstration=False)
    codes = enrolled(user)
    client.post(PAGE, {"code": codes[0]})
    assert str(actions.RECOVERY_CODES - 1) in client.get(PAGE).content.decode()


def test_recovery_codes_are_shown_once_only() -> None:
    client, user = logged_in(Role.APPROVER, demonstration=False)
    client.post(BEGIN, {"password": PASSWORD})
    device = Authenticator.objects.get(user=user)
    shown = client.post(ENROL, {"code": code_of(device)}).content.decode()
    codes = re.findall(r"[2-9A-Z]{5}-[2-9A-Z]{5}", shown)
    again = client.get(PAGE).content.decode() + client.get("/inbox/").content.decode()
    assert codes
    assert not any(code in again for code in codes)


def test_the_secret_is_not_shown_to_who_only_knows_the_password() -> None:
    """The person began to bind a new phone and left it open; a thief of the password must not find the secret."""
    user = make_user(Role.APPROVER, demonstration=False)
    bound_device(user)
    fresh = actions.begin_second_factor(user=user)
    thief = Client()
    thief.force_login(user)
    assert thief.get(ENROL)["Location"] == PAGE
    assert thief.post(ENROL, {"code": code_of(fresh)})["Location"] == PAGE
    assert not Authenticator.objects.get(pk=fresh.pk).confirmed


def test_who_entered_the_code_may_bind_a_new_phone() -> None:
    client, user = logged_in(Role.APPROVER, demonstration=False)
    old = bound_device(user)
    client.post(PAGE, {"code": code_of(old)})
    client.post(BEGIN, {"password": PASSWORD})
    fresh = Authenticator.objects.get(user=user, confirmed=False)
    assert client.post(ENROL, {"code": code_of(fresh)}).status_code == 200
    assert list(Authenticator.objects.filter(user=user)) == [fresh]


def test_the_old_phone_counts_until_the_new_one_is_proven() -> None:
    user = make_user(Role.APPROVER)
    old = bound_device(user)
    actions.begin_second_factor(user=user)
    assert actions.verify_second_factor(user=user, code=code_of(old), at=timezone.now()) == old


def test_beginning_twice_leaves_one_open_secret() -> None:
    user = make_user(Role.APPROVER)
    secrets = {actions.begin_second_factor(user=user).key for _ in range(2)}
    assert (len(secrets), Authenticator.objects.filter(user=user).count()) == (2, 1)


def test_without_a_device_no_code_is_right() -> None:
    assert actions.verify_second_factor(user=make_user(), code="123456", at=timezone.now()) is None


def test_confirming_without_having_begun_does_nothing() -> None:
    assert actions.confirm_second_factor(user=make_user(), code="123456", at=timezone.now()) is None


def test_a_reset_ends_device_codes_and_sessions() -> None:
    client, user = logged_in(Role.APPROVER)
    enrolled(user)
    actions.reset_second_factor(user=user, by=make_user(Role.ADMIN), at=timezone.now())
    assert not Authenticator.objects.filter(user=user).exists()
    assert not user.recovery_codes.exists()
    assert client.get("/inbox/").status_code == 302


# Who is asked for a code at the first page of staff: role, switch for all, demonstration account.
ASKED = [
    (Role.CLERK, False, False, False),
    (Role.CLERK, True, False, True),
    (Role.CLERK, True, True, False),
    (Role.APPROVER, False, False, True),
    (Role.CHIEF, False, False, True),
    (Role.SUPERVISOR, False, False, True),
    (Role.ADMIN, False, False, True),
    (Role.AUDITOR, False, False, True),
    (Role.AUDITOR, True, True, False),
]


@pytest.mark.parametrize(("role", "for_all", "demonstration", "asked"), ASKED)
def test_who_is_asked(role: Role, for_all: bool, demonstration: bool, asked: bool) -> None:
    house(second_factor_for_all=for_all)
    client, _ = logged_in(role, demonstration=demonstration)
    response = client.get("/inbox/")
    assert (response.status_code == 302 and response["Location"] == PAGE) is asked


def test_turning_the_switch_on_reaches_sessions_that_are_open() -> None:
    client, _ = logged_in(Role.CLERK, demonstration=False)
    assert client.get("/inbox/").status_code == 200
    house(second_factor_for_all=True)
    assert client.get("/inbox/")["Location"] == PAGE


@pytest.mark.parametrize("wanted", ["/inbox/?page=2", "https://evil.example/", "//evil.example"])
def test_the_way_on_after_the_code_stays_on_this_site(wanted: str) -> None:
    client, user = logged_in(Role.APPROVER, demonstration=False)
    code = code_of(bound_device(user))
    response = client.post(f"{PAGE}?next={wanted}", {"code": code})
    assert ("evil" in response["Location"]) is False
