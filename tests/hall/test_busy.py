"""While the database is away, full or too slow, people are told so, and nothing else suffers (D03-D05, D10)."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, TypeVar

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import IntegrityError, InterfaceError, OperationalError, connection, connections
from django.test import Client, override_settings
from django.utils import timezone

from approvals.cases.models import Case
from hall import busy, serving
from hall.ledger.models import Heartbeat
from hall.local.databases import connection_options
from hall.local.supervisor import Wish, web_arguments, worker_arguments
from tests.approvals.cases.test_register_views import answers
from tests.builders import Hall, make_item_version

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
T = TypeVar("T")


def in_a_thread(work: Callable[[], T]) -> T:
    """On a connection of its own, as a request of the web server has."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            results.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=60)
    if isinstance(results[0], BaseException):
        raise results[0]
    return results[0]


def limited(**limits: str) -> Client:
    """A browser whose requests run under limits of seconds instead of half a minute."""
    with connection.cursor() as cursor:
        for name, value in limits.items():
            cursor.execute("SELECT set_config(%s, %s, false)", [name, value])
    return Client(raise_request_exception=False)


def asked(path: str) -> int:
    """One request through the whole application, as the server makes it: with its signals at begin and end."""
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "wsgi.input": BytesIO(), "wsgi.url_scheme": "http",
    }  # fmt: skip
    status: list[str] = []
    response = WSGIHandler()(environ, lambda line, *_: status.append(line))  # type: ignore[arg-type, func-returns-value]
    b"".join(response)
    response.close()  # type: ignore[attr-defined]
    return int(status[0].split()[0])


def terminate(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (OperationalError("server closed the connection"), True),
        (InterfaceError("connection already closed"), True),
        (IntegrityError("duplicate key"), False),
        (ValueError("x"), False),
        (None, False),
    ],
)
def test_only_trouble_of_the_database_passes_by_itself(error: BaseException | None, passing: bool) -> None:
    assert busy.is_passing(error) is passing


def test_the_answer_says_that_nothing_was_taken_in_and_when_to_come_back() -> None:
    answer = busy.answer()
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store")
    assert "未受理" in answer.content.decode()


def test_d03_the_next_request_after_a_restart_of_the_database_is_served() -> None:
    """The kept connection is dead; it is looked at before use (CONN_HEALTH_CHECKS) and replaced."""

    def twice() -> list[int]:
        codes = [asked("/guides/")]
        assert connection.connection is not None, "the connection was kept"
        pid = connection.connection.info.backend_pid
        killer = threading.Thread(target=lambda: (terminate(pid), connection.close()))
        killer.start()
        killer.join()
        return [*codes, asked("/guides/"), asked("/guides/")]

    assert in_a_thread(twice) == [200, 200, 200]


@override_settings(ROOT_URLCONF="tests.hall.slow_pages")
def test_d04_a_view_asleep_in_its_transaction_loses_it_and_frees_its_locks() -> None:
    Heartbeat.objects.create(name="held", finished_at=timezone.now())

    def sleeping() -> tuple[int, str]:
        answer = limited(idle_in_transaction_session_timeout="300ms").get("/idle/")
        return answer.status_code, answer.content.decode()

    def waiting() -> float:
        time.sleep(0.2)
        began = time.monotonic()
        Heartbeat.objects.filter(pk="held").update(note="free")
        return time.monotonic() - began

    seconds: list[float] = []
    other = threading.Thread(target=lambda: (seconds.append(waiting()), connection.close()))
    other.start()
    status, text = in_a_thread(sleeping)
    other.join()
    assert (status, "未受理" in text) == (503, True)
    assert seconds[0] < 0.8, "the lock was held to the end of the nap"


@override_settings(ROOT_URLCONF="tests.hall.slow_pages")
def test_d05_a_slow_query_is_ended_and_ten_of_them_slow_nobody_down() -> None:
    statuses: list[int] = []

    def pressing() -> None:
        statuses.append(limited(statement_timeout="1500ms").get("/slow/").status_code)
        connection.close()

    threads = [threading.Thread(target=pressing) for _ in range(10)]
    for thread in threads:
        thread.start()
    took = []
    while any(thread.is_alive() for thread in threads):
        began = time.monotonic()
        assert in_a_thread(lambda: Client(raise_request_exception=False).get("/guides/").status_code) == 200
        took.append(time.monotonic() - began)
    assert statuses == [503] * 10
    assert sorted(took)[int(len(took) * 0.95)] < 1


def test_d05_every_process_has_its_limits() -> None:
    web = connection_options("web")["options"]
    for limit in ("statement_timeout=5000", "lock_timeout=2000", "idle_in_transaction_session_timeout=30000"):
        assert f"-c {limit}" in web


def test_d08_a_filing_on_a_full_disk_is_not_taken_in_and_goes_through_afterwards() -> None:
    """The server says so in the middle of the filing (53100): no receipt, no number, no half case."""
    hall = Hall()
    version = make_item_version(hall.department)
    data, url = answers(version), f"/work/register/?item={version.item.code}"
    client = Client(raise_request_exception=False)
    client.force_login(hall.clerk)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION d08() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;"
            "CREATE TRIGGER d08 BEFORE INSERT ON cases_officialdocument FOR EACH ROW EXECUTE FUNCTION d08()"
        )
    full = client.post(url, data)
    assert (full.status_code, "未受理" in full.content.decode(), Case.objects.count()) == (503, True, 0)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER d08 ON cases_officialdocument; DROP FUNCTION d08()")
    assert client.post(url, data).status_code == 302
    assert Case.objects.get().docket[18:23] == "00001"


@pytest.fixture
def full_server() -> Iterator[int]:
    """A server that answers every connection as PostgreSQL does when it has no more to give."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        closing = threading.Event()

        def answer() -> None:
            while not closing.is_set():
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                with peer:
                    if peer.recv(1024)[4:8] == b"\x04\xd2\x16\x2f":  # asks for encryption first
                        peer.sendall(b"N")
                        peer.recv(1024)
                    body = b"SFATAL\x00VFATAL\x00C53300\x00Msorry, too many clients already\x00\x00"
                    peer.sendall(b"E" + (len(body) + 4).to_bytes(4, "big") + body)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        closing.set()
        server.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)


def test_d10_without_a_connection_left_the_page_sheds_and_recovers(full_server: int) -> None:
    def through() -> tuple[int, str | None, int]:
        here = connections["default"]
        place = here.settings_dict
        here.settings_dict = {**place, "HOST": "127.0.0.1", "PORT": str(full_server)}
        shed = Client(raise_request_exception=False).get("/guides/")
        here.settings_dict = place
        return shed.status_code, shed.headers.get("Retry-After"), Client().get("/guides/").status_code

    assert in_a_thread(through) == (503, "10", 200)


def test_d10_the_processes_of_the_hall_cannot_use_up_the_connections() -> None:
    """A thread keeps one connection at most: all of them together stay far below what the server gives."""
    web = web_arguments(Wish(host="127.0.0.1", port=8000, demonstration=False))
    threads = int(web[web.index("--workers") + 1]) * serving.THREADS
    worker = worker_arguments()
    children = int(worker[worker.index("--concurrency") + 1])
    with connection.cursor() as cursor:
        cursor.execute("SHOW max_connections")
        [most] = cursor.fetchone()
    assert threads + children + 5 <= int(most) // 2  # 5: the worker's parent, the scheduler, commands at the keyboard
