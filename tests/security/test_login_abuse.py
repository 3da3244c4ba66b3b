"""Guessing at the log-in over many names and many addresses (A09), and what the clock tells of a name (A10, L13)."""

import itertools
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client, override_settings
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from hall.access import brake_actions, brakes
from hall.access.enums import Role
from hall.access.models import User
from hall.ledger.models import Event, RateCounter
from hall.organisation.errors import Refused
from hall.outbox.models import Message
from tests.builders import MONDAY, Hall, make_user
from tests.hall.access.builders import PASSWORD
from tests.security.timing import tell_apart

pytestmark = pytest.mark.django_db
HALL = "10.20.0.1"
_numbers = itertools.count(1)


def strange() -> str:
    """An address nobody came from before."""
    number = next(_numbers)
    return f"198.{18 + number // 65536}.{number // 256 % 256}.{number % 256}"


GUESS = "Chuntian-2026"


def attempt(username: str, password: str = GUESS, address: str = "") -> Any:
    data = {"username": username, "password": password}
    return Client().post("/login/", data, REMOTE_ADDR=address or strange())


@pytest.fixture
def clerk(hall: Hall) -> User:
    """Somebody whose hall is known, for they logged in there."""
    user = make_user(Role.CLERK, username="wangli", department=hall.department)
    assert attempt("wangli", PASSWORD, HALL).status_code == 302
    return user


def failed_before(number: int, *, scope: brakes.Allowance = brakes.IN_ALL, address: str = "") -> None:
    """As if so many had failed in this window: one real failure, counted up."""
    attempt("nobody", address=address)
    RateCounter.objects.filter(scope=scope.scope).update(count=number)


@time_machine.travel(MONDAY, tick=False)
def test_a09_one_password_over_a_thousand_names_from_a_thousand_addresses(hall: Hall, clerk: User) -> None:
    """The last of the thousand in front of the brake, and some behind it."""
    failed_before(brakes.IN_ALL.tries - 10)
    statuses = [attempt(f"user-{number}").status_code for number in range(30)]
    assert statuses == [422] * 10 + [429] * 20
    assert attempt("wangli", PASSWORD).status_code == 429  # even the right one: a guess must not be told from another
    assert attempt("wangli", PASSWORD, HALL).status_code == 302
    event = Event.objects.get(kind="access.brake")
    assert event.data == {"which": "login.all", "failures": brakes.IN_ALL.tries}
    assert Message.objects.filter(template="staff_brake", recipient_ref=str(hall.admin.staff_id)).count() == 1


@time_machine.travel(MONDAY, tick=False)
def test_a09_one_address_over_many_names_is_held_back_alone(clerk: User) -> None:
    bad = strange()
    failed_before(brakes.PER_ADDRESS.tries - 5, scope=brakes.PER_ADDRESS, address=bad)
    statuses = [attempt(f"user-{number}", address=bad).status_code for number in range(8)]
    assert statuses == [422] * 5 + [429] * 3
    assert attempt("wangli", PASSWORD, bad).status_code == 429
    assert attempt("wangli", PASSWORD).status_code == 302
    assert Event.objects.get(kind="access.brake").data["which"] == "login.address"


@time_machine.travel(MONDAY, tick=False)
def test_a09_a_hall_behind_one_address_is_not_locked_out_as_a_whole(clerk: User) -> None:
    failed_before(10 * brakes.PER_ADDRESS.tries, scope=brakes.PER_ADDRESS, address=HALL)
    assert attempt("user-1", address=HALL).status_code == 422
    assert attempt("wangli", PASSWORD, HALL).status_code == 302


@time_machine.travel(MONDAY, tick=False)
def test_a09_failures_of_the_hall_itself_do_not_close_the_brake_for_others(clerk: User) -> None:
    for number in range(3):
        attempt(f"user-{number}", address=HALL)
    assert not RateCounter.objects.filter(scope=brakes.IN_ALL.scope).exists()


