"""The web server itself, over a raw socket: where a message ends, and which headers get through (W07, A06, W08)."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from hall.local.supervisor import Wish, web_arguments
from tests.guards.source import ROOT

pytestmark = pytest.mark.slow
HOST = b"Host: 127.0.0.1\r\n"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """granian as `manage.py up` starts it, before an application that tells what it was given."""
    number = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", *web_arguments(Wish(port=number))[:-1], "tests.security.echo:application"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while not answers(number) and time.monotonic() < deadline:
        time.sleep(0.05)
    yield number
    server.terminate()
    server.wait()


def raw(port: int, message: bytes, *, wait: float = 2) -> bytes:
    """Send bytes as they are; everything that comes back until the server closes or is silent."""
    with socket.create_connection(("127.0.0.1", port), wait) as line:
        line.settimeout(wait)
        received = b""
        try:
            line.sendall(message)
            while part := line.recv(65536):
                received += part
        except (TimeoutError, ConnectionResetError, BrokenPipeError):
            pass
        return received


def statuses(received: bytes) -> list[int]:
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3})", received)]


def told(received: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(received[received.index(b"{") : received.rindex(b"}") + 1])
    return found


def get(*headers: bytes) -> bytes:
    return b"GET / HTTP/1.1\r\n" + HOST + b"".join(h + b"\r\n" for h in headers) + b"Connection: close\r\n\r\n"


def test_the_server_answers(port: int) -> None:
    assert told(raw(port, get()))["REQUEST_METHOD"] == "GET"


SECOND = b"GET /smuggled HTTP/1.1\r\n" + HOST + b"\r\n"
SMUGGLED = {
    "length-and-chunks": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"0\r\n\r\n" + SECOND,
    "two-lengths": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\nContent-Length: 40\r\n\r\n" + SECOND,
    "a-length-with-a-sign": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: +0\r\n\r\n" + SECOND,
    "chunks-twice": b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"
    b"0\r\n\r\n" + SECOND,
    "chunks-hidden-by-a-space": b"POST / HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"
    + SECOND,
    "chunks-misspelt": b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SECOND,
    "a-chunk-of-nonsense": b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
    "a-folded-header": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: 1\r\n folded\r\n\r\n",
    "a-bare-return-in-a-header": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: 1\rX-B: 2\r\n\r\n",
    "a-nul-in-a-header": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: 1\x002\r\n\r\n",
    "no-host": b"GET / HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("kind", [pytest.param(kind, id=f"w07-{kind}") for kind in SMUGGLED])
def test_w07_no_second_request_hides_in_one(port: int, kind: str) -> None:
    """RFC 9112 6.3: where the end of a message is in doubt it is refused, and nothing behind it is read."""
    received = raw(port, SMUGGLED[kind], wait=1)
    if kind == "no-host":
        assert len(statuses(received)) <= 1
    else:
        assert statuses(received) in ([], [400]), received
    assert b"/smuggled" not in received


@pytest.mark.parametrize("first", [b"Content-Length: 4", b"Transfer-Encoding: chunked"])
def test_w07_a_length_beside_chunks_is_refused_whichever_comes_first(port: int, first: bytes) -> None:
    other = ({b"Content-Length: 4", b"Transfer-Encoding: chunked"} - {first}).pop()
    head = b"POST / HTTP/1.1\r\n" + HOST + first + b"\r\n" + other + b"\r\n\r\n"
    assert statuses(raw(port, head + b"0\r\n\r\n" + SECOND, wait=1)) == [400]


def test_w07_a_body_in_chunks_is_refused(port: int) -> None:
    """No browser sends one; a proxy that buffers bodies sends their length (RFC 9112 7.1: the last chunk is 0)."""
    head = b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    assert statuses(raw(port, head + b"3\r\nabc\r\n0\r\n\r\n", wait=1)) == [400]
    assert statuses(raw(port, head + b"0\r\n\r\n", wait=1)) == [400]


def test_w07_a_bare_line_feed_ends_a_line_and_hides_nothing(port: int) -> None:
    """RFC 9112 2.2 lets a server take it for the end of a line, as nginx does: both see the same two headers."""
    line = b"GET / HTTP/1.1\r\n" + HOST + b"X-A: 1\nX-B: 2\r\nConnection: close\r\n\r\n"
    received = raw(port, line)
    assert statuses(received) == [200]
    assert {"HTTP_X_A": "1", "HTTP_X_B": "2"}.items() <= told(received).items()


FORWARDED = (b"X-Forwarded-For: 203.0.113.9", b"X_Forwarded_For: 6.6.6.6")


@pytest.mark.parametrize("order", [1, -1], ids=["ours-first", "theirs-first"])
def test_w07_of_two_spellings_of_a_header_only_the_one_with_a_dash_arrives(port: int, order: int) -> None:
    """A visitor's own spelling neither replaces nor joins what our proxy wrote (ASVS 4.1.3)."""
    assert told(raw(port, get(*FORWARDED[::order])))["HTTP_X_FORWARDED_FOR"] == "203.0.113.9"


