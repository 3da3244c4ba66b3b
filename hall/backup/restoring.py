"""From a vault to a data folder: the base backup that leads to a moment, laid out and told to replay. No Django."""

import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from hall.backup.sealed import Damaged, Reader
from hall.backup.vault import BASE, Base, Vault
from hall.local.archiving import restore_command

LEAST_FREE_FACTOR: Final = 1.2
# Python 3.11.4 and later refuse by themselves what leads out of the folder; Debian 12 has 3.11.2.
_PLAIN: Final[dict[str, Any]] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


class CannotRestore(Exception):
    """A Chinese sentence with what can be done instead."""


def choose(vault: Vault, at: datetime | None, name: str = "") -> Base:
    """The newest base backup that leads to the moment, to the end of the log without one, or the named one."""
    bases = vault.bases()
    if not bases:
        raise CannotRestore(f"备份目录 {vault.folder} 里没有备份。")
    if name:
        if found := [base for base in bases if base.name == name]:
            return found[0]
        raise CannotRestore(f"没有叫 {name} 的备份。manage.py backup --list 列出全部。")
    leading = [base for base in bases if vault.leads_on(base) and (at is None or base.ended_at <= at)]
    if not leading:
        raise CannotRestore(
            f"最早只能恢复到 {bases[0].ended_at.astimezone():%Y-%m-%d %H:%M:%S}，那时完成了最早的备份。"
        )
    return leading[-1]


def refuse_hole(vault: Vault, base: Base) -> None:
    """Refuse where the log breaks off behind the base backup, before anything is moved. Raises CannotRestore."""
    if missing := vault.holes(base):
        raise CannotRestore(
            f"归档缺少日志 {missing[0]}，从备份 {base.name} 出发到不了它之后。可以用 --backup {base.name} "
            "恢复到这份备份完成的时候，或用 --allow-gap 恢复到缺口之前的一个时刻。"
        )


def _inside(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Files and folders below the target, and nothing else: a base backup holds no links. Raises tarfile.TarError."""
    for member in tar:
        parts = Path(member.name).parts
        if not (member.isfile() or member.isdir()) or Path(member.name).is_absolute() or ".." in parts:
            raise tarfile.TarError(member.name)
        yield member


def unpack(vault: Vault, base: Base, target: Path, programs: Path) -> None:
    """Lay a base backup out in an empty folder and let pg_verifybackup look at it. Raises Damaged or CannotRestore."""
    size = base.parts[BASE].size
    if shutil.disk_usage(target.parent).free < size * LEAST_FREE_FACTOR:
        raise CannotRestore(f"磁盘空间不足：备份压缩后有 {size / 2**30:.1f} GB，而 {target.parent} 放不下。")
    target.mkdir(mode=0o700)
    with (vault.place_of(base) / BASE).open("rb") as sealed:
        reader = Reader(sealed, name=f"base/{base.name}", keys=vault.keys)
        try:
            with tarfile.open(fileobj=reader, mode="r|") as tar:  # type: ignore[call-overload]
                tar.extractall(target, members=_inside(tar), **_PLAIN)  # noqa: S202 - `_inside` refuses what leads out
        except (tarfile.TarError, EOFError):
            raise Damaged(f"备份 {base.name} 不完整：里面的文件读不全。") from None
        reader.drain()
    done = subprocess.run(
        [str(programs / "pg_verifybackup"), "--exit-on-error", "--quiet", str(target)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Damaged(f"备份 {base.name} 没有通过 pg_verifybackup：{done.stderr.strip()[-300:]}")


def recovery_settings(
    vault: Vault, key: Path, *, until: datetime | None, at_end_of: Base | None = None, also: Path | None = None
) -> dict[str, str]:
    """Settings of a server that replays the log to a moment and then opens a timeline of its own.

    Without a moment it replays everything there is; `at_end_of` stops as soon as that backup is consistent.
    """
    target = {}
    if at_end_of is not None:
        target = {"recovery_target": "immediate", "recovery_target_timeline": "current"}
    elif until is not None:
        target = {"recovery_target_time": until.isoformat()}
    return {
        "restore_command": restore_command(vault.wal, key, also),
        "recovery_target_action": "promote",
        "hot_standby": "off",  # nobody is let in before the moment is reached
        **target,
    }


def mark_for_recovery(folder: Path) -> None:
    """Without this file PostgreSQL would open what the base backup left as if nothing had followed."""
    (folder / "recovery.signal").touch(mode=0o600)
    for name in ("postmaster.pid", "postmaster.opts"):
        (folder / name).unlink(missing_ok=True)


def write_settings(folder: Path, settings: dict[str, str]) -> None:
    """The same settings for a server that is started by somebody else."""
    lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()]
    with (folder / "postgresql.auto.conf").open("a") as file:
        file.writelines(["\n# hall restore\n", *lines])