@pytest.mark.parametrize(("minutes", "status"), [(1, 429), (14, 429), (16, 302)])
def test_a09_the_brake_opens_by_itself_after_its_window(clerk: User, minutes: int, status: int) -> None:
    start = MONDAY.replace(minute=0, second=0, microsecond=0)
    with time_machine.travel(start, tick=False) as clock:
        failed_before(brakes.IN_ALL.tries)
        clock.shift(timedelta(minutes=minutes))
        assert attempt("wangli", PASSWORD).status_code == status


@pytest.mark.parametrize(("failures", "status"), [(brakes.IN_ALL.tries - 1, 302), (brakes.IN_ALL.tries, 429)])
@time_machine.travel(MONDAY, tick=False)
def test_a09_the_brake_closes_at_its_number_and_not_before(clerk: User, failures: int, status: int) -> None:
    failed_before(failures)
    assert attempt("wangli", PASSWORD).status_code == status


@time_machine.travel(MONDAY, tick=False)
def test_a09_log_ins_that_succeed_count_nothing(clerk: User) -> None:
    for _ in range(3):
        attempt("wangli", PASSWORD)
    assert not RateCounter.objects.filter(scope__startswith="login.").exists()


@time_machine.travel(MONDAY, tick=False)
def test_a09_who_is_held_back_is_told_what_to_do(clerk: User) -> None:
    failed_before(brakes.IN_ALL.tries)
    page = attempt("wangli", PASSWORD).content.decode()
    assert "请本中心的系统管理员解除" in page
    assert PASSWORD not in page


@time_machine.travel(MONDAY, tick=False)
def test_a09_the_administrator_lifts_the_brake_and_that_is_on_record(hall: Hall, clerk: User) -> None:
    failed_before(brakes.IN_ALL.tries)
    desk = Client()
    desk.force_login(hall.admin)
    assert "暂停登录" in desk.get("/manage/locks/").content.decode()
    assert desk.post("/manage/locks/lift/").status_code == 302
    assert attempt("wangli", PASSWORD).status_code == 302
    assert Event.objects.get(kind="access.brake_lifted").actor_id == hall.admin.pk
    assert "立即解除" not in desk.get("/manage/locks/").content.decode()


@time_machine.travel(MONDAY, tick=False)
def test_a09_the_administrator_unlocks_an_account_without_a_new_password(hall: Hall, clerk: User) -> None:
    for _ in range(5):
        attempt("wangli", "wrong", HALL)
    assert attempt("wangli", PASSWORD, HALL).status_code == 429
    desk = Client()
    desk.force_login(hall.admin)
    assert "wangli" in desk.get("/manage/locks/").content.decode()
    assert desk.post(f"/manage/locks/{clerk.staff_id}/").status_code == 302
    assert attempt("wangli", PASSWORD, HALL).status_code == 302
    event = Event.objects.get(kind="access.unlocked")
    assert (event.actor_id, event.data) == (hall.admin.pk, {"account": clerk.pk})


@time_machine.travel(MONDAY, tick=False)
def test_a09_two_browsers_at_one_address_are_one_place(hall: Hall, clerk: User) -> None:
    """axes keeps a row for each; the lock and the page add them up."""
    for agent in ("a", "b", "a", "b", "c"):
        data = {"username": "wangli", "password": "wrong"}
        Client().post("/login/", data, REMOTE_ADDR=HALL, headers={"user-agent": agent})
    reach = User.objects.filter(pk=clerk.pk)
    assert list(brakes.locked_accounts(reach, at=timezone.now())) == [clerk]


def test_a09_an_account_of_another_center_is_not_listed_and_not_unlocked(hall: Hall) -> None:
    stranger = make_user(Role.CLERK, username="elsewhere")
    for _ in range(5):
        attempt("elsewhere", "wrong", "10.9.9.9")
    desk = Client()
    desk.force_login(hall.admin)
    assert "elsewhere" not in desk.get("/manage/locks/").content.decode()
    assert desk.post(f"/manage/locks/{stranger.staff_id}/").status_code == 404
    assert attempt("elsewhere", PASSWORD, "10.9.9.9").status_code == 429


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_a09_nobody_else_lifts_anything(hall: Hall, role: Role) -> None:
    user = make_user(role)
    for act in (
        lambda: brake_actions.lift(by=user, at=timezone.now()),
        lambda: brake_actions.unlock(user=hall.clerk, by=user, at=timezone.now()),
    ):
        with pytest.raises(Refused):
            act()
    assert not Event.objects.filter(kind__in=["access.brake_lifted", "access.unlocked"]).exists()


