"""Figures and what stands beside them: dashes, shares cut off, comparisons, open late."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.dashboard import tiles
from hall.dashboard.addresses import Links
from hall.dashboard.measures import MEASURES, STANDINGS
from hall.dashboard.spread import Spread
from hall.facts.indicators import Figure
from hall.facts.periods import parse
from hall.facts.slices import Slice
from hall.pledges.asking import Question

LINKS = Links(Question(Slice(parse("2026-05"))))
COUNTS = st.integers(0, 10**6)
LAMPS = ("over_statute", "over_promise", "due_soon", "paused", "normal", "")


def rate(now: dict[str, int], before: dict[str, int] | None = None, top: str = "on_time") -> tiles.Tile:
    return tiles.rate("按时办结率", top, Counter(now), Counter(before or {}), LINKS, ())


def test_a_rate_of_nothing_is_a_dash_and_no_hundred_percent() -> None:
    tile = rate({})
    assert (tile.value, tile.fraction) == ("—", "0 / 0")


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (2, 3, "66.6%"), (1, 3, "33.3%"), (999, 1000, "99.9%"), (9999, 10000, "99.9%"), (10000, 10000, "100%"),
        (0, 7, "0%"), (1, 2, "50%"), (1, 1001, "0%"), (1, 8, "12.5%"),
    ],
)  # fmt: skip
def test_a_share_is_cut_off(part: int, whole: int, text: str) -> None:
    assert rate({"on_time": part, "timed": whole}).value == text


@given(whole=st.integers(1, 10**6), missing=st.integers(1, 10**6))
def test_what_is_not_all_is_never_written_as_all(whole: int, missing: int) -> None:
    assert rate({"on_time": whole, "timed": whole + missing}).value != "100%"


@given(whole=st.integers(1, 10**6), share=st.floats(0, 1))
def test_a_share_is_never_written_larger_than_it_is(whole: int, share: float) -> None:
    part = int(whole * share)
    written = float(rate({"on_time": part, "timed": whole}).value.rstrip("%"))
    assert part / whole * 100 - 0.1 - 1e-9 <= written <= part / whole * 100 + 1e-9


def test_a_rate_leads_to_what_is_above_the_line() -> None:
    assert rate({}, top="early").url == "/dashboard/cases/?period=2026-05&measure=early"


def test_a_rate_says_what_it_means() -> None:
    assert rate({}, top="early").definition == MEASURES["early"].definition


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        ((3, 4), (1, 2), "较上期 +25.0 个百分点（上期 50%）"),
        ((1, 2), (3, 4), "较上期 -25.0 个百分点（上期 75%）"),
        ((1, 2), (1, 2), "较上期 +0.0 个百分点（上期 50%）"),
        ((1, 2), (0, 0), "上期没有可比的数"),
        ((0, 0), (1, 2), "上期没有可比的数"),
    ],
)
def test_rates_are_compared_in_points_and_only_where_both_are(
    now: tuple[int, int], before: tuple[int, int], words: str
) -> None:
    assert tiles.versus(Figure(*now), Figure(*before)) == words


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (3, 1, "较上期 +2（上期 1）"),
        (1, 3, "较上期 -2（上期 3）"),
        (2, 2, "较上期 +0（上期 2）"),
        (1234, 0, "较上期 +1,234（上期 0）"),
    ],
)
def test_counts_are_compared_as_numbers(now: int, before: int, words: str) -> None:
    assert tiles.more_or_less(now, before) == words


@given(now=COUNTS, before=COUNTS)
def test_what_is_compared_can_be_read_back(now: int, before: int) -> None:
    said = tiles.more_or_less(now, before).removeprefix("较上期 ").split("（")[0]
    assert before + int(said.replace(",", "")) == now


def test_a_plain_number_has_its_list_and_its_definition() -> None:
    tile = tiles.count(Counter(filed=12345), "filed", LINKS)
    assert (tile.title, tile.value, tile.url) == ("收件", "12,345", "/dashboard/cases/?period=2026-05&measure=filed")
    assert tile.definition == MEASURES["filed"].definition


def test_what_stands_in_no_rate_is_said() -> None:
    line = tiles.left_out(Counter(closed=1200, timed=1100), LINKS)
    assert line.text == "办结 1,200 件，其中 100 件没有决定或没有期限，不在分母内"
    assert line.url.endswith("measure=closed")


@pytest.mark.parametrize(("lamps", "n", "kind"), [({}, 0, ""), ({"over_promise": 2, "over_statute": 1}, 3, "late")])
def test_open_late_stands_beside_a_rate_whatever_it_is(lamps: dict[str, int], n: int, kind: str) -> None:
    line = tiles.open_late(Counter(lamps), LINKS)
    assert (line.text, line.kind) == (f"未结已超期 {n} 件，不在分母内", kind)
    assert line.url.endswith("measure=open_late")


STANDING = Counter(dict(zip(LAMPS, (1, 2, 4, 8, 16, 32), strict=True)))


@pytest.mark.parametrize(
    ("code", "n"),
    [
        ("open", 63), ("open_late", 3), ("over_statute", 1), ("over_promise", 2), ("due_soon", 4), ("paused", 8),
        ("normal", 16),
    ],
)  # fmt: skip
def test_a_standing_number_adds_up_its_lamps(code: str, n: int) -> None:
    assert tiles.of_standing(STANDING, code) == n


@given(st.dictionaries(st.sampled_from(LAMPS), COUNTS))
def test_lamps_and_the_unlit_make_up_all_that_is_open(lamps: dict[str, int]) -> None:
    found = Counter(lamps)
    single = [code for code, standing in STANDINGS.items() if len(standing.lamps) == 1]
    assert sum(tiles.of_standing(found, code) for code in single) + found[""] == tiles.of_standing(found, "open")


def test_a_case_without_a_clock_is_open_and_under_no_lamp() -> None:
    found = Counter({"": 5})
    assert {code: tiles.of_standing(found, code) for code in STANDINGS if tiles.of_standing(found, code)} == {"open": 5}


def test_a_mean_stands_beside_median_and_ninetieth_net_and_elapsed() -> None:
    spreads = {"net": Spread({1: 5, 2: 4, 12: 1}), "elapsed": Spread({1: 5, 2: 4, 17: 1})}
    tile = tiles.durations(10, spreads, LINKS)
    assert (tile.value, tile.fraction) == ("2.5", "中位 1 · P90 2")
    assert [line.text for line in tile.lines] == ["历时（日历日）3.0，中位 1 · P90 2", "10 件有期限的办结"]


def test_cases_whose_days_nobody_knows_are_in_the_number_that_opens_the_list() -> None:
    tile = tiles.durations(3, {"net": Spread({1: 2}), "elapsed": Spread({1: 2})}, LINKS)
    assert tile.lines[1].text == "3 件有期限的办结，其中 2 件知道用时"


def test_no_decision_has_no_duration() -> None:
    tile = tiles.durations(0, {"net": Spread({}), "elapsed": Spread({})}, LINKS)
    assert (tile.value, tile.fraction) == ("—", "没有数据")


def test_compression_is_three_means_over_the_same_cases() -> None:
    totals = Counter(compressed=50, statute_days=911, promise_days=500, actual_days=177)
    assert tiles.compression(totals) == [("法定", 18.22), ("承诺", 10.0), ("实际", 3.54)]


@pytest.mark.parametrize(
    ("law", "actual", "text"),
    [(911, 177, "80.5%"), (20, 20, "0.0%"), (20, 0, "100.0%"), (0, 0, "—"), (20, 30, "-50.0%")],
)
def test_how_much_shorter_than_the_law(law: int, actual: int, text: str) -> None:
    assert tiles.compressed(Counter(statute_days=law, actual_days=actual)) == text


def test_a_day_short_of_nought_is_not_a_hundred_percent_shorter() -> None:
    assert tiles.compressed(Counter(statute_days=10_000, actual_days=1)) == "99.9%"


def test_without_a_comparable_case_there_is_no_shape() -> None:
    assert tiles.compression(Counter(statute_days=3)) == []
