"""`manage.py restore_drill`: the newest backup restored beside the hall, replayed to a moment, looked at, gone."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection

from hall.backup import actions, checking, verifying
from hall.backup.base import server_of
from hall.backup.enums import RunKind
from hall.backup.models import Run
from hall.backup.vault import Vault
from hall.ledger import sealing
from hall.local.archiving import PROJECT, key_file
from hall.local.paths import data_dir
from hall.local.processes import wait_until

FOLDER: Final = "drill"
LONGEST: Final = 6 * 3600
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Before:
    """What the restored database must hold: counts around the moment, and the ledger's heads."""

    moment: datetime
    counts: dict[str, tuple[int, int]]
    heads: list[dict[str, Any]]


def drill(vault: Vault, clock: Clock, say: Callable[[str], None]) -> Run:
    """Do it, and write down how it went; the run says whether it succeeded."""
    began_at, began = clock(), time.monotonic()
    try:
        before = _look(vault, clock)
        say(f"恢复到 {before.moment.astimezone():%Y-%m-%d %H:%M:%S.%f}，在 {data_dir() / FOLDER} ……")
        with _scratch() as folder:
            found = _restored(vault, folder, before)
        wrong = compared(before, found)
        seconds = round(time.monotonic() - began, 1)
        says = (
            "；".join(wrong) or f"恢复到 {before.moment.astimezone():%m-%d %H:%M:%S}，用时 {seconds} 秒，{found.says}"
        )
        facts = {"seconds": seconds, "rows": sum(found.counts.values()), "files": found.files, "opened": found.opened}
        succeeded = not wrong
    except DrillFailed as failed:
        says, facts, succeeded = str(failed), {}, False
    return actions.note(kind=RunKind.DRILL, began_at=began_at, at=clock(), succeeded=succeeded, says=says, facts=facts)


class DrillFailed(Exception):
    """The restore itself did not work; a Chinese sentence."""


def compared(before: Before, found: verifying.Verified) -> list[str]:
    """What does not match, as sentences."""
    wrong = [] if found.whole else [found.says]
    for table, (low, high) in before.counts.items():
        if not low <= found.counts.get(table, -1) <= high:
            expected = f"{low}" if low == high else f"{low} 到 {high}"
            wrong.append(f"表 {table} 应有 {expected} 行，恢复出 {found.counts.get(table, 0)} 行")
    return wrong


def _look(vault: Vault, clock: Clock) -> Before:
    """Count before and after the moment: what was written meanwhile may or may not be in it."""
    heads = sealing.heads()
    first = verifying.counts()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    second = verifying.counts()
    _close_segment(vault, clock)
    ranges = {table: (min(n, second[table]), max(n, second[table])) for table, n in first.items()}
    return Before(moment, ranges, heads)


def _close_segment(vault: Vault, clock: Clock) -> None:
    """Commit something after the moment, which is where the replay stops, and wait for the log to arrive."""
    actions.begin_epoch(at=clock(), reason="首次演练")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")  # a transaction of its own, so that there is a commit
        cursor.execute(checking.SWITCH)
        (wanted,) = cursor.fetchone()
    if not wait_until((vault.wal / wanted).exists, checking.ARCHIVING_SECONDS, pause=0.1):
        raise DrillFailed(f"日志 {wanted} 没有归档，演练没有做。请运行 manage.py backup --check。")


@contextmanager
def _scratch() -> Iterator[Path]:
    """An empty folder in the data folder, gone afterwards: it holds personal data."""
    folder = data_dir() / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _restored(vault: Vault, folder: Path, before: Before) -> verifying.Verified:
    command = [
        sys.executable, str(PROJECT / "manage.py"), "restore", "--from", str(vault.folder), "--yes", "--drill",
        "--at", before.moment.isoformat(),
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, input=json.dumps(before.heads), capture_output=True, text=True, check=False, cwd=PROJECT,
            env=environment(folder), timeout=LONGEST,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise DrillFailed(f"演练超过 {LONGEST // 3600} 小时没有完成。") from None
    if done.returncode != 0:
        raise DrillFailed(f"备份恢复不出来：{done.stderr.strip()[-300:]}")
    return verifying.Verified(**json.loads(done.stdout.strip().splitlines()[-1]))


def environment(folder: Path) -> Mapping[str, str]:
    """That of a machine with an empty data folder and the hall's keys. The drill never archives anything."""
    gone = {"DATABASE_URL", "REDIS_URL", "HALL_PROFILE", "HALL_SUPERVISED", "HALL_PROCESS", "HALL_BACKUP_DIR"}
    kept = {name: value for name, value in os.environ.items() if name not in gone}
    return {
        **kept,
        "HALL_DATA_DIR": str(folder),
        "HALL_BACKUP_DIR": "off",
        "HALL_BACKUP_KEY_FILE": str(key_file()),
        "HALL_SECRET_KEY": settings.SECRET_KEY,
        "HALL_FIELD_KEYS": settings.FIELD_KEYS,
        "HALL_INDEX_KEY": settings.INDEX_KEY,
    }


def refuse_elsewhere() -> None:
    """The drill starts the embedded PostgreSQL; another server may be of another version. Raises DrillFailed."""
    host = server_of(settings.DATABASES["default"]).host
    if os.environ.get("DATABASE_URL"):
        raise DrillFailed(
            f"数据库在 {host or '别处'}，由它的管理员演练：manage.py restore --into 目录，步骤见 docs/backup.md。"
        )
