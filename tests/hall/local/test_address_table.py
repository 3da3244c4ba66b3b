"""DATABASE_URL as people write it, and what a wrong one is answered: every part read, no password ever repeated."""

import pytest

from hall.local.databases import LOCK_TIMEOUT, STATEMENT_TIMEOUT, connection_options, database_settings, parse_url
from hall.local.trouble import Trouble

PARTS = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
READ = [
    # address, name, user, password, host, port
    ("postgresql://", "hall", "postgres", "", "", ""),
    ("postgresql:///", "hall", "postgres", "", "", ""),
    ("postgresql:///other", "other", "postgres", "", "", ""),
    ("postgresql://db.example/hall", "hall", "postgres", "", "db.example", ""),
    ("postgresql://DB.EXAMPLE/hall", "hall", "postgres", "", "db.example", ""),
    ("postgresql://u@db/hall", "hall", "u", "", "db", ""),
    ("postgresql://u:@db/hall", "hall", "u", "", "db", ""),
    ("postgresql://:p@db/hall", "hall", "postgres", "p", "db", ""),
    ("postgresql://u:p@db:1/hall", "hall", "u", "p", "db", "1"),
    ("postgresql://u:p@db:65535/hall", "hall", "u", "p", "db", "65535"),
    ("postgresql://u:p%3Aq@db/hall", "hall", "u", "p:q", "db", ""),
    ("postgresql://u:p%40q@db/hall", "hall", "u", "p@q", "db", ""),
    ("postgresql://u:p%25q@db/hall", "hall", "u", "p%q", "db", ""),
    ("postgresql://u:p%23q%3F@db/hall", "hall", "u", "p#q?", "db", ""),
    ("postgresql://%E5%BC%A0:%E5%AF%86@db/hall", "hall", "张", "密", "db", ""),
    ("postgresql://u@127.0.0.1/hall", "hall", "u", "", "127.0.0.1", ""),
    ("postgresql://u@[2001:db8::1]:5432/hall", "hall", "u", "", "2001:db8::1", "5432"),
    ("postgresql://u@/hall?host=/run/pg", "hall", "u", "", "/run/pg", ""),
    ("postgresql://u@db/hall?host=/run/pg", "hall", "u", "", "/run/pg", ""),
    ("postgresql://u@db/hall?application_name=x", "hall", "u", "", "db", ""),
    ("postgresql://u@db/hall?host=", "hall", "u", "", "db", ""),
    ("postgres://u@db/hall", "hall", "u", "", "db", ""),
    ("POSTGRESQL://u@db/hall", "hall", "u", "", "db", ""),
]


@pytest.mark.parametrize(("url", *PARTS), READ)
def test_each_part_of_an_address(url: str, NAME: str, USER: str, PASSWORD: str, HOST: str, PORT: str) -> None:  # noqa: N803
    found = parse_url(url)
    assert tuple(found[part] for part in PARTS) == (NAME, USER, PASSWORD, HOST, PORT)


REFUSED = [
    "mysql://u:geheim@db/hall",
    "sqlite:///geheim.db",
    "http://u:geheim@db/hall",
    "postgresql+psycopg2://u:geheim@db/hall",
    "u:geheim@db/hall",
    "geheim",
    "//u:geheim@db/hall",
    "postgresql://u:geheim@db:port/hall",
    "postgresql://u:geheim@db:70000/hall",
    "postgresql://u:geheim@db:-1/hall",
    "postgresql://u:geheim@[::1/hall",
    "",
    " ",
]


@pytest.mark.parametrize("url", REFUSED)
def test_what_is_no_address_gets_one_sentence_without_its_secret(url: str) -> None:
    with pytest.raises(Trouble) as refused:
        parse_url(url)
    assert "DATABASE_URL 不是数据库地址" in str(refused.value)
    assert "geheim" not in str(refused.value)
    assert refused.value.__cause__ is None  # the reason would repeat the address


SSL = [("", None), ("?sslmode=require", "require"), ("?sslmode=verify-full", "verify-full"), ("?sslmode=", None)]


@pytest.mark.parametrize(("query", "mode"), SSL)
def test_encryption_is_asked_for_where_the_address_says_so(
    monkeypatch: pytest.MonkeyPatch, query: str, mode: str | None
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://u@db/hall{query}")
    assert database_settings()["OPTIONS"].get("sslmode") == mode


@pytest.mark.parametrize("process", ["web", "worker", "command"])
def test_every_kind_of_process_has_its_limits(process: str) -> None:
    told = connection_options(process)
    assert told["application_name"] == f"hall-{process}"
    assert f"statement_timeout={STATEMENT_TIMEOUT[process]}" in told["options"]
    assert f"lock_timeout={LOCK_TIMEOUT[process]}" in told["options"]
    assert 0 < told["connect_timeout"] <= 10


def test_nobody_waits_for_a_lock_for_ever() -> None:
    assert all(LOCK_TIMEOUT.values())


def test_a_lock_is_given_up_before_the_statement() -> None:
    """The person is told that somebody is at the case, not that the database is slow."""
    assert all(LOCK_TIMEOUT[name] < STATEMENT_TIMEOUT[name] for name in ("web", "worker"))


def test_an_unknown_kind_of_process_fails_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALL_PROCESS", "cron")
    with pytest.raises(KeyError):
        database_settings()


@pytest.mark.parametrize(("name", "used"), [("", None), ("test_somebody", "test_somebody")])
def test_the_test_database_may_be_named(monkeypatch: pytest.MonkeyPatch, name: str, used: str | None) -> None:
    monkeypatch.setenv("HALL_TEST_DB", name)
    assert database_settings()["TEST"]["NAME"] == used
