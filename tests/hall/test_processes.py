"""What each process of the hall holds in memory: the scheduler no room, web workers what their parent has loaded."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.conf import settings

from hall.celery import app
from hall.local.supervisor import Wish, scheduler_arguments, web_arguments
from tests.hall.local.running import eventually, free_port

SCHEDULER = """
import sys
from hall.scheduler import app
app.loader.import_default_modules()
assert len(app.conf.beat_schedule) > 5
rooms = [name for name in sys.modules if name.endswith((".models", ".urls")) and not name.startswith("django.")]
print(*rooms)
"""


def test_the_scheduler_loads_no_room_of_the_hall() -> None:
    words = scheduler_arguments()
    assert words[words.index("-A") + 1] == "hall.scheduler"
    done = subprocess.run([sys.executable, "-c", SCHEDULER], cwd=settings.BASE_DIR, capture_output=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr


@pytest.mark.parametrize("entry", sorted(settings.CELERY_BEAT_SCHEDULE))
def test_what_the_scheduler_rings_by_its_name_is_a_task_of_the_worker(entry: str) -> None:
    app.loader.import_default_modules()
    assert settings.CELERY_BEAT_SCHEDULE[entry]["task"] in app.tasks


class Web:
    """The web server as `manage.py up` starts it, before an application that tells where it was loaded."""

    def __init__(self) -> None:
        self.port = free_port()
        words = [*web_arguments(Wish(port=self.port))[:-1], "tests.hall.birthplace:application"]
        self.process = subprocess.Popen([sys.executable, "-m", *words], cwd=settings.BASE_DIR)

    def told(self) -> tuple[int, int] | None:
        """Where it was loaded and where it answers; None while nobody does."""
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5) as answer:
            loaded, answering = answer.read().split()
            return int(loaded), int(answering)
        return None


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    server = Web()
    assert eventually(lambda: server.told() is not None)
    yield server
    server.process.terminate()
    server.process.wait(30)


def test_web_workers_are_forked_from_one_that_has_loaded_the_hall(web: Web) -> None:
    loaded, answering = web.told() or (0, 0)
    assert loaded == web.process.pid
    assert answering != web.process.pid


def test_a_worker_that_dies_is_forked_again(web: Web) -> None:
    _, gone = web.told() or (0, 0)
    os.kill(gone, signal.SIGKILL)
    seen: set[tuple[int, int]] = set()

    def two_again() -> bool:
        if told := web.told():
            seen.add(told)
        return len({answering for _, answering in seen} - {gone}) == 2

    assert eventually(two_again)
    assert {loaded for loaded, _ in seen} == {web.process.pid}


BEFORE_THE_FORK = """
import os, sys
import hall.rsgi
from django.db import connection
print("approvals.cases.views" in sys.modules, len(os.listdir("/proc/self/task")), connection.connection)
"""


def test_before_the_fork_all_views_are_loaded_but_no_thread_runs_and_no_connection_is_open() -> None:
    environment = {**os.environ, "HALL_PROCESS": "web"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BEFORE_THE_FORK],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, check=False,
    )  # fmt: skip
    assert done.stdout.split() == [b"True", b"1", b"None"], done.stderr
