"""Where backups go, and what PostgreSQL is told about it."""

import os
import shlex
from pathlib import Path

import pytest

from hall.backup import keys
from hall.local import archiving
from hall.local.archiving import (
    archive_command,
    archive_settings,
    backup_dir,
    hand_in_branches,
    hand_over,
    key_file,
    make_key,
    restore_command,
    write_key,
)
from hall.local.attach import needs_database
from hall.local.servants import find_servant
from hall.local.trouble import Trouble


@pytest.fixture
def disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = folder.with_name(f"{folder.name}-disk")
    made.mkdir(mode=0o755)
    monkeypatch.delenv("HALL_BACKUP_KEY_FILE", raising=False)
    monkeypatch.setenv("HALL_BACKUP_DIR", str(made))
    return made


def test_without_a_folder_nothing_is_archived_and_no_key_is_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HALL_BACKUP_DIR", raising=False)
    assert archive_settings(find_servant()) == {}
    assert not key_file().exists()


def test_with_one_the_log_leaves_the_machine_every_minute(disk: Path) -> None:
    settings = archive_settings(find_servant())
    assert settings["archive_mode"] == "on"
    assert settings["archive_timeout"] == "60"
    assert (disk / "wal").is_dir()
    assert key_file().stat().st_mode & 0o777 == 0o400
    assert len(keys.read(key_file()).held) == 1


def test_b06_a_key_typed_in_and_a_disk_brought_along_are_within_reach_of_the_servers_user(disk: Path) -> None:
    """Who restores as root types the key as root; the server that asks for the log runs as somebody else."""
    write_key("b1:" + "A" * 43 + "=")
    (disk / "wal").mkdir(mode=0o700)
    (disk / "wal" / "000000010000000000000001").touch(mode=0o600)
    servant = find_servant()
    hand_over(servant, disk)
    for path in (key_file(), disk / "wal", disk / "wal" / "000000010000000000000001"):
        assert path.stat().st_uid == servant.owner


def test_b06_a_branch_that_began_unarchived_is_handed_in_once_archiving_is_on(disk: Path) -> None:
    status = disk / "pg_wal" / "archive_status"
    status.mkdir(parents=True)
    for name in ("00000002.history", "00000003.history", "000000030000000000000004"):
        (disk / "pg_wal" / name).touch()
    (status / "00000002.history.done").touch()
    servant = find_servant()
    for _ in range(2):
        hand_in_branches(servant, disk / "pg_wal")
    assert sorted(path.name for path in status.iterdir()) == ["00000002.history.done", "00000003.history.ready"]
    assert (status / "00000003.history.ready").stat().st_uid == servant.owner


def test_the_key_stays_the_same(disk: Path) -> None:
    archive_settings(find_servant())
    before = key_file().read_text()
    archive_settings(find_servant())
    assert key_file().read_text() == before


def test_a_command_started_without_the_setting_does_not_leave_a_hole(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive_settings(find_servant())
    monkeypatch.delenv("HALL_BACKUP_DIR")
    assert backup_dir() == disk
    assert archive_settings(find_servant())["archive_mode"] == "on"


def test_off_means_off_from_then_on(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive_settings(find_servant())
    monkeypatch.setenv("HALL_BACKUP_DIR", archiving.OFF)
    assert archive_settings(find_servant()) == {}
    monkeypatch.delenv("HALL_BACKUP_DIR")
    assert backup_dir() is None


def test_a_disk_that_is_not_there_does_not_keep_the_hall_from_opening(disk: Path) -> None:
    disk.rmdir()
    assert archive_settings(find_servant())["archive_mode"] == "on"
    assert not disk.exists()  # the folder of an unmounted disk would be on the system's own


def test_b05_no_fresh_key_is_made_beside_backups_that_need_another(disk: Path) -> None:
    (disk / "base" / "20261122T100000Z").mkdir(parents=True)
    with pytest.raises(Trouble, match="backup_key --enter"):
        make_key(disk)
    assert not key_file().exists()


def test_a_percent_sign_and_a_space_in_a_path_reach_the_command_as_they_are() -> None:
    command = archive_command(Path("/mnt/back up/100%"), Path("/keys/it's"))
    told = command.replace("%p", "pg_wal/1").replace("%f", "1").replace("%%", "%")
    words = shlex.split(told)
    assert words[words.index("--to") + 1] == "/mnt/back up/100%"
    assert words[words.index("--key") + 1] == "/keys/it's"
    assert words[-2:] == ["pg_wal/1", "1"]


def test_the_way_back_asks_for_the_name_first() -> None:
    words = shlex.split(restore_command(Path("/wal"), Path("/key"), Path("/old")))
    assert words[-2:] == ["%f", "%p"]
    assert words[words.index("--also") + 1] == "/old"


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        ("restore --at 2026-11-22", False),
        ("restore --settle", True),
        ("backup_key", False),
        ("backup", True),
        ("restore_drill", True),
    ],
)
def test_which_commands_need_the_database(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: str, needed: bool
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert needs_database(["manage.py", *words.split()]) is needed


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands its programs over")
def test_who_runs_the_server_can_reach_the_python_that_archives(disk: Path) -> None:
    servant = find_servant()
    out_of_reach = [path for path in archiving.archiver_needs() if servant_closed(path)]
    assert servant.prefix or not out_of_reach


def servant_closed(path: Path) -> bool:
    return any(not parent.stat().st_mode & 0o001 for parent in path.resolve().parents)
