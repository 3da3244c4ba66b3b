"""Periods: every day lies in one of each kind, the text of each names it again, and neighbours touch."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.facts.periods import (
    BEIJING,
    FIRST_YEAR,
    LAST_YEAR,
    InvalidPeriod,
    Period,
    PeriodKind,
    between,
    holding,
    midnight,
    parse,
)

days = st.dates(date(FIRST_YEAR + 1, 1, 8), date(LAST_YEAR - 1, 12, 20))
kinds = st.sampled_from([kind for kind in PeriodKind if kind != PeriodKind.SPAN])
ONE_DAY = timedelta(days=1)


@given(kinds, days)
def test_a_day_lies_in_the_period_that_holds_it(kind: PeriodKind, day: date) -> None:
    period = holding(kind, day)
    assert period.kind == kind
    assert period.first <= day <= period.last
    assert holding(kind, period.first) == holding(kind, period.last) == period


@given(kinds, days)
def test_the_text_of_a_period_names_it_again(kind: PeriodKind, day: date) -> None:
    period = holding(kind, day)
    assert parse(period.code) == period


@given(days, st.integers(0, 2000))
def test_any_two_days_are_named_again(first: date, length: int) -> None:
    last = min(first + timedelta(days=length), date(LAST_YEAR, 12, 31))
    period = between(first, last)
    assert parse(period.code) == period
    assert period.days == (last - first).days + 1


@given(kinds, days)
def test_neighbours_touch_and_lead_back(kind: PeriodKind, day: date) -> None:
    period = holding(kind, day)
    assert period.previous().last + ONE_DAY == period.first
    assert period.following().first == period.last + ONE_DAY
    assert period.previous().following() == period.following().previous() == period
    assert period.previous().end == period.start


@given(days, st.integers(0, 400))
def test_neighbours_of_any_two_days_are_as_long(first: date, length: int) -> None:
    period = between(first, first + timedelta(days=length))
    assert period.previous().days == period.following().days == period.days
    assert period.previous().following() == period


@given(kinds, days)
def test_the_moments_are_the_midnights_of_beijing(kind: PeriodKind, day: date) -> None:
    period = holding(kind, day)
    assert period.start == midnight(period.first)
    assert period.end - period.start == timedelta(days=period.days)
    assert period.start.tzinfo is BEIJING
    assert (period.start.hour, period.start.date()) == (0, period.first)


@given(kinds, days, days)
def test_until_cuts_a_running_period_and_no_other(kind: PeriodKind, day: date, today: date) -> None:
    period = holding(kind, day)
    cut = period.until(today)
    assert cut.first == period.first
    assert cut.last == (today if period.first <= today < period.last else period.last)


@given(st.text(max_size=30))
def test_no_text_breaks_it(text: str) -> None:
    try:
        period = parse(text)
    except InvalidPeriod:
        return
    assert period.first <= period.last


@pytest.mark.parametrize(
    ("text", "label", "first", "last"),
    [
        ("2026-10-08", "2026 年 10 月 8 日", date(2026, 10, 8), date(2026, 10, 8)),
        ("2026-W40", "2026 年第 40 周（9 月 28 日—10 月 4 日）", date(2026, 9, 28), date(2026, 10, 4)),
        ("2026-W53", "2026 年第 53 周（12 月 28 日—1 月 3 日）", date(2026, 12, 28), date(2027, 1, 3)),
        ("2026-02", "2026 年 2 月", date(2026, 2, 1), date(2026, 2, 28)),
        ("2024-02", "2024 年 2 月", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-Q3", "2026 年第三季度", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-H2", "2026 年下半年", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026", "2026 年", date(2026, 1, 1), date(2026, 12, 31)),
        (
            "2026-10-01..2026-10-15", "2026 年 10 月 1 日至2026 年 10 月 15 日", date(2026, 10, 1), date(2026, 10, 15),
        ),
    ],
)  # fmt: skip
def test_how_people_say_it(text: str, label: str, first: date, last: date) -> None:
    period = parse(text)
    assert (period.label, period.first, period.last) == (label, first, last)


@pytest.mark.parametrize(
    "text",
    ["", "2026-13", "2026-00", "2026-W54", "2025-W53", "2026-Q5", "2026-H3", "2026-02-30", "0001", "9999", "２０２６",
     "2026-10-15..2026-10-01", "2026-10-15..", "..", "1970-01-01..2026-01-01", "2026-10\n", "\x00"],
)  # fmt: skip
def test_what_names_no_period_is_told(text: str) -> None:
    with pytest.raises(InvalidPeriod, match=r"[\u4e00-\u9fff]"):
        parse(text)


def test_the_wrong_way_round_is_told() -> None:
    with pytest.raises(InvalidPeriod, match="不能早于"):
        between(date(2026, 2, 1), date(2026, 1, 1))


def test_a_span_of_one_day_is_a_day() -> None:
    assert holding(PeriodKind.SPAN, date(2026, 1, 1)) == Period(PeriodKind.SPAN, date(2026, 1, 1), date(2026, 1, 1))
