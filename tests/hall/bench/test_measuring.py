"""What a measurement says: a line for machines, a verdict for people."""

import json

import pytest

from hall.bench.measuring import Must, Result, middle, number, percentile


@pytest.mark.parametrize(
    ("value", "limit", "at_least", "met"),
    [
        (4.9, 5, False, True),
        (5, 5, False, True),
        (5.1, 5, False, False),
        (0.25, 0.25, True, True),
        (0.2, 0.25, True, False),
    ],
)
def test_a_must_is_met_up_to_its_limit(value, limit, at_least, met):
    assert Must("倍数", value, limit, at_least=at_least).met is met


def test_a_must_says_which_way_it_goes():
    assert (Must("毫秒", 3, 20).text, Must("每秒", 3, 20, at_least=True).text) == ("毫秒 3 ≤ 20", "每秒 3 ≥ 20")


def test_a_line_has_the_seven_names_in_order():
    line = json.loads(Result("sweep", "1m", 1.5, "s", 10_000, floor=0.5).line())
    assert list(line) == ["job", "scale", "ours", "floor", "ratio", "unit", "n"]
    assert (line["ratio"], line["n"]) == (3.0, 10_000)


def test_without_a_floor_there_is_no_ratio():
    line = json.loads(Result("due", "1m", 2_000_000.0, "due dates/s", 1).line())
    assert (line["floor"], line["ratio"]) == (None, None)


def test_what_else_was_seen_stands_beside():
    line = json.loads(Result("due", "1m", 1.0, "s", 1, also={"p99_ms": 12.3456789}).line())
    assert line["also"] == {"p99_ms": 12.346}


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.9, 90), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_the_nearest_rank(share, expected):
    assert percentile(range(1, 101), share) == expected


def test_of_one_value_every_percentile_is_that_value():
    assert {percentile([7.0], share) for share in (0, 0.5, 0.99, 1)} == {7.0}


def test_the_first_run_is_left_out_of_the_middle():
    calls = []
    middle(lambda: calls.append(1), 4)
    assert len(calls) == 5


@pytest.mark.parametrize(
    ("value", "text"), [(1_234_567.8, "1,234,568"), (123.4, "123"), (12.34, "12.3"), (0.01234, "0.0123")]
)
def test_figures_as_people_read_them(value, text):
    assert number(value) == text
