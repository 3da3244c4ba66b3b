"""What can go wrong on a machine has a sentence: what happened, and what to do next. Tables of both."""

import base64
import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from hall.local import attach, binaries, paths
from hall.local.locks import FileLock, supervisor_lock, users_lock
from hall.local.ports import _refusal, reachable_host, require_free, served_hosts
from hall.local.secrets import NAMES, local_secrets
from hall.local.trouble import Trouble

HOST_ERRORS = [
    # errno, what the person reads
    (98, r"端口 8000 已被别的程序占用.*--port 8001"),
    (13, r"没有权限使用端口 8000.*1024 以上"),
    (99, r"不能在地址 127\.0\.0\.1 的端口 8000 上提供服务.*请检查 --host"),
    (None, r"请检查 --host"),
]


@pytest.mark.parametrize(("number", "sentence"), HOST_ERRORS)
def test_a_port_that_cannot_be_used(number: int | None, sentence: str) -> None:
    error = OSError(number, "because") if number else OSError("because")
    assert re.search(sentence, str(_refusal("127.0.0.1", 8000, error)))


@pytest.mark.parametrize(("port", "offered"), [(1, 2), (8000, 8001), (65534, 65535), (65535, 1)])
def test_the_port_that_is_offered_is_one(port: int, offered: int) -> None:
    assert str(_refusal("127.0.0.1", port, OSError(98, "x"))).endswith(f"--port {offered}")


@pytest.mark.parametrize("port", [-1, 0, 65536, 99999])
def test_a_number_that_is_no_port(port: int) -> None:
    with pytest.raises(Trouble, match=f"而不是 {port}。"):
        require_free("127.0.0.1", port)


def test_a_port_taken_over_ipv6_is_taken() -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    with socket.socket(socket.AF_INET6) as other:
        try:
            other.bind(("::1", 0))
        except OSError:
            return  # the machine has no ::1: nothing can be taken there
        other.listen()
        with pytest.raises(Trouble, match="占用"):
            require_free("::1", other.getsockname()[1])


HOSTS = [
    ("127.0.0.1", "127.0.0.1", {"127.0.0.1", "localhost", "[::1]"}),
    ("localhost", "localhost", {"127.0.0.1", "localhost", "[::1]"}),
    ("10.1.2.3", "10.1.2.3", {"127.0.0.1", "localhost", "[::1]", "10.1.2.3"}),
    ("hall.example", "hall.example", {"127.0.0.1", "localhost", "[::1]", "hall.example"}),
    ("2001:db8::7", "[2001:db8::7]", {"127.0.0.1", "localhost", "[::1]", "[2001:db8::7]"}),
]


@pytest.mark.parametrize(("host", "shown", "served"), HOSTS)
def test_what_a_host_answers_to(host: str, shown: str, served: set[str]) -> None:
    assert reachable_host(host) == shown
    assert set(served_hosts(host)) == served


def test_a_machine_whose_name_leads_nowhere_still_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    assert "localhost" in served_hosts("0.0.0.0")  # noqa: S104


COMMANDS = [
    # arguments after manage.py, needs the embedded database
    ([], False),
    (["help"], False),
    (["--help"], False),
    (["--version"], False),
    (["migrate", "--help"], False),
    (["migrate", "-h"], False),
    (["up"], False),
    (["up", "--port", "8001"], False),
    (["check"], False),
    (["check", "--deploy"], False),
    (["collectstatic"], False),
    (["make_keys"], False),
    (["makemigrations"], False),
    (["test"], False),
    (["migrate"], True),
    (["shell"], True),
    (["sweep"], True),
    (["import_items", "a.csv"], True),
    (["import_staff", "--dry-run", "a.csv"], True),
    (["load_demonstration"], True),
    (["-v2", "relay"], True),
]


@pytest.mark.parametrize(("arguments", "needs"), COMMANDS)
def test_which_commands_find_a_database_running(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], needs: bool
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert attach.needs_database(["manage.py", *arguments]) is needs