@pytest.mark.parametrize("name", [b"X_Forwarded_For", b"X_FORWARDED-FOR", b"X-Forwarded_Proto", b"Content_Length"])
def test_w07_a_header_with_an_underscore_is_dropped(port: int, name: bytes) -> None:
    facts = told(raw(port, get(name + b": 7")))
    assert set(facts) == {"REQUEST_METHOD", "PATH_INFO", "REMOTE_ADDR", "HTTP_HOST", "HTTP_CONNECTION", "body"}


SLOW = 200


def test_s06_two_hundred_slow_bodies_hold_nobody_up(port: int) -> None:
    """A byte a second each, with a cookie of a session: others file and look as quickly as before."""
    head = b"POST /login/ HTTP/1.1\r\n" + HOST + b"Cookie: session=x\r\nContent-Length: 60\r\n\r\n"
    posted = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nConnection: close\r\n\r\nhello"
    with ExitStack() as lines:
        slow = [lines.enter_context(socket.create_connection(("127.0.0.1", port), 5)) for _ in range(SLOW)]
        for line in slow:
            line.sendall(head)
        slowest = 0.0
        for _ in range(3):
            for line in slow:
                line.sendall(b"x")
            until = time.monotonic() + 1
            while time.monotonic() < until:
                begun = time.monotonic()
                assert statuses(raw(port, get())) == [200]
                assert told(raw(port, posted))["body"] == 5
                slowest = max(slowest, time.monotonic() - begun)
                time.sleep(0.05)
        slow[-1].sendall(b"x" * 57)
        slow[-1].settimeout(5)
        assert told(slow[-1].recv(65536))["body"] == 60  # who is slow is served, too
    assert slowest < 1


def test_w08_a_header_of_64_kilobytes_is_answered_without_harm(port: int) -> None:
    received = statuses(raw(port, get(b"X-Long: " + b"x" * 65536)))
    assert received == [] or received[0] in (200, 400, 413, 431)
    assert statuses(raw(port, get())) == [200]


def test_w08_a_thousand_headers_are_answered_without_harm(port: int) -> None:
    received = statuses(raw(port, get(*(b"X-%d: 1" % number for number in range(1000)))))
    assert received == [] or received[0] in (200, 400, 413, 431)
    assert statuses(raw(port, get())) == [200]


def test_w08_a_request_that_never_ends_holds_nobody_else_up(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 2) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1000\r\n\r\nx")
        assert statuses(raw(port, get())) == [200]


@pytest.mark.parametrize("method", [b"TRACE", b"CONNECT", b"OPTIONS", b"BREW"])
def test_the_server_hands_no_request_back_by_itself(port: int, method: bytes) -> None:
    """What the application does with a method it does not know, tests/guards/test_routes.py says: 405."""
    received = raw(port, method + b" / HTTP/1.1\r\n" + HOST + b"X-Mark: zz-mark\r\nConnection: close\r\n\r\n")
    assert b"message/http" not in received
