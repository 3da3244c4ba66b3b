"""What is done in a fork ends as if it had been done here, but for the memory it took."""

import os
import signal
import time
from pathlib import Path

import pytest

from hall.local.apart import apart
from hall.local.processes import PROC
from hall.local.trouble import Trouble


class Stopped(BaseException):
    """As the supervisor is asked to stop."""


def resident() -> int:
    """Bytes of memory this process holds."""
    return int((PROC / "self" / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_the_work_is_done_when_it_returns(tmp_path: Path) -> None:
    apart((tmp_path / "done").touch)
    assert (tmp_path / "done").exists()


def test_it_is_another_process(tmp_path: Path) -> None:
    apart(lambda: (tmp_path / "pid").write_text(str(os.getpid())))
    assert int((tmp_path / "pid").read_text()) != os.getpid()


def test_the_memory_it_took_is_gone() -> None:
    before = resident()
    apart(lambda: bytearray(os.urandom(100_000_000)))
    assert resident() - before < 20_000_000


def test_a_sentence_it_raises_is_raised_here() -> None:
    def fails() -> None:
        raise Trouble("连不上数据库。\n  服务器没有回答")

    with pytest.raises(Trouble, match="连不上数据库。\n  服务器没有回答"):
        apart(fails)


def test_anything_else_is_told_at_the_terminal_and_ends_the_start(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Trouble, match="准备工作中途停止"):
        apart(lambda: 1 // 0)
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_a_killed_one_ends_the_start() -> None:
    with pytest.raises(Trouble, match="准备工作中途停止"):
        apart(lambda: os.kill(os.getpid(), signal.SIGKILL))


def test_who_stops_us_stops_it_too(tmp_path: Path) -> None:
    def long() -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        (tmp_path / "pid").write_text(str(os.getpid()))
        time.sleep(30)

    def ask(*_told: object) -> None:
        raise Stopped

    before = signal.signal(signal.SIGALRM, ask)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(Stopped):
            apart(long)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert not (PROC / (tmp_path / "pid").read_text()).exists()
