"""Real loss, real return: a bad DELETE, a flipped byte, a lost segment, a full disk, a lost key (B02–B05, D08, D13)."""

import os
import resource
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2
import pytest

from hall.backup import checking, keys, media, restoring
from hall.backup.base import BackupFailed, take
from hall.backup.keys import KeyProblem
from hall.backup.restoring import CannotRestore
from hall.backup.vault import Vault
from hall.local.archiving import archive_command
from hall.local.processes import is_alive, wait_until
from hall.local.trouble import Trouble
from tests.hall.backup.builders import ONE_KEY, Place, Restored, a_base, flip

pytestmark = pytest.mark.slow


def _archive_with(place: Place, command: str) -> None:
    """As an operator would break it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hall.local.archiving.archive_command", lambda *_: command)
        _start_anew(place)


def _start_anew(place: Place) -> None:
    with place.entered():
        place.postgres.stop()
        place.postgres._child = None
        place.postgres.ensure(tied=True)


@pytest.fixture(scope="module")
def undone(backed_up: Place) -> Iterator[Restored]:
    """Rows and a file that came after the backup; a bad DELETE; back to the moment before it."""
    (backed_up.files / "later").write_bytes(b"later")
    backed_up.sql(
        "INSERT INTO kept SELECT n, 'after the backup' FROM generate_series(501, 600) n",
        "CREATE TABLE named (path text)",
        "INSERT INTO named VALUES ('paper'), ('later')",
    )
    before = backed_up.now()
    backed_up.sql("DELETE FROM kept WHERE id > 10", "DELETE FROM named")
    assert backed_up.sql("SELECT count(*) FROM kept") == (10,)
    backed_up.archived()
    (backed_up.files / "too-many").write_bytes(b"written after the moment")
    media.collect(backed_up.vault, backed_up.files, datetime.now(UTC))
    with Restored(backed_up.vault, backed_up.key, before) as again:
        yield again


def test_b02_a_bad_delete_is_undone_to_the_second_before(undone: Restored) -> None:
    assert undone.count("kept") == 600
    assert undone.count("kept WHERE word = 'after the backup'") == 100


def test_b04_files_that_came_after_the_database_was_copied_are_there_and_none_is_missing(
    backed_up: Place, undone: Restored, tmp_path: Path
) -> None:
    media.lay_out(backed_up.vault, restoring.choose(backed_up.vault, undone.until), tmp_path)
    assert undone.count("named WHERE path IN ('paper', 'later')") == 2
    assert (tmp_path / "paper").read_bytes() == b"paper" * 100
    assert (tmp_path / "later").read_bytes() == b"later"
    assert (tmp_path / "too-many").exists()


def test_a_moment_the_log_does_not_reach_is_refused_and_not_guessed(backed_up: Place) -> None:
    backed_up.archived()
    with (
        pytest.raises(Trouble, match="recovery target was reached"),
        Restored(backed_up.vault, backed_up.key, backed_up.now()),
    ):
        pass


def test_a_moment_before_the_first_backup_is_refused_with_the_earliest_one(backed_up: Place) -> None:
    first = backed_up.vault.bases()[0]
    with pytest.raises(CannotRestore, match="最早只能恢复到"):
        restoring.choose(backed_up.vault, first.ended_at - timedelta(seconds=1))


def test_b03_a_whole_backup_passes_the_check(backed_up: Place) -> None:
    assert checking.check(backed_up.vault, backed_up.server, full=True) == []


@pytest.mark.parametrize("where", [0, 100, -1])
def test_b03_one_byte_flipped_in_the_base_backup_is_found(copied: Vault, where: int) -> None:
    base = copied.bases()[-1]
    path = copied.place_of(base) / "base.tar.sealed"
    flip(path, where if where >= 0 else path.stat().st_size - 1)
    assert checking.check(copied, None, full=True) == [f"备份 {base.name} 的 base.tar.sealed 已损坏：与清单不符。"]


def test_b03_one_byte_flipped_in_the_log_is_found(copied: Vault) -> None:
    path = sorted(copied.wal.glob("0" * 7 + "1*"))[-1]
    flip(path, path.stat().st_size // 2)
    assert checking.check(copied, None, full=True) == [f"wal/{path.name} 已损坏：内容与写入时不一致。"]


def test_b03_one_byte_flipped_in_a_file_is_found(copied: Vault) -> None:
    path = next((copied.media / "blobs").glob("*/*"))
    flip(path, 60)
    assert checking.check(copied, None, full=True) == [f"media/{path.name} 已损坏：内容与写入时不一致。"]


def test_b03_a_missing_segment_of_the_log_is_found_and_a_restore_over_it_refused(
    backed_up: Place, copied: Vault
) -> None:
    for _ in range(3):
        backed_up.sql("INSERT INTO kept VALUES (9100, 'x')", "DELETE FROM kept WHERE id = 9100")
        (copied.wal / (name := backed_up.archived())).write_bytes((backed_up.disk / "wal" / name).read_bytes())
    gone = copied.segments()[-2]
    (copied.wal / str(gone)).unlink()
    (found,) = checking.check(copied, None)
    assert found.startswith(f"归档缺少日志 {gone}：恢复到不了它之后。")
    with pytest.raises(CannotRestore, match=f"归档缺少日志 {gone}"):
        restoring.refuse_hole(copied, copied.bases()[-1])


def test_b03_an_archive_command_that_copies_nothing_is_found(backed_up: Place) -> None:
    try:
        _archive_with(backed_up, "/bin/true")
        found = checking.check(backed_up.vault, backed_up.server)
        assert any("归档命令没有真正复制" in sentence for sentence in found), found
    finally:
        _start_anew(backed_up)
    backed_up.back_up()  # as the sentence says: from here on the log is whole
    assert [s for s in checking.check(backed_up.vault, backed_up.server) if "缺少" not in s] == []


def test_b03_a_full_archive_is_found_and_goes_on_by_itself_when_there_is_room(backed_up: Place) -> None:
    """The shell's limit on the length of files stands for the full disk: writing fails half-way, as it would there."""
    command = archive_command(backed_up.vault.wal, backed_up.key)
    try:
        _archive_with(backed_up, f"ulimit -f 1; {command}")
        backed_up.sql("INSERT INTO kept SELECT n, md5(n::text) FROM generate_series(20000, 24000) n")
        (found, *_) = checking.check(backed_up.vault, backed_up.server)
        assert "归档命令失败，备份盘可能已满或没有接上" in found
        assert not list(backed_up.vault.wal.glob(".*"))  # nothing half written stays
        assert backed_up.sql("SELECT count(*) FROM kept WHERE id >= 20000") == (4001,)  # filing goes on meanwhile
    finally:
        _start_anew(backed_up)
    backed_up.archived()
    assert not [s for s in checking.check(backed_up.vault, backed_up.server) if "归档命令" in s]


