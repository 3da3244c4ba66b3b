"""Requests over kept-alive connections: a given set of connections, for a given time, every answer checked.

Written on bare sockets: a client library would need more of the machine's two cores than the server it measures.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

TIMEOUT: Final = 30.0
_END: Final = b"\r\n\r\n"
Requests = Callable[[int], Iterator[bytes]]


class BadAnswer(Exception):
    """The server answered something else than it should: a measurement of errors is none."""


@dataclass
class Load:
    """What came of it: seconds of each answer, and of the whole."""

    seconds: float = 0.0
    answers: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.answers) / self.seconds if self.seconds else 0.0


def run(port: int, requests: Requests, *, connections: int, seconds: float, status: int) -> Load:
    """Send the requests of each connection one after the other until the time is over.

    `requests(n)` yields the bytes of connection n, ready to be sent. Raises BadAnswer at the first answer with another
    status than the one expected.
    """
    load, faults = Load(), list[Exception]()
    begun = time.perf_counter()

    def work(number: int) -> None:
        try:
            load.answers.extend(_converse(port, requests(number), until=begun + seconds, status=status))
        except (BadAnswer, OSError) as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.perf_counter() - begun
    if faults:
        raise BadAnswer(str(faults[0]))
    return load


def _converse(port: int, requests: Iterator[bytes], *, until: float, status: int) -> list[float]:
    """The seconds each answer took, over one connection."""
    found = []
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for asked in requests:
            begun = time.perf_counter()
            if begun >= until:
                break
            line.sendall(asked)
            answered = _answer(line)
            found.append(time.perf_counter() - begun)
            if answered != status:
                raise BadAnswer(f"{answered} instead of {status}")
    return found


def _answer(line: socket.socket) -> int:
    """Read one whole answer; returns its status."""
    got = b""
    while _END not in got:
        got += _more(line)
    head, _, body = got.partition(_END)
    lines = head.split(b"\r\n")
    length = next((int(one.split(b":")[1]) for one in lines if one.lower().startswith(b"content-length:")), None)
    if length is None:
        raise BadAnswer("an answer without a length")
    missing = length - len(body)
    while missing > 0:
        missing -= len(_more(line))
    return int(lines[0].split()[1])


def _more(line: socket.socket) -> bytes:
    part = line.recv(65536)
    if not part:
        raise BadAnswer("the server closed the connection")
    return part


def request(method: str, path: str, *, body: bytes = b"", **headers: str) -> bytes:
    """The bytes of one request; underscores in header names become hyphens."""
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: keep-alive"]
    head += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        head += [f"Content-Length: {len(body)}", "Content-Type: application/x-www-form-urlencoded"]
    return "\r\n".join(head).encode() + _END + body
