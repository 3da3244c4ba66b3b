"""Who uses the data folder."""

import subprocess
import sys
from pathlib import Path

from hall.local.locks import FileLock, starting_or_stopping, supervisor_lock, users_lock

HOLDER = """
import sys
from hall.local.locks import supervisor_lock
lock = supervisor_lock()
print(lock.try_alone(), flush=True)
sys.stdin.read()
"""


def test_one_supervisor_at_a_time(folder: Path) -> None:
    first, second = supervisor_lock(), supervisor_lock()
    assert first.try_alone()
    assert not second.try_alone()
    first.release()
    assert second.try_alone()
    second.release()


def test_users_share_and_the_last_one_is_alone(folder: Path) -> None:
    first, second = users_lock(), users_lock()
    first.share()
    second.share()
    assert not first.try_alone()
    second.release()
    assert first.try_alone()
    first.release()


def test_a_lock_falls_with_its_killed_process(folder: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout
    assert holder.stdin
    assert holder.stdout.readline() == b"True\n"
    mine = supervisor_lock()
    assert not mine.try_alone()
    holder.kill()
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    assert mine.try_alone(seconds=2)
    mine.release()


def test_children_do_not_inherit_a_lock(folder: Path) -> None:
    lock = supervisor_lock()
    lock.try_alone()
    child = subprocess.Popen(["sleep", "30"], close_fds=False)  # noqa: S607
    lock.release()
    again = supervisor_lock()
    assert again.try_alone()
    again.release()
    child.kill()
    child.wait()


def test_a_decision_lets_the_next_one_in(folder: Path) -> None:
    with starting_or_stopping():
        assert not FileLock("servers").try_alone()
    other = FileLock("servers")
    assert other.try_alone()
    other.release()


def test_releasing_twice_is_harmless(folder: Path) -> None:
    lock = users_lock()
    lock.release()
    lock.release()
