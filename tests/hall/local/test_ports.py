"""The address the pages are served at."""

import os
import socket
from collections.abc import Iterator

import pytest

from hall.local.ports import page_answers, reachable_host, require_free, served_hosts
from hall.local.trouble import Trouble
from tests.hall.local.running import free_port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def test_a_free_port_is_taken_without_a_word() -> None:
    require_free("127.0.0.1", free_port())


def test_a_taken_port_is_named_with_the_next_step(taken: int) -> None:
    with pytest.raises(Trouble, match=rf"端口 {taken} 已被别的程序占用。.*--port {taken + 1}"):
        require_free("127.0.0.1", taken)


def test_a_port_taken_on_loopback_is_taken_everywhere(taken: int) -> None:
    with pytest.raises(Trouble, match="占用"):
        require_free("0.0.0.0", taken)  # noqa: S104


@pytest.mark.parametrize("port", [-1, 0, 65536, 10**9])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(Trouble, match="1 到 65535"):
        require_free("127.0.0.1", port)


@pytest.mark.parametrize("host", ["203.0.113.7", "no.such.host.invalid"])
def test_a_host_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(Trouble, match="请检查 --host"):
        require_free(host, free_port())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may use every port")
def test_a_privileged_port_is_refused_with_the_next_step() -> None:
    with pytest.raises(Trouble, match=r"没有权限|占用"):
        require_free("127.0.0.1", 80)


@pytest.mark.parametrize(
    ("host", "written"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "127.0.0.1"), ("::1", "[::1]"), ("hall", "hall")],  # noqa: S104
)
def test_the_address_for_people_can_be_opened(host: str, written: str) -> None:
    assert reachable_host(host) == written


def test_loopback_answers_to_loopback_names_only() -> None:
    assert set(served_hosts("127.0.0.1")) == {"127.0.0.1", "localhost", "[::1]"}


def test_everywhere_answers_to_the_name_of_the_machine_but_not_to_any() -> None:
    hosts = served_hosts("0.0.0.0")  # noqa: S104
    assert socket.gethostname() in hosts
    assert "*" not in hosts


def test_silence_is_no_page() -> None:
    assert not page_answers("127.0.0.1", free_port())


def test_something_that_does_not_speak_http_is_no_page(taken: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        assert not page_answers("127.0.0.1", other.getsockname()[1])
