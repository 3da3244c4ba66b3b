"""Where backups go, and how the embedded PostgreSQL hands its log over (reliability.md (f) 1).

The start of the server asks here; the room `hall.backup` does the rest. A folder that was set once is remembered in the
data folder: a command started without `HALL_BACKUP_DIR` must not run the database unarchived and leave a hole.
"""

import base64
import os
import secrets
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hall.local.paths import data_dir, make_data_dir, make_folder
from hall.local.trouble import Trouble

if TYPE_CHECKING:
    from hall.local.servants import Servant

PROJECT = Path(__file__).resolve().parents[2]
OFF = "off"
# What is lost with the machine is at most what was written since the last segment left it (RPO).
ARCHIVE_SECONDS = 60
# The base backup carries the segments written meanwhile; they must not be recycled before it has them.
KEPT_FOR_BASE = "1GB"
KEY_BYTES = 32


def backup_dir() -> Path | None:
    """The folder for backups, on a second disk: `HALL_BACKUP_DIR`, or the one used before; None without one."""
    configured = os.environ.get("HALL_BACKUP_DIR", "")
    if configured:
        return None if configured == OFF else Path(configured).resolve()
    try:
        return Path(_remembered().read_text().strip())
    except OSError:
        return None


def key_file() -> Path:
    """The file with the backup keys, one `id:base64` a line; the first one seals, all of them open."""
    configured = os.environ.get("HALL_BACKUP_KEY_FILE")
    return Path(configured).resolve() if configured else data_dir() / "backup-key"


def archive_settings(servant: "Servant") -> dict[str, str]:
    """Settings of a server that archives its log; none without a backup folder. Makes the key on first use.

    A backup disk that is not there does not keep the hall from opening: the log waits, and the health page says so.
    """
    folder = backup_dir()
    if folder is None:
        _remembered().unlink(missing_ok=True)
        return {}
    make_data_dir()
    _remembered().write_text(f"{folder}\n")
    make_key(folder)
    hand_over(servant, folder)
    return {
        "wal_level": "replica",
        "archive_mode": "on",
        "archive_timeout": str(ARCHIVE_SECONDS),
        "archive_command": archive_command(folder / "wal", key_file()),
        "wal_keep_size": KEPT_FOR_BASE,
    }


def hand_over(servant: "Servant", folder: Path) -> None:
    """Let the servers' user read the key and reach the log, whoever typed the key in or wrote the disk."""
    if os.geteuid() == 0:
        os.chown(key_file(), servant.owner, -1)
    if folder.is_dir():
        servant.own(folder / "wal")


def hand_in_branches(servant: "Servant", log: Path) -> None:
    """Let the archiver take along the histories of branches of time that began while nothing was archived.

    A restore on a new machine knows the disk it came from and no folder to archive to yet; without its branch's history
    nobody finds the way from a base backup made before it. Only for a server that does not run.
    """
    for history in log.glob("*.history"):
        done, ready = (log / "archive_status" / f"{history.name}.{state}" for state in ("done", "ready"))
        if not done.exists() and not ready.exists():
            ready.touch(mode=0o600)
            if os.geteuid() == 0:
                os.chown(ready, servant.owner, -1)


def archive_command(wal: Path, key: Path) -> str:
    """What PostgreSQL runs for each finished segment; also shown to the operator of another server."""
    return _command("hall.backup.archive", ["--to", str(wal), "--key", str(key)], "%p %f")


def restore_command(wal: Path, key: Path, also: Path | None = None) -> str:
    """What PostgreSQL runs to get a segment back; `also` is a folder of segments that were not archived yet."""
    more = ["--also", str(also)] if also else []
    return _command("hall.backup.fetch", ["--from", str(wal), "--key", str(key), *more], "%f %p")


def _command(module: str, words: list[str], asked: str) -> str:
    start = [sys.executable, "-B", "-m", module, *words]
    text = f"PYTHONPATH={shlex.quote(str(PROJECT))} {shlex.join(start)}"
    return f"{text.replace('%', '%%')} {asked}"


def archiver_needs() -> list[Path]:
    """What the servers' user must be able to reach so that the commands for archive and recovery run."""
    return [Path(sys.executable), Path(sys.executable).resolve(), PROJECT / "hall" / "backup"]


def make_key(folder: Path) -> None:
    """Make the backup key on first use; never beside backups that were sealed with another one."""
    path = key_file()
    if path.exists():
        return
    if (folder / "base").is_dir() and any((folder / "base").iterdir()):
        raise Trouble(
            f"备份目录 {folder} 里已有备份，而备份密钥不在 {path}。"
            "请先把密钥单上的密钥补回（manage.py backup_key --enter），不要另造一把。"
        )
    write_key(f"b{secrets.token_hex(3)}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}")


def write_key(line: str) -> None:
    """Put the key file in place, readable by its owner only."""
    path = key_file()
    make_folder(path.parent)
    draft = path.with_name(f".{path.name}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o400)
    with os.fdopen(handle, "w") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def _remembered() -> Path:
    return data_dir() / "backup-dir"