def test_d08_the_archive_disk_full_leaves_no_half_segment_under_its_name(backed_up: Place, tmp_path: Path) -> None:
    segment = tmp_path / "00000001000000000000000A"
    segment.write_bytes(os.urandom(200_000))

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    command = (
        archive_command(tmp_path, backed_up.key).replace("%p", str(segment)).replace("%f", "00000001000000000000000B")
    )
    done = subprocess.run(["sh", "-c", command], preexec_fn=small, capture_output=True, text=True, check=False)  # noqa: S607
    assert done.returncode != 0
    assert [path.name for path in tmp_path.iterdir()] == [segment.name]


def test_b05_without_its_key_a_backup_opens_nowhere_and_tells_nothing(backed_up: Place) -> None:
    thief = Vault(backed_up.disk, ONE_KEY)
    with pytest.raises(KeyProblem, match="手头没有这把密钥"):
        thief.bases()
    sealed = [path for path in backed_up.disk.rglob("*") if path.is_file() and path.suffix != ".json"]
    assert sealed
    for path in sealed:
        content = path.read_bytes()
        assert b"paper" not in content
        assert b"after the backup" not in content


def test_b05_with_the_key_typed_from_paper_a_clean_machine_has_everything_back(
    backed_up: Place, tmp_path: Path
) -> None:
    backed_up.sql("INSERT INTO kept VALUES (9001, 'last')")
    backed_up.archived()
    typed = backed_up.disk.with_name("typed")
    typed.write_text(f"  {backed_up.key.read_text().strip()}  ")
    with Restored(Vault(backed_up.disk, keys.read(typed)), typed, None) as again:
        assert again.count("kept WHERE id = 9001") == 1


def test_b05_a_wrong_key_stops_the_replay_instead_of_looking_like_the_end_of_the_log(backed_up: Place) -> None:
    wrong = backed_up.disk / "wrong-key"
    wrong.write_text("bx:" + "A" * 43 + "=\n")
    wrong.chmod(0o644)
    with pytest.raises(Trouble, match="手头没有这把密钥"), Restored(backed_up.vault, wrong, None):
        pass


def test_d13_a_killed_server_starts_again_over_its_stale_lock_and_goes_on_archiving(backed_up: Place) -> None:
    with backed_up.entered():
        killed = backed_up.postgres.pid
        assert killed is not None
        os.kill(killed, 9)
        assert wait_until(lambda: not is_alive(killed) or not backed_up.postgres.is_running(), 10)
        backed_up.postgres.ensure(tied=True)
    backed_up.sql("INSERT INTO kept VALUES (9200, 'x')", "DELETE FROM kept WHERE id = 9200")
    assert backed_up.archived()


def test_a_server_that_is_gone_is_said_so(backed_up: Place) -> None:
    nowhere = type(backed_up.server)("/nonexistent", "hall", "hall")
    assert any("数据库没有答应，归档没有查" in said for said in checking.check(backed_up.vault, nowhere))
    with pytest.raises(psycopg2.OperationalError):
        nowhere.connect()


def test_b06_backups_of_two_databases_do_not_mix(backed_up: Place, vault: Vault) -> None:
    """Who starts the hall on a new machine before restoring gets an empty one: it must not become the newest backup."""
    base = a_base("20261120T100000Z", datetime.now(UTC), system="7")
    (vault.base / base.name).mkdir()
    vault.write_manifest(base, vault.base / base.name)
    with pytest.raises(BackupFailed, match="另一个数据库的备份"):
        take(vault, backed_up.server, backed_up.programs, backed_up.files, datetime.now(UTC))
    assert [path.name for path in vault.base.iterdir()] == [base.name]  # nothing half made stays
