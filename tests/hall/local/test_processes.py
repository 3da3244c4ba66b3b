"""Looking at and ending processes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hall.local.processes import (
    command_line,
    die_with_parent,
    end_all,
    is_alive,
    last_lines,
    send,
    session_members,
    supervised_for,
    titled,
    wait_until,
)
from tests.hall.local.running import eventually

SLEEP = ["sleep", "60"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)",
]
FAMILY = ["sh", "-c", "sleep 61 & sleep 62 & wait"]


def test_a_running_process_is_alive() -> None:
    assert is_alive(os.getpid())


def test_an_ended_process_is_not_alive() -> None:
    ended = subprocess.Popen(["true"])  # noqa: S607
    ended.wait()
    assert not is_alive(ended.pid)


def test_a_zombie_is_not_alive() -> None:
    zombie = subprocess.Popen(["true"])  # noqa: S607
    assert eventually(lambda: not is_alive(zombie.pid))
    assert Path(f"/proc/{zombie.pid}").exists()
    zombie.wait()


def test_a_session_knows_its_members() -> None:
    leader = subprocess.Popen(FAMILY, start_new_session=True)
    assert eventually(lambda: len(session_members(leader.pid)) == 3)
    end_all(lambda: session_members(leader.pid))
    leader.wait()
    assert session_members(leader.pid) == []


def test_who_does_not_end_when_asked_is_made_to() -> None:
    stubborn = subprocess.Popen(STUBBORN, start_new_session=True, stdout=subprocess.PIPE)
    assert stubborn.stdout is not None
    stubborn.stdout.readline()
    end_all(lambda: session_members(stubborn.pid), seconds=0.3)
    assert stubborn.wait() == -signal.SIGKILL
    stubborn.stdout.close()


def test_children_are_known_by_a_whole_entry_of_their_environment() -> None:
    child = subprocess.Popen(SLEEP, env={"HALL_SUPERVISED": "/srv/a", "PATH": os.environ["PATH"]})
    assert eventually(lambda: supervised_for("HALL_SUPERVISED=/srv/a") == [child.pid])
    assert supervised_for("HALL_SUPERVISED=/srv") == []
    child.kill()
    child.wait()


def test_a_process_is_found_by_its_command_line() -> None:
    child = subprocess.Popen(["sleep", "61.4142"])  # noqa: S607
    assert eventually(lambda: titled("61.4142") == [child.pid])
    assert command_line(child.pid) == "sleep 61.4142"
    child.kill()
    child.wait()


def test_a_signal_to_nobody_is_no_error() -> None:
    ended = subprocess.Popen(["true"])  # noqa: S607
    ended.wait()
    send(ended.pid, signal.SIGTERM)


PARENT = """
import subprocess, sys
from hall.local.processes import die_with_parent
child = subprocess.Popen(["sleep", "63"], preexec_fn=die_with_parent(15), start_new_session=True)
print(child.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's wish is Linux's")
def test_a_child_ends_when_its_supervisor_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout
    assert parent.stdin
    child = int(parent.stdout.readline())
    assert is_alive(child)
    parent.kill()
    parent.wait()
    parent.stdin.close()
    parent.stdout.close()
    assert eventually(lambda: not is_alive(child), 5)


def test_the_wish_is_made_without_an_error() -> None:
    assert subprocess.run(["true"], preexec_fn=die_with_parent(15), check=False).returncode == 0  # noqa: S607


def test_waiting_ends_with_the_last_answer() -> None:
    assert not wait_until(lambda: False, 0.05)
    assert wait_until(lambda: True, 0)


def test_the_last_lines_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("".join(f"第 {number} 行\n\n" for number in range(5000)))
    assert last_lines(log, 2) == ["第 4998 行", "第 4999 行"]


def test_a_log_of_other_bytes_is_still_shown(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"\xff\xfe broken\n")
    assert "broken" in last_lines(log)[0]


def test_a_missing_log_has_no_lines(tmp_path: Path) -> None:
    assert last_lines(tmp_path / "none.log") == []
