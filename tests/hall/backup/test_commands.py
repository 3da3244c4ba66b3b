"""The commands at the keyboard: what they refuse, and in which words."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from hall.backup import elsewhere
from hall.backup.recovery import Wish, _Asides, _explained
from hall.local.archiving import write_key

KEY = "b1:" + "A" * 43 + "="


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "disk"
    folder.mkdir()
    monkeypatch.setenv("HALL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HALL_BACKUP_DIR", str(folder))
    monkeypatch.delenv("HALL_BACKUP_KEY_FILE", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    write_key(KEY)
    return folder


def refused(*words: str) -> str:
    with pytest.raises(CommandError) as error:
        call_command(*words, stdout=io.StringIO(), stderr=io.StringIO())
    return str(error.value)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "请说明恢复到何时"),
        (("--at", "昨天"), "看不懂时刻“昨天”"),
        (("--at", "2026-13-45 99:99"), "看不懂时刻"),
        (("--at", "2026-02-30 10:00"), "看不懂时刻"),
        (("--at", "\x00"), "看不懂时刻"),
        (("--latest",), "没有备份"),
        (("--at", "2026-11-20 09:59"), "没有备份"),
        (("--backup", "20261122T100000Z"), "没有备份"),
    ],
)
def test_a_restore_that_cannot_be_understood_or_done_is_refused(disk: Path, words: tuple[str, ...], said: str) -> None:
    assert said in refused("restore", *words)


def test_a_moment_to_come_is_refused(disk: Path) -> None:
    tomorrow = timezone.localtime(timezone.now() + timedelta(days=1))
    assert "还没有到" in refused("restore", "--at", f"{tomorrow:%Y-%m-%d %H:%M}")


def test_without_a_folder_the_commands_say_what_to_set(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALL_BACKUP_DIR", "off")
    for words in (("backup",), ("backup", "--check"), ("restore", "--latest"), ("restore_drill",)):
        assert "HALL_BACKUP_DIR" in refused(*words)


def test_a_disk_that_is_not_there_is_said_so(disk: Path) -> None:
    disk.rmdir()
    for words in (("backup",), ("backup", "--list"), ("restore", "--latest"), ("restore_drill",)):
        assert "第二块硬盘没有接上" in refused(*words)


def test_an_empty_folder_has_an_empty_list(disk: Path) -> None:
    out = io.StringIO()
    call_command("backup", "--list", stdout=out)
    assert out.getvalue() == ""


def test_another_server_is_restored_by_its_operator(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/hall")
    assert refused("restore", "--latest") == elsewhere.STEPS
    assert "由它的管理员演练" in refused("restore_drill")


def test_a_folder_that_is_not_empty_is_not_unpacked_into(disk: Path, tmp_path: Path) -> None:
    assert "目录不是空的" in refused("restore", "--latest", "--into", str(disk.parent))


@pytest.mark.django_db
def test_settling_where_nothing_went_back_is_refused(disk: Path) -> None:
    assert "不需要这一步" in refused("restore", "--settle")


def test_a_moment_is_told_as_people_write_it() -> None:
    at = timezone.make_aware(timezone.datetime(2026, 11, 22, 9, 59, 59))
    assert Wish(until=at).target == f"{at.astimezone():%Y-%m-%d %H:%M:%S}"
    assert Wish(backup="x").target == "备份 x 完成的时候"
    assert Wish().target == "归档日志的末尾"


def test_what_postgresql_says_of_an_end_too_early_becomes_advice() -> None:
    words = "FATAL:  recovery ended before configured recovery target was reached"
    assert "请用更早的 --at" in _explained(words)
    assert "别的事" in _explained("别的事")


def test_b07_folders_set_aside_come_back_in_their_places(tmp_path: Path) -> None:
    for name in ("one", "one.draft", "two.draft"):
        (tmp_path / name).mkdir()
    asides = _Asides(timezone.now())
    kept = asides.put(tmp_path / "one.draft", tmp_path / "one")
    assert asides.put(tmp_path / "two.draft", tmp_path / "two") is None
    assert kept is not None
    assert kept.exists()
    (kept / "mark").touch()
    asides.undo()
    assert (tmp_path / "one" / "mark").exists()
    assert not (tmp_path / "two").exists()
    assert len(list(tmp_path.glob("*.failed-*"))) == 2
