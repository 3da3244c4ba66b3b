"""Worker and scheduler as `manage.py up` starts them, without anybody who starts them again, on a Redis of their own.

They work on a copy of the test database, which is thrown away. Their clock can be set (see shifted/sitecustomize.py).
"""

import os
import shutil
import signal
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg2
import redis
from celery import Celery
from django.conf import settings
from django.db import connection

from hall.ledger.models import Heartbeat
from hall.local.broker import redis_answers, start_redis
from hall.local.children import ChildProcess, start_python
from hall.local.paths import log_file, redis_socket
from hall.local.processes import last_lines
from hall.local.servants import find_servant
from hall.local.supervisor import scheduler_arguments, worker_arguments
from tests.hall.local.running import eventually

SHIFTED = Path(__file__).with_name("shifted")


class Workshop:
    """The processes, the doorbell, and the clock."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o711)
        self.clock = folder / "clock"
        self.set_clock(timedelta())
        self.servant = find_servant()
        self.redis = start_redis(self.servant)
        self.running: list[ChildProcess] = []
        self.bell = Celery("doorbell", broker=self.broker, set_as_current=False)

    @property
    def broker(self) -> str:
        """Where Redis listens."""
        return f"redis+socket://{redis_socket()}"

    def start(self, name: str, *, number: int = 1) -> ChildProcess:
        """Start a worker or a scheduler; a second scheduler has notes of its own, as on a second machine."""
        arguments = worker_arguments() if name == "worker" else scheduler_arguments()
        if name == "scheduler":
            arguments[-1] += str(number)
        else:
            arguments += ["--hostname", f"w{number}@test"]
        child = start_python(f"{name}{number}", name, arguments, self._environment())
        self.running.append(child)
        return child

    def _environment(self) -> dict[str, str]:
        place = connection.settings_dict
        return {
            "DATABASE_URL": f"postgresql://{place['USER']}@/{place['NAME']}?host={place['HOST']}",
            "REDIS_URL": self.broker,
            "HALL_PROCESS": "worker",
            "DJANGO_SETTINGS_MODULE": "tests.faults.brisk",
            "HALL_SECRET_KEY": settings.SECRET_KEY,
            "HALL_FIELD_KEYS": settings.FIELD_KEYS,
            "HALL_INDEX_KEY": settings.INDEX_KEY,
            "HALL_TEST_CLOCK": str(self.clock),
            "PYTHONPATH": str(SHIFTED),
        }

    def set_clock(self, wrong_by: timedelta) -> None:
        """Set the clock of every process started here; in place, for it is mapped."""
        nanoseconds = int(wrong_by.total_seconds() * 10**9)
        with self.clock.open("r+b" if self.clock.exists() else "wb") as file:
            file.write(struct.pack("<q", nanoseconds))

    def ring(self, task: str, *arguments: Any, times: int = 1) -> None:
        """What the scheduler does, as often as one likes."""
        for _ in range(times):
            self.bell.send_task(task, args=arguments)

    def is_idle(self) -> bool:
        """No ring waits, and no task is under way."""
        with closing(redis.Redis(unix_socket_path=str(redis_socket()))) as client:
            return client.llen("celery") == 0 and client.hlen("unacked") == 0

    @contextmanager
    def silent(self) -> Iterator[None]:
        """No ring comes, and none is under way: a worker that ends takes none along that it had put aside for later.

        What a worker has put aside comes back only after Celery's visibility timeout (see hall/celery.py).
        """
        scheduler = self.running[1].process.pid
        os.kill(scheduler, signal.SIGSTOP)
        try:
            assert eventually(self.is_idle, 60), self.said()
            yield
        finally:
            os.kill(scheduler, signal.SIGCONT)

    def restart_redis(self) -> None:
        """Killed, and started empty."""
        self.redis.send_signal(signal.SIGKILL)
        self.redis.wait()
        self.redis = start_redis(self.servant)
        assert redis_answers(redis_socket())

    @contextmanager
    def full_redis(self) -> Iterator[None]:
        """A Redis that takes nothing more."""
        with closing(redis.Redis(unix_socket_path=str(redis_socket()))) as client:
            client.config_set("maxmemory", "1")
            yield
            client.config_set("maxmemory", "0")

    def mend(self) -> None:
        """Start again who died of it, as the supervisor does: worker and scheduler of the file."""
        for child in self.running[:2]:
            if not child.is_running():
                child.revive()

    def said(self) -> str:
        """Who lives, and what each wrote last."""
        lines = [(child.name, child.is_running(), last_lines(log_file(child.name), 30)) for child in self.running]
        return "\n".join(f"{name} runs: {runs}\n" + "\n".join(words) for name, runs, words in lines)

    def stop(self) -> None:
        """End everything that was started, at the same time."""
        for child in self.running:
            if child.is_running():
                child.process.terminate()
        for child in self.running:
            child.stop()
        self.bell.close()
        self.redis.terminate()
        self.redis.wait()


def beats(name: str, seconds: float = 30) -> bool:
    """Whether a job finishes once more within the time."""
    before = Heartbeat.objects.filter(pk=name).values_list("finished_at", flat=True).first()
    return eventually(
        lambda: Heartbeat.objects.filter(pk=name).values_list("finished_at", flat=True).first() != before, seconds
    )


@contextmanager
def copied_database() -> Iterator[None]:
    """Point this process at a copy of the test database; what is written there is committed, and gone afterwards."""
    place, name = connection.settings_dict, connection.settings_dict["NAME"]
    copy = f"{name}_workshop"
    connection.close()
    _administer(place, f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)', f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
    place["NAME"] = copy
    try:
        yield
    finally:
        connection.close()
        place["NAME"] = name
        _administer(place, f'DROP DATABASE "{copy}" WITH (FORCE)')


def _administer(place: dict[str, Any], *statements: str) -> None:
    with closing(psycopg2.connect(host=place["HOST"], user=place["USER"], dbname="postgres")) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def remove(folder: Path) -> None:
    """The folder of a workshop."""
    shutil.rmtree(folder, ignore_errors=True)
