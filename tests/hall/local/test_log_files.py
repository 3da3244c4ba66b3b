"""Logs of the servers are packed by day and size, and kept (U08)."""

import gzip
from datetime import date, datetime
from pathlib import Path

import pytest

from hall.local import log_files
from hall.local.log_files import kept, kept_dir, turn, turn_all, turn_due
from hall.local.paths import log_file

NOW = datetime(2026, 5, 13, 10, 15, 30)  # noqa: DTZ001 - the machine's own time


def lines(path: Path | None) -> str:
    assert path is not None
    return gzip.decompress(path.read_bytes()).decode()


def test_u08_a_log_is_packed_and_begins_anew(folder: Path) -> None:
    log = log_file("web")
    log.write_text("before\n")
    with log.open("ab") as server:
        packed = turn(log, NOW)
        server.write(b"after\n")
    assert lines(packed) == "before\n"
    assert log.read_text() == "after\n"


def test_u08_the_packed_log_says_whose_and_of_which_day_it_is(folder: Path) -> None:
    log_file("web").write_text("before\n")
    turn(log_file("web"), NOW)
    (one,) = kept()
    assert (one.name, one.day, one.path.name) == ("web", date(2026, 5, 13), "web-20260513T101530.log.gz")
    assert one.size == one.path.stat().st_size > 0


def test_u08_two_parts_of_one_second_are_both_kept(folder: Path) -> None:
    for text in ("first\n", "second\n"):
        log_file("web").write_text(text)
        turn(log_file("web"), NOW)
    assert sorted(lines(one.path) for one in kept()) == ["first\n", "second\n"]


def test_an_empty_log_is_not_packed(folder: Path) -> None:
    log_file("web").touch()
    assert turn(log_file("web"), NOW) is None
    assert turn(log_file("worker"), NOW) is None
    assert kept() == []


def test_u08_packed_logs_are_closed_to_others(folder: Path) -> None:
    log_file("web").write_text("before\n")
    packed = turn(log_file("web"), NOW)
    assert packed is not None
    assert packed.stat().st_mode & 0o077 == 0
    assert kept_dir().stat().st_mode & 0o077 == 0


def test_u08_a_start_keeps_the_logs_of_every_run_before(folder: Path) -> None:
    for second, text in enumerate(("first run\n", "second run\n")):
        log_file("web").write_text(text)
        turn_all(NOW.replace(second=second))
    assert [lines(one.path) for one in kept()] == ["first run\n", "second run\n"]
    assert log_file("web").read_text() == ""


def test_u08_a_new_day_begins_new_logs(folder: Path) -> None:
    log_file("web").write_text("yesterday\n")
    log_file("supervisor").write_text("yesterday too\n")
    assert turn_due(NOW, date(2026, 5, 12)) == date(2026, 5, 13)
    assert [one.name for one in kept()] == ["supervisor", "web"]


def test_u08_on_the_same_day_only_the_log_that_grew_too_large_is_packed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_files, "LARGEST", 10)
    log_file("web").write_text("more than ten bytes\n")
    log_file("worker").write_text("short\n")
    assert turn_due(NOW, NOW.date()) == NOW.date()
    assert [one.name for one in kept()] == ["web"]


@pytest.mark.parametrize("name", ["notes.txt", "web.log.gz", "web-20269999T101530.log.gz", "web-20260513T101530.draft"])
def test_what_is_none_of_ours_is_left_out(folder: Path, name: str) -> None:
    (kept_dir() / name).write_text("x")
    assert kept() == []
