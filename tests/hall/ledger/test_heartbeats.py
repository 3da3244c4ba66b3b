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


def test_r08_a_beat_of_the_future_gives_way_once_the_clock_is_right_again() -> None:
    """Kept, it would say for two hours that all is well, or that the clock is wrong."""
    actions.beat("sweep", later(120))
    actions.beat("sweep", AT)
    assert queries.last_beat("sweep") == AT


def test_of_two_hosts_a_minute_apart_the_later_moment_stays() -> None:
    actions.beat("sweep", later(2))
    actions.beat("sweep", AT)
    assert queries.last_beat("sweep") == later(2)
