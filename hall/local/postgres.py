"""The embedded PostgreSQL of the data folder: made once, joined when it runs, started when it does not."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psycopg2

from hall.local.archiving import archive_settings, hand_in_branches
from hall.local.databases import APPLICATION, OWNER
from hall.local.paths import data_dir, log_file, make_data_dir, run_dir
from hall.local.processes import (
    PROC,
    command_line,
    die_with_parent,
    is_alive,
    last_lines,
    postgres_left_in,
    send,
    wait_until,
)
from hall.local.servants import Servant
from hall.local.sizing import memory_settings
from hall.local.trouble import Trouble

DATABASE = USER = OWNER
SOCKET_FILES = (".s.PGSQL.5432", ".s.PGSQL.5432.lock")
RECOVERY_SECONDS = 120
# Personal data stays out of the server's log: a failed statement is logged neither with its text nor with its values,
# and an error without its DETAIL line, which repeats the values of the row.
QUIET = {"log_min_error_statement": "panic", "log_parameter_max_length_on_error": "0", "log_error_verbosity": "terse"}
# What an acknowledged row survives a crash by (reliability.md C14). Only a throw-away test server may turn it off.
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
FORGETFUL = {
    "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off",
    "autovacuum": "off", "wal_level": "minimal", "max_wal_senders": "0",
}  # fmt: skip


def postgres_dir() -> Path:
    """PostgreSQL's own data folder."""
    return data_dir() / "postgres"


def database_present() -> bool:
    """Whether there is a database to ask: a configured one, or one made in the data folder earlier."""
    return bool(os.environ.get("DATABASE_URL")) or (postgres_dir() / "PG_VERSION").exists()


