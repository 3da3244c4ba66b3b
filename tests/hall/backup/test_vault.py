"""The backup folder: a backup counts once its manifest lies there, and nobody edits one unnoticed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hall.backup import restoring
from hall.backup.keys import KeyProblem
from hall.backup.restoring import CannotRestore
from hall.backup.sealed import Damaged, seal
from hall.backup.vault import MANIFEST, Base, Part, Vault, open_vault
from tests.hall.backup.builders import ONE_KEY, a_base

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def stored(vault: Vault, base: Base) -> Base:
    vault.place_of(base).mkdir()
    vault.write_manifest(base, vault.place_of(base))
    return base


def with_history(vault: Vault, timeline: int, text: str) -> None:
    plain = vault.folder / "history"
    plain.write_text(text)
    name = f"{timeline:08X}.history"
    with plain.open("rb") as source, (vault.wal / name).open("wb") as target:
        seal(source, target, name=f"wal/{name}", keys=vault.keys)


def test_a_manifest_comes_back_as_it_was_written(vault: Vault) -> None:
    base = stored(vault, a_base("20261122T100000Z", AT, parts={"base.tar.sealed": Part(5, "f" * 64)}))
    assert vault.bases() == [base]


def test_without_its_manifest_a_backup_does_not_count(vault: Vault) -> None:
    (vault.base / "20261122T100000Z").mkdir()
    (vault.base / ".20261122T110000Z.part").mkdir()
    assert vault.bases() == []


@pytest.mark.parametrize(
    ("key", "value"), [("ended_at", "2027-01-01T00:00:00+00:00"), ("stop_lsn", "0/9"), ("parts", {}), ("name", "x")]
)
def test_an_edited_manifest_is_found(vault: Vault, key: str, value: object) -> None:
    base = stored(vault, a_base("20261122T100000Z", AT, parts={"x": Part(1, "f")}))
    path = vault.place_of(base) / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))
    with pytest.raises(Damaged, match="清单被改动过"):
        vault.bases()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"seal": "x"}', '{"seal": "x", "began_at": 5}'])
def test_what_is_no_manifest_is_said_so(vault: Vault, text: str) -> None:
    base = stored(vault, a_base("20261122T100000Z", AT))
    (vault.place_of(base) / MANIFEST).write_text(text)
    with pytest.raises(Damaged, match="清单读不出来"):
        vault.bases()


def test_a_removed_backup_is_gone_whole(vault: Vault) -> None:
    base = stored(vault, a_base("20261122T100000Z", AT))
    vault.remove(base)
    assert list(vault.base.iterdir()) == []


def test_half_written_files_of_the_log_are_not_seen(vault: Vault) -> None:
    (vault.wal / ".000000010000000000000001.77").touch()
    (vault.wal / "000000010000000000000002").touch()
    assert [str(segment) for segment in vault.segments()] == ["000000010000000000000002"]


def test_no_folder_and_a_missing_disk_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match="HALL_BACKUP_DIR"):
        open_vault(None, ONE_KEY)
    with pytest.raises(KeyProblem, match="第二块硬盘没有接上"):
        open_vault(tmp_path / "none", ONE_KEY)


def test_the_newest_backup_before_the_moment_leads_to_it(vault: Vault) -> None:
    first, second = (stored(vault, a_base(f"2026112{n}T100000Z", AT + timedelta(days=n))) for n in (0, 1))
    assert restoring.choose(vault, second.ended_at) == second
    assert restoring.choose(vault, second.ended_at - timedelta(seconds=1)) == first
    assert restoring.choose(vault, None) == second
    assert restoring.choose(vault, None, first.name) == first


def test_an_empty_folder_and_an_unknown_name_are_refused(vault: Vault) -> None:
    with pytest.raises(CannotRestore, match="没有备份"):
        restoring.choose(vault, None)
    stored(vault, a_base("20261122T100000Z", AT))
    with pytest.raises(CannotRestore, match="没有叫 x 的备份"):
        restoring.choose(vault, None, "x")


def test_a_backup_of_a_branch_that_was_left_does_not_lead_on(vault: Vault) -> None:
    """Restored to 10:30 after a backup at 11:00: the one of 11:00 belongs to the history that was given up."""
    good = stored(vault, a_base("20261122T100000Z", AT, stop_lsn="0/2000100"))
    stored(vault, a_base("20261122T110000Z", AT + timedelta(hours=1), start_lsn="0/6000028", stop_lsn="0/6000100"))
    with_history(vault, 2, "1\t0/4000000\tbefore 10:30\n")
    assert vault.newest_timeline() == 2
    assert restoring.choose(vault, None) == good


def test_a_hole_is_refused_before_anything_is_moved(vault: Vault) -> None:
    base = stored(vault, a_base("20261122T100000Z", AT))
    for number in (3, 5):
        (vault.wal / f"00000001000000000000000{number}").touch()
    with pytest.raises(CannotRestore, match="归档缺少日志 000000010000000000000004"):
        restoring.refuse_hole(vault, base)
    (vault.wal / "000000010000000000000004").touch()
    restoring.refuse_hole(vault, base)


def test_settings_of_a_recovery_for_a_server_somebody_else_starts(vault: Vault, tmp_path: Path) -> None:
    settings = restoring.recovery_settings(vault, tmp_path / "o'key", until=AT)
    (tmp_path / "postgresql.auto.conf").write_text("")
    (tmp_path / "postmaster.pid").touch()
    restoring.mark_for_recovery(tmp_path)
    restoring.write_settings(tmp_path, settings)
    written = (tmp_path / "postgresql.auto.conf").read_text()
    assert "recovery_target_time = '2026-11-22T10:00:00+00:00'" in written
    assert "recovery_target_action = 'promote'" in written
    assert (tmp_path / "recovery.signal").exists()
    assert not (tmp_path / "postmaster.pid").exists()
