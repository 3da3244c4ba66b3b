"""What the health page says, and what the scheduler starts."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hall.access import health
from hall.access.enums import Role
from hall.backup import actions, epoch, queries, signs, tasks
from hall.backup.enums import RunKind
from hall.backup.models import Epoch, Run
from hall.ledger import kinds
from hall.ledger.models import Event
from hall.local.archiving import write_key
from tests.builders import make_user
from tests.hall.backup.builders import environment

pytestmark = pytest.mark.django_db
KEY = "b1:" + "A" * 43 + "="


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hall with a backup folder."""
    folder = tmp_path / "disk"
    folder.mkdir()
    monkeypatch.setenv("HALL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HALL_BACKUP_DIR", str(folder))
    for name in ("HALL_BACKUP_KEY_FILE", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    write_key(KEY)
    return folder


def ran(kind: RunKind, hours: float, *, succeeded: bool = True, says: str = "完好") -> Run:
    at = timezone.now() - timedelta(hours=hours)
    return Run.objects.create(kind=kind, began_at=at, ended_at=at, succeeded=succeeded, says=says)


def test_without_a_backup_folder_it_warns_for_good_and_nothing_is_vital(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALL_BACKUP_DIR", "off")
    at = timezone.now()
    found = {sign.name: sign for sign in (look(at) for look in signs.ALL)}
    assert "硬盘损坏时全部数据会丢失" in found["备份目录"].says
    assert not found["备份目录"].well
    assert not any(sign.vital and not sign.well for sign in found.values())


def test_a_disk_that_is_not_there_is_an_alarm(disk: Path) -> None:
    disk.rmdir()
    sign = signs.place_sign(timezone.now())
    assert (sign.well, sign.vital) == (False, True)


def test_the_same_disk_as_the_data_is_said_so(disk: Path) -> None:
    assert "同一块盘" in signs.place_sign(timezone.now()).says


def test_another_disk_is_well(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Path("/dev/shm")  # noqa: S108 - a disk of its own on every Linux
    if not other.is_dir() or os.stat(other).st_dev == os.stat(disk).st_dev:
        pytest.skip("no second file system on this machine")
    monkeypatch.setenv("HALL_BACKUP_DIR", str(other))
    assert signs.place_sign(timezone.now()).well


ROWS = [
    (signs.backup_sign, RunKind.BACKUP, 29, True),
    (signs.backup_sign, RunKind.BACKUP, 31, False),
    (signs.check_sign, RunKind.CHECK, 1, True),
    (signs.check_sign, RunKind.CHECK, 31, False),
    (signs.drill_sign, RunKind.DRILL, 8 * 24 - 1, True),
    (signs.drill_sign, RunKind.DRILL, 8 * 24 + 1, False),
]


@pytest.mark.parametrize(("sign", "kind", "hours", "well"), ROWS)
def test_b01_what_is_too_long_ago_is_an_alarm(disk: Path, sign: Any, kind: RunKind, hours: int, well: bool) -> None:
    assert (sign(timezone.now()).well, sign(timezone.now()).vital) == (False, True)  # never
    ran(kind, hours)
    assert sign(timezone.now()).well is well


def test_a_failure_is_an_alarm_whatever_came_before(disk: Path) -> None:
    ran(RunKind.DRILL, 30)
    ran(RunKind.DRILL, 1, succeeded=False, says="备份恢复不出来")
    sign = signs.drill_sign(timezone.now())
    assert not sign.well
    assert "备份恢复不出来" in sign.says


def test_the_page_shows_them(client: Client) -> None:
    client.force_login(make_user(Role.ADMIN))
    page = client.get("/health/").content.decode()
    for name in ("备份目录", "备份检查", "恢复演练", "日志归档", "数据库时间线"):
        assert name in page


def test_every_sign_is_looked_at_once() -> None:
    assert [look for look in health._looks if look in signs.ALL] == list(signs.ALL)


def test_a_database_on_another_line_of_time_is_an_alarm_and_closes_the_gate() -> None:
    actions.begin_epoch(at=timezone.now(), reason="首次备份")
    assert epoch.problem() == ""
    assert signs.epoch_sign(timezone.now()).well
    Epoch.objects.create(system=epoch.here().system, timeline=7, begun_at=timezone.now(), reason="x")
    assert "登记的是 7" in epoch.problem()
    assert not signs.epoch_sign(timezone.now()).well


def test_an_epoch_is_noted_once() -> None:
    first = actions.begin_epoch(at=timezone.now(), reason="首次备份")
    assert actions.begin_epoch(at=timezone.now(), reason="又一次") == first


@pytest.mark.parametrize(
    ("kind", "succeeded", "events"), [(RunKind.CHECK, True, 0), (RunKind.CHECK, False, 1), (RunKind.DRILL, True, 1)]
)
def test_what_was_run_is_an_event_but_for_a_check_that_found_nothing(
    kind: RunKind, succeeded: bool, events: int
) -> None:
    at = timezone.now()
    actions.note(kind=kind, began_at=at, at=at, succeeded=succeeded, says="结果" * 400)
    assert len(Run.objects.get().says) == 500
    found = Event.objects.filter(kind__startswith="backup.")
    assert found.count() == events
    for event in found:
        assert RunKind(kind).label in kinds.describe(event)


def test_the_last_runs_are_told_apart() -> None:
    assert queries.last(RunKind.DRILL) == {"succeeded": None, "tried": None}
    good, bad = ran(RunKind.DRILL, 30), ran(RunKind.DRILL, 1, succeeded=False)
    ran(RunKind.CHECK, 0)
    assert queries.last(RunKind.DRILL) == {"succeeded": good.ended_at, "tried": bad.ended_at}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been started as a process of its own."""
    commands: list[str] = []
    monkeypatch.setattr(tasks.subprocess, "Popen", lambda words, **_: commands.append(" ".join(words[2:])))
    return commands


def test_the_scheduler_starts_the_backup_first_and_the_drill_after_it(disk: Path, started: list[str]) -> None:
    with environment(HALL_BACKUP_DIR=str(disk)):
        assert tasks.look_after() == "backup"
        ran(RunKind.BACKUP, 0)
        assert tasks.look_after() == "restore_drill"
        ran(RunKind.DRILL, 0)
        assert tasks.look_after() == ""
    assert started == ["backup --nightly", "restore_drill"]


def test_without_a_folder_the_scheduler_does_nothing(monkeypatch: pytest.MonkeyPatch, started: list[str]) -> None:
    monkeypatch.setenv("HALL_BACKUP_DIR", "off")
    assert (tasks.look_after(), tasks.collect(), tasks.check()) == ("", 0, 0)
    assert started == []
    assert not Run.objects.exists()


def test_files_are_collected_every_half_minute(disk: Path, settings: Any) -> None:
    folder = disk.parent / "media"
    folder.mkdir()
    (folder / "paper").write_bytes(b"paper")
    settings.MEDIA_ROOT = folder
    assert tasks.collect() == 1
    assert list((disk / "media" / "blobs").glob("*/*"))


def test_a_disk_that_is_gone_does_not_stop_the_scheduler(disk: Path) -> None:
    disk.rmdir()
    assert (tasks.collect(), tasks.check()) == (0, 1)


def test_whether_another_server_was_restored_is_no_alarm_and_not_claimed(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/hall")
    sign = signs.drill_sign(timezone.now())
    assert (sign.well, sign.vital) == (False, False)
    assert "由它的管理员演练" in sign.says
