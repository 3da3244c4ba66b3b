"""Files: each content once, no path lost, nothing outside its folder."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hall.backup import media
from hall.backup.sealed import Damaged, seal
from hall.backup.vault import Vault
from tests.hall.backup.builders import a_base, flip

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
BASE = a_base("20261122T090000Z", AT)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "one").write_bytes(b"one")
    (folder / "ab" / "again").write_bytes(b"one")
    (folder / "two").write_bytes(b"two" * 1000)
    return folder


def based(vault: Vault, listed: dict[str, str]) -> None:
    folder = vault.place_of(BASE)
    folder.mkdir()
    with (folder / "media.json.sealed").open("wb") as target:
        seal(media.as_stream(listed), target, name=f"base/{BASE.name}/media", keys=vault.keys)


def test_the_same_content_lies_there_once_and_every_path_is_listed(vault: Vault, files: Path) -> None:
    listed = media.collect(vault, files, AT)
    assert set(listed) == {"ab/one", "ab/again", "two"}
    assert len(list(media.blobs(vault))) == 2


def test_nothing_new_writes_nothing(vault: Vault, files: Path) -> None:
    media.collect(vault, files, AT)
    before = {path: path.stat().st_mtime_ns for path in vault.media.rglob("*")}
    media.collect(vault, files, AT)
    assert {path: path.stat().st_mtime_ns for path in vault.media.rglob("*")} == before


def test_a_lost_memory_costs_nothing_but_reading(vault: Vault, files: Path) -> None:
    listed = media.collect(vault, files, AT)
    (vault.media / media.CACHE).write_text("{broken")
    assert media.collect(vault, files, AT) == listed
    assert len(list(media.blobs(vault))) == 2


def test_files_of_the_list_and_those_that_came_later_come_back(vault: Vault, files: Path, tmp_path: Path) -> None:
    based(vault, media.collect(vault, files, AT.replace(hour=8)))
    (files / "later").write_bytes(b"later")
    media.collect(vault, files, AT)
    assert media.lay_out(vault, BASE, tmp_path / "back") == 4
    assert (tmp_path / "back" / "ab" / "one").read_bytes() == b"one"
    assert (tmp_path / "back" / "later").read_bytes() == b"later"


def test_a_file_that_was_deleted_meanwhile_is_still_there_for_the_earlier_moment(
    vault: Vault, files: Path, tmp_path: Path
) -> None:
    based(vault, media.collect(vault, files, AT))
    (files / "two").unlink()
    assert "two" not in media.collect(vault, files, AT)
    media.lay_out(vault, BASE, tmp_path / "back")
    assert (tmp_path / "back" / "two").exists()


@pytest.mark.parametrize("path", ["../outside", "/etc/outside", "ab/../../outside"])
def test_a_list_that_leads_outside_is_refused(vault: Vault, tmp_path: Path, path: str) -> None:
    based(vault, {path: "f" * 64})
    with pytest.raises(Damaged, match="文件名不合规"):
        media.lay_out(vault, BASE, tmp_path / "back")


def test_a_missing_content_is_said_so(vault: Vault, tmp_path: Path) -> None:
    based(vault, {"paper": "f" * 64})
    with pytest.raises(Damaged, match="备份里缺少附件 ffffffffffff"):
        media.lay_out(vault, BASE, tmp_path / "back")


def test_a_content_under_a_wrong_name_is_found(vault: Vault, files: Path) -> None:
    media.collect(vault, files, AT)
    one, two = sorted(media.blobs(vault))
    media.check_blob(vault, one.name)
    two.write_bytes(one.read_bytes())
    with pytest.raises(Damaged):
        media.check_blob(vault, two.name)


def test_a_list_that_was_touched_is_found(vault: Vault, files: Path) -> None:
    media.collect(vault, files, AT)
    (path,) = media.later_lists(vault)
    flip(path, -1)
    with pytest.raises(Damaged):
        media.listed_later(vault)


def test_a_folder_that_is_not_there_yet_has_no_files(vault: Vault, tmp_path: Path) -> None:
    assert media.collect(vault, tmp_path / "none", AT) == {}