@time_machine.travel(MONDAY, tick=False)
def test_a09_the_health_page_shows_an_attack(hall: Hall, clerk: User) -> None:
    assert brakes.sign(timezone.now()).well
    failed_before(brakes.IN_ALL.tries)
    sign = brakes.sign(timezone.now())
    assert (sign.well, sign.vital) == (False, False)
    desk = Client()
    desk.force_login(hall.supervisor)
    assert "陌生网络地址暂停登录" in desk.get("/health/").content.decode()


@time_machine.travel(MONDAY, tick=False)
def test_a09_addresses_that_used_up_theirs_are_counted_on_the_page(clerk: User) -> None:
    failed_before(brakes.PER_ADDRESS.tries, scope=brakes.PER_ADDRESS)
    assert brakes.state(timezone.now()).addresses == 1
    assert "1 个网络地址" in brakes.sign(timezone.now()).says


def test_a09_a_locked_name_is_answered_alike_to_scripts(clerk: User) -> None:
    """axes of itself would repeat the name as JSON, readable for every origin."""
    for _ in range(6):
        data = {"username": "wangli", "password": "wrong"}
        script = Client().post("/login/", data, REMOTE_ADDR=HALL, headers={"x-requested-with": "XMLHttpRequest"})
    assert script.status_code == 429
    assert "Access-Control-Allow-Origin" not in script
    assert b"wangli" not in script.content


class CheapArgon2(Argon2PasswordHasher):
    """The product's way to hash, quick enough for hundreds of log-ins."""

    time_cost, memory_cost, parallelism = 1, 256, 1


CHEAP = override_settings(PASSWORD_HASHERS=["tests.security.test_login_abuse.CheapArgon2"])


@CHEAP
@pytest.mark.slow
def test_a10_the_clock_does_not_tell_which_names_exist() -> None:
    """Pairs enough to find a tenth of the time of a page; the hasher is the product's, made cheap to hide less."""
    make_user(username="wangli")
    ways = [lambda name=name: attempt(name) for name in ("wangli", "wangly")]
    assert not tell_apart(*quiet(ways), pairs=120)


@CHEAP
@pytest.mark.slow
def test_a10_nor_which_are_disabled() -> None:
    make_user(username="wangli", is_active=False)
    ways = [lambda name=name: attempt(name) for name in ("wangli", "wangly")]
    assert not tell_apart(*quiet(ways), pairs=60)


def quiet(ways: list[Any]) -> list[Any]:
    """The brake is let go before each try, so that what is timed is the log-in."""

    def go(way: Any) -> Any:
        RateCounter.objects.all().delete()
        return way()

    return [lambda way=way: go(way) for way in ways]


def test_a10_every_failure_has_the_same_bytes() -> None:
    make_user(username="wangli")
    make_user(username="wangla", is_active=False)
    pages = {name: attempt(name) for name in ("wangli", "wangla", "wangly")}
    shown = {re.sub(r'value="[^"]{64}"', "", page.content.decode().replace(name, "")) for name, page in pages.items()}
    assert len(shown) == 1
    assert {page.status_code for page in pages.values()} == {422}
    assert len({len(page.content) for page in pages.values()}) == 1


def test_l13_nobody_recovers_a_password_or_number_without_a_person() -> None:
    """There is no such page: who forgot a password sees the administrator, who lost a receipt goes to the window."""
    names = [str(name) for name in get_resolver().reverse_dict if isinstance(name, str)]
    assert not [name for name in names if re.search(r"forgot|recover|reset", name)]
    with pytest.raises(NoReverseMatch):
        reverse("password_reset")
    text = Client().get("/login/").content.decode()
    assert "忘记口令，请找本中心的系统管理员重置" in text
