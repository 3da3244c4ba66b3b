"""Heartbeats: the effect of a periodic job is watched, not its process."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from hall.ledger import actions, queries
from hall.ledger.models import Heartbeat
from tests.hall.ledger.builders import AT, later

pytestmark = pytest.mark.django_db


def test_a_job_that_never_ran_has_no_age() -> None:
    assert queries.last_beat("sweep") is None
    assert queries.beat_age("sweep", AT) is None


def test_a_beat_is_remembered() -> None:
    actions.beat("sweep", AT, "12 cases")
    assert queries.last_beat("sweep") == AT
    assert queries.beat_age("sweep", later(3)) == timedelta(minutes=3)
    assert Heartbeat.objects.get().note == "12 cases"


def test_the_last_beat_counts() -> None:
    actions.beat("sweep", AT)
    actions.beat("sweep", later(1), "again")
    assert queries.last_beat("sweep") == later(1)
    assert Heartbeat.objects.get().note == "again"


def test_a_clock_that_steps_back_moves_no_beat_back() -> None:
    actions.beat("sweep", later(10))
    actions.beat("sweep", AT)
    assert queries.last_beat("sweep") == later(10)


def test_jobs_beat_apart() -> None:
    actions.beat("sweep", AT)
    assert queries.last_beat("relay") is None


def test_a_long_note_is_cut() -> None:
    actions.beat("sweep", AT, "x" * 500)
    assert len(Heartbeat.objects.get().note) == 200


def test_purging_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    actions.hit("lookup", "D1", limit=5, window=timedelta(minutes=15), at=AT)
    call_command("purge_ledger")
    assert "已清除 1 行" in capsys.readouterr().out


def test_sealing_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seal_ledger")
    assert "已写入 0 段封存" in capsys.readouterr().out
    assert queries.last_beat("seal") is not None
