"""Years of keeping end on the same day of the calendar; a leap day ends on the 28th (T16)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.retention.clock import anniversary, last_end

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
YEARS = st.integers(1, 30)


@pytest.mark.parametrize(
    ("day", "years", "then"),
    [
        ("2028-02-29", 1, "2029-02-28"),
        ("2028-02-29", 4, "2032-02-29"),
        ("2027-02-28", 1, "2028-02-28"),
        ("2026-11-22", 10, "2036-11-22"),
        ("2026-12-31", 1, "2027-12-31"),
        ("2096-02-29", 4, "2100-02-28"),
    ],
)
def test_t16_the_same_day_some_years_later(day: str, years: int, then: str) -> None:
    assert anniversary(date.fromisoformat(day), years) == date.fromisoformat(then)


@given(on=DAYS, years=YEARS)
def test_the_latest_end_is_the_last_whose_years_are_over(on: date, years: int) -> None:
    last = last_end(on, years)
    assert anniversary(last, years) < on
    assert anniversary(last + timedelta(days=1), years) >= on


@given(on=DAYS, years=YEARS, back=st.integers(0, 800))
def test_everything_before_it_is_over_too(on: date, years: int, back: int) -> None:
    assert anniversary(last_end(on, years) - timedelta(days=back), years) < on
