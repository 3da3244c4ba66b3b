"""The one timeline: everything in the order of time, nothing ahead, months that are over."""

from datetime import datetime

import pytest
from django.utils import timezone

from approvals.demonstration import conduct, merits, voices, watching
from approvals.demonstration.cases import past_days
from approvals.demonstration.organisation import Hall
from approvals.demonstration.timeline import TOLD_AFTER, Scene, Stage, on, play
from tests.approvals.demonstration.conftest import AT

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
DAYS = ["2026-10-28 15:30", "2026-11-03 03:00", "2026-10-09 09:31", "2026-01-01 12:00", "2026-03-02 16:59"]


def moment(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def stage_at(hall: Hall, at: datetime) -> Stage:
    return Stage(hall, at=at, acts=(), past=past_days(hall, at))


def test_scenes_are_played_in_the_order_of_time() -> None:
    done: list[str] = []
    later, sooner = moment("2026-10-02 10:00"), moment("2026-10-01 10:00")
    told = [(later, "b"), (sooner, "a"), (later, "c")]
    play([Scene(at, lambda _, word=word: done.append(word)) for at, word in told], until=AT)  # type: ignore[misc]
    assert done == ["a", "b", "c"]


def test_nothing_ahead_is_played() -> None:
    done: list[datetime] = []
    play([Scene(moment("2026-10-28 15:31"), done.append), Scene(AT, done.append)], until=AT)
    assert done == [AT]


@pytest.mark.parametrize("text", DAYS)
def test_the_month_told_was_over_some_working_days_ago(hall: Hall, text: str) -> None:
    stage = stage_at(hall, moment(text))
    told, running = stage.months()
    assert told.last < stage.past[TOLD_AFTER]
    assert told.following() == running
    assert stage.past[TOLD_AFTER] <= running.last


@pytest.mark.parametrize("text", DAYS)
def test_days_go_back_and_forth_over_working_days(hall: Hall, text: str) -> None:
    at = moment(text)
    stage = stage_at(hall, at)
    assert stage.ago(0, 9) <= at
    assert list(stage.past[:30]) == sorted(stage.past[:30], reverse=True)
    assert all(day > at.date() and stage.calendar.is_working(day) for day in stage.coming(5))
    assert stage.working_days(stage.months()[0])[-1] <= stage.months()[0].last


@pytest.mark.parametrize("room", [voices, watching, conduct, merits])
def test_rooms_act_on_open_days_in_office_hours(hall: Hall, room: object) -> None:
    stage = stage_at(hall, AT)
    for scene in room.scenes(stage):  # type: ignore[attr-defined]
        local = timezone.localtime(scene.at)
        assert 8 <= local.hour < 17
        assert stage.calendar.is_working(local.date())


def test_moments_are_those_of_beijing() -> None:
    assert on(AT.date(), 15, 30) == AT
