"""A child that dies is started again, later each time; who never lives ends the run, named."""

import subprocess
import time
from datetime import date, datetime
from pathlib import Path

import pytest

from hall.local import reviving
from hall.local.children import Adopted, ChildProcess, start_python
from hall.local.paths import log_file
from hall.local.processes import session_members
from hall.local.reviving import Patience, Ward, note, watch
from hall.local.trouble import Trouble
from tests.hall.local.running import eventually

QUICK = Patience(first=0.01, longest=0.04, settled=5, deaths=4)


class Server:
    """Something that can be killed, and comes back unless it is broken."""

    def __init__(self, name: str = "web", label: str = "网页服务", *, running: bool = True) -> None:
        self.name, self.label, self.running, self.broken = name, label, running, False
        self.starts: list[float] = []

    def is_running(self) -> bool:
        return self.running

    def stop(self) -> None:
        self.running = False

    def revive(self) -> None:
        self.starts.append(time.monotonic())
        if self.broken:
            raise Trouble("端口已被占用。")
        self.running = True


class Enough(Exception):
    """The test has seen what it wanted."""


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviving, "LOOK_EVERY", 0.002)


@pytest.mark.parametrize(("death", "seconds"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30), (40, 30)])
def test_waits_longer_each_time(death: int, seconds: float) -> None:
    assert Patience().before(death) == seconds


def test_a_dead_child_is_started_again_and_both_are_told(folder: Path) -> None:
    server, said = Server(running=False), []

    def tell(line: str) -> None:
        said.append(line)
        if "已重新启动" in line:
            raise Enough

    with pytest.raises(Enough):
        watch([server], tell, QUICK)
    assert server.running
    assert said[0].startswith("网页服务意外停止，0.01 秒后重新启动。记录：")
    assert said[1] == "网页服务已重新启动"


def test_who_never_lives_ends_the_run_with_its_name_and_its_last_words(folder: Path) -> None:
    log_file("web").write_text("first\nlast words\n")
    server = Server(running=False)
    server.broken = True
    with pytest.raises(Trouble, match=r"网页服务连续 4 次启动后很快又停止，不再重试[\s\S]*last words"):
        watch([server], lambda _: None, QUICK)
    assert len(server.starts) == QUICK.deaths - 1


def test_pauses_grow_between_the_starts_of_one_that_does_not_live(folder: Path) -> None:
    server = Server(running=False)
    server.broken = True
    with pytest.raises(Trouble):
        watch([server], lambda _: None, Patience(first=0.02, longest=0.05, settled=5, deaths=5))
    pauses = [later - before for before, later in zip(server.starts, server.starts[1:], strict=False)]
    assert pauses[0] >= 0.04
    assert all(pause >= 0.05 for pause in pauses[1:])


def test_why_a_start_failed_is_told(folder: Path) -> None:
    server, said = Server(running=False), []
    server.broken = True
    with pytest.raises(Trouble):
        watch([server], said.append, QUICK)
    assert "网页服务没有启动：端口已被占用。" in said


def test_a_long_life_makes_earlier_deaths_forgotten(folder: Path) -> None:
    ward = Ward(Server(running=False), Patience(first=9, settled=30, deaths=3), lambda _: None, deaths=2)
    ward.since -= 31
    ward.look(held_back=False)
    assert ward.deaths == 1


def test_a_short_life_counts(folder: Path) -> None:
    ward = Ward(Server(running=False), Patience(settled=30, deaths=3), lambda _: None, deaths=2)
    with pytest.raises(Trouble, match="连续 3 次"):
        ward.look(held_back=False)


def test_who_stands_on_a_dead_database_waits_for_it(folder: Path) -> None:
    database, web = Server("postgres", "数据库", running=False), Server(running=False)
    order: list[str] = []

    def tell(line: str) -> None:
        order.append(line)
        if line == "网页服务已重新启动":
            raise Enough

    with pytest.raises(Enough):
        watch([web, database], tell, Patience(first=0.02, longest=0.02, settled=5, deaths=9))
    assert [line for line in order if "已重新启动" in line] == ["数据库已重新启动", "网页服务已重新启动"]


def test_without_redis_the_others_are_started_all_the_same(folder: Path) -> None:
    redis, web = Server("redis", "消息服务", running=False), Server(running=False)
    redis.broken = True

    def tell(line: str) -> None:
        if line == "网页服务已重新启动":
            raise Enough

    with pytest.raises(Enough):
        watch([redis, web], tell, QUICK)


def test_the_living_are_left_alone(folder: Path) -> None:
    living, dying = Server("worker", "后台任务"), Server(running=False)
    dying.broken = True
    with pytest.raises(Trouble):
        watch([living, dying], lambda _: None, QUICK)
    assert living.starts == []


def test_u08_logs_are_turned_meanwhile(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def turn(_now: datetime, _since: date) -> date:
        raise Enough

    monkeypatch.setattr(reviving, "TURN_EVERY", 0)
    monkeypatch.setattr(reviving, "turn_due", turn)
    with pytest.raises(Enough):
        watch([Server()], lambda _: None)


def test_a_log_that_cannot_be_packed_ends_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    days: list[date] = []

    def turn(_now: datetime, since: date) -> date:
        days.append(since)
        if len(days) > 1:
            raise Enough
        raise OSError("disk full")

    monkeypatch.setattr(reviving, "TURN_EVERY", 0)
    monkeypatch.setattr(reviving, "turn_due", turn)
    with pytest.raises(Enough):
        watch([Server()], lambda _: None)
    assert days[0] == days[1]


def test_a_process_takes_what_it_left_along_before_it_is_started_again(folder: Path) -> None:
    def family() -> "subprocess.Popen[bytes]":
        return subprocess.Popen(["/bin/sh", "-c", "sleep 64 & wait"], start_new_session=True)

    child = ChildProcess("web", "网页服务", family(), family)
    first = child.process.pid
    assert eventually(lambda: len(session_members(first)) == 2)
    child.process.kill()
    assert eventually(lambda: not child.is_running())
    assert len(session_members(first)) == 1
    child.revive()
    assert session_members(first) == []
    assert child.is_running()
    child.stop()


def test_a_python_child_is_started_again_with_its_own_words(folder: Path) -> None:
    child = start_python("static", "静态文件整理", ["platform"], {})
    child.process.wait()
    child.revive()
    assert child.process.wait() == 0
    assert len(log_file("static").read_text().splitlines()) == 2


def test_a_process_that_cannot_be_started_again_says_so(folder: Path) -> None:
    gone = ChildProcess("static", "静态文件整理", subprocess.Popen(["true"], start_new_session=True))  # noqa: S607
    gone.process.wait()
    with pytest.raises(Trouble, match="静态文件整理意外停止"):
        gone.revive()


def test_an_adopted_server_is_revived_by_what_it_brings() -> None:
    started: list[bool] = []
    Adopted("postgres", "数据库", lambda: False, lambda: None, lambda: started.append(True)).revive()
    assert started == [True]


def test_what_happened_is_written_down_with_its_time(folder: Path) -> None:
    note("网页服务已重新启动")
    note("数据库已重新启动")
    first, second = log_file("supervisor").read_text().splitlines()
    assert first.endswith("+0800 网页服务已重新启动") or first.split(" ")[1] == "网页服务已重新启动"
    assert second.split(" ")[1] == "数据库已重新启动"
    assert log_file("supervisor").stat().st_mode & 0o777 == 0o600


def test_a_full_disk_does_not_end_the_watch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: str) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reviving, "log_file", full)
    note("网页服务已重新启动")
