"""Taking a base backup: pg_basebackup's stream, sealed as it comes, then read back and compared. No Django in here."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg2

from hall.backup import media
from hall.backup.files import sync_folder, whole
from hall.backup.sealed import Damaged, Reader, Written, seal
from hall.backup.vault import BASE, MEDIA, NAME_FORMAT, Base, Part, Vault

LOG_MANIFEST: Final = "backup_manifest"
NO_WAL: Final = re.compile(r"(^|/)pg_wal/")


class BackupFailed(Exception):
    """The backup was not made; a Chinese sentence with what to do."""


@dataclass(frozen=True, slots=True)
class Server:
    """The database to back up, as Django's settings name it."""

    host: str
    user: str
    name: str
    port: str = ""
    password: str = field(default="", repr=False)

    def connect(self) -> Any:
        """A connection on which every statement stands for itself. Raises psycopg2.OperationalError."""
        connection = psycopg2.connect(
            host=self.host, user=self.user, dbname=self.name, port=self.port or None, password=self.password or None,
            connect_timeout=5, application_name="hall-backup",
        )  # fmt: skip
        connection.autocommit = True
        return connection

    @property
    def environment(self) -> dict[str, str]:
        """The same for PostgreSQL's own programs; a password does not go on a command line."""
        given = {"PGHOST": self.host, "PGUSER": self.user, "PGPORT": self.port, "PGPASSWORD": self.password}
        return {**os.environ, **{name: value for name, value in given.items() if value}}


def server_of(settings: Mapping[str, Any]) -> Server:
    """From Django's DATABASES["default"]."""
    keys = ("HOST", "USER", "NAME", "PORT", "PASSWORD")
    host, user, name, port, password = (str(settings.get(key) or "") for key in keys)
    return Server(host, user, name, port, password)


def ask(connection: Any, sql: str, *values: object) -> Any:
    """The one row a statement answers with."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


def take(vault: Vault, server: Server, programs: Path, files: Path, at: datetime) -> Base:
    """Back up the database, then the files its rows name. Raises BackupFailed, Damaged or OSError; leaves no half."""
    vault.prepare()
    name = at.astimezone(UTC).strftime(NAME_FORMAT)
    folder = vault.base / f".{name}.part"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        connection = server.connect()
        try:
            system, version = ask(connection, "SELECT system_identifier, version() FROM pg_control_system()")
            _refuse_foreign(vault, str(system))
            base = _stream(vault, server, programs, folder / BASE, name)
            (ended_at,) = ask(connection, "SELECT clock_timestamp()")
        finally:
            connection.close()
        found = verified(vault, folder / BASE, name)
        listed = _list_media(vault, files, folder / MEDIA, name, at)
        made = Base(
            name, at, ended_at, str(system), found.timeline, found.start_lsn, found.stop_lsn, version.split()[1],
            vault.keys.current, {BASE: Part(base.size, base.sha256), MEDIA: Part(listed.size, listed.sha256)},
        )  # fmt: skip
        vault.write_manifest(made, folder)
        folder.rename(vault.base / name)
        sync_folder(vault.base)
    except psycopg2.Error as error:
        raise BackupFailed(f"连不上数据库，备份没有做成：{str(error).strip()}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return made


def _refuse_foreign(vault: Vault, system: str) -> None:
    """Two databases in one folder: the newest backup would be of the wrong one. Raises BackupFailed."""
    if any(base.system != system for base in vault.bases()):
        raise BackupFailed(
            f"备份目录 {vault.folder} 里是另一个数据库的备份，这次没有备份。如果要用的是那一个，请先恢复它；"
            "如果这是新的数据库，请给它另设一个空目录（HALL_BACKUP_DIR）。"
        )


def _stream(vault: Vault, server: Server, programs: Path, target: Path, name: str) -> Written:
    """pg_basebackup into the sealed file. The log written meanwhile is part of the stream (-X fetch)."""
    command = [
        str(programs / "pg_basebackup"), "--pgdata=-", "--format=tar", "--wal-method=fetch", "--checkpoint=fast",
        "--manifest-checksums=SHA256", "--no-password", f"--label=hall {name}",
    ]  # fmt: skip
    with tempfile.TemporaryFile() as said, whole(target) as file:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=server.environment) as process:
            assert process.stdout is not None  # noqa: S101 -- it is a pipe, for the type checker
            try:
                written = seal(process.stdout, file, name=f"base/{name}", keys=vault.keys)
            except BaseException:
                process.kill()
                raise
        if process.returncode != 0:
            said.seek(0)
            words = said.read().decode("utf-8", "replace").strip()[-500:]
            raise BackupFailed(f"pg_basebackup 没有成功，备份没有做成。它的回答：{words}")
    return written


def _list_media(vault: Vault, files: Path, target: Path, name: str, at: datetime) -> Written:
    listed = media.collect(vault, files, at)
    with whole(target) as file:
        return seal(media.as_stream(listed), file, name=f"base/{name}/media", keys=vault.keys)


@dataclass(frozen=True, slots=True)
class Verified:
    """Where in the log a base backup lies, from PostgreSQL's own manifest."""

    timeline: int
    start_lsn: str
    stop_lsn: str


def verified(vault: Vault, path: Path, name: str) -> Verified:
    """Read a sealed base backup to its end and compare every file with PostgreSQL's manifest. Raises Damaged."""
    manifest, digests = None, {}
    with path.open("rb") as sealed:
        reader = Reader(sealed, name=f"base/{name}", keys=vault.keys)
        try:
            with tarfile.open(fileobj=reader, mode="r|") as tar:  # type: ignore[call-overload]
                for member in tar:
                    content = tar.extractfile(member) if member.isreg() else None
                    if content is not None and member.name.removeprefix("./") == LOG_MANIFEST:
                        manifest = json.load(content)
                    elif content is not None:
                        digests[member.name.removeprefix("./")] = hashlib.file_digest(content, "sha256").hexdigest()
        except (tarfile.TarError, ValueError, EOFError):
            raise Damaged(f"备份 {name} 不完整：里面的文件读不全。") from None
        reader.drain()
    if manifest is None:
        raise Damaged(f"备份 {name} 不完整：没有 PostgreSQL 的清单。")
    _compare(manifest, digests, name)
    last = manifest["WAL-Ranges"][-1]
    return Verified(int(last["Timeline"]), str(manifest["WAL-Ranges"][0]["Start-LSN"]), str(last["End-LSN"]))


def _compare(manifest: dict[str, Any], digests: dict[str, str], name: str) -> None:
    # As pg_verifybackup does: the log beside the backup is checked by replaying it.
    expected = {entry["Path"]: entry["Checksum"] for entry in manifest["Files"] if "Path" in entry}
    expected = {path: digest for path, digest in expected.items() if not NO_WAL.search(path)}
    if wrong := sorted(path for path, digest in expected.items() if digests.get(path) != digest):
        raise Damaged(f"备份 {name} 与 PostgreSQL 的清单不符：{wrong[0]} 等 {len(wrong)} 个文件。")