@pytest.mark.parametrize("arguments", [arguments for arguments, _ in COMMANDS])
def test_with_an_address_no_command_starts_a_server(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u@db/hall")
    assert not attach.needs_database(["manage.py", *arguments])


@pytest.mark.parametrize("present", [True, False])
def test_due_dates_are_told_without_a_database(monkeypatch: pytest.MonkeyPatch, present: bool) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(attach, "database_present", lambda: present)
    assert attach.needs_database(["manage.py", "due"]) is present


def test_a_package_that_is_not_there_is_named() -> None:
    with pytest.raises(Trouble, match=r"缺少软件包 no_such_package.*script/up"):
        binaries.package_folder("no_such_package")


@pytest.mark.parametrize("damage", ["cut", "empty", "list", "number", "without a key", "binary"])
def test_a_damaged_file_of_secrets_is_told_and_kept(folder: Path, damage: str) -> None:
    local_secrets()
    path = folder / "secrets.json"
    whole = path.read_text()
    found = json.loads(whole)
    broken: dict[str, bytes] = {
        "cut": whole[:20].encode(),
        "empty": b"",
        "list": b"[]",
        "number": b"7",
        "without a key": json.dumps({"secret_key": found["secret_key"]}).encode(),
        "binary": b"\xff\xfe\x00",
    }
    path.write_bytes(broken[damage])
    with pytest.raises(Trouble, match="请从备份恢复这个文件，不要删除"):
        local_secrets()
    assert path.read_bytes() == broken[damage]


def test_no_sentence_about_secrets_repeats_one(folder: Path) -> None:
    local_secrets()
    path = folder / "secrets.json"
    found = json.loads(path.read_text())
    path.write_text(json.dumps({"secret_key": found["secret_key"]}))
    with pytest.raises(Trouble) as refused:
        local_secrets()
    assert found["secret_key"] not in str(refused.value)


def test_more_names_in_the_file_do_no_harm(folder: Path) -> None:
    first = local_secrets()
    path = folder / "secrets.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "later": "x"}))
    assert local_secrets() == first
    assert set(first) == NAMES


def test_made_keys_can_be_pasted_into_the_environment(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_keys")
    told = dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines() if line.startswith("HALL_"))
    assert {"HALL_SECRET_KEY", "HALL_FIELD_KEYS", "HALL_INDEX_KEY"} <= set(told)
    assert len(told["HALL_SECRET_KEY"]) >= 50
    key = told["HALL_FIELD_KEYS"].partition(":")[2]
    assert [len(base64.b64decode(text)) for text in (key, told["HALL_INDEX_KEY"])] == [32, 32]
    assert key != told["HALL_INDEX_KEY"]


def test_keys_differ_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_keys")
    first = capsys.readouterr().out
    call_command("make_keys")
    assert capsys.readouterr().out != first


HOLDER = """
import sys
from hall.local.locks import {lock} as lock
held = lock()
held.{way}
print("held", flush=True)
sys.stdin.read()
"""
# What another process holds, and whether this one may take its lock alone or share it.
HELD: list[tuple[str, str, Callable[[], FileLock], bool]] = [
    ("supervisor_lock", "try_alone()", supervisor_lock, False),
    ("users_lock", "share()", users_lock, False),
    ("users_lock", "try_alone()", users_lock, False),
    ("users_lock", "try_alone()", supervisor_lock, True),
    ("supervisor_lock", "try_alone()", users_lock, True),
]


@pytest.mark.parametrize(("held", "way", "mine", "free"), HELD)
def test_locks_between_processes(folder: Path, held: str, way: str, mine: Callable[[], FileLock], free: bool) -> None:
    command = [sys.executable, "-c", HOLDER.format(lock=held, way=way)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        lock = mine()
        assert lock.try_alone() is free
        lock.release()
        other.communicate("")
    again = mine()
    assert again.try_alone(seconds=2)
    again.release()


def test_waiting_for_a_lock_ends_when_it_was_said_to(folder: Path) -> None:
    holder, waiting = supervisor_lock(), supervisor_lock()
    holder.try_alone()
    assert not waiting.try_alone(seconds=0.2)
    holder.release()
    waiting.release()


def test_a_link_in_the_place_of_a_lock_is_not_followed(folder: Path, tmp_path: Path) -> None:
    users_lock().release()
    (folder / "locks" / "users").unlink()
    (folder / "locks" / "users").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Trouble, match="不能写入"):
        users_lock()
    assert not (tmp_path / "elsewhere").exists()


UNWRITABLE = ["/proc/hall", "/dev/null/hall", "/sys/hall"]


@pytest.mark.parametrize("place", UNWRITABLE)
@pytest.mark.parametrize("verb", [paths.make_data_dir, lambda: paths.log_file("web"), users_lock, local_secrets])
def test_every_first_write_has_the_same_sentence(
    monkeypatch: pytest.MonkeyPatch, place: str, verb: Callable[[], object]
) -> None:
    monkeypatch.setenv("HALL_DATA_DIR", place)
    with pytest.raises(Trouble, match=r"数据目录不能写入：.*HALL_DATA_DIR"):
        verb()
