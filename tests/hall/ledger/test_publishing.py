"""Heads of the chains are written where the database's administrator does not come, and held against it (P10, U04)."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from hall.ledger import publishing, tasks
from hall.ledger.models import Event, Heartbeat, Seal
from hall.ledger.verifying import verify
from tests.hall.ledger.builders import AT, behind_the_triggers, make_event, make_events, seal_now

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.LEDGER_HEADS_DIR = tmp_path / "heads"
    return tmp_path / "heads"


@pytest.fixture
def sealed() -> list[Event]:
    events = make_events(3)
    seal_now()
    return events


def test_the_heads_of_a_day_stand_in_its_file(sealed: list[Event], folder: Path) -> None:
    path = publishing.publish(AT)
    assert path == folder / "heads-2026-04-13.jsonl"
    seal = Seal.objects.get()
    assert json.loads(path.read_text()) == {"center": seal.center_code, "number": 1, "hash": seal.hash}


def test_the_day_is_that_of_beijing(sealed: list[Event]) -> None:
    path = publishing.publish(datetime.fromisoformat("2026-04-13T16:30+00:00"))
    assert path is not None
    assert path.name == "heads-2026-04-14.jsonl"


def test_what_was_published_is_not_written_over(sealed: list[Event]) -> None:
    path = publishing.publish(AT)
    assert path is not None
    before = path.read_text()
    make_event()
    seal_now()
    assert publishing.publish(AT + timedelta(hours=1)) == path
    assert path.read_text() == before
    assert not path.stat().st_mode & 0o222


def test_heads_are_in_the_log_too(sealed: list[Event], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="hall.ledger"):
        publishing.publish(AT)
    assert f"hash={Seal.objects.get().hash}" in caplog.text


def test_an_empty_ledger_publishes_nothing(folder: Path) -> None:
    assert publishing.publish(AT) is None
    assert publishing.published() == []
    assert not folder.exists()


def test_heads_of_all_days_are_read(sealed: list[Event], folder: Path) -> None:
    publishing.publish(AT)
    make_event()
    seal_now()
    publishing.publish(AT + timedelta(days=1))
    assert [head["number"] for head in publishing.published()] == [1, 2]
    assert verify(publishing.published(folder)) == []


def test_u04_a_tail_cut_off_is_found_by_the_heads_of_a_past_day(sealed: list[Event]) -> None:
    make_event()
    seal_now()
    publishing.publish(AT)
    with behind_the_triggers("ledger_event", "ledger_seal") as cursor:
        cursor.execute("DELETE FROM ledger_seal WHERE number = 2")
        cursor.execute("DELETE FROM ledger_event WHERE id = (SELECT max(id) FROM ledger_event)")
    assert [str(fault) for fault in verify()] == []
    (fault,) = verify(publishing.published())
    assert "账尾被截断" in str(fault)


def test_u04_a_chain_rewritten_by_who_has_the_key_is_found_by_the_heads(sealed: list[Event]) -> None:
    publishing.publish(AT)
    with behind_the_triggers("ledger_event", "ledger_seal") as cursor:
        cursor.execute("UPDATE ledger_event SET docket = 'D9'")
        cursor.execute("DELETE FROM ledger_seal")
    seal_now()
    assert verify() == []
    (fault,) = verify(publishing.published())
    assert "整体改写" in str(fault)


def test_the_nightly_task_publishes_verifies_and_leaves_a_beat(sealed: list[Event], folder: Path) -> None:
    assert tasks.publish() == 0
    assert list(folder.iterdir())
    assert Heartbeat.objects.get(name="verify").note == "0"


def test_the_nightly_task_tells_the_log_of_a_fault(sealed: list[Event], caplog: pytest.LogCaptureFixture) -> None:
    with behind_the_triggers("ledger_event") as cursor:
        cursor.execute("UPDATE ledger_event SET docket = 'D9' WHERE id = (SELECT min(id) FROM ledger_event)")
    with behind_the_triggers("ledger_seal") as cursor:
        cursor.execute("UPDATE ledger_seal SET sealed_at = %s", [timezone.now()])
    assert tasks.publish() == 1
    assert "the ledger does not match" in caplog.text
    assert Heartbeat.objects.get(name="verify").note == "1"


def test_events_of_long_ago_are_left_to_the_command(sealed: list[Event]) -> None:
    with behind_the_triggers("ledger_event") as cursor:
        cursor.execute("UPDATE ledger_event SET docket = 'D9'")
    assert verify(since=AT + timedelta(days=1)) == []
    assert len(verify(since=AT)) == 1
    assert len(verify()) == 1


def test_the_command_publishes_into_a_folder(
    sealed: list[Event], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("publish_heads", str(tmp_path / "elsewhere"))
    assert str(tmp_path / "elsewhere") in capsys.readouterr().out
    call_command("verify_ledger", "--heads", str(tmp_path / "elsewhere"))
    assert "完好" in capsys.readouterr().out


def test_the_command_says_that_there_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("publish_heads")
    assert "没有可公布的" in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_has_a_sentence(sealed: list[Event], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="写不了封存值"):
        call_command("publish_heads", str(tmp_path / "file"))
