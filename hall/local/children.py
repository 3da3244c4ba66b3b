"""The child processes of `manage.py up`: their start, their logs, and their end in order."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hall.local.paths import data_dir, log_file, redis_socket
from hall.local.processes import die_with_parent, end_all, last_lines, session_members, supervised_for, titled
from hall.local.trouble import Trouble

PATIENCE = 15  # seconds a child is given to finish what it does
PROJECT = Path(__file__).resolve().parents[2]


class Child(Protocol):
    """Something that runs beside the supervisor."""

    name: str
    label: str

    def is_running(self) -> bool:
        """Whether it lives."""

    def stop(self) -> None:
        """End it, waiting until it has ended."""

    def revive(self) -> None:
        """Start it again after it died by itself. Raises Trouble or OSError where that fails."""


@dataclass
class ChildProcess:
    """A process of our own. It leads a session, so whatever it started ends with it. `start` starts another one."""

    name: str
    label: str
    process: subprocess.Popen[bytes]
    start: Callable[[], subprocess.Popen[bytes]] | None = None

    def is_running(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        if self.is_running():
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
        end_all(lambda: session_members(self.process.pid), seconds=2)
        self.process.wait()

    def revive(self) -> None:
        self.stop()  # what it started may have outlived it, and would hold the port
        if self.start is None:
            raise ended(self)
        self.process = self.start()


@dataclass
class Adopted:
    """A server that outlives or precedes us: it is asked through the functions it brings."""

    name: str
    label: str
    is_running: Callable[[], bool]
    stop: Callable[[], None]
    revive: Callable[[], None]


def marker() -> str:
    """The entry in the environment by which our children are known, even after their supervisor was killed."""
    return f"HALL_SUPERVISED={data_dir()}"


def start_python(name: str, label: str, arguments: list[str], environment: Mapping[str, str]) -> ChildProcess:
    """Start `python -m …` in the project's folder with its output in its own log."""
    key, value = marker().split("=", 1)

    def start() -> subprocess.Popen[bytes]:
        with log_file(name).open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=PROJECT,
                env={**os.environ, **environment, key: value, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 -- the supervisor has no threads
            )

    return ChildProcess(name, label, start(), start)


def end_orphans() -> None:
    """End what a killed supervisor left. PostgreSQL is not among them: it is joined or waited for."""
    socket_path = str(redis_socket())
    end_all(lambda: sorted({*supervised_for(marker()), *_redis_orphans(socket_path)}))


def _redis_orphans(socket_path: str) -> list[int]:
    return [pid for pid in titled(socket_path) if pid in titled("redis-server")]


def ended(child: Child) -> Trouble:
    """The sentence for a child that ended by itself while the hall was being started, with its last lines."""
    return Trouble(f"{child.label}意外停止，其余部分将依次停止。{last_words(child)}")


def last_words(child: Child) -> str:
    """Where its log is, and what it wrote last."""
    path = log_file(child.name)
    lines = "\n".join(f"  {line}" for line in last_lines(path)) or "  （没有记录）"
    return f"它的记录 {path} 的最后几行：\n{lines}"
