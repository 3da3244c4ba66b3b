"""Where this installation keeps its data, and who may look into each folder."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from hall.local.trouble import Trouble

# A Unix socket's path holds at most 107 bytes; PostgreSQL's file name in the folder takes 16 of them.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.x")
# As root the servers run as another user: it must pass through the data folder, but may not list it.
PASSABLE = 0o711 if os.geteuid() == 0 else 0o700


def data_dir() -> Path:
    """The data folder: `HALL_DATA_DIR`, or `var/` beside manage.py."""
    configured = os.environ.get("HALL_DATA_DIR")
    return Path(configured).resolve() if configured else Path(__file__).resolve().parents[2] / "var"


def make_data_dir() -> Path:
    """Make the data folder on first use, closed to other users of the machine; refuse one that cannot be written."""
    folder = data_dir()
    make_folder(folder, PASSABLE)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise unwritable(folder)
    return folder


def make_folder(folder: Path, mode: int = 0o700) -> Path:
    """Make a folder with exactly this mode; leave one that is there as it is."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=mode)
        folder.chmod(mode)
    except FileExistsError:
        if not folder.is_dir():
            raise unwritable(folder) from None
    except OSError as error:
        raise unwritable(folder, error) from error
    return folder


def unwritable(folder: Path, error: OSError | None = None) -> Trouble:
    """The sentence for a folder that cannot be made or written."""
    reason = f"（{error.strerror}）" if error and error.strerror else ""
    return Trouble(
        f"数据目录不能写入：{folder}{reason}。请改正它的权限，或用环境变量 HALL_DATA_DIR 指定另一个可以写入的目录。"
    )


def run_dir() -> Path:
    """The folder of the sockets: in the data folder, or a short one beside it where the path would be too long."""
    folder = data_dir() / "run"
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
        return folder
    digest = hashlib.sha256(os.fsencode(data_dir())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"hall-{os.geteuid()}-{digest}"


def make_run_dir(uid: int, before: int | None = None) -> Path:
    """Make the folder of the sockets for the servers' user; one that somebody else made is not trusted.

    In the data folder it is taken over from `before`, the user the servers ran as until now: root runs them another
    way once a backup folder is set.
    """
    folder = make_folder(run_dir())
    found = folder.lstat()
    ours = {os.geteuid(), uid, before if folder.parent == data_dir() else uid}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
        raise Trouble(f"目录 {folder} 不属于本系统，不能用来放套接字。请删除它后重试。")
    if found.st_uid != uid:
        for path in (folder, *folder.iterdir()):
            os.chown(path, uid, -1, follow_symlinks=False)
    folder.chmod(0o700)
    return folder


def redis_socket() -> Path:
    """The socket of the embedded Redis."""
    return run_dir() / "redis.sock"


def log_file(name: str) -> Path:
    """The log of one child process."""
    return make_folder(make_data_dir() / "log") / f"{name}.log"
