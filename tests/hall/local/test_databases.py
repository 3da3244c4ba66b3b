"""Reading DATABASE_URL, and what each kind of process is allowed to wait for."""

import pytest

from hall.local.databases import application_role, connection_options, database_settings, parse_url
from hall.local.trouble import Trouble


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p@db:6432/hall", ("hall", "u", "p", "db", "6432")),
        ("postgres://u@db/other", ("other", "u", "", "db", "")),
        ("postgresql:///hall?host=/run/sockets", ("hall", "postgres", "", "/run/sockets", "")),
        ("postgresql://u:p%40ss%2Fword@db/h%C3%A4ll", ("häll", "u", "p@ss/word", "db", "")),
        ("postgresql://u@[::1]:5432/hall", ("hall", "u", "", "::1", "5432")),
        ("postgresql://db", ("hall", "postgres", "", "db", "")),
    ],
)
def test_reads_each_part_of_an_address(url: str, expected: tuple[str, ...]) -> None:
    found = parse_url(url)
    assert (found["NAME"], found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == expected


@pytest.mark.parametrize("url", ["mysql://u:secret@db/hall", "hall", "postgresql://u:secret@db:port/hall", "http://[x"])
def test_refuses_another_address_without_repeating_its_password(url: str) -> None:
    with pytest.raises(Trouble) as refused:
        parse_url(url)
    assert "DATABASE_URL" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_passes_the_wish_for_encryption_to_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u@db/hall?sslmode=verify-full&sslrootcert=/etc/ssl/db.pem")
    found = database_settings()
    assert (found["OPTIONS"]["sslmode"], found["OPTIONS"]["sslrootcert"]) == ("verify-full", "/etc/ssl/db.pem")
    assert not {"SSLMODE", "SSLROOTCERT"} & set(found)


def test_uses_the_socket_of_the_data_folder_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "HALL_PROCESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HALL_DATA_DIR", "/srv/hall")
    found = database_settings()
    assert (found["HOST"], found["NAME"], found["USER"]) == ("/srv/hall/run", "hall", "hall")


ELSEWHERE = "postgresql://owner:s@db/hall"


@pytest.mark.parametrize(
    ("url", "own", "process", "user"),
    [
        ("", "", "command", "hall"),
        ("", "", "web", "hall_app"),
        ("", "", "worker", "hall_app"),
        (ELSEWHERE, "", "web", "owner"),
        (ELSEWHERE, "postgresql://app:t@db/hall", "web", "app"),
        (ELSEWHERE, "postgresql://app:t@db/hall", "worker", "app"),
        (ELSEWHERE, "postgresql://app:t@db/hall", "command", "owner"),
    ],
)
def test_c10_who_serves_connects_as_the_application_and_who_commands_as_the_owner(
    monkeypatch: pytest.MonkeyPatch, url: str, own: str, process: str, user: str
) -> None:
    for name, value in {"DATABASE_URL": url, "HALL_APP_DATABASE_URL": own, "HALL_PROCESS": process}.items():
        monkeypatch.setenv(name, value)
    assert database_settings()["USER"] == user


@pytest.mark.parametrize(
    ("url", "own", "role"),
    [("", "", "hall_app"), (ELSEWHERE, "", ""), (ELSEWHERE, "postgresql://app:t@db/hall", "app")],
)
def test_c10_the_role_that_gets_its_rights(monkeypatch: pytest.MonkeyPatch, url: str, own: str, role: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("HALL_APP_DATABASE_URL", own)
    assert application_role() == role


@pytest.mark.parametrize(
    ("process", "statement", "lock", "idle"),
    [("web", 5_000, 2_000, 30_000), ("worker", 60_000, 5_000, 30_000), ("command", 0, 10_000, 0)],
)
def test_a_request_waits_less_than_a_command(process: str, statement: int, lock: int, idle: int) -> None:
    told = connection_options(process)["options"]
    assert f"-c statement_timeout={statement}" in told
    assert f"-c lock_timeout={lock}" in told
    assert f"-c idle_in_transaction_session_timeout={idle}" in told


@pytest.mark.parametrize("process", ["web", "worker"])
def test_the_kind_of_process_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, process: str) -> None:
    monkeypatch.setenv("HALL_PROCESS", process)
    assert database_settings()["OPTIONS"]["application_name"] == f"hall-{process}"


def test_the_database_lives_in_beijing() -> None:
    assert database_settings()["TIME_ZONE"] == "Asia/Shanghai"
