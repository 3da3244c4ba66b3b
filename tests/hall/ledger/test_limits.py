"""Limits: windows, keys that name nobody, exact counts."""

from datetime import timedelta

import pytest

from hall.ledger import actions
from hall.ledger.limits import address_key, key_hash, window_start
from hall.ledger.models import RateCounter
from tests.hall.ledger.builders import AT, at_once, later

WINDOW = timedelta(minutes=15)


def tries(times: int, key: str = "D1", limit: int = 5, minutes: float = 0) -> list[bool]:
    return [actions.hit("lookup", key, limit=limit, window=WINDOW, at=later(minutes)) for _ in range(times)]


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("no address", "unknown"),
        ("192.0.2.7, 10.0.0.1", "unknown"),
    ],
)
def test_addresses(address: str, key: str) -> None:
    assert address_key(address) == key


def test_windows_are_fixed() -> None:
    assert window_start(later(minutes=14, seconds=59), WINDOW) == AT
    assert window_start(later(minutes=15), WINDOW) == later(15)


def test_a_window_needs_a_length() -> None:
    with pytest.raises(ValueError, match="at least a second"):
        window_start(AT, timedelta(0))


def test_scopes_do_not_share_keys() -> None:
    assert key_hash("login", "192.0.2.7") != key_hash("lookup", "192.0.2.7")


@pytest.mark.django_db
def test_the_limit_is_the_last_allowed_try() -> None:
    assert tries(7) == [True] * 5 + [False] * 2


@pytest.mark.django_db
def test_a_new_window_starts_anew() -> None:
    tries(6)
    assert tries(1, minutes=14.9) == [False]
    assert tries(1, minutes=15) == [True]


@pytest.mark.django_db
def test_keys_are_counted_apart() -> None:
    tries(6)
    assert tries(1, key="D2") == [True]


@pytest.mark.django_db
def test_limit_of_zero_allows_nothing() -> None:
    assert tries(1, limit=0) == [False]


@pytest.mark.django_db
def test_forgotten_after_success() -> None:
    tries(6)
    actions.forget_hits("lookup", "D1")
    assert tries(1) == [True]


@pytest.mark.django_db
def test_the_table_names_nobody() -> None:
    tries(1, key="192.0.2.7")
    assert "192" not in RateCounter.objects.values_list("key_hash", flat=True).get()[:3]
    assert len(RateCounter.objects.get().key_hash) == 64


@pytest.mark.django_db(transaction=True)
def test_a_hundred_tries_at_once_are_counted_exactly() -> None:
    allowed = at_once(100, lambda _: actions.hit("lookup", "D1", limit=5, window=WINDOW, at=AT))
    assert allowed.count(True) == 5
    assert RateCounter.objects.get().count == 100
