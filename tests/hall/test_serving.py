"""A request reaches Django whole or not at all: bounds of a body, and what is made of its head (S06, W07, W08)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from granian.rsgi import ProtocolClosed

from hall import serving
from hall.serving import REFUSED, Pace, Serving, environ_of

QUICK = Pace(seconds=0.1, bytes_a_second=100)
Piece = tuple[float, bytes]  # after so many seconds


class Line:
    """The server's side of one request: what comes of its body and when, and what was answered."""

    def __init__(self, *pieces: Piece, breaks: bool = False) -> None:
        self.pieces, self.breaks, self.answer = pieces, breaks, None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for wait, piece in self.pieces:
            await asyncio.sleep(wait)
            yield piece
        if self.breaks:
            raise ProtocolClosed

    def response_bytes(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        assert self.answer is None
        self.answer: Any = (status, dict(headers), content)


def scope(*headers: tuple[str, str], **more: str) -> Any:
    facts = {
        "method": "POST", "path": "/", "query_string": "", "http_version": "1.1", "scheme": "http",
        "server": "127.0.0.1:8000", "client": "192.0.2.7:5555", **more,
    }  # fmt: skip
    return SimpleNamespace(headers=SimpleNamespace(items=lambda: list(headers)), **facts)


class Pages:
    """A WSGI application that remembers what reached it."""

    def __init__(self, answer: Callable[[], Iterable[bytes]] = lambda: [b"o", b"k"]) -> None:
        self.seen: list[tuple[Any, bytes]] = []
        self.answer = answer

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.seen.append((environ.get(REFUSED), environ["wsgi.input"].read()))
        start_response("201 Made", [("X-A", "1")])
        return self.answer()


def ask(line: Line, *headers: tuple[str, str], pages: Pages | None = None, **more: Any) -> Pages:
    pages = pages or Pages()
    asyncio.run(Serving(pages, pace=QUICK, **more).__rsgi__(scope(*headers), line))  # type: ignore[arg-type]
    return pages


def length(number: int) -> tuple[str, str]:
    return ("content-length", str(number))


def test_a_page_is_answered_with_status_headers_and_all_its_pieces() -> None:
    line = Line()
    assert ask(line).seen == [(None, b"")]
    assert line.answer == (201, {"X-A": "1"}, b"ok")


def test_s06_a_page_sees_the_whole_body_however_it_came() -> None:
    assert ask(Line((0, b"ab"), (0.02, b"c"), (0.02, b"def")), length(6)).seen == [(None, b"abcdef")]


def test_s06_who_is_too_slow_is_told_so_and_reaches_no_page_with_half_a_body() -> None:
    line = Line((0, b"ab"), (1, b"cd"))
    assert ask(line, length(4)).seen == [(408, b"")]
    assert line.answer[1]["Connection"] == "close"


def test_s06_who_goes_on_sending_is_given_more_time() -> None:
    """Half a second in all, five times what somebody silent is given: ten bytes earn a tenth of a second."""
    pieces = [(0.05, b"0123456789")] * 10
    assert ask(Line(*pieces), length(100)).seen == [(None, b"0123456789" * 10)]


def test_s06_a_byte_now_and_then_earns_next_to_nothing() -> None:
    pieces = [(0.03, b"x")] * 20
    assert ask(Line(*pieces), length(20)).seen == [(408, b"")]


@pytest.mark.parametrize("breaks", [True, False])
def test_s06_who_hangs_up_half_way_is_not_answered_and_no_page_hears_of_it(breaks: bool) -> None:
    line = Line((0, b"abc"), breaks=breaks)
    assert ask(line, length(10)).seen == []
    assert line.answer is None


def test_the_pace_is_that_of_apache() -> None:
    assert (Pace().lasts(0), Pace().lasts(5_000)) == (20, 30)


def test_w08_what_is_too_large_is_refused_before_it_is_read() -> None:
    line = Line((0, b"x"), breaks=True)
    assert ask(line, length(serving.LARGEST + 1)).seen == [(413, b"")]


def test_w08_a_body_as_large_as_allowed_is_not_refused_by_its_length() -> None:
    assert serving.announced({"CONTENT_LENGTH": str(serving.LARGEST)}) == serving.LARGEST


def test_w08_more_than_all_may_hold_together_is_refused_for_now() -> None:
    assert ask(Line((0, b"x" * 60), (0, b"y" * 60)), length(120), together=100).seen == [(503, b"")]


def test_w08_room_is_given_back_by_every_way_out() -> None:
    pages = Pages()
    house = Serving(pages, pace=QUICK, together=100)

    async def several() -> None:
        for line in (Line((0, b"x" * 90)), Line((0, b"x" * 60), breaks=True), Line((0, b"x" * 60), (1, b"x" * 30))):
            await house.__rsgi__(scope(length(90)), line)  # type: ignore[arg-type]
        await house.__rsgi__(scope(length(100)), Line((0, b"z" * 100)))  # type: ignore[arg-type]

    asyncio.run(several())
    assert [refused for refused, _ in pages.seen] == [None, 408, None]


@pytest.mark.parametrize("told", ["x", "-1", "+1", "1,1", "1.0", "١", " ", "1 "])
def test_w07_a_length_that_is_no_number_is_refused(told: str) -> None:
    assert ask(Line(), ("content-length", told)).seen == [(400, b"")]


def test_w07_pieces_without_a_length_are_refused() -> None:
    assert ask(Line((0, b"abc")), ("transfer-encoding", "chunked")).seen == [(400, b"")]


def test_a_failing_page_fails_for_the_server_and_its_answer_is_closed() -> None:
    closed = []

    class Broken:
        def __iter__(self) -> Iterator[bytes]:
            raise RuntimeError

        def close(self) -> None:
            closed.append(True)

    line = Line()
    with pytest.raises(RuntimeError):
        ask(line, pages=Pages(Broken))
    assert (line.answer, closed) == (None, [True])


def test_slow_bodies_take_no_thread_while_a_page_is_made() -> None:
    """As many slow senders as there are threads, ten times over, and one who is quick."""
    done: list[str] = []
    house = Serving(Pages(), pace=Pace(seconds=5))

    async def one(name: str, line: Line, *headers: tuple[str, str]) -> None:
        await house.__rsgi__(scope(*headers), line)  # type: ignore[arg-type]
        done.append(name)

    async def all_at_once() -> None:
        slow = [one("slow", Line((0.3, b"x")), length(1)) for _ in range(10 * serving.THREADS)]
        await asyncio.gather(*slow, one("quick", Line()))

    asyncio.run(all_at_once())
    assert (done[0], len(done)) == ("quick", 10 * serving.THREADS + 1)


def test_w07_names_with_an_underscore_are_dropped() -> None:
    made = environ_of(scope(("x_forwarded_for", "6.6.6.6"), ("x-forwarded-for", "203.0.113.9"), ("content_type", "x")))
    assert made["HTTP_X_FORWARDED_FOR"] == "203.0.113.9"
    assert "CONTENT_TYPE" not in made


def test_what_comes_twice_is_a_list() -> None:
    made = environ_of(scope(("x-a", "1"), ("x-a", "2"), ("cookie", "a=1"), ("cookie", "b=2"), ("content-type", "x")))
    assert (made["HTTP_X_A"], made["HTTP_COOKIE"], made["CONTENT_TYPE"]) == ("1,2", "a=1; b=2", "x")


@pytest.mark.parametrize(
    ("client", "address"), [("192.0.2.7:5555", "192.0.2.7"), ("[2001:db8::7]:5555", "2001:db8::7")]
)
def test_the_address_of_the_other_end(client: str, address: str) -> None:
    made = environ_of(scope(client=client, server="[::1]:8000"))
    assert (made["REMOTE_ADDR"], made["SERVER_NAME"], made["SERVER_PORT"]) == (address, "::1", "8000")


def test_a_path_is_handed_on_as_pep_3333_wants_it() -> None:
    made = environ_of(scope(path="/办/", query_string="q=%E5%8A%9E", method="GET"))
    assert made["PATH_INFO"].encode("latin-1").decode() == "/办/"
    assert (made["QUERY_STRING"], made["REQUEST_METHOD"], made["SERVER_PROTOCOL"]) == ("q=%E5%8A%9E", "GET", "HTTP/1.1")


def test_nothing_of_our_own_environment_is_in_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALL_SECRET_KEY", "s")
    assert "HALL_SECRET_KEY" not in environ_of(scope())
