"""A command finds the embedded database: joined when it runs, started and stopped when it does not."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hall.local.attach import needs_database
from hall.local.postgres import postgres_dir
from hall.local.processes import titled
from tests.hall.local.running import PROJECT, environment, manage

COMMAND = """
import sys
import psycopg2
from hall.local.attach import database_for
from hall.local.paths import run_dir
with database_for(["manage.py", "shell"]):
    connection = psycopg2.connect(host=str(run_dir()), user="hall", dbname="hall")
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("SHOW fsync")
    durable = cursor.fetchone()[0] == "on"
    try:
        cursor.execute("SELECT 1 / 0, %s", ["张三"])
    except psycopg2.Error:
        pass
    print(6 * 7 if durable else "forgetful", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        ("shell", True),
        ("migrate --plan", True),
        ("import_items FILE", True),
        ("-v 2 sweep", True),
        ("up --port 80", False),
        ("check", False),
        ("collectstatic --noinput", False),
        ("makemigrations --check", False),
        ("migrate --help", False),
        ("sweep -h", False),
        ("--version", False),
        ("help migrate", False),
        ("due", False),
        ("", False),
    ],
)
def test_which_commands_need_it(folder: Path, monkeypatch: pytest.MonkeyPatch, words: str, needed: bool) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert needs_database(["manage.py", *words.split()]) is needed


def test_a_configured_server_needs_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/hall")
    assert not needs_database(["manage.py", "shell"])


def test_due_asks_the_database_where_there_is_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    postgres_dir().mkdir(parents=True)
    (postgres_dir() / "PG_VERSION").write_text("18\n")
    assert needs_database(["manage.py", "due"])


def test_due_answers_without_making_a_database(folder: Path) -> None:
    manage(folder, "due", "--help")
    assert not (folder / "postgres").exists()


class Command:
    """A command that uses the database until its input ends."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND],
            env=environment(folder),
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().decode().strip()

    def leave(self) -> int:
        self.process.communicate()
        return self.process.returncode

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def server_runs(folder: Path) -> bool:
    return bool(titled(f"{folder}/postgres"))


@pytest.mark.slow
def test_commands_that_start_together_share_one_server_and_the_last_one_stops_it(folder: Path) -> None:
    first, second = Command(folder), Command(folder)
    assert (first.answer(), second.answer()) == ("42", "42")
    assert len(titled(f"{folder}/postgres")) == 1
    assert first.leave() == 0
    assert server_runs(folder)
    assert second.leave() == 0
    assert not server_runs(folder)
    assert not (folder / "postgres" / "postmaster.pid").exists()


@pytest.mark.slow
def test_a_server_a_killed_command_left_is_joined_and_stopped_by_the_next(folder: Path) -> None:
    killed = Command(folder)
    killed.answer()
    killed.kill()
    assert server_runs(folder)
    following = Command(folder)
    assert following.answer() == "42"
    following.leave()
    assert not server_runs(folder)


@pytest.mark.slow
def test_a_server_killed_with_its_command_blocks_nobody(folder: Path) -> None:
    killed = Command(folder)
    killed.answer()
    for pid in titled(f"{folder}/postgres"):
        os.kill(pid, signal.SIGKILL)
    killed.kill()
    following = Command(folder)
    assert following.answer() == "42"
    assert following.leave() == 0


@pytest.mark.slow
def test_a_lock_file_that_names_a_stranger_blocks_nobody(folder: Path) -> None:
    made = Command(folder)
    made.answer()
    made.leave()
    # As after a container's restart: the old number now belongs to somebody else.
    (folder / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}/postgres\n0\n5432\n\n\n0 0\nready\n")
    following = Command(folder)
    assert following.answer() == "42"
    assert following.leave() == 0


@pytest.mark.slow
def test_a_command_asked_to_end_takes_its_server_along(folder: Path) -> None:
    asked = Command(folder)
    asked.answer()
    asked.process.terminate()
    assert asked.leave() == 128 + signal.SIGTERM
    assert not server_runs(folder)


@pytest.mark.slow
def test_only_the_operator_is_let_in_and_errors_keep_the_values_of_a_row_out_of_the_log(folder: Path) -> None:
    command = Command(folder)
    command.answer()
    command.leave()
    rules = (folder / "postgres" / "pg_hba.conf").read_text().split()
    assert rules[3:] == ["peer", "map=hall"]
    names = (folder / "postgres" / "pg_ident.conf").read_text().splitlines()
    assert [line.split()[-1] for line in names] == ["hall", "hall_app"]
    assert len({line.split()[1] for line in names}) == 1
    log = (folder / "log" / "postgres.log").read_text()
    assert "division by zero" in log
    assert "张三" not in log


@pytest.mark.slow
def test_a_database_of_another_postgresql_has_a_sentence(folder: Path) -> None:
    (folder / "postgres").mkdir(parents=True)
    (folder / "postgres" / "PG_VERSION").write_text("12\n")
    refused = manage(folder, "showmigrations")
    assert refused.returncode == 1
    assert "PostgreSQL 12" in refused.stderr
    assert "pg_dump" in refused.stderr


def test_a_folder_that_cannot_be_written_ends_in_a_sentence() -> None:
    refused = manage(Path("/dev/null/hall"), "showmigrations")
    assert refused.returncode == 1
    assert refused.stderr.startswith("数据目录不能写入：")
    assert "Traceback" not in refused.stderr
