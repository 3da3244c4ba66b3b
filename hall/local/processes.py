"""Looking at and ending processes. Linux shows them under /proc; elsewhere the answers are coarser but safe."""

import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PROC = Path("/proc")
PR_SET_PDEATHSIG = 1


def _stat(pid: int) -> list[str] | None:
    try:
        # The command's name stands in brackets and may hold spaces and brackets of its own.
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return None


def is_alive(pid: int) -> bool:
    """Whether a process runs. One that has ended and was not yet collected by its parent (a zombie) does not."""
    if PROC.is_dir():
        fields = _stat(pid)
        return fields is not None and fields[0] not in "ZX"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def command_line(pid: int) -> str:
    """The words a process was started with, or the title it gave itself; everyone may read them."""
    return _read(pid, "cmdline").replace("\0", " ").strip()


def postgres_left_in(folder: Path) -> list[int]:
    """The live PostgreSQL processes that work in this folder, or may: where root lacks the right to see, it says so.

    PostgreSQL and its backends, which may outlive a killed postmaster for a moment, run in their data folder.
    """
    return [
        pid
        for pid in _pids()
        if _name(pid) == "postgres" and is_alive(pid) and _link(PROC / str(pid) / "cwd") in {str(folder), None}
    ]


def supervised_for(marker: str) -> list[int]:
    """The live processes that were started with this entry, `NAME=value`, in their environment."""
    return [pid for pid in _pids() if marker in _read(pid, "environ").split("\0") and is_alive(pid)]


def titled(text: str) -> list[int]:
    """The live processes whose command line contains the text."""
    return [pid for pid in _pids() if pid != os.getpid() and text in command_line(pid) and is_alive(pid)]


def session_members(leader: int) -> list[int]:
    """The live processes of a session."""
    return [
        pid
        for pid in _pids()
        if (fields := _stat(pid)) is not None and fields[3] == str(leader) and fields[0] not in "ZX"
    ]


def _pids() -> Iterator[int]:
    if PROC.is_dir():
        yield from (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())


def _name(pid: int) -> str:
    return _read(pid, "comm").strip()


def _read(pid: int, file: str) -> str:
    try:
        return (PROC / str(pid) / file).read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return ""


def _link(path: Path) -> str | None:
    try:
        return os.readlink(path)
    except OSError:
        return None


def wait_until(met: Callable[[], bool], seconds: float, pause: float = 0.03) -> bool:
    """Ask again until the condition is met or the time is over; the last answer."""
    end = time.monotonic() + seconds
    while not met():
        if time.monotonic() >= end:
            return met()
        time.sleep(pause)
    return True


def end_all(find: Callable[[], list[int]], seconds: float = 5) -> None:
    """End every process the question finds: asked first, then made to."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in find():
            send(pid, number)
        if wait_until(lambda: not find(), seconds):
            return


def send(pid: int, number: int) -> None:
    """Send a signal to a process that may have ended meanwhile."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _load_prctl() -> Callable[[int, int], int] | None:
    try:
        return ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return None


# Looked up once, before any fork: between fork and exec only ready things may be touched.
_prctl = _load_prctl()


def die_with_parent(number: int) -> Callable[[], None]:
    """A `preexec_fn` that asks the kernel to send this signal when the supervisor dies, even by `kill -9`.

    It runs after Popen has changed the user, which would clear the wish. A supervisor that died in between is noticed
    by the changed parent.
    """
    parent = os.getpid()

    def ask() -> None:
        if _prctl is not None:
            _prctl(PR_SET_PDEATHSIG, number)
            if os.getppid() != parent:
                os._exit(1)

    return ask


def last_lines(path: Path, count: int = 15) -> list[str]:
    """The last lines of a log, read from its end."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 16_384))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    return [line.rstrip() for line in text.splitlines() if line.strip()][-count:]
