"""To whom a fact falls, what a page reads from an address, and how forms read points and steps: small and pure."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from hall.appraisal import scoring
from hall.appraisal.actions.computing import Homes
from hall.appraisal.actions.schemes import amiss
from hall.appraisal.enums import LineKind, Start
from hall.appraisal.forms.schemes import LineForm, ScaleField, SchemeForm
from hall.appraisal.models import Line
from hall.appraisal.scoring import Point, Rule
from hall.appraisal.views import common
from hall.facts.errors import NotPermitted, Refused
from hall.facts.sources import Fact
from tests.builders import moment

HOMES = Homes(window_of={1: 10, 2: None}, department_of={1: 100, 2: 200}, department_of_window={10: 100, 20: None})
TODAY = date(2026, 11, 22)


def fact(**place: int) -> Fact:
    return Fact("x:1", moment("2026-10-12 09:00"), "一件", **place)


@pytest.mark.parametrize(
    ("place", "kind", "subject"),
    [
        ({"staff": 1}, "person", 1),
        ({"window": 10}, "person", None),
        ({"staff": 1}, "window", 10),
        ({"staff": 2}, "window", None),
        ({"staff": 1, "window": 20}, "window", 20),
        ({"staff": 1}, "department", 100),
        ({"window": 10}, "department", 100),
        ({"window": 20}, "department", None),
        ({"staff": 1, "department": 300}, "department", 300),
        ({"staff": 9}, "department", None),
        ({}, "window", None),
    ],
)
def test_a_fact_falls_to_the_nearest_it_names(place: dict[str, int], kind: str, subject: int | None) -> None:
    assert HOMES.subject(fact(**place), kind) == subject


def request(**query: str) -> Any:
    return RequestFactory().get("/", query)


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("0", 0), ("9" * 18, int("9" * 18)), ("9" * 19, None), ("-1", None), ("1.0", None), ("１", None),
     ("", None), ("\x00", None), (" 7", None), ("7\n", None)],
)  # fmt: skip
def test_a_key_of_an_address_is_a_short_row_of_digits(text: str, number: int | None) -> None:
    assert common.number(request(x=text), "x") == number
    assert common.number(request(), "x") is None


@pytest.mark.parametrize(("text", "word"), [("a", "a"), ("c", "b"), ("", "b"), ("A", "b"), ("a\x00", "b")])
def test_a_word_of_an_address_is_one_of_the_list(text: str, word: str) -> None:
    assert common.choice(request(x=text), "x", ["a", "b"], "b") == word


@pytest.mark.parametrize(
    ("text", "code"),
    [("2026-09", "2026-09"), ("2026-Q3", "2026-11"), ("", "2026-11"), ("2026-9", "2026-11"), ("\x00", "2026-11"),
     ("2026-09-30..2026-09-01", "2026-11")],
)  # fmt: skip
def test_a_month_of_an_address_or_this_one(text: str, code: str) -> None:
    assert common.period_of(request(period=text), "month", TODAY).code == code


@pytest.mark.parametrize(("text", "day"), [("2026-10-12", date(2026, 10, 12)), ("2026-10", TODAY), ("x", TODAY)])
def test_a_day_of_an_address_or_today(text: str, day: date) -> None:
    assert common.day_of(request(day=text), TODAY) == day


def raising(error: Exception) -> Any:
    def act() -> None:
        raise error

    return act


def test_a_refusal_stands_at_its_field_or_above_the_form() -> None:
    for field, place in (("name", "name"), ("nowhere", "__all__"), ("", "__all__")):
        form = SchemeForm({"name": "月考", "source": "依据", "bonus_cap": "5"})
        assert form.is_valid()
        assert not common.done(raising(Refused("不行。", field=field)), form)
        assert list(form.errors) == [place]


def test_what_is_not_the_persons_to_do_is_forbidden() -> None:
    with pytest.raises(PermissionDenied, match="不归您"):
        common.done(raising(NotPermitted("不归您办。")))


@pytest.mark.parametrize(
    ("text", "steps"),
    [("95%=20，90%=15", [[950, 20], [900, 15]]), ("3=10; 5=5", [[3, 10], [5, 5]]), ("", []), (" ", []),
     ("100%=20", [[1000, 20]]), ("0=0", [[0, 0]])],
)  # fmt: skip
def test_steps_are_read_from_words(text: str, steps: list[list[int]]) -> None:
    assert ScaleField(required=False).clean(text) == steps


@pytest.mark.parametrize("text", ["95", "95%", "=20", "95％=20", "-5=3", "95%=2.5", "九成=20", "95%=2000", "1e3=5"])
def test_steps_in_other_words_are_refused(text: str) -> None:
    form = LineForm({"name": "x", "kind": "manual", "start": "full", "weight": "5", "scale": text})
    assert "档次请写成" in str(form.errors.get("scale"))


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 999)), max_size=6))
def test_steps_written_out_are_read_back(pairs: list[tuple[int, int]]) -> None:
    scale, field = [[least * 10, points] for least, points in pairs], ScaleField(required=False)
    assert field.clean(field.prepare_value(scale)) == scale


@pytest.mark.parametrize(
    ("change", "field"),
    [({"weight": "-1"}, "weight"), ({"weight": "101"}, "weight"), ({"weight": "十"}, "weight"), ({"cap": "0"}, "cap"),
     ({"kind": "guess"}, "kind"), ({"start": "half"}, "start"), ({"source": "no.such"}, "source"),
     ({"per_fact": "1.25"}, "per_fact"), ({"per_fact": "99999"}, "per_fact"), ({"name": "长" * 61}, "name"),
     ({"note": "\x00"}, "note"), ({"indicator": "no.such"}, "indicator")],
)  # fmt: skip
def test_a_line_typed_wrong_says_where(change: dict[str, str], field: str) -> None:
    form = LineForm({"name": "x", "kind": "manual", "start": "full", "weight": "5", **change})
    assert field in form.errors


@pytest.mark.parametrize(("cap", "ok"), [("0", True), ("10", True), ("11", False), ("-1", False), ("五", False)])
def test_the_cap_of_all_bonus_has_bounds(cap: str, ok: bool) -> None:
    assert SchemeForm({"name": "月考", "source": "依据", "bonus_cap": cap}).is_valid() is ok


@pytest.mark.parametrize("weights", [(), (99,), (101,), (50, 49), (50, 51), (100, 100)])
def test_weights_that_do_not_sum_say_their_sum(weights: tuple[int, ...]) -> None:
    lines = [Line(name="x", kind=LineKind.MANUAL, start=Start.FULL, weight=weight) for weight in weights]
    assert amiss(lines) == [f"各项分值合计 {sum(weights)} 分，应为 100 分。"]


def rule(limit: int, start: str = Start.FULL) -> Rule:
    return Rule(LineKind.MANUAL, start, limit, Decimal(limit))


POINTS = st.decimals(min_value=-20, max_value=0, places=1)


@given(st.lists(POINTS, max_size=12), st.integers(1, 40))
def test_marks_never_take_more_than_the_line_has(points: list[Decimal], limit: int) -> None:
    marks = [Point(f"manual:{n}", size, "巡查") for n, size in enumerate(points)]
    made = scoring.from_marks(rule(limit), marks, struck=frozenset())
    assert sum(one.points for one in made) == max(Decimal(-limit), sum(points, start=Decimal(0)))
    assert [one.key for one in made] == [one.key for one in marks]


@given(st.lists(POINTS, max_size=8), st.sets(st.integers(0, 7)))
def test_striking_marks_never_takes_more(points: list[Decimal], gone: set[int]) -> None:
    marks = [Point(f"manual:{n}", size, "巡查") for n, size in enumerate(points)]
    keys = frozenset(f"manual:{n}" for n in gone)
    before = sum(one.points for one in scoring.from_marks(rule(30), marks, struck=frozenset()))
    assert sum(one.points for one in scoring.from_marks(rule(30), marks, struck=keys)) >= before


@given(st.decimals(0, 100, places=1), st.integers(0, 10))
def test_bonus_after_the_cap_is_the_lesser_of_both(bonus: Decimal, cap: int) -> None:
    taken = sum((one.points for one in scoring.over_bonus(bonus, cap)), start=Decimal(0))
    assert bonus + taken == min(bonus, Decimal(cap))


@given(st.lists(st.decimals(0, 110, places=1), max_size=20))
def test_a_place_says_how_many_are_better(totals: list[Decimal]) -> None:
    assert scoring.ranks(totals) == [1 + sum(other > total for other in totals) for total in totals]
