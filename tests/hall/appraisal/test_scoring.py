"""Points with their reasons: limits, steps, bonus, ties. Pure."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.appraisal import scoring
from hall.appraisal.enums import Band, LineKind, Start
from hall.appraisal.scoring import BONUS_CAP, INDICATOR, OVER, START, Point, Rule
from hall.facts.indicators import Figure
from hall.facts.sources import Fact
from tests.builders import moment

NOON = moment("2026-10-12 12:00")
NONE: frozenset[str] = frozenset()


def rule(weight: int = 20, per: int = -5, limit: int | None = None, **facts: Any) -> Rule:
    start = Start.FULL if per < 0 else Start.ZERO
    bound = Decimal(weight if limit is None else limit)
    return Rule(**{"kind": LineKind.FACTS, "start": start, "weight": weight, "limit": bound,
                   "per_fact": Decimal(per), **facts})  # fmt: skip


def happened(count: int) -> list[Fact]:
    return [Fact(f"x:{n}", NOON + timedelta(hours=n), f"第 {n} 件") for n in range(count)]


def points(made: list[Point]) -> list[int]:
    return [int(one.points) for one in made]


def test_a_line_that_loses_points_starts_full() -> None:
    assert [(one.key, one.points) for one in scoring.starting(rule())] == [(START, 20)]


@pytest.mark.parametrize("facts", [{"per": 1}, {"bonus": True}, {"kind": LineKind.INDICATOR}])
def test_other_lines_start_with_nothing(facts: dict[str, Any]) -> None:
    assert scoring.starting(rule(**facts)) == []


def test_every_fact_takes_its_points() -> None:
    assert points(scoring.from_facts(rule(), happened(3), source="x", struck=NONE)) == [-5, -5, -5]


def test_every_fact_gives_its_points() -> None:
    assert points(scoring.from_facts(rule(per=1), happened(3), source="x", struck=NONE)) == [1, 1, 1]


def test_the_fact_at_the_limit_takes_what_is_left() -> None:
    made = scoring.from_facts(rule(weight=12), happened(3), source="x", struck=NONE)
    assert points(made) == [-5, -5, -2]


def test_facts_beyond_the_limit_are_told_in_one_line_without_points() -> None:
    made = scoring.from_facts(rule(weight=5), happened(4), source="x", struck=NONE)
    assert [(one.key, int(one.points)) for one in made] == [("x:0", -5), (OVER, 0)]
    assert "另有 3 件" in made[-1].text


def test_a_struck_fact_counts_nothing_and_stays_visible() -> None:
    made = scoring.from_facts(rule(), happened(2), source="x", struck=frozenset({"x:0"}))
    assert [(one.key, int(one.points), one.struck) for one in made] == [("x:0", 0, True), ("x:1", -5, False)]


def test_a_struck_fact_makes_room_for_one_beyond_the_limit() -> None:
    made = scoring.from_facts(rule(weight=5), happened(2), source="x", struck=frozenset({"x:0"}))
    assert sum(points(made)) == -5


def test_the_earliest_facts_count_first_in_whatever_order_they_come() -> None:
    forward = scoring.from_facts(rule(weight=10), happened(4), source="x", struck=NONE)
    backward = scoring.from_facts(rule(weight=10), reversed(happened(4)), source="x", struck=NONE)
    assert forward == backward


@given(st.integers(0, 60), st.integers(1, 40), st.integers(-9, 9).filter(bool), st.integers(0, 20))
def test_a_line_never_goes_beyond_its_limit(count: int, weight: int, per: int, gone: int) -> None:
    struck = frozenset(f"x:{n}" for n in range(gone))
    made = scoring.from_facts(rule(weight=weight, per=per), happened(count), source="x", struck=struck)
    counted = max(0, count - gone)
    assert abs(sum(one.points for one in made)) == min(weight, abs(per) * counted)


@pytest.mark.parametrize(("value", "got"), [(1000, 20), (990, 15), (989, 8), (950, 8), (949, 0), (0, 0)])
def test_a_share_gives_the_points_of_the_best_step_it_reaches(value: int, got: int) -> None:
    steps = rule(kind=LineKind.INDICATOR, scale=[[950, 8], [1000, 20], [990, 15]])
    assert scoring.reached(steps, value) == got


@pytest.mark.parametrize(("value", "got"), [(0, 10), (1, 5), (2, 5), (3, 0)])
def test_where_less_is_better_the_step_is_an_upper_bound(value: int, got: int) -> None:
    assert scoring.reached(rule(scale=[[0, 10], [2, 5]], ascending=False), value) == got


def measure(figure: Figure, **facts: Any) -> Point:
    steps = rule(kind=LineKind.INDICATOR, scale=[[900, 20]], **facts)
    (made,) = scoring.from_indicator(steps, figure, label="好评率", url="/x/", struck=NONE)
    return made


def test_an_indicator_says_its_fraction_and_its_points() -> None:
    made = measure(Figure(9, 10))
    assert made.points == 20
    assert made.text == "好评率 90%（9 / 10），得 20 分"


def test_a_share_is_cut_off_before_it_is_compared() -> None:
    assert measure(Figure(8999, 10000)).points == 0


@pytest.mark.parametrize(("figure", "why"), [(Figure(0, 0), "分母为零"), (Figure(missing="没有来源"), "没有来源")])
def test_without_data_nothing_is_taken_and_the_entry_says_why(figure: Figure, why: str) -> None:
    made = measure(figure)
    assert made.points == 20
    assert why in made.text
    assert made.text.endswith("不扣分")


def test_without_data_a_bonus_gives_nothing() -> None:
    assert measure(Figure(0, 0), bonus=True).points == 0


def test_a_struck_indicator_gives_the_full_weight() -> None:
    steps = rule(kind=LineKind.INDICATOR, scale=[[900, 20]])
    (made,) = scoring.from_indicator(steps, Figure(0, 10), label="好评率", url="", struck=frozenset({INDICATOR}))
    assert (made.points, made.struck) == (20, True)


def test_marks_count_within_the_limit() -> None:
    marks = [Point("manual:1", Decimal(-15), "一"), Point("manual:2", Decimal(-15), "二")]
    made = scoring.from_marks(rule(kind=LineKind.MANUAL), marks, struck=NONE)
    assert points(made) == [-15, -5]


def test_a_struck_mark_counts_nothing() -> None:
    marks = [Point("manual:1", Decimal(-15), "一")]
    (made,) = scoring.from_marks(rule(kind=LineKind.MANUAL), marks, struck=frozenset({"manual:1"}))
    assert (made.points, made.struck) == (0, True)


@pytest.mark.parametrize(("bonus", "taken"), [(0, None), (5, None), (6, -1), (9, -4)])
def test_bonus_beyond_the_cap_is_taken_back(bonus: int, taken: int | None) -> None:
    made = scoring.over_bonus(Decimal(bonus), 5)
    assert [(one.key, int(one.points)) for one in made] == ([] if taken is None else [(BONUS_CAP, taken)])


def test_equal_totals_share_a_place_and_the_next_is_skipped() -> None:
    totals = [Decimal(90), Decimal(95), Decimal(95), Decimal(80)]
    assert scoring.ranks(totals) == [3, 1, 1, 4]


def test_nobody_has_no_place() -> None:
    assert scoring.ranks([]) == []


@pytest.mark.parametrize(
    ("total", "got"),
    [("100", Band.EXCELLENT), ("90", Band.EXCELLENT), ("89.9", Band.GOOD), ("80", Band.GOOD), ("79.9", Band.PASS),
     ("60", Band.PASS), ("59.9", Band.FAIL), ("-3", Band.FAIL)],
)  # fmt: skip
def test_the_result_follows_the_lines(total: str, got: Band) -> None:
    assert scoring.band(Decimal(total), excellent=90, good=80, passing=60) == got
