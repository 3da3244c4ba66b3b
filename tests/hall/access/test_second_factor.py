"""The second factor: binding, single use, recovery, throttling (A16)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from hall.access import actions
from hall.access.enums import Role
from hall.access.models import Authenticator, RecoveryCode, User
from hall.ledger.models import Event
from tests.builders import make_user
from tests.hall.access.builders import PASSWORD, bound_device, code_of, logged_in

pytestmark = pytest.mark.django_db
PAGE, BEGIN, ENROL = "/account/second-factor/", "/account/second-factor/begin/", "/account/second-factor/enrol/"


@pytest.fixture
def approver() -> tuple[Client, User]:
    return logged_in(Role.APPROVER, demonstration=False)


@pytest.fixture
def bound(approver: tuple[Client, User]) -> tuple[Client, User, Authenticator]:
    return (*approver, bound_device(approver[1]))


def enrolled(user: User) -> list[str]:
    device = actions.begin_second_factor(user=user)
    done = actions.confirm_second_factor(user=user, code=code_of(device), at=timezone.now())
    assert done is not None
    return done[1]


def test_binding_from_the_password_to_the_recovery_codes(approver: tuple[Client, User]) -> None:
    client, user = approver
    assert client.post(BEGIN, {"password": PASSWORD})["Location"] == ENROL
    shown = client.get(ENROL).content.decode()
    assert "<svg" in shown
    device = Authenticator.objects.get(user=user)
    page = client.post(ENROL, {"code": code_of(device)}).content.decode()
    assert len(re.findall(r"[2-9A-Z]{5}-[2-9A-Z]{5}", page)) == actions.RECOVERY_CODES
    assert client.get("/inbox/").status_code == 200


def test_binding_needs_the_password(approver: tuple[Client, User]) -> None:
    client, user = approver
    assert client.post(BEGIN, {"password": "wrong"}).status_code == 422
    assert not Authenticator.objects.filter(user=user).exists()


def test_looking_at_the_page_makes_no_secret(approver: tuple[Client, User]) -> None:
    client, user = approver
    client.get(BEGIN)
    assert client.get(ENROL)["Location"] == BEGIN
    assert not Authenticator.objects.filter(user=user).exists()


def test_a_wrong_first_code_binds_nothing(approver: tuple[Client, User]) -> None:
    client, user = approver
    actions.begin_second_factor(user=user)
    assert client.post(ENROL, {"code": "000000"}).status_code == 422
    assert not Authenticator.objects.filter(user=user, confirmed=True).exists()


def test_an_unconfirmed_secret_lets_nobody_in(approver: tuple[Client, User]) -> None:
    client, user = approver
    actions.begin_second_factor(user=user)
    assert client.get("/inbox/").status_code == 302


def test_a16_rebinding_needs_the_code_of_the_old_one(bound: tuple[Client, User, Authenticator]) -> None:
    client, _, _ = bound
    assert client.get(BEGIN)["Location"] == PAGE


def test_the_right_code_lets_in_and_changes_the_session_key(bound: tuple[Client, User, Authenticator]) -> None:
    client, _, device = bound
    before = client.session.session_key
    assert client.post(PAGE, {"code": code_of(device)}).status_code == 302
    assert client.session.session_key != before
    assert client.get("/inbox/").status_code == 200


def test_a16_a_code_works_once(bound: tuple[Client, User, Authenticator]) -> None:
    client, user, device = bound
    code = code_of(device)
    client.post(PAGE, {"code": code})
    other = Client()
    other.force_login(user)
    assert other.post(PAGE, {"code": code}).status_code == 422


def test_a16_a_code_older_than_the_last_one_is_refused(bound: tuple[Client, User, Authenticator]) -> None:
    _, user, device = bound
    now, earlier = code_of(device), code_of(device, steps=-1)
    assert actions.verify_second_factor(user=user, code=now, at=timezone.now())
    assert actions.verify_second_factor(user=user, code=earlier, at=timezone.now()) is None


@pytest.mark.parametrize("code", ["000000", "", "12345678", "²²²²²²", "x" * 30, "\x00", "-1"])
def test_nonsense_is_refused_in_words(bound: tuple[Client, User, Authenticator], code: str) -> None:
    client, _, _ = bound
    assert client.post(PAGE, {"code": code}).status_code == 422


def test_wrong_codes_slow_down_the_next_try(bound: tuple[Client, User, Authenticator]) -> None:
    _, user, device = bound
    for _ in range(3):
        actions.verify_second_factor(user=user, code="000000", at=timezone.now())
    assert actions.verify_second_factor(user=user, code=code_of(device), at=timezone.now()) is None


def test_a16_guessing_is_stopped_for_a_while(bound: tuple[Client, User, Authenticator]) -> None:
    client, _, _ = bound
    for _ in range(10):
        client.post(PAGE, {"code": "000000"})
    assert "过 15 分钟再试" in client.post(PAGE, {"code": "000000"}).content.decode()


def test_a_recovery_code_works_once_however_it_is_typed() -> None:
    user = make_user(Role.APPROVER)
    code = enrolled(user)[0]
    typed = code.lower().replace("-", " ")
    assert actions.verify_second_factor(user=user, code=typed, at=timezone.now())
    assert actions.verify_second_factor(user=user, code=code, at=timezone.now()) is None


def test_recovery_codes_are_kept_as_keyed_hashes_only() -> None:
    codes = enrolled(make_user(Role.APPROVER))
    stored = "".join(RecoveryCode.objects.values_list("code_hash", flat=True))
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)


def test_wrong_recovery_codes_slow_down_too() -> None:
    user = make_user(Role.APPROVER)
    codes = enrolled(user)
    for _ in range(3):
        actions.verify_second_factor(user=user, code="AAAAA-AAAAA", at=timezone.now())
    assert actions.verify_second_factor(user=user, code=codes[0], at=timezone.now()) is None


def test_rebinding_ends_old_codes_and_recovery_codes() -> None:
    user = make_user(Role.APPROVER)
    first = enrolled(user)
    enrolled(user)
    assert Authenticator.objects.filter(user=user).count() == 1
    assert actions.verify_second_factor(user=user, code=first[0], at=timezone.now()) is None


def test_a_foreign_code_is_worth_nothing(bound: tuple[Client, User, Authenticator]) -> None:
    client, _, _ = bound
    other = bound_device(make_user(Role.APPROVER))
    assert client.post(PAGE, {"code": code_of(other)}).status_code == 422


def test_what_happened_is_on_record() -> None:
    user = make_user(Role.APPROVER)
    codes = enrolled(user)
    actions.verify_second_factor(user=user, code=codes[0], at=timezone.now())
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["access.second_factor_set", "access.recovery_code_used"]


def test_the_clock_of_the_phone_may_be_half_a_minute_off(bound: tuple[Client, User, Authenticator]) -> None:
    _, user, device = bound
    assert actions.verify_second_factor(user=user, code=code_of(device, steps=1), at=timezone.now())


def test_a_code_of_yesterday_is_refused(bound: tuple[Client, User, Authenticator]) -> None:
    _, user, device = bound
    old = code_of(device)
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        assert actions.verify_second_factor(user=user, code=old, at=timezone.now()) is None


def test_who_has_entered_the_code_sees_how_it_stands(bound: tuple[Client, User, Authenticator]) -> None:
    client, _, device = bound
    client.post(PAGE, {"code": code_of(device)})
    assert "重新绑定" in client.get(PAGE).content.decode()
