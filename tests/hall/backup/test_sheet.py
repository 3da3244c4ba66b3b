"""The sheet with the keys: printed, typed in again, checked (B05)."""

import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from hall.backup import keys, sheet
from hall.backup.keys import KeyProblem
from hall.local.archiving import key_file, write_key
from hall.local.secrets import local_secrets

BACKUP = "b1:" + "A" * 43 + "="
HELD = {"HALL_BACKUP_KEY": BACKUP, "HALL_FIELD_KEYS": "k1:" + "B" * 43 + "=", "HALL_INDEX_KEY": "C" * 43 + "="}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HALL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("HALL_BACKUP_KEY_FILE", raising=False)
    return tmp_path / "data"


def lines_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("HALL_")]


def test_what_is_printed_can_be_typed_in_again() -> None:
    assert sheet.read(lines_of(sheet.text(HELD, day="2026-11-22"))) == HELD


def test_it_says_what_each_key_is_for_and_how_to_check_it() -> None:
    text = sheet.text(HELD, day="2026-11-22")
    for name, value in HELD.items():
        assert sheet.MEANING[name] in text
        assert keys.fingerprint(value) in text


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["HALL_FIELD_KEYS=k1:x"],
        ["HALL_BACKUP_KEY="],
        ["HALL_BACKUP_KEY=b1:short"],
        [f"HALL_BACKUP_KEY={BACKUP}", "SECRET=x"],
    ],
)
def test_what_was_typed_wrong_is_refused(lines: list[str]) -> None:
    with pytest.raises(KeyProblem):
        sheet.read(lines)


def test_b05_the_command_prints_what_a_clean_machine_needs(folder: Path) -> None:
    write_key(BACKUP)
    out = io.StringIO()
    call_command("backup_key", stdout=out)
    assert sheet.read(lines_of(out.getvalue())) == {
        "HALL_BACKUP_KEY": BACKUP, "HALL_FIELD_KEYS": settings.FIELD_KEYS, "HALL_INDEX_KEY": settings.INDEX_KEY,
    }  # fmt: skip


def test_b05_typed_in_on_a_clean_machine_the_keys_are_in_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = local_secrets()
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(f"{name}={value}" for name, value in HELD.items())))
    out = io.StringIO()
    call_command("backup_key", "--enter", stdout=out)
    assert key_file().read_text() == BACKUP + "\n"
    assert key_file().stat().st_mode & 0o777 == 0o400
    now = local_secrets()
    assert (now["field_keys"], now["index_key"]) == (HELD["HALL_FIELD_KEYS"], HELD["HALL_INDEX_KEY"])
    (kept,) = folder.glob("secrets.before-*.json")
    assert json.loads(kept.read_text())["field_keys"] == fresh["field_keys"]
    assert keys.fingerprint(BACKUP) in out.getvalue()


def test_the_keys_of_a_working_hall_are_not_overwritten(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_key(BACKUP)
    (folder / "postgres").mkdir()
    (folder / "postgres" / "PG_VERSION").write_text("18")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"HALL_BACKUP_KEY=b2{BACKUP[2:]}"))
    with pytest.raises(CommandError, match="不能覆盖"):
        call_command("backup_key", "--enter")
    assert key_file().read_text() == BACKUP + "\n"


def test_without_a_key_there_is_nothing_to_print(folder: Path) -> None:
    with pytest.raises(CommandError, match="读不到备份密钥"):
        call_command("backup_key")
