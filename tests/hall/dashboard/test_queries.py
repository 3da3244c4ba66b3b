"""Reading tallies: a period is taken apart into whole months and days, and nothing is read finer than needed."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.dashboard import queries
from hall.dashboard.board import comparable
from hall.dashboard.enums import Grain, Span
from hall.dashboard.models import CaseTally, OpenTally
from hall.facts.periods import between, parse
from hall.facts.slices import Slice
from tests.builders import Hall, moment

FIRST = date(2026, 1, 1)


@pytest.fixture
def filled() -> Hall:
    """One filed on every day of half a year, in the rows of days and of months."""
    hall = Hall()
    key = {"center": hall.center, "department": hall.department, "grain": Grain.CENTER}
    days = [FIRST + timedelta(days=n) for n in range(181)]
    CaseTally.objects.bulk_create(CaseTally(**key, span=Span.DAY, day=day, filed=1) for day in days)
    months = Counter(day.replace(day=1) for day in days)
    CaseTally.objects.bulk_create(CaseTally(**key, span=Span.MONTH, day=m, filed=n) for m, n in months.items())
    return hall


@pytest.mark.django_db
def test_every_span_adds_up_to_its_days(filled: Hall) -> None:
    place = frozenset({filled.center.pk})
    for first in range(0, 90, 7):
        for length in (0, 1, 20, 27, 30, 31, 58, 60, 90):
            start = FIRST + timedelta(days=first)
            period = between(start, start + timedelta(days=length))
            assert queries.totals(Slice(period, centers=place))["filed"] == length + 1, period


@given(st.integers(0, 700), st.integers(0, 700))
@settings(max_examples=200)
def test_months_of_a_period_lie_inside_of_it(start: int, length: int) -> None:
    period = between(FIRST + timedelta(days=start), FIRST + timedelta(days=start + length))
    months = queries._months(period)
    assert all(period.first <= month.first and month.last <= period.last for month in months)
    covered = sum(month.days for month in months)
    assert period.days - covered <= 60  # what is left are the ends


@pytest.mark.django_db
def test_a_year_is_read_from_twelve_rows(filled: Hall) -> None:
    rows = CaseTally.objects.filter(queries.within(parse("2026")))
    assert {row.span for row in rows} == {Span.MONTH}
    assert rows.count() == 6


@pytest.mark.parametrize(
    ("asked", "by", "grain"),
    [
        ({}, (), Grain.CENTER), ({}, ("center_id",), Grain.CENTER),
        ({}, ("center_id", "department_id"), Grain.DEPARTMENT),
        ({"department": 3}, (), Grain.DEPARTMENT), ({"window": 3}, (), Grain.WINDOW),
        ({}, ("window_id",), Grain.WINDOW), ({"item": "A"}, (), Grain.ITEM), ({"window": 3}, ("item",), Grain.FULL),
        ({"window": 3, "item": "A"}, (), Grain.FULL),
    ],
)  # fmt: skip
def test_the_coarsest_rows_that_can_answer_do(asked: dict[str, object], by: tuple[str, ...], grain: Grain) -> None:
    assert queries.grain_for(Slice(parse("2026-05"), **asked), by) == grain


@pytest.mark.django_db
def test_no_center_is_nothing_and_every_center_is_all(filled: Hall) -> None:
    may = parse("2026-05")
    assert queries.totals(Slice(may))["filed"] == 0
    assert queries.totals(Slice(may, centers=None))["filed"] == 31


@pytest.mark.django_db
def test_a_long_series_goes_by_months_and_leaves_no_gap(filled: Hall) -> None:
    place = frozenset({filled.center.pk})
    year = queries.series(Slice(parse("2026"), centers=place))
    assert [(day.month, totals["filed"]) for day, totals in year][:7] == [
        (1, 31), (2, 28), (3, 31), (4, 30), (5, 31), (6, 30), (7, 0),
    ]  # fmt: skip
    assert len(queries.series(Slice(parse("2026-02"), centers=place))) == 28


@pytest.mark.parametrize(("days", "months"), [((9, 139), [22, 28, 31, 30, 20]), ((0, 112), [31, 28, 31, 23])])
@pytest.mark.django_db
def test_a_long_series_ends_where_its_period_ends(filled: Hall, days: tuple[int, int], months: list[int]) -> None:
    period = between(*(FIRST + timedelta(days=n) for n in days))
    part = Slice(period, centers=frozenset({filled.center.pk}))
    found = [totals["filed"] for _, totals in queries.series(part)]
    assert found == months
    assert sum(found) == queries.totals(part)["filed"]  # the chart says what the tiles say


@pytest.mark.django_db
def test_the_oldest_of_each_item_comes_first() -> None:
    hall = Hall()
    key = {"center": hall.center, "department": hall.department, "n": 1}
    for item, lamp, day in (("A", "normal", "05-03"), ("A", "due_soon", "05-01"), ("B", "normal", "05-02")):
        OpenTally.objects.create(**key, item=item, lamp=lamp, oldest_at=moment(f"2026-{day} 09:00"))
    found = queries.oldest(Slice(parse("2026-05"), centers=frozenset({hall.center.pk})), 5)
    assert [since.day for _, since in found] == [1, 2]


@pytest.mark.parametrize(
    ("code", "today", "now", "before"),
    [
        ("2026-05", "2026-05-22", "2026-05-01..2026-05-22", "2026-04-01..2026-04-22"),
        ("2026-03", "2026-03-31", "2026-03-01..2026-03-31", "2026-02-01..2026-02-28"),
        ("2026-03", "2026-03-30", "2026-03-01..2026-03-30", "2026-02-01..2026-02-28"),
        ("2026-04", "2026-05-22", "2026-04-01..2026-04-30", "2026-03-01..2026-03-31"),
        ("2026-05-11..2026-05-20", "2026-06-01", "2026-05-11..2026-05-20", "2026-05-01..2026-05-10"),
    ],
)
def test_what_is_going_on_is_held_against_as_many_days_before(code: str, today: str, now: str, before: str) -> None:
    window = comparable(parse(code), date.fromisoformat(today))
    spans = [f"{p.first}..{p.last}" for p in (window.now, window.before)]
    assert spans == [now, before]
