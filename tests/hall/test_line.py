"""A bad line between the portal and its database: slow, then cut in the middle of a filing (S07)."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from approvals.cases.models import Case
from tests.approvals.cases.test_register_views import answers
from tests.builders import Hall, make_item_version
from tests.hall.test_busy import in_a_thread

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
LONGEST = 15  # seconds anybody is left waiting


class Line:
    """A relay in front of the database that can be slow, and cut."""

    def __init__(self) -> None:
        place = connection.settings_dict
        self.unix = place["HOST"].startswith("/")
        port = place["PORT"] or "5432"
        self.target: Any = f"{place['HOST']}/.s.PGSQL.{port}" if self.unix else (place["HOST"], int(port))
        self.delay, self.whole, self.pairs = 0.0, True, list[socket.socket]()
        self.server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.server.accept()
            except OSError:
                return
            if not self.whole:
                near.close()
                continue
            far = socket.socket(socket.AF_UNIX if self.unix else socket.AF_INET)
            far.connect(self.target)
            self.pairs += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                time.sleep(self.delay)
                sink.sendall(data)
        except OSError:
            pass
        finally:
            for end in (source, sink):
                end.close()

    def cut(self) -> None:
        self.whole = False
        for end in self.pairs:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def mend(self) -> None:
        self.whole = True


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    made.cut()
    made.server.close()


def over(line: Line, deed: Any) -> Any:
    """Do it in a thread whose connection runs over the line."""

    def work() -> Any:
        here = connections["default"]
        here.settings_dict = {**here.settings_dict, "HOST": "127.0.0.1", "PORT": str(line.server.getsockname()[1])}
        return deed()

    return in_a_thread(work)


def test_s07_a_line_cut_in_the_middle_of_a_filing_leaves_one_case_and_nobody_waiting(line: Line) -> None:
    hall = Hall()
    version = make_item_version(hall.department)
    data, url = answers(version), f"/work/register/?item={version.item.code}"

    def file() -> tuple[int, float]:
        began = time.monotonic()
        client = Client(raise_request_exception=False)
        client.cookies = cookies
        return client.post(url, data).status_code, time.monotonic() - began

    browser = Client()
    browser.force_login(hall.clerk)
    cookies = browser.cookies
    line.delay = 0.03
    threading.Timer(0.5, line.cut).start()
    cut = over(line, file)
    during = over(line, file)
    line.delay = 0.0
    line.mend()
    after, again = over(line, file), over(line, file)
    assert [status for status, _ in (cut, during, after, again)] == [503, 503, 302, 302]
    assert max(seconds for _, seconds in (cut, during, after, again)) < LONGEST
    assert [case.docket[18:23] for case in Case.objects.all()] == ["00001"]


def test_s07_over_a_slow_line_a_filing_takes_long_and_is_done_once(line: Line) -> None:
    """A tenth of a second for every message there and back."""
    hall = Hall()
    version = make_item_version(hall.department)
    data, url = answers(version), f"/work/register/?item={version.item.code}"
    browser = Client()
    browser.force_login(hall.clerk)
    line.delay = 0.05
    began = time.monotonic()
    assert over(line, lambda: browser.post(url, data).status_code) == 302
    assert time.monotonic() - began < LONGEST
    assert Case.objects.count() == 1
