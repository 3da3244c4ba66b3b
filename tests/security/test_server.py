"""The web server itself, over a raw socket: where a message ends, and which headers get through (W07, A06, W08)."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

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
    """granian as hall/local/supervisor.py starts it, before an application that tells what it was given."""
    number = free_port()
    command = Path(sys.executable).with_name("granian")
    run = [str(command), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(number), "--workers", "1"]
    assert shutil.which(run[0])
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(
        [*run, "--no-access-log", "tests.security.echo:application"],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
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
    """RFC 9112 6.3: where the end of a message is in doubt it is refused, or the line is closed after its answer.

    Chunks override a length; what follows them is then the next request of the same client, in plain sight.
    """
    received = statuses(raw(port, SMUGGLED[kind], wait=1))
    if kind == "length-and-chunks":
        assert received in ([200], [200, 200], [400]), received
    else:
        assert len(received) <= 1, received
    if kind not in ("length-and-chunks", "no-host", "a-chunk-of-nonsense"):
        assert received in ([], [400], [411], [501]), received


def test_w07_a_nonsense_chunk_ends_the_line(port: int) -> None:
    """The body up to there is all the application gets, and nothing that follows is read as a request."""
    followed = SMUGGLED["a-chunk-of-nonsense"] + SECOND
    assert b"/smuggled" not in raw(port, followed, wait=1)


def test_w07_of_two_spellings_of_a_header_one_arrives(port: int) -> None:
    """WSGI knows a dash and an underscore under one name, so our server cannot tell them apart: docs/security.md asks
    the proxy to drop the underscore, as nginx does by itself. Without proxies nobody reads the header (L05)."""
    facts = told(raw(port, get(b"X-Forwarded-For: 203.0.113.9", b"X_Forwarded_For: 6.6.6.6")))
    assert facts.get("HTTP_X_FORWARDED_FOR", "") in ("", "203.0.113.9", "6.6.6.6")


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
