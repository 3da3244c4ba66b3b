"""When a call in vain counts, as a table; and no three of them within a day end the contact, whatever the times."""

from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from hall.rectification.attempts import Spacing, counts_from, day_of
from tests.builders import moment

RULE = Spacing(tries=3, hours=3, days=2)


@pytest.mark.parametrize(
    ("made", "at", "since"),
    [
        ([], "2026-04-13 10:00", None),
        (["2026-04-13 10:00"], "2026-04-13 12:59", "2026-04-13 13:00"),
        (["2026-04-13 10:00"], "2026-04-13 13:00", None),
        (["2026-04-13 10:00", "2026-04-13 13:00"], "2026-04-13 20:00", "2026-04-14 00:00"),
        (["2026-04-13 10:00", "2026-04-13 23:00"], "2026-04-14 01:00", "2026-04-14 02:00"),
        (["2026-04-13 10:00", "2026-04-13 13:00"], "2026-04-14 00:00", None),
        (["2026-04-13 23:30", "2026-04-14 09:00"], "2026-04-14 12:00", None),
    ],
)
def test_the_moment_the_next_one_counts_from(made: list[str], at: str, since: str | None) -> None:
    found = counts_from([moment(time) for time in made], moment(at), RULE)
    assert found == (moment(since) if since else None)


def test_one_try_on_one_day_may_be_all_a_hall_asks_for() -> None:
    assert counts_from([], moment("2026-04-13 10:00"), Spacing(1, 0, 1)) is None


@pytest.mark.parametrize("seed", range(50))
def test_whatever_is_tried_the_counted_ones_lie_apart(seed: int) -> None:
    dice, made, now = Random(seed), list[datetime](), moment("2026-04-13 08:00")
    while len(made) < RULE.tries:
        now += timedelta(minutes=dice.randint(1, 240))
        since = counts_from(made, now, RULE)
        assert since is None or since > now
        if since is None:
            made.append(now)
    assert all(later - sooner >= timedelta(hours=3) for sooner, later in pairwise(made))
    assert len({day_of(time) for time in made}) >= RULE.days
