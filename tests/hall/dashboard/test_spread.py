"""Mean, median and 90th percentile, against the definition on sorted lists."""

from collections import Counter
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.dashboard.spread import Spread

DAYS = st.lists(st.integers(min_value=0, max_value=200), min_size=1, max_size=80)


@given(DAYS)
def test_percentiles_are_days_of_cases_that_were(days: list[int]) -> None:
    spread, ordered = Spread(Counter(days)), sorted(days)
    assert spread.n == len(days)
    assert spread.mean == pytest.approx(sum(days) / len(days))
    for percent in (1, 50, 90, 100):
        assert spread.percentile(percent) == ordered[ceil(len(days) * percent / 100) - 1]


@given(DAYS)
def test_median_is_at_most_the_ninetieth(days: list[int]) -> None:
    spread = Spread(Counter(days))
    assert spread.median is not None
    assert spread.p90 is not None
    assert min(days) <= spread.median <= spread.p90 <= max(days)


def test_nothing_has_no_mean() -> None:
    spread = Spread({})
    assert (spread.n, spread.mean, spread.median, spread.p90) == (0, None, None, None)
    assert (spread.mean_text, spread.beside) == ("—", "没有数据")


def test_the_mean_is_never_written_alone() -> None:
    spread = Spread({1: 9, 30: 1})
    assert (spread.mean_text, spread.beside) == ("3.9", "中位 1 · P90 1")
