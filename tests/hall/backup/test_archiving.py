"""The archive command and its counterpart, as PostgreSQL calls them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hall.backup import archive, fetch
from hall.backup.archive import Refused, keep
from hall.backup.fetch import bring
from hall.backup.keys import KeyProblem, Keys
from hall.backup.sealed import Damaged
from tests.hall.backup.builders import ONE_KEY, flip
from tests.hall.local.running import PROJECT

NAME = "00000001000000000000000A"
KEY_LINE = "b1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"


@pytest.fixture
def segment(tmp_path: Path) -> Path:
    path = tmp_path / "segment"
    path.write_bytes(os.urandom(3000) + b"\0" * 1000)
    return path


@pytest.fixture
def wal(tmp_path: Path) -> Path:
    path = tmp_path / "wal"
    path.mkdir()
    return path


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(KEY_LINE)
    return path


def test_what_was_archived_comes_back_the_same(segment: Path, wal: Path, tmp_path: Path) -> None:
    keep(segment, NAME, wal, ONE_KEY)
    assert bring(NAME, tmp_path / "back", wal, ONE_KEY)
    assert (tmp_path / "back").read_bytes() == segment.read_bytes()


def test_archiving_the_same_again_is_fine_and_changes_nothing(segment: Path, wal: Path) -> None:
    keep(segment, NAME, wal, ONE_KEY)
    before = (wal / NAME).read_bytes()
    keep(segment, NAME, wal, ONE_KEY)
    assert (wal / NAME).read_bytes() == before


def test_another_content_under_the_same_name_is_refused(segment: Path, wal: Path) -> None:
    keep(segment, NAME, wal, ONE_KEY)
    segment.write_bytes(b"of another server")
    with pytest.raises(Refused, match="两个数据库在往同一个备份目录写"):
        keep(segment, NAME, wal, ONE_KEY)


@pytest.mark.parametrize("name", [NAME, f"{NAME}.partial", f"{NAME}.00000028.backup", "00000002.history"])
def test_every_kind_of_file_of_the_log_is_taken(segment: Path, wal: Path, name: str) -> None:
    keep(segment, name, wal, ONE_KEY)
    assert [path.name for path in wal.iterdir()] == [name]


@pytest.mark.parametrize(
    "name", ["", "../x", "postgresql.conf", NAME.lower(), NAME + "0", "00000002.history.x", f"x{NAME}"]
)
def test_nothing_else_is(segment: Path, wal: Path, name: str) -> None:
    with pytest.raises(Refused):
        keep(segment, name, wal, ONE_KEY)
    assert not list(wal.iterdir())


def test_a_file_in_the_archive_that_is_damaged_is_not_taken_for_the_same(segment: Path, wal: Path) -> None:
    keep(segment, NAME, wal, ONE_KEY)
    flip(wal / NAME, 200)
    with pytest.raises(Damaged):
        keep(segment, NAME, wal, ONE_KEY)


def test_the_command_says_0_only_when_it_is_there(segment: Path, wal: Path, key: Path) -> None:
    assert archive.main(["--to", str(wal), "--key", str(key), str(segment), NAME]) == 0
    assert (wal / NAME).exists()


@pytest.mark.parametrize("broken", ["key", "wal", "segment"])
def test_the_command_fails_in_a_sentence(
    segment: Path, wal: Path, key: Path, broken: str, capsys: pytest.CaptureFixture[str]
) -> None:
    {"key": key.unlink, "wal": wal.rmdir, "segment": segment.unlink}[broken]()
    assert archive.main(["--to", str(wal), "--key", str(key), str(segment), NAME]) == 1
    assert capsys.readouterr().err


def test_a_segment_that_is_not_there_is_the_end_of_the_log(wal: Path, key: Path, tmp_path: Path) -> None:
    assert fetch.main(["--from", str(wal), "--key", str(key), NAME, str(tmp_path / "back")]) == fetch.ABSENT


def test_a_damaged_segment_is_never_the_end_of_the_log(segment: Path, wal: Path, key: Path, tmp_path: Path) -> None:
    keep(segment, NAME, wal, ONE_KEY)
    flip(wal / NAME, 200)
    assert fetch.main(["--from", str(wal), "--key", str(key), NAME, str(tmp_path / "back")]) == fetch.GIVE_UP
    assert not (tmp_path / "back").exists()


def test_without_its_key_neither(segment: Path, wal: Path, tmp_path: Path) -> None:
    keep(segment, NAME, wal, ONE_KEY)
    with pytest.raises(KeyProblem):
        bring(NAME, tmp_path / "back", wal, Keys("b2", {"b2": b"2" * 32}))


def test_what_was_not_archived_yet_comes_from_the_old_server(
    segment: Path, wal: Path, key: Path, tmp_path: Path
) -> None:
    old = tmp_path / "pg_wal"
    old.mkdir()
    (old / NAME).write_bytes(b"not archived yet")
    words = ["--from", str(wal), "--key", str(key), "--also", str(old), NAME, str(tmp_path / "back")]
    assert fetch.main(words) == 0
    assert (tmp_path / "back").read_bytes() == b"not archived yet"
    keep(segment, NAME, wal, ONE_KEY)
    assert fetch.main(words) == 0
    assert (tmp_path / "back").read_bytes() == segment.read_bytes()


@pytest.mark.parametrize("module", ["hall.backup.archive", "hall.backup.fetch"])
def test_they_start_without_django(module: str) -> None:
    asked = f"import sys, {module}; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], cwd=PROJECT, check=False).returncode == 0
