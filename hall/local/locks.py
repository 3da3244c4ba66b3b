"""Who uses the data folder: locks the kernel drops by itself when their process dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hall.local.paths import make_data_dir, make_folder, unwritable


class FileLock:
    """An advisory lock on a file of the data folder, held by an open descriptor that children do not inherit."""

    def __init__(self, name: str) -> None:
        path: Path = make_folder(make_data_dir() / "locks") / name
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise unwritable(path.parent, error) from error

    def share(self) -> None:
        """Wait for and take the lock together with other sharers."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def try_alone(self, seconds: float = 0) -> bool:
        """Take the lock alone, trying for so many seconds; False when others hold it."""
        end = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= end:
                    return False
                time.sleep(0.1)
            else:
                return True

    def wait_alone(self) -> None:
        """Wait for the lock and take it alone."""
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def release(self) -> None:
        """Give the lock back and forget the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


@contextmanager
def starting_or_stopping() -> Iterator[None]:
    """Only one process at a time decides to start or stop the servers of the data folder."""
    lock = FileLock("servers")
    lock.wait_alone()
    try:
        yield
    finally:
        lock.release()


def users_lock() -> FileLock:
    """Shared by everyone who needs the embedded database; who can take it alone is the last one out."""
    return FileLock("users")


def supervisor_lock() -> FileLock:
    """Held alone by the one `manage.py up` of the data folder."""
    return FileLock("supervisor")
