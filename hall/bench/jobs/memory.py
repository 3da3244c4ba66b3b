"""How much memory a web worker holds after a time of load, and all of `manage.py up` together."""

import itertools
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from hall.bench import load
from hall.bench.jobs.http import CONNECTIONS, logged_in, server
from hall.bench.jobs.people import a_clerk
from hall.bench.load import request
from hall.bench.measuring import Ground, Must, Result
from hall.local.children import PROJECT
from hall.local.ports import page_answers
from hall.local.processes import PROC, die_with_parent, session_members

MEGABYTE: Final = 1_000_000
MINUTES: Final = float(os.environ.get("HALL_BENCH_MINUTES", "1"))
# Seconds each connection waits before a request, so that an hour of them leaves the machine to others.
PAUSE: Final = float(os.environ.get("HALL_BENCH_PAUSE", "0"))
LOOKS: Final = 12  # so often in that time it is looked at, for a curve that must be flat
START_SECONDS: Final = 180
_PAGES: Final = ("/", "/guides/", "/lookup/", "/pledges/", "/calculator/", "/login/")
_CLERKS_PAGES: Final = ("/work/", "/work/register/", "/account/password/", "/")


def measure(ground: Ground) -> Result:
    """The largest web worker after `HALL_BENCH_MINUTES` of load, and the whole set of processes on a demonstration.

    Memory is each process's own share (PSS of smaps_rollup), so that what they share is counted once.
    """
    requests, course = _worker(ground)
    worker, whole = course[-1], _whole(ground)
    return Result(
        "memory", ground.scale.name, worker, "MB", requests,
        musts=(Must("网页进程 MB", worker, 150), Must("全部 MB", whole, 800)),
        also={"whole_mb": whole, "minutes": MINUTES, "first_mb": course[0], "highest_mb": max(course)},
    )  # fmt: skip


def _worker(ground: Ground) -> tuple[int, list[float]]:
    """How many requests were answered, and the megabytes of the largest worker after each twelfth of the time."""
    ground.told(f"内存：加压 {MINUTES:g} 分钟")
    cookies = logged_in(a_clerk())
    asked = [request("GET", path) for path in _PAGES] + [request("GET", path, Cookie=cookies) for path in _CLERKS_PAGES]
    answered, course = 0, []
    with server() as port:
        for look in range(1, LOOKS + 1):
            seconds = MINUTES * 60 / LOOKS
            part = load.run(port, lambda _: _paced(asked), connections=CONNECTIONS, seconds=seconds, status=200)
            answered += len(part.answers)
            course.append(max(_own(pid) for pid in _listening(port)))
            ground.told(f"内存：{MINUTES * look / LOOKS:.1f} 分钟，{answered} 次，{course[-1]:.1f} MB")
    return answered, course


def _paced(asked: list[bytes]) -> Iterator[bytes]:
    for one in itertools.cycle(asked):
        time.sleep(PAUSE)
        yield one


def _listening(port: int) -> list[int]:
    """The processes of the server: those whose command line names its port."""
    found = []
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if str(port).encode() in words:
                found.append(int(entry.name))
    return found


def _whole(ground: Ground) -> float:
    """A demonstration of its own, from start to first page and a minute of its schedule."""
    ground.told("内存：启动一套演示系统")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - the servers run as another user and must pass
        environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        environment["HALL_DATA_DIR"] = folder
        port = 8000 + os.getpid() % 1000
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(port)],
            cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 -- the load on the other server has ended
        )  # fmt: skip
        try:
            until = time.monotonic() + START_SECONDS
            while not page_answers("127.0.0.1", port) and time.monotonic() < until:
                time.sleep(0.5)
            time.sleep(60)
            return sum(_own(pid) for pid in _below(process.pid, Path(folder)))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _below(leader: int, folder: Path) -> Iterable[int]:
    """Every process of that portal: the supervisor's session, its children's sessions, and the database's."""
    marked = f"HALL_DATA_DIR={folder}".encode()
    found = set(session_members(leader))
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if marked in (entry / "environ").read_bytes() or os.readlink(entry / "cwd").startswith(str(folder)):
                found.add(int(entry.name))
        except OSError:
            continue
    return found


def _own(pid: int) -> float:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) * 1024 / MEGABYTE for line in lines if line.startswith("Pss:")), 0.0)
