"""A small database of its own with an archive, and machines on which it comes back."""

import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hall.backup import base, checking, keys, restoring
from hall.backup.base import Server
from hall.backup.keys import Keys
from hall.backup.vault import Base, Vault
from hall.local.archiving import key_file
from hall.local.paths import make_data_dir, run_dir
from hall.local.postgres import Postgres, postgres_dir
from hall.local.servants import find_servant

# Nobody pulls the plug here, and waiting for the disk is most of what a small recovery takes.
QUICK = {"fsync": "off", "synchronous_commit": "on", "full_page_writes": "on"}
ONE_KEY = Keys("b1", {"b1": bytes(range(32))})


def a_base(name: str, ended_at: datetime, **more: Any) -> Base:
    """A base backup nobody took."""
    usual = {
        "began_at": ended_at, "system": "1", "timeline": 1, "start_lsn": "0/2000028", "stop_lsn": "0/2000100",
        "server_version": "18.0", "key_id": "b1",
    }  # fmt: skip
    return Base(name=name, ended_at=ended_at, **{**usual, **more})


def a_folder(word: str) -> Path:
    """A folder's name that the servers' user can reach."""
    return Path(os.environ["HALL_DATA_DIR"]) / f"{word}-{uuid.uuid4().hex[:8]}"


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """These variables inside the block."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HALL_BACKUP_KEY_FILE", "DATABASE_URL"):
            patch.delenv(name, raising=False)
        for name, value in values.items():
            patch.setenv(name, value)
        yield


@dataclass
class Place:
    """A data folder with a running PostgreSQL that archives into a backup folder."""

    folder: Path
    disk: Path
    postgres: Postgres

    @classmethod
    def started(cls) -> "Place":
        folder, disk = a_folder("data"), a_folder("disk")
        disk.mkdir(mode=0o711)
        with environment(HALL_DATA_DIR=str(folder), HALL_BACKUP_DIR=str(disk)):
            postgres = Postgres(find_servant(), QUICK)
            postgres.ensure(tied=True)
        return cls(folder, disk, postgres)

    @contextmanager
    def entered(self) -> Iterator[None]:
        with environment(HALL_DATA_DIR=str(self.folder), HALL_BACKUP_DIR=str(self.disk)):
            yield

    @property
    def key(self) -> Path:
        with self.entered():
            return key_file()

    @property
    def vault(self) -> Vault:
        return Vault(self.disk, keys.read(self.key))

    @property
    def files(self) -> Path:
        return self.folder / "media"

    @property
    def server(self) -> Server:
        with self.entered():
            return Server(str(run_dir()), "hall", "hall")

    @property
    def programs(self) -> Path:
        return find_servant().postgres_bin

    def sql(self, *statements: str) -> Any:
        """Run statements one by one; the one row of the last, where it answers with one."""
        connection = self.server.connect()
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return cursor.fetchone() if cursor.description else None
        finally:
            connection.close()

    def back_up(self) -> Base:
        """Names are of the second: two in one would be the same."""
        while (self.vault.base / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}").exists():
            time.sleep(0.05)
        return base.take(self.vault, self.server, self.programs, self.files, datetime.now(UTC))

    def archived(self) -> str:
        """Close the segment and wait for it; its name."""
        (wanted,) = self.sql("SELECT pg_create_restore_point('x')", checking.SWITCH)
        end = time.monotonic() + 20
        while not (self.disk / "wal" / wanted).exists():
            assert time.monotonic() < end, f"{wanted} was not archived"
            time.sleep(0.05)
        return str(wanted)

    def now(self) -> datetime:
        """The moment by the database's clock."""
        moment: datetime = self.sql("SELECT clock_timestamp()")[0]
        return moment

    def remove(self) -> None:
        with self.entered():
            self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.disk, ignore_errors=True)


_unpacked: dict[str, Path] = {}


def unpacked(vault: Vault, found: Base) -> Path:
    """A base backup laid out, once for all who copy it."""
    if found.name not in _unpacked:
        _unpacked[found.name] = a_folder("laid-out")
        restoring.unpack(vault, found, _unpacked[found.name], find_servant(recovering=True).postgres_bin)
    return _unpacked[found.name]


class Restored:
    """A clean machine on which a backup comes back; asked while it runs, gone afterwards."""

    def __init__(self, vault: Vault, key: Path, until: datetime | None, **more: Any) -> None:
        self.folder = a_folder("again")
        self.vault, self.key, self.until, self.more = vault, key, until, more

    def __enter__(self) -> "Restored":
        laid_out = unpacked(self.vault, restoring.choose(self.vault, self.until))
        with self.entered():
            make_data_dir()
            shutil.copytree(laid_out, postgres_dir())
            restoring.mark_for_recovery(postgres_dir())
            settings = restoring.recovery_settings(self.vault, self.key, until=self.until, **self.more)
            self.postgres = Postgres(find_servant(recovering=True), {**QUICK, **settings})
            try:
                self.postgres.ensure(tied=True)
            except BaseException:
                shutil.rmtree(self.folder, ignore_errors=True)
                raise
        return self

    def __exit__(self, *_: object) -> None:
        with self.entered():
            self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def entered(self) -> Iterator[None]:
        with environment(HALL_DATA_DIR=str(self.folder), HALL_BACKUP_DIR="off"):
            yield

    def count(self, table: str) -> int:
        with self.entered():
            connection = Server(str(run_dir()), "hall", "hall").connect()
        try:
            return int(base.ask(connection, f"SELECT count(*) FROM {table}")[0])
        finally:
            connection.close()


def flip(path: Path, at: int) -> None:
    """Turn one bit over."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(content))
