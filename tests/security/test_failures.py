"""A page that fails (W09): a plain page with a number, the frames under that number in the log, and nobody's data."""

import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from hall.local.logs import QuietFormatter
from tests.guards.routes import ROUTES
from tests.guards.world import Place, browser_of

pytestmark = pytest.mark.django_db
SECRET: Final = ("张小明", "130302199003070012", "13812345678", "SELECT", "Traceback")
WORDS: Final = "duplicate key (张小明, 130302199003070012, 13812345678) in SELECT; Traceback"
# The first three statements of a request are the session, the account and the house; a view asks after those.
AT: Final = (1, 4, 6)


class Broken:
    """The database fails at the n-th statement of a request, and says why in the words of the row."""

    def __init__(self, nth: int) -> None:
        self.left = nth

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if str(sql).split(" ", 1)[0] in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            self.left -= 1
            if self.left == 0:
                raise DatabaseError(WORDS)
        return execute(sql, params, many, context)


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """What the product's own formatter writes meanwhile."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(QuietFormatter())
    logging.getLogger().addHandler(handler)
    try:
        yield written
    finally:
        logging.getLogger().removeHandler(handler)


@pytest.fixture(scope="module")
def place(file_tables: bool) -> Place:
    return Place()


def visits(place: Place) -> Iterator[tuple[Any, str, str]]:
    """Every address with the first person who may come, by every method it knows."""
    for name, route in ROUTES.items():
        user = next((u for u in place.everybody() if route.who is not None and u.role in route.who), None)
        for method in route.methods.lower().split():
            yield user, method, reverse(name, kwargs=route.kwargs(place, user or place.clerk))


@pytest.mark.slow
@pytest.mark.parametrize("nth", AT, ids=[f"w09-statement-{nth}" for nth in AT])
def test_w09_every_view_fails_with_a_number_and_without_a_word(place: Place, nth: int) -> None:
    wrong, failed, browsers = [], 0, {None: browser_of(None)}
    for user, method, path in list(visits(place)):
        browser = browsers.setdefault(user, browser_of(user)) if user else browsers[None]
        with transaction.atomic(), logged() as log, connection.execute_wrapper(Broken(nth)):
            response = getattr(browser, method)(path)
            text = b"".join(response).decode(errors="replace")
            transaction.set_rollback(True)
        number = re.search(r"故障编号：<b class=\"mono\">([\w-]{9})</b>", text)
        if any(word in text or word in log.getvalue() for word in SECRET[:3]):
            wrong.append((path, method, "repeats the row"))
        if response.status_code == 500:
            failed += 1
            if not number or f"failure {number[1]}: {method.upper()}" not in log.getvalue():
                wrong.append((path, method, "no number, or not in the log"))
            if "DatabaseError" not in log.getvalue() or "DatabaseError" in text or SECRET[4] in text:
                wrong.append((path, method, "frames on the page or none in the log"))
    assert not wrong
    assert failed > 60


def test_w09_the_page_of_a_failure_has_all_headers(place: Place) -> None:
    with connection.execute_wrapper(Broken(4)), transaction.atomic():
        response = browser_of(place.clerk).get("/work/")
        transaction.set_rollback(True)
    assert response.status_code == 500
    for header in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
        assert header in response
    assert response["Content-Type"] == "text/html; charset=utf-8"


def test_w09_each_failure_has_a_number_of_its_own(place: Place) -> None:
    numbers = set()
    for _ in range(5):
        with connection.execute_wrapper(Broken(4)), transaction.atomic():
            text = browser_of(place.clerk).get("/work/").content.decode()
            transaction.set_rollback(True)
        numbers |= set(re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}", text))
    assert len(numbers) == 5


FORGED = "wangli\n2026-04-13T10:00:00+0800 INFO hall a forged line"


@pytest.mark.parametrize(
    "name",
    [
        FORGED,
        "a\r\nb",
        "\x1b[2J\x1b[31mred",
        "a\u2028b\u2029c",
        "\u202egnol",
        "a\x00b",
        "\x85next",
        "\udc80",
        "零\u200b宽",
    ],
    ids=lambda value: f"x05-{ascii(value)[:14]}",
)
def test_x05_a_record_is_one_line_whatever_is_in_it(name: str) -> None:
    record = logging.LogRecord("hall", logging.WARNING, __file__, 1, "log-in of %s refused", (name,), None)
    line = QuietFormatter().format(record)
    assert line.isprintable()
    assert len(line.splitlines()) == 1


def test_x05_a_path_and_a_name_of_a_visitor_forge_no_line(client: Any) -> None:
    with logged() as log:
        client.get("/nowhere%0a2026-04-13T10:00:00+0800%20INFO%20hall%20forged/")
        client.post("/login/", {"username": FORGED, "password": "x"}, headers={"user-agent": "a\x1b[2J"})
    lines = log.getvalue().splitlines()
    assert lines
    assert not [line for line in lines if line.startswith("2026-04-13T10:00:00")]
    assert "\x1b" not in log.getvalue()
