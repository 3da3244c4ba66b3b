"""Made-up cases tell what could have happened."""

from datetime import date, timedelta
from random import Random

import pytest

from approvals.city.stories import Story, tell
from hall.workdays.shipped import shipped_calendar

CALENDAR = shipped_calendar()
TODAY = date(2026, 5, 20)
DAYS = CALENDAR.between(date(2026, 1, 5), TODAY - timedelta(days=1))
SEEDS = range(400)


def story(seed: int, *, stays_open: bool = False, promise: int | None = None) -> Story:
    random = Random(seed)
    limit = random.choice((0, 3, 10, 20)) if promise is None else promise
    return tell(random, CALENDAR, on=random.choice(DAYS), promise=limit, stays_open=stays_open, today=TODAY)


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    return [story(seed) for seed in SEEDS]


def test_moments_come_in_order(stories: list[Story]) -> None:
    for one in stories:
        moments = [m for m in (one.received_at, one.accepted_at, one.decided_at, one.delivered_at) if m]
        assert moments == sorted(moments)


def test_nothing_happened_after_today(stories: list[Story]) -> None:
    last = [one.closed_at or one.decided_at or one.received_at for one in stories]
    assert all(moment.date() <= TODAY for moment in last)


def test_a_decided_case_was_accepted(stories: list[Story]) -> None:
    assert all(one.accepted_at for one in stories if one.decided_at)


def test_a_closed_case_has_an_outcome(stories: list[Story]) -> None:
    assert all(one.outcome for one in stories if one.closed_at)


def test_every_outcome_comes(stories: list[Story]) -> None:
    told = {story(seed).outcome for seed in range(3000)}
    assert told >= {"granted", "denied", "not_required", "refused", "withdrawn", "voided"}


def test_what_stays_open_is_not_closed() -> None:
    assert not any(story(seed, stays_open=True, promise=10).closed_at for seed in SEEDS)


def test_what_is_done_on_the_spot_is_closed_the_same_day() -> None:
    done = [story(seed, promise=0) for seed in SEEDS]
    assert all(one.closed_at and one.closed_at.date() == one.received_at.date() for one in done)


def test_a_pause_ends_after_it_begins_and_before_today(stories: list[Story]) -> None:
    many = [story(seed, promise=15) for seed in range(3000)]
    pauses = [one.pause for one in many if one.pause]
    assert pauses
    assert all(start < TODAY and (end is None or start < end < TODAY) for start, end in pauses)


def test_the_same_seed_tells_the_same() -> None:
    assert story(7) == story(7)
