"""Celery's scheduler under a clock that is set: it goes on ringing (R08)."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from celery import Celery
from celery.beat import PersistentScheduler
from django.conf import settings

from hall.local.ticking import SteadyScheduler

SCHEDULE = {
    "sweep": {"task": "sweep", "schedule": 20.0},
    "relay": {"task": "relay", "schedule": 5.0},
    "purge": {"task": "purge", "schedule": 3600.0},
}


class Recorder(SteadyScheduler):
    """Writes down what it would ring."""

    def __init__(self, path: Path) -> None:
        self.rung: list[str] = []
        app = Celery("test", set_as_current=False)
        app.conf.update(beat_schedule=SCHEDULE, timezone="UTC")
        super().__init__(app, schedule_filename=str(path))

    def apply_entry(self, entry: object, producer: object = None) -> None:
        self.rung.append(entry.name)  # type: ignore[attr-defined]

    @property
    def producer(self) -> None:
        return None

    def run(self, traveller: time_machine.Traveller, seconds: float) -> list[str]:
        """What is rung in so many seconds of a clock that goes as the steady one does."""
        self.rung, end = [], seconds
        while end > 0:
            pause = max(self.tick(), 0.001)
            assert pause <= 5
            traveller.shift(pause)
            end -= pause
        return self.rung


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    """A clock of which the tests say how it goes; the steady clock goes with it unless they step it."""
    with time_machine.travel("2026-11-22T09:00:00+08:00", tick=False) as traveller:
        begun, stepped = time.time(), [0.0]
        monkeypatch.setattr("hall.local.ticking.time.monotonic", lambda: time.time() - begun - stepped[0])
        traveller.step = lambda seconds: (stepped.__setitem__(0, stepped[0] + seconds), traveller.shift(seconds))
        yield traveller


@pytest.fixture
def scheduler(steady: time_machine.Traveller, tmp_path: Path) -> Iterator[Recorder]:
    made = Recorder(tmp_path / "beat-schedule")
    made.run(steady, 60)
    yield made
    made.close()


def test_rings_each_at_its_interval(scheduler: Recorder, steady: time_machine.Traveller) -> None:
    rung = scheduler.run(steady, 100)
    assert 4 <= rung.count("sweep") <= 6
    assert 18 <= rung.count("relay") <= 21


@pytest.mark.parametrize(
    "step", [timedelta(hours=-2), timedelta(hours=2), timedelta(days=-400), timedelta(seconds=-30)]
)
def test_r08_goes_on_at_the_same_pace_after_the_clock_was_set(
    scheduler: Recorder, steady: time_machine.Traveller, step: timedelta
) -> None:
    steady.step(step.total_seconds())
    rung = scheduler.run(steady, 100)
    assert 4 <= rung.count("sweep") <= 7
    assert 18 <= rung.count("relay") <= 22


def test_r08_forward_and_back_again_within_an_hour(scheduler: Recorder, steady: time_machine.Traveller) -> None:
    steady.step(7200)
    scheduler.run(steady, 60)
    steady.step(-7200)
    rung = scheduler.run(steady, 100)
    assert 4 <= rung.count("sweep") <= 7
    assert 18 <= rung.count("relay") <= 22
    assert rung.count("purge") <= 1


def test_r08_notes_of_the_future_do_not_silence_the_next_start(steady: time_machine.Traveller, tmp_path: Path) -> None:
    before = Recorder(tmp_path / "beat-schedule")
    before.run(steady, 60)
    before.close()
    steady.step(-7200)
    after = Recorder(tmp_path / "beat-schedule")
    assert after.run(steady, 60).count("sweep") >= 2
    after.close()


def test_notes_that_cannot_be_read_are_made_anew(steady: time_machine.Traveller, tmp_path: Path) -> None:
    path = tmp_path / "beat-schedule"
    path.write_bytes(b"half a page")
    scheduler = Recorder(path)
    assert scheduler.run(steady, 30).count("relay") >= 4
    scheduler.close()


def test_the_hall_uses_it() -> None:
    assert f"{SteadyScheduler.__module__}:{SteadyScheduler.__qualname__}" == settings.CELERY_BEAT_SCHEDULER
    assert issubclass(SteadyScheduler, PersistentScheduler)
