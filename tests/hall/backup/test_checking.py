"""What a check says of a vault, part by part, without a server."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hall.backup import checking, media
from hall.backup.checking import check
from hall.backup.keys import Keys
from hall.backup.sealed import seal
from hall.backup.segments import Segment
from hall.backup.vault import MANIFEST, Base, Part, Vault
from tests.hall.backup.builders import a_base, flip

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
NONE_YET = "还没有任何备份。请运行 manage.py backup。"


def stored(vault: Vault, name: str = "20261122T100000Z", listed: dict[str, str] | None = None, **more: Any) -> Base:
    """A base backup whose tar nobody opens here."""
    folder = vault.base / name
    folder.mkdir()
    (folder / "base.tar.sealed").write_bytes(b"sealed")
    with (folder / "media.json.sealed").open("wb") as target:
        written = seal(media.as_stream(listed or {}), target, name=f"base/{name}/media", keys=vault.keys)
    digest = "6e1b1e1d8d7d2f8b"  # checked below by the length only, unless the check is a full one
    parts = {"base.tar.sealed": Part(6, digest), "media.json.sealed": Part(written.size, written.sha256)}
    made = a_base(name, AT, parts=parts, **more)
    vault.write_manifest(made, folder)
    return made


def log(vault: Vault, *numbers: int, timeline: int = 1) -> None:
    """Segments that can be opened."""
    for number in numbers:
        name = str(Segment(timeline, number))
        with (vault.folder / "plain").open("wb+") as plain, (vault.wal / name).open("wb") as target:
            plain.write(name.encode())
            plain.seek(0)
            seal(plain, target, name=f"wal/{name}", keys=vault.keys)


def test_an_empty_folder_is_a_finding(vault: Vault) -> None:
    assert check(vault, None) == [NONE_YET]


def test_one_with_all_its_parts_is_none(vault: Vault) -> None:
    stored(vault)
    log(vault, 2, 3, 4)
    assert check(vault, None) == []


@pytest.mark.parametrize("part", ["base.tar.sealed", "media.json.sealed"])
def test_a_part_that_is_gone_is_named(vault: Vault, part: str) -> None:
    base = stored(vault)
    (vault.place_of(base) / part).unlink()
    assert f"备份 {base.name} 的 {part} 不见了，或读不出来。" in check(vault, None)


def test_a_part_of_another_length_is_found_without_reading_it(vault: Vault) -> None:
    base = stored(vault)
    (vault.place_of(base) / "base.tar.sealed").write_bytes(b"shorter"[:3])
    assert check(vault, None) == [f"备份 {base.name} 的 base.tar.sealed 已损坏：与清单不符。"]


def test_one_of_the_same_length_is_found_by_reading_it(vault: Vault) -> None:
    base = stored(vault)
    assert check(vault, None) == []
    assert check(vault, None, full=True) == [f"备份 {base.name} 的 base.tar.sealed 已损坏：与清单不符。"]


def test_a_manifest_that_was_edited_stops_everything_else(vault: Vault) -> None:
    base = stored(vault)
    path = vault.place_of(base) / MANIFEST
    path.write_text(path.read_text().replace("0/2000100", "0/9000100"))
    assert check(vault, None) == [f"备份 {base.name} 的清单被改动过。"]


def test_without_the_key_it_says_which_one(vault: Vault) -> None:
    stored(vault)
    (said,) = check(Vault(vault.folder, Keys("b9", {"b9": b"9" * 32})), None)
    assert "用密钥 b1 加密" in said


HOLES = [
    ((3, 4, 5), []),
    ((3, 5), ["归档缺少日志 000000010000000000000004：恢复到不了它之后。请立即做一次备份。"]),
    ((3, 7), ["归档缺少日志 000000010000000000000004 起 3 段：恢复到不了它之后。请立即做一次备份。"]),
    (
        (3, 5, 7),
        [
            "归档缺少日志 000000010000000000000004：恢复到不了它之后。请立即做一次备份。",
            "归档缺少日志 000000010000000000000006：恢复到不了它之后。请立即做一次备份。",
        ],
    ),
]


@pytest.mark.parametrize(("numbers", "said"), HOLES)
def test_holes_in_the_log_are_told_as_runs(vault: Vault, numbers: tuple[int, ...], said: list[str]) -> None:
    stored(vault)
    log(vault, *numbers)
    assert check(vault, None) == said


def test_a_new_backup_behind_the_hole_does_not_hide_it_from_who_wants_to_go_before_it(vault: Vault) -> None:
    """The newest is whole; from the older one a moment behind the hole cannot be reached."""
    stored(vault)
    log(vault, 2, 3, 5, 6, 7)
    stored(vault, "20261123T100000Z", start_lsn="0/6000028", stop_lsn="0/6000100")
    assert check(vault, None) == ["归档缺少日志 000000010000000000000004：恢复到不了它之后。请立即做一次备份。"]


def test_an_older_backup_whose_log_was_pruned_is_no_finding(vault: Vault) -> None:
    stored(vault)
    stored(vault, "20261223T100000Z", start_lsn="0/6000028", stop_lsn="0/6000100")
    log(vault, 6, 7, 8)
    assert check(vault, None) == []


def test_a_damaged_segment_is_found_by_reading_it(vault: Vault) -> None:
    log(vault, 2, 3)
    flip(vault.wal / "000000010000000000000003", 45)
    assert check(vault, None) == [NONE_YET]
    assert check(vault, None, full=True) == [NONE_YET, "wal/000000010000000000000003 已损坏：内容与写入时不一致。"]


def test_a_segment_under_another_ones_name_is_found(vault: Vault) -> None:
    log(vault, 2)
    (vault.wal / "000000010000000000000002").rename(vault.wal / "000000010000000000000003")
    assert "wal/000000010000000000000003 已损坏：内容与写入时不一致。" in check(vault, None, full=True)


def test_a_file_that_is_gone_is_named(vault: Vault, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "paper").write_bytes(b"paper")
    listed = media.collect(vault, files, AT - timedelta(hours=1))
    stored(vault, listed=listed)
    assert check(vault, None) == []
    media.blob(vault, listed["paper"]).unlink()
    assert check(vault, None) == [f"备份里缺少附件 {listed['paper'][:12]}。"]


def test_a_disk_that_is_nearly_full_is_said_so(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(vault)
    gigabyte = 2**30
    monkeypatch.setattr(checking.shutil, "disk_usage", lambda _: (100 * gigabyte, 91 * gigabyte, 9 * gigabyte))
    (said,) = check(vault, None)
    assert said.startswith("备份盘快满了：只剩 9.0 GB。")
    monkeypatch.setattr(checking.shutil, "disk_usage", lambda _: (100 * gigabyte, 90 * gigabyte, 10 * gigabyte))
    assert check(vault, None) == []
