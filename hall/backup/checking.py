"""Is what we would restore from whole? Every part against its manifest, the log without a hole, the archive command
against what PostgreSQL believes (B03). No Django in here.
"""

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg2

from hall.backup import media, segments
from hall.backup.base import Server, ask
from hall.backup.keys import KeyProblem
from hall.backup.sealed import Damaged, unseal
from hall.backup.segments import Segment
from hall.backup.vault import Base, Vault

ARCHIVING_SECONDS: Final = 30.0
LEAST_FREE: Final = 0.1  # of the backup disk
SWITCH: Final = "SELECT pg_walfile_name(pg_switch_wal())"
ARCHIVER: Final = """
SELECT last_archived_wal, failed_count, last_failed_time IS NOT NULL
    AND (last_archived_time IS NULL OR last_failed_time >= last_archived_time)
FROM pg_stat_archiver
"""


@dataclass(frozen=True, slots=True)
class Archiver:
    """What PostgreSQL believes of its archive command."""

    last: str
    failing: bool


def archiver(connection: Any) -> Archiver:
    """Asked of the running server."""
    last, _, failing = ask(connection, ARCHIVER)
    return Archiver(last or "", bool(failing))


def check(vault: Vault, server: Server | None, *, full: bool = False) -> list[str]:
    """Everything that is wrong, as sentences; an empty list: all is well. `full` reads every sealed file to its end."""
    try:
        bases = vault.bases()
    except (Damaged, KeyProblem) as problem:
        return [str(problem)]
    findings = [] if bases else ["还没有任何备份。请运行 manage.py backup。"]
    last = ""
    if server is not None:
        last, said = _archiving(vault, server)
        findings += said
    findings += [said for base in bases for said in _parts(vault, base, full=full)]
    findings += _log(vault, bases, last)
    findings += _files(vault, bases, full=full)
    if full:
        findings += _readable(vault)
    return findings + _room(vault)


def _archiving(vault: Vault, server: Server) -> tuple[str, list[str]]:
    """Close the segment now and see it arrive: the archive command is tried in every cycle."""
    try:
        connection = server.connect()
        try:
            if ask(connection, "SHOW archive_mode")[0] == "off":
                return "", ["数据库没有归档日志（archive_mode = off）：只能恢复到最近一次备份。"]
            ask(connection, "SELECT pg_create_restore_point('check')")
            (wanted,) = ask(connection, SWITCH)
            state = _wait(connection, wanted)
        finally:
            connection.close()
    except psycopg2.Error as error:
        return "", [f"数据库没有答应，归档没有查：{str(error).strip()}"]
    if not _reached(state.last, wanted):
        why = "归档命令失败，备份盘可能已满或没有接上" if state.failing else "归档命令没有完成"
        return state.last, [f"日志 {wanted} 在 {ARCHIVING_SECONDS:.0f} 秒内没有归档：{why}。请看数据库的记录。"]
    if not (vault.wal / wanted).exists():
        return state.last, [f"数据库以为日志 {wanted} 已归档，而备份目录里没有：归档命令没有真正复制。"]
    return state.last, []


def _wait(connection: Any, wanted: str) -> Archiver:
    end = time.monotonic() + ARCHIVING_SECONDS
    state = archiver(connection)
    while not _reached(state.last, wanted) and not state.failing and time.monotonic() < end:
        time.sleep(0.1)
        state = archiver(connection)
    return state


def _reached(last: str, wanted: str) -> bool:
    return last[:24] >= wanted


def _parts(vault: Vault, base: Base, *, full: bool) -> Iterator[str]:
    for name, part in base.parts.items():
        path = vault.place_of(base) / name
        try:
            if path.stat().st_size != part.size or (full and _digest(path) != part.sha256):
                yield f"备份 {base.name} 的 {name} 已损坏：与清单不符。"
        except OSError:
            yield f"备份 {base.name} 的 {name} 不见了，或读不出来。"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _log(vault: Vault, bases: list[Base], last: str) -> Iterator[str]:
    """Holes in the log behind every base backup it still reaches, up to what PostgreSQL has archived last."""
    present, believed = set(vault.segments()), segments.parse(last[:24])
    missing = {believed} if believed and believed not in present else set()
    reached = min((segment.number for segment in present), default=0)
    try:
        for base in bases:
            if base is bases[-1] or base.first_segment >= reached:
                missing |= set(vault.holes(base))
    except (Damaged, KeyProblem) as problem:
        yield str(problem)
    yield from _runs(sorted(missing))


def _runs(missing: list[Segment]) -> Iterator[str]:
    """One sentence for segments that follow each other."""
    start = 0
    for index, segment in enumerate(missing):
        if index + 1 == len(missing) or missing[index + 1].number != segment.number + 1:
            count = index - start + 1
            which = f"{missing[start]} 起 {count} 段" if count > 1 else f"{missing[start]}"
            yield f"归档缺少日志 {which}：恢复到不了它之后。请立即做一次备份。"
            start = index + 1


def _files(vault: Vault, bases: list[Base], *, full: bool) -> Iterator[str]:
    digests: set[str] = set()
    try:
        digests.update(media.listed_later(vault).values())
        for base in bases:
            digests.update(media.listed_in(vault, base).values())
    except (Damaged, KeyProblem) as problem:
        yield str(problem)
    for digest in sorted(digests):
        if not media.blob(vault, digest).exists():
            yield f"备份里缺少附件 {digest[:12]}。"
        elif full and (said := _problem(lambda digest=digest: media.check_blob(vault, digest))):  # type: ignore[misc]
            yield said


def _readable(vault: Vault) -> Iterator[str]:
    for name in vault.wal_files():
        if said := _problem(lambda name=name: read_log(vault, name)):  # type: ignore[misc]
            yield said


def read_log(vault: Vault, name: str) -> None:
    """Read a file of the log to its end. Raises Damaged, KeyProblem or OSError."""
    with (vault.wal / name).open("rb") as file:
        for _ in unseal(file, name=f"wal/{name}", keys=vault.keys):
            pass


def _problem(read: Callable[[], None]) -> str:
    try:
        read()
    except (Damaged, KeyProblem) as problem:
        return str(problem)
    except OSError as error:
        return f"备份盘读不出来：{error.strerror}。"
    return ""


def _room(vault: Vault) -> list[str]:
    total, _, free = shutil.disk_usage(vault.folder)
    if free >= total * LEAST_FREE:
        return []
    return [f"备份盘快满了：只剩 {free / 2**30:.1f} GB。请换大盘，或减少保留份数（HALL_BACKUP_KEEP）。"]
