"""The client that measures: it must count what was answered, and refuse to measure errors."""

import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hall.bench import load
from hall.bench.load import BadAnswer, request

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


@contextmanager
def answering(answer: bytes, *, pieces: int = 1) -> Iterator[tuple[int, list[bytes]]]:
    """A server of one answer, sent in pieces; it keeps what it was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def talk(line: socket.socket) -> None:
            with line:
                while got := line.recv(65536):
                    asked.append(got)
                    size = -(-len(answer) // pieces)
                    for start in range(0, len(answer), size):
                        line.sendall(answer[start : start + size])

        def wait() -> None:
            while True:
                try:
                    line, _ = door.accept()
                except OSError:
                    return
                threading.Thread(target=talk, args=(line,), daemon=True).start()

        threading.Thread(target=wait, daemon=True).start()
        yield door.getsockname()[1], asked
        door.shutdown(socket.SHUT_RDWR)


def some(number: int):
    return lambda _: itertools.repeat(request("GET", "/"), number)


@pytest.mark.parametrize("pieces", [1, 2, 7])
def test_every_answer_is_counted_once(pieces):
    with answering(OK, pieces=pieces) as (port, _):
        found = load.run(port, some(20), connections=3, seconds=30, status=200)
    assert len(found.answers) == 60
    assert found.rate == 60 / found.seconds


def test_it_ends_with_the_time():
    with answering(OK) as (port, _):
        found = load.run(port, lambda _: itertools.repeat(request("GET", "/")), connections=2, seconds=0.2, status=200)
    assert 0.2 <= found.seconds < 5


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_another_answer_than_expected_is_no_measurement(answer):
    with answering(answer) as (port, _), pytest.raises(BadAnswer):
        load.run(port, some(1), connections=1, seconds=5, status=200)


def test_a_request_carries_its_body_and_headers():
    with answering(OK) as (port, asked):
        one = request("POST", "/lookup/", body=b"a=1", Cookie="c=2", X_Forwarded_For="10.0.0.1")
        load.run(port, lambda _: iter([one]), connections=1, seconds=5, status=200)
    head, _, body = asked[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /lookup/ HTTP/1.1"
    assert {"Cookie: c=2", "X-Forwarded-For: 10.0.0.1", "Content-Length: 3"} <= set(lines)
    assert body == b"a=1"
