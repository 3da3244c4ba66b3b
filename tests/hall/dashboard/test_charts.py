"""What a chart draws and what the table under it says are the same numbers."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.dashboard import charts
from hall.dashboard.addresses import Links
from hall.dashboard.spread import Spread
from hall.facts.periods import between, parse
from hall.facts.slices import Slice
from hall.pledges.asking import Question

FIRST = date(2026, 3, 1)
LINKS = Links(Question(Slice(parse("2026-05"))))
DAYS = st.dictionaries(st.integers(0, 120), st.integers(1, 5000), max_size=40)
SERIES = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900), st.integers(0, 900)), min_size=1, max_size=92)


def number(text: str) -> int:
    return int(text.replace(",", ""))


def trend(counts: list[tuple[int, int, int]]) -> charts.Chart:
    """Filed, closed and late on so many days from the first of March on."""
    names = ("filed", "closed", "late")
    series = [(FIRST + timedelta(days=n), Counter(dict(zip(names, one, strict=True)))) for n, one in enumerate(counts)]
    return charts.trend(series, between(FIRST, FIRST + timedelta(days=len(counts) - 1)))


@given(SERIES)
def test_the_lines_add_up_to_the_table(counts: list[tuple[int, int, int]]) -> None:
    chart = trend(counts)
    filed, closed = (line["values"] for line in chart.draw["lines"])
    assert sum(filed) == sum(number(row[1]) for row in chart.rows) == sum(one[0] for one in counts)
    assert sum(closed) == sum(number(row[2]) for row in chart.rows) == sum(one[1] for one in counts)


@given(SERIES)
def test_every_point_has_its_day_and_every_row_is_a_point(counts: list[tuple[int, int, int]]) -> None:
    chart = trend(counts)
    points = dict(zip(chart.draw["labels"], chart.draw["lines"][0]["values"], strict=True))
    assert len(points) == len(counts)
    assert all(points[row[0]] == number(row[1]) for row in chart.rows)


def test_days_without_anything_are_drawn_and_not_written() -> None:
    chart = trend([(1, 0, 0), (0, 0, 0), (0, 1, 0)])
    assert chart.draw["lines"][0]["values"] == [1, 0, 0]
    assert [row[0] for row in chart.rows] == ["3/1", "3/3"]


def test_a_day_on_which_only_late_ones_closed_stays_in_the_table() -> None:
    assert trend([(0, 1, 1)]).rows == [("3/1", "0", "1", "1")]


@pytest.mark.parametrize(("days", "head", "label"), [(92, "日期", "3/1"), (93, "月份", "2026年3月")])
def test_longer_than_three_months_goes_by_months(days: int, head: str, label: str) -> None:
    period = between(FIRST, FIRST + timedelta(days=days - 1))
    chart = charts.trend([(FIRST, Counter(filed=1))], period)
    assert (chart.head[0], chart.draw["labels"]) == (head, [label])


def test_nothing_at_all_is_an_empty_chart() -> None:
    assert trend([(0, 0, 0)]).empty
    assert charts.compression(Counter(), LINKS).empty
    assert charts.durations({"net": Spread({})}).empty


@given(DAYS)
def test_columns_hold_every_case_once(days: dict[int, int]) -> None:
    chart = charts.durations({"net": Spread(days)})
    assert sum(chart.draw["values"]) == sum(days.values())
    assert sum(number(row[1]) for row in chart.rows) == sum(days.values())


@given(DAYS)
def test_a_column_is_its_row(days: dict[int, int]) -> None:
    chart = charts.durations({"net": Spread(days)})
    drawn = dict(zip(chart.draw["labels"], chart.draw["values"], strict=True))
    assert {row[0]: number(row[1]) for row in chart.rows} == {label: n for label, n in drawn.items() if n}


@given(DAYS)
def test_no_more_columns_than_can_be_told_apart(days: dict[int, int]) -> None:
    labels = charts.durations({"net": Spread(days)}).draw["labels"]
    assert len(labels) <= charts.LONGEST_TAIL + 2
    assert ("30 以上" in labels) == any(day > 30 for day in days)


@given(DAYS.filter(bool))
def test_the_marks_are_those_of_the_note(days: dict[int, int]) -> None:
    chart = charts.durations({"net": Spread(days)})
    marks = chart.draw["marks"]
    assert f"中位 {marks['中位']} · P90 {marks['P90']}" in chart.note


def test_columns_leave_no_gap_between_days() -> None:
    chart = charts.durations({"net": Spread({1: 2, 4: 1})})
    assert (chart.draw["labels"], chart.draw["values"]) == (["0", "1", "2", "3", "4"], [0, 2, 0, 0, 1])


@given(n=st.integers(1, 10**5), law=st.integers(1, 10**6), promise=st.integers(0, 10**6), actual=st.integers(0, 10**6))
def test_the_bars_of_compression_are_the_numbers_under_them(n: int, law: int, promise: int, actual: int) -> None:
    totals = Counter(compressed=n, statute_days=law, promise_days=promise, actual_days=actual)
    chart = charts.compression(totals, LINKS)
    assert [f"{value:.2f}" for value in chart.draw["values"]] == [row[1] for row in chart.rows]
    assert chart.draw["labels"] == [row[0] for row in chart.rows] == ["法定", "承诺", "实际"]


def test_compression_says_over_how_many_and_leads_to_them() -> None:
    totals = Counter(compressed=1200, statute_days=24000, promise_days=6000, actual_days=3600)
    chart = charts.compression(totals, LINKS)
    assert chart.note == "1,200 件承诺件平均，比法定缩短 85.0%"
    assert chart.url.endswith("measure=compressed")


def test_every_chart_has_an_element_of_its_own() -> None:
    made = (trend([(1, 0, 0)]), charts.compression(Counter(), LINKS), charts.durations({"net": Spread({})}))
    assert [chart.json_id for chart in made] == ["chart-trend", "chart-compression", "chart-durations"]
