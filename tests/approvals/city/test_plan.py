"""Plans: how many, over how long, how many stay open, whose names are left out; and what the command takes."""

from collections import Counter
from datetime import date, timedelta
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from approvals.city import building, distribution
from approvals.city.building import Plan
from approvals.city.copying import _text
from approvals.city.distribution import PACE, QUICKER, WEEKDAYS, Weighted, pace, ranked
from approvals.city.management.commands import generate_city
from approvals.city.stories import tell
from hall.workdays.shipped import shipped_calendar

CALENDAR = shipped_calendar()
TODAY = date(2026, 5, 20)
SEED = st.integers(0, 10**6)
WORKDAYS = CALENDAR.between(date(2026, 1, 5), TODAY - timedelta(days=1))


class Desk:
    """The days cases would be filed on, without a database: what building asks of a desk, and nothing else."""

    def __init__(self) -> None:
        self.days: list[tuple[date, bool]] = []

    def draw(self, random: Random) -> "Desk":
        return self


@pytest.fixture
def filing(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Days and openness of every case of a plan."""
    monkeypatch.setattr(building.DocketCounter.objects, "bulk_create", list)

    def file(plan: Plan) -> list[tuple[date, bool]]:
        case = lambda _desk, day, *_, stays_open, **__: (day, stays_open)  # noqa: E731
        monkeypatch.setattr(building, "_case", case)
        city: Any = type("City", (), {"desks": Desk()})()
        return list(building._cases(plan, city, CALENDAR, TODAY, Random(plan.seed)))  # type: ignore[arg-type]

    return file


@pytest.mark.parametrize("count", [1, 7, 260, 5000])
@pytest.mark.parametrize("years", [1, 3])
def test_a_plan_makes_as_many_as_it_says(filing: Any, count: int, years: int) -> None:
    assert len(filing(Plan(cases=count, years=years))) == count


def test_cases_come_in_the_order_of_their_days_within_the_plan(filing: Any) -> None:
    days = [day for day, _ in filing(Plan(cases=3000, years=2))]
    assert days == sorted(days)
    assert TODAY - timedelta(days=730) <= days[0]
    assert days[-1] < TODAY


def test_nobody_files_on_a_day_off(filing: Any) -> None:
    days = {day for day, _ in filing(Plan(cases=3000, years=1))}
    assert days <= set(CALENDAR.between(min(days) - timedelta(days=1), max(days)))


def test_the_middle_of_the_week_is_busiest(filing: Any) -> None:
    found = filing(Plan(cases=60_000, years=2))
    seen, days = Counter(min(day.weekday(), 4) for day, _ in found), {day for day, _ in found}
    worked = Counter(min(day.weekday(), 4) for day in days)
    mean = [seen[n] / worked[n] for n in range(5)]
    for n in range(5):
        assert mean[n] / mean[2] == pytest.approx(WEEKDAYS[n] / WEEKDAYS[2], rel=0.06)


def test_a_later_year_is_busier_than_an_earlier(filing: Any) -> None:
    days = [day for day, _ in filing(Plan(cases=30_000, years=3))]
    first, last = (sum(low <= (TODAY - day).days <= low + 364 for day in days) for low in (731, 1))
    assert first < last


@pytest.mark.parametrize("share", [0.0, 0.02, 0.1])
def test_the_open_share_is_of_all_cases(filing: Any, share: float) -> None:
    found = filing(Plan(cases=20_000, years=3, open_share=share))
    assert sum(stays for _, stays in found) / len(found) == pytest.approx(share, abs=0.01)


def test_no_more_can_stay_open_than_came_lately(filing: Any) -> None:
    found = filing(Plan(cases=5000, years=3, open_share=0.9))
    recent = [stays for day, stays in found if day > TODAY - building.OPEN_WITHIN]
    assert all(recent)
    assert sum(stays for _, stays in found) == len(recent)


def test_what_stays_open_came_within_the_last_months(filing: Any) -> None:
    opened = [day for day, stays in filing(Plan(cases=20_000, years=3)) if stays]
    assert min(opened) > TODAY - building.OPEN_WITHIN


# --- draws and stories ------------------------------------------------------------------------------------------------


@given(SEED)
def test_a_pace_is_never_slower_than_the_slowest_nor_below_nought(seed: int) -> None:
    assert 0 <= pace(Random(seed)) <= PACE[-1] * QUICKER


@given(st.lists(st.integers(0, 9), min_size=1, max_size=9).filter(sum), SEED)
def test_only_what_has_weight_is_drawn(weights: list[int], seed: int) -> None:
    drawn = Weighted(range(len(weights)), weights).draw(Random(seed))
    assert weights[drawn] > 0


@given(st.integers(1, 30), SEED)
def test_a_rank_is_one_of_the_ranks(count: int, seed: int) -> None:
    assert ranked(list(range(count))).draw(Random(seed)) in range(count)


def test_channels_are_those_the_weights_are_for() -> None:
    assert len(distribution.PEOPLE_ORDER) == len(distribution.CHANNELS)
    assert sum(distribution.CHANNELS) == 100
    assert sum(distribution.OUTCOMES.values()) == 1000


@given(seed=SEED, day=st.sampled_from(WORKDAYS), promise=st.sampled_from((0, 2, 3, 10, 18)), stays=st.booleans())
def test_a_story_keeps_its_own_order(seed: int, day: date, promise: int, stays: bool) -> None:
    one = tell(Random(seed), CALENDAR, on=day, promise=promise, stays_open=stays, today=TODAY)
    moments = [m for m in (one.received_at, one.accepted_at, one.decided_at, one.delivered_at) if m]
    assert moments == sorted(moments)
    assert one.received_at.date() == day
    assert (one.closed_at is None) or (one.closed_at >= moments[-1] and one.outcome != "")
    assert not (stays and promise and one.decided_at)


@given(seed=SEED, day=st.sampled_from(WORKDAYS))
def test_what_was_not_accepted_was_neither_decided_nor_paused(seed: int, day: date) -> None:
    one = tell(Random(seed), CALENDAR, on=day, promise=10, stays_open=False, today=TODAY)
    if one.accepted_at is None:
        assert (one.decided_at, one.delivered_at, one.pause) == (None, None, None)
        assert one.outcome in ("not_required", "refused", "voided")


@given(seed=SEED, day=st.sampled_from(WORKDAYS))
def test_a_pause_lies_within_the_life_of_a_case(seed: int, day: date) -> None:
    one = tell(Random(seed), CALENDAR, on=day, promise=18, stays_open=False, today=TODAY)
    if one.pause is not None and one.decided_at is not None:
        start, end = one.pause
        assert end is not None
        assert day < start < end <= one.decided_at.date() <= TODAY


@given(seed=SEED, day=st.sampled_from(WORKDAYS))
def test_the_hall_works_in_its_hours(seed: int, day: date) -> None:
    one = tell(Random(seed), CALENDAR, on=day, promise=10, stays_open=False, today=TODAY)
    hour = one.received_at.hour
    assert 9 <= hour < 12 or 13 <= hour < 17


# --- text of COPY -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "\\N"), (True, "t"), (False, "f"), (0, "0"), (1.5, "1.5"), ("", ""),
        ("甲\t乙", "甲\\t乙"), ("\\N", "\\\\N"),
        (date(2026, 5, 1), "2026-05-01"), ({"a": "甲\n"}, '{"a": "甲\\\\n"}'), ([1, None], "[1, null]"),
    ],
)  # fmt: skip
def test_a_value_has_its_text(value: object, text: str) -> None:
    assert _text(value) == text


@given(st.text(max_size=60))
def test_no_text_breaks_out_of_its_column_or_row(text: str) -> None:
    assert not set(_text(text)) & {"\t", "\n", "\r"}


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """The plans the command would build."""
    plans: list[Plan] = []

    def build(plan: Plan, *, at: object, told: Any) -> dict[str, int]:
        plans.append(plan)
        told(plan.cases)
        return {"cases_case": plan.cases}

    monkeypatch.setattr(generate_city, "build", build)
    return plans


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "plan"),
    [
        ((), Plan(cases=1_000_000)),
        (("--cases", "5", "--years", "2", "--counties", "0"), Plan(cases=5, years=2, counties=0)),
        (("--open-share", "0.25", "--seed", "9", "--reduced"), Plan(1_000_000, open_share=0.25, seed=9, reduced=True)),
    ],
)
def test_the_options_make_the_plan(asked: list[Plan], options: tuple[str, ...], plan: Plan) -> None:
    call_command("generate_city", *options, stdout=StringIO(), stderr=StringIO())
    assert asked == [plan]


@pytest.mark.django_db
def test_the_command_tells_rows_seconds_and_megabytes(asked: list[Plan]) -> None:
    out, errors = StringIO(), StringIO()
    call_command("generate_city", "--cases", "12345", stdout=out, stderr=errors)
    assert "12,345" in out.getvalue()
    assert "MB" in out.getvalue()
    assert "已写 12,345 件" in errors.getvalue()


@pytest.mark.parametrize(
    "wrong",
    [("--cases", "0"), ("--cases", "-1"), ("--years", "0"), ("--counties", "-1"), ("--open-share", "1"),
     ("--open-share", "-0.1"), ("--open-share", "nan")],
)  # fmt: skip
def test_an_impossible_plan_is_refused_before_anything_is_built(asked: list[Plan], wrong: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="至少是 1"):
        call_command("generate_city", *wrong)
    assert asked == []
