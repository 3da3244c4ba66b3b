"""The child processes of `manage.py up`."""

import subprocess
from pathlib import Path

from hall.local.broker import redis_answers, start_redis
from hall.local.children import Adopted, ChildProcess, ended
from hall.local.paths import log_file, redis_socket
from hall.local.processes import session_members
from hall.local.servants import find_servant
from tests.hall.local.running import eventually


def nothing() -> None:
    """Nothing to stop and nothing to start."""


def child(name: str, *command: str) -> ChildProcess:
    return ChildProcess(name, "网页服务", subprocess.Popen(command, start_new_session=True))


def test_a_child_takes_what_it_started_along() -> None:
    family = child("web", "sh", "-c", "sleep 64 & sleep 65 & wait")
    assert eventually(lambda: len(session_members(family.process.pid)) == 3)
    family.stop()
    assert not family.is_running()
    assert session_members(family.process.pid) == []


def test_stopping_a_child_that_ended_is_harmless() -> None:
    gone = child("web", "true")
    gone.process.wait()
    gone.stop()


def test_a_child_without_a_word_is_named_all_the_same(folder: Path) -> None:
    assert "没有记录" in str(ended(Adopted("worker", "后台任务", lambda: False, nothing, nothing)))


def test_redis_answers_on_its_socket_only_while_it_runs(folder: Path) -> None:
    folder.mkdir(mode=0o711)
    server = start_redis(find_servant())
    assert redis_answers(redis_socket())
    assert "0.0.0.0" not in log_file("redis").read_text()  # noqa: S104
    server.terminate()
    server.wait()
    assert not redis_answers(redis_socket())


def test_redis_starts_again_over_the_socket_of_a_killed_one(folder: Path) -> None:
    folder.mkdir(mode=0o711)
    killed = start_redis(find_servant())
    killed.kill()
    killed.wait()
    again = start_redis(find_servant())
    assert redis_answers(redis_socket())
    again.terminate()
    again.wait()
