"""A base backup is compared with PostgreSQL's own manifest before it counts."""

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hall.backup import base
from hall.backup.base import BackupFailed, Server, server_of, verified
from hall.backup.sealed import Damaged, seal
from hall.backup.vault import Vault

NAME = "20261122T100000Z"
FILES = {"PG_VERSION": b"18\n", "base/1/1259": b"rows" * 3000, "pg_wal/000000010000000000000002": b"log"}
RANGES = [{"Timeline": 1, "Start-LSN": "0/2000028", "End-LSN": "0/2000120"}]


def manifest_of(files: Mapping[str, bytes], **more: Any) -> bytes:
    entries = [
        {"Path": path, "Size": len(body), "Checksum": hashlib.sha256(body).hexdigest()} for path, body in files.items()
    ]
    return json.dumps({"Files": entries, "WAL-Ranges": RANGES, **more}).encode()


def sealed(vault: Vault, files: Mapping[str, bytes], cut: int = 0) -> Path:
    """A sealed tar, as pg_basebackup would have streamed it."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w|") as tar:
        for path, body in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(body)
            tar.addfile(member, io.BytesIO(body))
    body = plain.getvalue()
    target = vault.folder / "base.tar.sealed"
    with target.open("wb") as file:
        seal(io.BytesIO(body[: len(body) - cut]), file, name=f"base/{NAME}", keys=vault.keys)
    return target


def test_a_whole_one_says_where_in_the_log_it_lies(vault: Vault) -> None:
    found = verified(vault, sealed(vault, {**FILES, "backup_manifest": manifest_of(FILES)}), NAME)
    assert (found.timeline, found.start_lsn, found.stop_lsn) == (1, "0/2000028", "0/2000120")


def test_the_manifest_may_come_first(vault: Vault) -> None:
    assert verified(vault, sealed(vault, {"backup_manifest": manifest_of(FILES), **FILES}), NAME).timeline == 1


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ({"PG_VERSION": b"17\n"}, "PG_VERSION 等 1 个文件"),
        ({"PG_VERSION": b"", "base/1/1259": b""}, "PG_VERSION 等 2 个文件"),
        ({"base/1/1259": b"rows" * 2999}, "base/1/1259 等 1 个文件"),
    ],
)
def test_a_file_that_is_not_as_postgresql_sent_it_is_found(vault: Vault, there: dict[str, bytes], said: str) -> None:
    with pytest.raises(Damaged, match=said):
        verified(vault, sealed(vault, {**FILES, **there, "backup_manifest": manifest_of(FILES)}), NAME)


@pytest.mark.parametrize("gone", ["PG_VERSION", "base/1/1259"])
def test_a_missing_file_is_found(vault: Vault, gone: str) -> None:
    left = {path: body for path, body in FILES.items() if path != gone}
    with pytest.raises(Damaged, match=gone):
        verified(vault, sealed(vault, {**left, "backup_manifest": manifest_of(FILES)}), NAME)


def test_the_log_is_not_compared_for_it_goes_on_while_it_is_copied(vault: Vault) -> None:
    changed = {**FILES, "pg_wal/000000010000000000000002": b"longer log"}
    assert verified(vault, sealed(vault, {**changed, "backup_manifest": manifest_of(FILES)}), NAME).timeline == 1


def test_without_a_manifest_it_does_not_count(vault: Vault) -> None:
    with pytest.raises(Damaged, match="没有 PostgreSQL 的清单"):
        verified(vault, sealed(vault, FILES), NAME)


def test_a_stream_that_broke_off_does_not_count(vault: Vault) -> None:
    with pytest.raises(Damaged):
        verified(vault, sealed(vault, {"backup_manifest": manifest_of(FILES), **FILES}, cut=12_000), NAME)


def test_under_another_name_it_does_not_open(vault: Vault) -> None:
    path = sealed(vault, {**FILES, "backup_manifest": manifest_of(FILES)})
    with pytest.raises(Damaged):
        verified(vault, path, "20261123T100000Z")


def test_a_database_that_is_not_there_leaves_no_half_backup(vault: Vault, tmp_path: Path) -> None:
    nowhere = Server("/nonexistent", "hall", "hall")
    with pytest.raises(BackupFailed, match="连不上数据库"):
        base.take(vault, nowhere, tmp_path, tmp_path / "files", base.datetime.now(base.UTC))
    assert list(vault.base.iterdir()) == []


def test_a_server_is_read_from_djangos_settings_and_never_shows_its_password() -> None:
    server = server_of({"HOST": "db", "USER": "u", "NAME": "n", "PORT": 5432, "PASSWORD": "secret"})
    assert (server.host, server.port, server.password) == ("db", "5432", "secret")
    assert "secret" not in repr(server)
    assert server.environment["PGPASSWORD"] == "secret"


def test_what_is_not_set_is_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGPORT", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)
    given = server_of({"HOST": "/run", "USER": "hall", "NAME": "hall", "PORT": ""}).environment
    assert "PGPORT" not in given
    assert "PGPASSWORD" not in given
