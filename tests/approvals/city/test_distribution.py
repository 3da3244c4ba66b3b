"""Draws that lean the way they should."""

from collections import Counter
from random import Random

import pytest

from approvals.city.distribution import PACE, Weighted, pace, ranked

DRAWS = 20_000


def test_weights_are_kept() -> None:
    drawn = Counter(Weighted(("a", "b"), (3, 1)).draw(random) for random in [Random(1)] for _ in range(DRAWS))
    assert drawn["a"] / DRAWS == pytest.approx(0.75, abs=0.02)


def test_what_has_no_weight_never_comes() -> None:
    random = Random(2)
    assert {Weighted(("a", "b"), (1, 0)).draw(random) for _ in range(500)} == {"a"}


def test_the_first_rank_is_busiest() -> None:
    random, draw = Random(3), ranked(("a", "b", "c", "d"))
    counts = Counter(draw.draw(random) for _ in range(DRAWS))
    assert [name for name, _ in counts.most_common()] == ["a", "b", "c", "d"]


def test_the_quantiles_rise() -> None:
    assert list(PACE) == sorted(PACE)


def test_about_one_in_twenty_five_is_late() -> None:
    random = Random(4)
    late = sum(pace(random) > 1 for _ in range(DRAWS)) / DRAWS
    assert 0.005 < late < 0.06


def test_half_are_done_in_less_than_half_their_time() -> None:
    random = Random(5)
    assert sorted(pace(random) for _ in range(DRAWS))[DRAWS // 2] < 0.5
