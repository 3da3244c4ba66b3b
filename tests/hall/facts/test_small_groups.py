"""No number that can be computed from published ones tells of one to nine people, whatever is added and subtracted."""

from collections.abc import Iterator
from itertools import product
from random import Random

import pytest

from hall.facts.small_groups import Cells, Standing, standing, throughout

LEAST = 10
# A leaf is one cell of one span; a set of leaves is a set of bits.
Leaves = dict[tuple[int, tuple[int | None, ...]], int]


def lines_of(cells: dict[int | None, int]) -> set[int | None]:
    """The lines that stand of a table with one division."""
    return {key for _, key in standing({(key,): number for key, number in cells.items()}, LEAST).lines}


@pytest.mark.parametrize(
    ("numbers", "stand"),
    [
        ({}, set()),
        ({1: 9}, set()),
        ({1: 10}, {1}),
        ({1: 10, 2: 0}, {1}),
        ({1: 40, 2: 12, 3: 11}, {1, 2, 3}),
        ({1: 40, 2: 12, 3: 9}, {1}),
        ({1: 40, 2: 12, 3: 4, 4: 5}, {1}),
        ({1: 40, 2: 12, 3: 4, 4: 6}, {1, 2}),
        ({1: 40, None: 3}, set()),
        ({1: 40, 2: 30, None: 12}, {1, 2, None}),
    ],
)
def test_the_hidden_together_are_nobody_or_enough(numbers: dict[int | None, int], stand: set[int | None]) -> None:
    assert lines_of(numbers) == stand


def test_a_window_of_few_takes_the_other_one_of_its_department_along() -> None:
    cells: Cells = {(1, 11): 25, (1, 12): 5, (2, 21): 30, (2, 22): 40}
    assert standing(cells, LEAST).lines == {(0, 1), (0, 2), (1, 21), (1, 22)}


def test_a_window_shared_by_two_departments_does_not_tell_the_few_of_one() -> None:
    assert standing({(1, 11): 25, (2, 11): 5, (2, 22): 40}, LEAST).lines != {(0, 1), (0, 2), (1, 11), (1, 22)}


def test_nothing_is_hidden_where_everything_is_large() -> None:
    cells: Cells = {(1, 11): 25, (2, 11): 15, (2, 22): 40}
    assert standing(cells, LEAST) == Standing(True, frozenset({(0, 1), (0, 2), (1, 11), (1, 22)}))


def test_p13_a_whole_of_few_is_hidden() -> None:
    assert not standing({(1,): 4, (2,): 5}, LEAST).whole
    assert standing({(1,): 4, (2,): 6}, LEAST) == Standing(True)


@pytest.mark.parametrize(
    ("quarters", "stands"),
    [((12, 15), True), ((12, 0), True), ((12, 9), False), ((6, 6), False), ((0, 0), False)],
)
def test_a_longer_span_stands_where_each_of_its_parts_does(quarters: tuple[int, int], stands: bool) -> None:
    found = throughout([{(1,): number} for number in quarters], LEAST)
    assert (found.whole, (0, 1) in found.lines) == (stands, stands)


# --- whatever is added and subtracted


def tables(seed: int) -> list[Cells]:
    """Two spans of the same two departments and three windows, few and many, some cells empty."""
    dice = Random(seed)
    places = [cell for cell in product((1, 2), (11, 12, None)) if dice.random() < 0.8]
    sizes = (0, 0, 1, 3, 5, 9, 10, 11, 14, 20, 40)
    return [{cell: dice.choice(sizes) for cell in places} for _ in range(2)]


def masks(parts: list[Cells], leaves: list[tuple[int, tuple[int | None, ...]]]) -> Iterator[int]:
    """Every published number as the set of leaves it counts."""
    spans = [((index,), standing(part, LEAST)) for index, part in enumerate(parts)]
    spans.append((tuple(range(len(parts))), throughout(parts, LEAST)))
    for within, found in spans:
        here = [(bit, cell) for bit, (span, cell) in enumerate(leaves) if span in within]
        if found.whole:
            yield sum(1 << bit for bit, _ in here)
        for division, key in found.lines:
            yield sum(1 << bit for bit, cell in here if cell[division] == key)


def computable(known: set[int]) -> set[int]:
    """All sets one gets by taking a set out of one that holds it, and by putting apart ones together, for ever."""
    new = set(known)
    while new:
        found = set()
        for one, other in product(known, new):
            inner, outer = (one, other) if one & other == one else (other, one)
            if inner & outer == inner:
                found.add(outer ^ inner)
            if not one & other:
                found.add(one | other)
        new = found - known
        known |= new
    return known


@pytest.mark.parametrize("seed", range(60))
def test_p13_no_difference_of_published_numbers_is_one_to_nine(seed: int) -> None:
    parts = tables(seed)
    leaves = [(span, cell) for span, part in enumerate(parts) for cell in part]
    weight = [parts[span][cell] for span, cell in leaves]
    told = computable(set(masks(parts, leaves)))
    small = {mask for mask in told if 0 < sum(n for bit, n in enumerate(weight) if mask >> bit & 1) < LEAST}
    assert not small


def test_the_search_finds_what_a_careless_rule_would_tell() -> None:
    """The property can fail: three quarters of people and one published by mistake."""
    assert 0b001 in computable({0b111, 0b110})
    assert 0b001 in computable({0b0111, 0b0100, 0b0010})
