"""Whether two ways to be refused can be told apart by a clock: the Mann-Whitney test over real requests."""

import math
import random
import time
from collections import Counter
from collections.abc import Callable

# Two tries at this level: a fair page is called unfair once in a million runs.
LEVEL = 0.001


def p_value(first: list[float], second: list[float]) -> float:
    """Two-sided, by the normal approximation with ties, as of some dozens of values each."""
    ranked = sorted(first + second)
    ties = Counter(ranked)
    place: dict[float, float] = {}
    seen = 0
    for value in sorted(ties):
        place[value] = seen + (ties[value] + 1) / 2
        seen += ties[value]
    m, n, whole = len(first), len(second), len(ranked)
    u = sum(place[value] for value in first) - m * (m + 1) / 2
    tied = sum(t**3 - t for t in ties.values())
    spread = math.sqrt(m * n / 12 * ((whole + 1) - tied / (whole * (whole - 1))))
    return math.erfc(abs(u - m * n / 2) / spread / math.sqrt(2)) if spread else 1.0


def measured(ask: Callable[[], object]) -> float:
    begun = time.perf_counter()
    ask()
    return time.perf_counter() - begun


def tell_apart(one: Callable[[], object], other: Callable[[], object], *, pairs: int) -> bool:
    """Whether the clock tells them apart: asked in turns, each first half of the time, and once more if it seems so."""
    for _ in range(2):
        for warm in (one, other, one, other):
            warm()
        times: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(pairs):
            turns = [True, False]
            random.shuffle(turns)
            for first in turns:
                times[first].append(measured(one if first else other))
        if p_value(times[True], times[False]) > LEVEL:
            return False
    return True