class Postgres:
    """The server of the data folder, whether this process started it or found it running."""

    def __init__(
        self, servant: Servant, durability: Mapping[str, str] = DURABLE, patience: float = RECOVERY_SECONDS
    ) -> None:
        self._servant = servant
        self._durability = durability
        self._patience = patience  # seconds a start may take: a recovery from backups takes its time
        self._child: subprocess.Popen[bytes] | None = None
        self.fresh = False

    def ensure(self, *, tied: bool) -> None:
        """Join the running server or start one; `tied` servers stop when this process dies, however it dies."""
        make_data_dir()
        changed = self._make_cluster()
        if not self.is_running():
            self._child = None  # ended: another command may have started one meanwhile, which is joined
        if not self._join():
            self._start(tied=tied)
        elif changed and self.pid is not None:
            send(self.pid, signal.SIGHUP)  # an earlier version started it: it reads again whom it lets in
        self._make_database()

    @property
    def pid(self) -> int | None:
        """The process number of the live postmaster, from its own lock file."""
        try:
            pid = int((postgres_dir() / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if is_alive(pid) and self._is_ours(pid) else None

    def is_running(self) -> bool:
        """Whether the server lives. Collects it when it was our child and has ended."""
        if self._child is not None:
            return self._child.poll() is None
        return self.pid is not None

    def stop(self) -> None:
        """Stop in PostgreSQL's fast way: open transactions are rolled back, everything committed is on disk."""
        pid = self._child.pid if self._child is not None else self.pid
        for number in (signal.SIGINT, signal.SIGQUIT):
            if pid is None or not self.is_running():
                return
            send(pid, number)
            wait_until(lambda: not self.is_running(), 30)

    def _is_ours(self, pid: int) -> bool:
        """Whether this process is a server on our folder, and not a stranger that was given an old number."""
        return not PROC.is_dir() or str(postgres_dir()) in command_line(pid)

    def _make_cluster(self) -> bool:
        """Make the folder where it is missing; returns whether its list of whom to let in changed."""
        folder = self._servant.own(postgres_dir())
        version = folder / "PG_VERSION"
        if not version.exists():
            self._initdb(folder)
        found, program = version.read_text().strip(), self._major_version()
        if found != program:
            raise Trouble(
                f"数据目录里的数据库是 PostgreSQL {found} 的，本版本自带 PostgreSQL {program}。"
                f"请先用原版本导出（pg_dump），再导入新的数据目录。目录：{folder}"
            )
        return self._admit_operator_only(folder)

    def _major_version(self) -> str:
        """What the program says, such as `18` of "postgres (PostgreSQL) 18.6"."""
        program = str(self._servant.postgres_bin / "postgres")
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
        return said.split()[-1].split(".")[0]

    def _initdb(self, folder: Path) -> None:
        # Made beside its final place and renamed, so that an interrupted first start leaves nothing half made.
        draft = folder.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)
        self._servant.own(draft)
        arguments = ["-D", str(draft), "-U", USER, "--locale=C.UTF-8", "-E", "UTF8", "-A", "reject"]
        log = log_file("postgres")
        with log.open("ab") as output:
            made = self._servant.start([str(self._servant.postgres_bin / "initdb"), *arguments], log=output).wait()
        if made != 0:
            raise Trouble("数据库没有建成。记录的最后几行：\n" + "\n".join(last_lines(log)))
        draft.rename(folder)
        self.fresh = True

    def _admit_operator_only(self, folder: Path) -> bool:
        """Let in only the operating-system user who runs the portal, over the socket; no password exists to leak.

        As the owner, or as the application: which of the two is the process's own choice (hall/local/databases.py).
        Returns whether the files changed.
        """
        try:
            operator = pwd.getpwuid(self._servant.seen_as).pw_name
        except KeyError:  # a container's user without a name: the closed folder of the socket is what protects
            access, names = "local all,replication all trust\n", ""
        else:
            access = "local all,replication all peer map=hall\n"
            names = "".join(f'hall "{operator}" {role}\n' for role in (USER, APPLICATION))
        changed = False
        for name, text in (("pg_hba.conf", access), ("pg_ident.conf", names)):
            path = folder / name
            if path.read_text() != text:
                path.write_text(text)
                changed = True
        return changed

    def _join(self) -> bool:
        """Wait for a server that is starting or stopping on our folder; True when it is there to be used."""
        if self.pid is None:
            return False
        wait_until(lambda: self.answers() or self.pid is None, RECOVERY_SECONDS)
        return self.pid is not None

    def _start(self, *, tied: bool) -> None:
        self._clear_stale_lock()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._servant.own_run_dir()),
            "unix_socket_permissions": "0700",
            "hba_file": str(postgres_dir() / "pg_hba.conf"),
            "timezone": "Asia/Shanghai",
            **QUIET,
            **memory_settings(postgres_dir()),
            **({} if self._durability == FORGETFUL else archive_settings(self._servant)),
            **self._durability,
        }
        if "archive_mode" in settings:
            hand_in_branches(self._servant, postgres_dir() / "pg_wal")
        command = [str(self._servant.postgres_bin / "postgres"), "-D", str(postgres_dir())]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        log = log_file("postgres")
        with log.open("ab") as output:
            preexec = die_with_parent(signal.SIGINT) if tied else None
            self._child = self._servant.start(command, log=output, preexec=preexec)
        pause = 0.03 if self._patience <= RECOVERY_SECONDS else 0.3  # each question is a line in the log
        wait_until(lambda: self.answers() or not self.is_running(), self._patience, pause)
        if not self.is_running() or not self.answers():
            self.stop()
            raise Trouble("数据库没有启动。记录的最后几行：\n" + "\n".join(last_lines(log)))

    def _clear_stale_lock(self) -> None:
        """Take away the lock files a killed server left, once none of its processes is alive.

        PostgreSQL itself refuses while the number in them belongs to any process, such as a zombie or, in a container,
        a stranger. Its backends may outlive a killed postmaster for a moment, and are waited for.
        """
        left = [postgres_dir() / "postmaster.pid", *(run_dir() / name for name in SOCKET_FILES)]
        if not PROC.is_dir() or not any(path.exists() for path in left):
            return
        if not wait_until(lambda: not postgres_left_in(postgres_dir()), 15):
            raise Trouble(f"上一次运行的数据库进程还没有结束。请稍等片刻再启动。数据目录：{data_dir()}")
        for path in left:
            path.unlink(missing_ok=True)

    def answers(self, database: str = "postgres") -> bool:
        """Whether a connection succeeds."""
        try:
            psycopg2.connect(host=str(run_dir()), user=USER, dbname=database, connect_timeout=5).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _make_database(self) -> None:
        if self.answers(DATABASE):
            return
        connection = psycopg2.connect(host=str(run_dir()), user=USER, dbname="postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{DATABASE}"')
        finally:
            connection.close()
        self.fresh = True
