"""The hall as a process of its own: started, asked, killed, as an operator's machine would."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
OPEN = "按 Ctrl-C 停止。"
MANAGE = [sys.executable, str(PROJECT / "manage.py")]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a machine on which nothing is configured but the data folder."""
    cleared = {
        "DATABASE_URL", "HALL_APP_DATABASE_URL", "REDIS_URL", "HALL_PROFILE", "HALL_DEBUG", "HALL_STATIC_ROOT",
        "HALL_PROCESS",
    }  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if name not in cleared}
    return {**kept, "HALL_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "hall.settings", **more}


def manage(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*MANAGE, *arguments],
        env=environment(folder, **more),
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(met: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while not met() and time.monotonic() < end:
        time.sleep(0.1)
    return met()


class RunningHall:
    """`manage.py up` on a data folder."""

    def __init__(self, folder: Path, port: int = 0, **environ: str) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.output = folder.with_name(f"{folder.name}.out")
        more = {"HALL_ADMIN_USERNAME": "first", "HALL_ADMIN_PASSWORD": "Synthetic-Pass-2026!", **environ}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*MANAGE, "up", "--no-demo", "--port", str(self.port)],
                env=environment(folder, **more),
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        return self.output.read_text()

    def wait_until_open(self) -> "RunningHall":
        eventually(lambda: OPEN in self.said() or self.process.poll() is not None, 120)
        if OPEN not in self.said():
            self.stop()
            raise AssertionError(self.said())
        return self

    def status(self, path: str = "/") -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def children(self) -> list[int]:
        found = subprocess.run(
            ["ps", "-eo", "pid=,ppid="],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\n")
        pairs = [tuple(map(int, line.split())) for line in found if line.strip()]
        return [pid for pid, parent in pairs if parent == self.process.pid]

    def pid_of(self, word: str) -> int:
        """The child whose command line holds the word."""
        return next(pid for pid in self.children() if word in Path(f"/proc/{pid}/cmdline").read_text())

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)
