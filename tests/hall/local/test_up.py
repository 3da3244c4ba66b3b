"""`manage.py up` as an operator meets it: it serves, it refuses in a sentence, it survives kills, it stops in order."""

import os
import shutil
import signal
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from hall.local.processes import supervised_for, titled
from tests.hall.local.running import RunningHall, eventually, free_port, manage

pytestmark = pytest.mark.slow
ROW = "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, '', now())"


@pytest.fixture(scope="module")
def shared() -> Iterator[Path]:
    """One data folder for the tests of this module: made by the first, started warm by the others."""
    path = Path(os.environ["HALL_DATA_DIR"]) / f"up-{uuid.uuid4().hex[:8]}"
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def hall(shared: Path) -> Iterator[RunningHall]:
    running = RunningHall(shared).wait_until_open()
    yield running
    running.stop()


def connect(folder: Path) -> "psycopg2.extensions.connection":
    return psycopg2.connect(host=str(folder / "run"), user="hall", dbname="hall")


def left_behind(folder: Path) -> list[int]:
    return [*supervised_for(f"HALL_SUPERVISED={folder}"), *titled(f"{folder}/postgres"), *titled(f"{folder}/run")]


def test_serves_refuses_a_second_start_lets_commands_in_and_stops_in_order(hall: RunningHall) -> None:
    assert hall.status("/login/") == 200
    assert hall.status("/static/css/tokens.css") == 200
    assert f"打开 http://127.0.0.1:{hall.port}/" in hall.said()

    second = manage(hall.folder, "up", "--port", str(free_port()))
    assert second.returncode == 1
    assert second.stderr.startswith("这个数据目录已经在运行中：")

    asked = manage(
        hall.folder, "shell", "--no-imports", "-c", "from hall.access.models import User; print(User.objects.get())"
    )
    assert asked.stdout.strip() == "first", asked.stderr
    assert hall.status("/login/") == 200

    assert hall.stop() == 0
    assert left_behind(hall.folder) == []
    assert "已停止。数据保存在" in hall.said()


def test_a_killed_supervisor_leaves_nothing_that_blocks_and_loses_no_row(hall: RunningHall, shared: Path) -> None:
    with connect(shared) as connection, connection.cursor() as cursor:
        cursor.execute(ROW, ["acknowledged"])
    connection.close()
    hall.process.kill()
    hall.process.wait()

    again = RunningHall(shared).wait_until_open()
    with connect(shared) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session WHERE session_key = 'acknowledged'")
        assert cursor.fetchone() == (1,)
    connection.close()
    assert again.status("/login/") == 200
    assert again.stop() == 0
    assert left_behind(shared) == []


def test_d13_lock_files_of_killed_servers_do_not_stop_the_next_start(hall: RunningHall, shared: Path) -> None:
    """Supervisor, PostgreSQL and Redis at once, as when a machine or a container is switched off."""
    stale = [hall.pid_of(word) for word in ("/bin/postgres", "redis-server")]
    for pid in (hall.process.pid, *stale):
        os.kill(pid, signal.SIGKILL)
    hall.process.wait()
    assert eventually(lambda: left_behind(shared) == [])
    assert (shared / "postgres" / "postmaster.pid").exists()
    assert (shared / "run" / ".s.PGSQL.5432.lock").exists()

    again = RunningHall(shared).wait_until_open()
    assert again.status("/healthz/ready") == 200
    assert again.stop() == 0


def test_a_taken_port_is_refused_before_anything_starts(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = manage(folder, "up", "--port", str(other.getsockname()[1]))
    assert refused.returncode == 1
    assert refused.stderr.startswith("端口")
    assert "Traceback" not in refused.stderr
    assert not (folder / "postgres").exists()


def test_a_database_of_a_newer_version_is_refused(shared: Path) -> None:
    hall = RunningHall(shared).wait_until_open()
    with connect(shared) as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('access', '9999_later', now())")
    connection.close()
    hall.stop()
    newer = RunningHall(shared)
    assert newer.process.wait(60) == 1
    assert "access.9999_later" in newer.said()
    assert "Traceback" not in newer.said()
    assert eventually(lambda: left_behind(shared) == [])


def test_a_server_that_does_not_answer_is_refused_in_a_sentence(folder: Path) -> None:
    refused = manage(
        folder,
        "up",
        "--port",
        str(free_port()),
        DATABASE_URL=f"postgresql:///hall?host={folder}",
        REDIS_URL="redis://127.0.0.1:1",
    )
    assert refused.returncode == 1
    assert "连不上数据库" in refused.stderr
    assert "Traceback" not in refused.stderr
