"""Whose request it is: only what our own proxies wrote counts (L05), for limiters and for the lock of the log-in."""

import pytest
from django.conf import LazySettings
from django.test import Client, RequestFactory

from hall.access.addresses import client_address, client_key, lockout_address
from tests.builders import make_user
from tests.hall.access.builders import PASSWORD

PROXY = "10.0.0.1"
TABLE = [
    # proxies of ours, X-Forwarded-For, the client's address
    (0, "", PROXY),
    (0, "203.0.113.9", PROXY),
    (1, "203.0.113.9", "203.0.113.9"),
    (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
    (1, "127.0.0.1, 10.0.0.1, 203.0.113.9", "203.0.113.9"),
    (2, "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
    (2, "203.0.113.9", PROXY),  # a proxy was gone around: nothing written can be believed
    (1, "", PROXY),
    (1, " , ,203.0.113.9 ", "203.0.113.9"),
    (1, "2001:db8::1", "2001:db8::1"),
]


@pytest.mark.parametrize(("proxies", "header", "address"), TABLE)
def test_l05_only_what_our_proxies_wrote_counts(
    settings: LazySettings, proxies: int, header: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"x-forwarded-for": header} if header else {}
    assert client_address(RequestFactory(headers=headers).get("/", REMOTE_ADDR=PROXY)) == address


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.9", "203.0.113.10", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),  # one customer's network
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.9", "203.0.113.9", True),
        ("nonsense", "other nonsense", True),
        ("", "unknown", True),
    ],
)
def test_l05_what_limiters_take_for_one_client(one: str, other: str, same: bool) -> None:
    keys = [client_key(RequestFactory().get("/", REMOTE_ADDR=address)) for address in (one, other)]
    assert (keys[0] == keys[1]) is same


@pytest.mark.parametrize(
    ("written", "kept"),
    [("203.0.113.9", "203.0.113.9"), ("fe80::1%eth0", "fe80::1"), ("nonsense", None), ("", None), ("1.2.3.4:80", None)],
)
def test_the_lock_keeps_addresses_only(written: str, kept: str | None) -> None:
    assert lockout_address(RequestFactory().get("/", REMOTE_ADDR=written)) == kept


def attempt(client: Client, password: str, forwarded: str, username: str = "wangli") -> int:
    data = {"username": username, "password": password}
    return client.post("/login/", data, headers={"x-forwarded-for": forwarded}).status_code


@pytest.mark.django_db
def test_a_stranger_does_not_lock_out_a_clerk_through_the_proxy(client: Client, settings: LazySettings) -> None:
    settings.TRUSTED_PROXIES = 1
    make_user(username="wangli")
    for _ in range(6):
        locked = attempt(client, "wrong", "198.51.100.66")
    assert (locked, attempt(Client(), PASSWORD, "203.0.113.9")) == (429, 302)


@pytest.mark.django_db
@pytest.mark.parametrize("proxies", [0, 1])
def test_an_invented_header_does_not_escape_the_lock(client: Client, settings: LazySettings, proxies: int) -> None:
    """Whatever the client writes stands left of what our proxy adds."""
    settings.TRUSTED_PROXIES = proxies
    make_user(username="wangli")
    for number in range(6):
        invented = f"198.51.100.{number}" + (", 203.0.113.9" if proxies else "")
        status = attempt(client, "wrong", invented)
    assert status == 429


@pytest.mark.django_db
def test_an_address_that_is_none_does_not_break_the_log_in(client: Client, settings: LazySettings) -> None:
    settings.TRUSTED_PROXIES = 1
    make_user(username="wangli")
    assert attempt(client, "wrong", "'; DROP TABLE") == 422
    assert attempt(client, PASSWORD, "unknown") == 302
