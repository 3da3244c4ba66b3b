"""How requests come to Django: whole, or not at all (S06, W07). `hall/rsgi.py` is what granian serves.

Django works in threads, and there are few of them, for each holds a connection of the database. A body that trickles in
would hold one for as long as its sender likes, and so many senders as there are threads would silence the hall. So the
event loop, to which a slow line costs a few kilobytes, takes in the whole body first, within the bounds below; a thread
sees only what is complete. Here, before WSGI, two spellings of a header can still be told apart, too.
"""

import asyncio
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any, Final

from granian.rsgi import HTTPProtocol, ProtocolClosed, Scope

# In an environ: the status with which the request is refused before any page sees it (hall/refusals.py shows it).
REFUSED: Final = "hall.refused"
# So many pages of one worker at once; each thread keeps a connection of the database (D10).
THREADS: Final = 4
# A filing may carry a scan of 20 MB for each of its materials; what is larger is no filing.
LARGEST: Final = 200 * 1024 * 1024
# What all bodies of a worker may take up together until their pages are done; beyond a megabyte each lies in a file.
TOGETHER: Final = 500 * 1024 * 1024
IN_MEMORY: Final = 1024 * 1024
_OWN_NAMES: Final = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How slowly a body may come: so many seconds, one more for so many bytes (Apache's mod_reqtimeout: 20, 500)."""

    seconds: float = 20
    bytes_a_second: float = 500

    def lasts(self, received: int) -> float:
        """The seconds that may have gone by when so much has come."""
        return self.seconds + received / self.bytes_a_second


class _Refusal(Exception):
    """The request reaches no page; the status says why."""

    def __init__(self, status: int) -> None:
        self.status = status


class _Body:
    """What has come of a body."""

    def __init__(self) -> None:
        self.file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when its page is done
        self.size = 0

    def add(self, piece: bytes) -> None:
        self.file.write(piece)
        self.size += len(piece)


class _Start:
    """WSGI's start_response, which remembers."""

    def __init__(self) -> None:
        self.status, self.headers = 500, list[tuple[str, str]]()

    def __call__(self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
        self.status, self.headers = int(status[:3]), [*headers]


class Serving:
    """A WSGI application as an RSGI one that takes in a body before it takes a thread."""

    def __init__(self, inner: Application, *, pace: Pace | None = None, together: int = TOGETHER) -> None:
        self._inner, self._pace, self._together = inner, pace or Pace(), together
        self._held = 0
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="page")

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """One request. Who went away before it was whole is not answered, and no page hears of it."""
        environ, body = environ_of(scope), _Body()
        try:
            await self._take(protocol, body, announced(environ))
        except _Refusal as refusal:
            environ |= {REFUSED: refusal.status, "CONTENT_LENGTH": ""}
            body.file.truncate(0)
        except ProtocolClosed:
            self._let_go(body)
            return
        body.file.seek(0)
        environ["wsgi.input"] = body.file
        try:
            await asyncio.get_running_loop().run_in_executor(self._pool, self._answer, environ, protocol)
        finally:
            self._let_go(body)

    async def _take(self, protocol: HTTPProtocol, body: _Body, length: int) -> None:
        """Read the whole body. Raises _Refusal or ProtocolClosed."""
        if not length:
            return
        begun = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(begun + self._pace.seconds) as limit:
                async for piece in protocol:
                    self._hold(body, piece)
                    limit.reschedule(begun + self._pace.lasts(body.size))
        except TimeoutError:
            raise _Refusal(408) from None
        if body.size != length:
            raise ProtocolClosed

    def _hold(self, body: _Body, piece: bytes) -> None:
        body.add(piece)
        self._held += len(piece)
        if self._held > self._together:
            raise _Refusal(503)

    def _let_go(self, body: _Body) -> None:
        self._held -= body.size
        body.file.close()

    def _answer(self, environ: Environ, protocol: HTTPProtocol) -> None:
        """In a thread: make the page and give it to the server, which sends it as slowly as the visitor reads."""
        start = _Start()
        pieces = self._inner(environ, start)
        try:
            content = b"".join(pieces)
        finally:
            if close := getattr(pieces, "close", None):
                close()
        if REFUSED in environ:
            start.headers.append(("Connection", "close"))
        protocol.response_bytes(start.status, start.headers, content)


def announced(environ: Environ) -> int:
    """The length of the body. Raises _Refusal for one in pieces, of which no browser sends any, and one too large.

    A length beside pieces is the oldest way to hide a second request in one (RFC 9112 6.1, 11.2); the server drops the
    length before we see it, so pieces alone are refused.
    """
    if "HTTP_TRANSFER_ENCODING" in environ:
        raise _Refusal(400)
    told = environ.get("CONTENT_LENGTH") or "0"
    if not (told.isascii() and told.isdigit()):
        raise _Refusal(400)
    if int(told) > LARGEST:
        raise _Refusal(413)
    return int(told)


def environ_of(scope: Scope) -> Environ:
    """The environ of PEP 3333. A header whose name has an underscore is dropped, as nginx does: WSGI could not tell
    `X_Forwarded_For`, which anybody may send, from `X-Forwarded-For`, which our proxy writes (ASVS 4.1.3)."""
    host, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" not in name:
            _add(environ, _OWN_NAMES.get(name) or f"HTTP_{name.replace('-', '_').upper()}", value)
    return environ


def _add(environ: Environ, name: str, value: str) -> None:
    """What comes twice is a list (RFC 9110 5.3; cookies: RFC 6265 5.4)."""
    if name in environ:
        value = f"{environ[name]}{'; ' if name == 'HTTP_COOKIE' else ','}{value}"
    environ[name] = value
