"""The ruler itself: it must find a difference where there is one, and none where there is none."""

import random
import time

import pytest

from tests.security.timing import p_value, tell_apart


def test_the_same_distribution_is_not_told_apart() -> None:
    dice = random.Random(7)
    assert p_value(*([dice.gauss(10, 1) for _ in range(300)] for _ in range(2))) > 0.001


@pytest.mark.parametrize("shift", [0.5, -0.5, 2.0])
def test_a_shifted_one_is(shift: float) -> None:
    dice = random.Random(7)
    assert p_value([dice.gauss(10, 1) for _ in range(300)], [dice.gauss(10 + shift, 1) for _ in range(300)]) < 0.001


def test_nothing_but_ties_says_nothing() -> None:
    assert p_value([1.0] * 30, [1.0] * 30) == 1.0


def test_the_known_value_of_a_small_example() -> None:
    """Against the textbook: U = 0 for five below five, z = 2.611, p = 0.009."""
    assert p_value([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]) == pytest.approx(0.00902, abs=1e-4)


def test_a_tenth_of_a_millisecond_is_found() -> None:
    def busy(seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            pass

    assert tell_apart(lambda: busy(0.0010), lambda: busy(0.0014), pairs=150)
