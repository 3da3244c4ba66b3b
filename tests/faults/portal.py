"""The hall under fire: `manage.py up` on a data folder of its own, whose parts are killed, stopped and looked at."""

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from celery import Celery

from hall.local.processes import command_line, session_members
from tests.hall.local.running import RunningHall, eventually, manage

# How each part is known among the children of the supervisor.
WORDS = {
    "web": "-m hall.web",
    "worker": "hall.celery worker",
    "scheduler": "hall.scheduler beat",
    "redis": "redis-server",
    "postgres": "/bin/postgres",
}
PARTS = ("web", "worker", "pool child", "scheduler", "redis", "postgres", "supervisor")
WORLD = "from tests.faults import world; world.{}"
PASSWORD = "correct-horse-battery-1"
TOKEN = "f" * 32  # against forged requests: cookie and form carry the same


class Portal:
    """A running hall with a small world in it, and a hand on each of its processes."""

    def __init__(self, folder: Path, settings: str = "hall.settings") -> None:
        self.folder, self.settings = folder, settings
        self.hall = RunningHall(folder, DJANGO_SETTINGS_MODULE=settings).wait_until_open()
        self.port = self.hall.port
        self.world = self.ask("build()")

    # What it holds

    def ask(self, call: str) -> dict[str, Any]:
        """Have a function of world.py done beside the running hall, as a command of its own would be."""
        done = manage(self.folder, "shell", "--no-imports", "-c", WORLD.format(call))
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return answer

    @contextmanager
    def connected(self, user: str = "hall") -> Iterator["psycopg2.extensions.connection"]:
        """A session of our own, every statement its own transaction."""
        place = {"host": str(self.folder / "run"), "user": user, "dbname": "hall", "connect_timeout": 5}
        with closing(psycopg2.connect(**place, application_name="faults")) as connection:
            connection.autocommit = True
            yield connection

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """The answer of one statement."""
        with self.connected() as connection, connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def number(self, sql: str, *values: Any) -> int:
        """The one number of a statement's answer."""
        return int(self.rows(sql, *values)[0][0])

    # Its processes

    def pid(self, part: str) -> int | None:
        """The process of a part, None while it is down."""
        if part == "supervisor":
            return self.hall.process.pid if self.hall.process.poll() is None else None
        return next((pid for pid in self.hall.children() if WORDS[part] in command_line(pid)), None)

    def family(self, part: str) -> list[int]:
        """A part with everything it started. Each server process of PostgreSQL leads a session of its own."""
        leader = self.pid(part)
        if leader is None:
            return []
        return [leader, *children_of(leader)] if part == "postgres" else [leader, *others(leader)]

    def pool(self) -> list[int]:
        """The processes in which the worker does its tasks."""
        leader = self.pid("worker")
        return children_of(leader) if leader else []

    def kill(self, part: str) -> None:
        """kill -9, without a word: the whole family, one pool child, or the supervisor alone."""
        if part == "supervisor":
            self.hall.process.kill()
            self.hall.process.wait()
        elif part == "pool child":
            for pid in random.sample(self.pool(), min(1, len(self.pool()))):
                send(pid, signal.SIGKILL)
        else:
            for pid in self.family(part):
                send(pid, signal.SIGKILL)

    @contextmanager
    def stopped(self, part: str) -> Iterator[None]:
        """Hung, not dead: SIGSTOP, and SIGCONT after the block."""
        held = self.family(part)
        for pid in held:
            send(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in held:
                send(pid, signal.SIGCONT)

    def start_again(self) -> None:
        """What a service manager does when the supervisor is gone."""
        self.hall = RunningHall(self.folder, self.port, DJANGO_SETTINGS_MODULE=self.settings).wait_until_open()

    def is_whole(self) -> bool:
        """Whether every part runs and the pages come."""
        parts = all(self.pid(part) for part in WORDS) and len(self.pool()) > 0
        return parts and self.status("/healthz/ready") == 200

    def wait_until_whole(self, seconds: float = 60) -> None:
        """Wait until the supervisor has mended what was killed."""
        assert eventually(self.is_whole, seconds), self.hall.said()

    def status(self, path: str) -> int:
        """The status of a page; 0 when nobody answers."""
        try:
            return self.hall.status(path)
        except OSError:
            return 0

    # What is due

    def make_due(self, dockets: list[str]) -> None:
        """Let the notice clocks of these cases have run out a minute ago, as if their days had passed."""
        self.rows(
            """
            UPDATE cases_clockrow AS clock SET next_look_at = now() - interval '1 minute', changes = jsonb_build_array(
                jsonb_build_array(to_char(now() AT TIME ZONE 'UTC' - interval '2 minutes', %s), 'due_soon'),
                jsonb_build_array(to_char(now() AT TIME ZONE 'UTC' - interval '1 minute', %s), 'over_promise'))
            FROM cases_case AS filed
            WHERE filed.id = clock.case_id AND clock.clock = 'notice' AND filed.docket = ANY(%s)
            """,
            *2 * ('YYYY-MM-DD"T"HH24:MI:SS.US+00:00',),
            dockets,
        )

    def flagged(self, dockets: list[str]) -> int:
        """How many of these carry both flags."""
        sql = """
            SELECT count(*) FROM (
                SELECT 1 FROM cases_flag AS flag JOIN cases_case AS filed ON filed.id = flag.case_id
                WHERE filed.docket = ANY(%s) GROUP BY filed.id HAVING count(*) = 2) AS both_
        """
        try:
            return self.number(sql, dockets)
        except psycopg2.OperationalError:
            return 0  # down, or starting

    def seconds_until_flagged(self, dockets: list[str], within: float) -> float:
        """Wait for all flags; how long it took. Fails where it takes longer."""
        begun = time.monotonic()
        assert eventually(lambda: self.flagged(dockets) == len(dockets), within), (
            f"{self.flagged(dockets)} of {len(dockets)} after {within:.0f} s\n{self.hall.said()}"
        )
        return time.monotonic() - begun

    def ring(self, task: str) -> None:
        """What the scheduler does, before its time has come."""
        bell = Celery("doorbell", broker=f"redis+socket://{self.folder / 'run' / 'redis.sock'}", set_as_current=False)
        with closing(bell):
            bell.send_task(task)

    def wait_for_lock(self, task: str, seconds: float = 45) -> None:
        """Ring for a task and wait until it stands before a lock we hold: it is in the middle of its work."""
        self.ring(task)
        waiting = """
            SELECT count(*) FROM pg_stat_activity
            WHERE application_name = 'hall-worker' AND wait_event_type = 'Lock' AND state = 'active'
        """
        assert eventually(lambda: self.number(waiting) > 0, seconds)

    def stop(self) -> None:
        """End in order. Who was killed already is started once more, so that nothing of it is left behind."""
        if self.hall.process.poll() is not None:
            self.start_again()
        self.hall.stop()


def children_of(parent: int) -> list[int]:
    """The live processes a process started."""
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(parent)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(pid) for pid in found.stdout.split()]


def others(leader: int) -> list[int]:
    """The other members of a session."""
    return [pid for pid in session_members(leader) if pid != leader]


def send(pid: int, number: int) -> None:
    """A signal to a process that may be gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def changed(ask: Callable[[], Any], seconds: float) -> bool:
    """Whether what is asked gives another answer within the time."""
    before = ask()
    return eventually(lambda: ask() != before, seconds)
