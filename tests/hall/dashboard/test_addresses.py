"""Addresses of numbers, and what stands above every page: periods, tabs, chips."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from hall.dashboard import filters
from hall.dashboard.addresses import Links
from hall.dashboard.enums import Split
from hall.facts.periods import Period, holding, parse
from hall.facts.slices import Slice
from hall.pledges import asking
from hall.pledges.asking import OutOfScope, Question
from tests.builders import make_center, make_department, make_window
from tests.hall.dashboard.season import Season

TODAY = date(2026, 5, 22)
MAY = parse("2026-05")


def links(period: str = "2026-05", item: str = "") -> Links:
    return Links(Question(Slice(parse(period)), item=item))


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_a_number_leads_to_the_cases_of_its_measure_under_the_same_filters() -> None:
    assert links(item="A1").cases("late") == "/dashboard/cases/?period=2026-05&item=A1&measure=late"


def test_an_empty_word_takes_a_filter_away() -> None:
    assert asked(links(item="A1").home(item="")) == {"period": "2026-05"}


def test_a_word_replaces_the_filter_of_the_same_name() -> None:
    assert asked(links().cases("filed", period="2026-04", department="7")) == {
        "period": "2026-04", "department": "7", "measure": "filed",
    }  # fmt: skip


def test_facts_tell_neither_windows_nor_items_apart() -> None:
    url = links(item="A1").facts("cases.corrected", window="3")
    assert urlsplit(url).path == "/work/pledges/facts/cases.corrected/"
    assert asked(url) == {"period": "2026-05", "window": "3"}
    assert asked(links(item="A1").facts("cases.corrected")) == {"period": "2026-05"}


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=64))
def test_any_code_of_an_item_comes_back_as_it_was(code: str) -> None:
    query = QueryDict(urlsplit(links().item(code)).query)
    assert query["item"] == code


@pytest.mark.parametrize("split", Split)
def test_every_table_has_an_address_and_a_noun(split: Split) -> None:
    assert urlsplit(links().split(split)).path == f"/dashboard/by/{split.value}/"
    assert split.noun == split.label[1:]


@given(
    st.sampled_from(("day", "week", "month", "quarter", "half", "year")), st.dates(date(2000, 1, 1), date(2090, 1, 1))
)
def test_a_period_in_an_address_is_the_period_that_was_meant(kind: str, day: date) -> None:
    period = holding(kind, day)
    assert parse(asked(links().on(period))["period"]) == period


@pytest.mark.django_db
class TestFrame:
    """Tabs, periods and chips of one person."""

    def frame(self, season: Season, today: date = TODAY, shown: Split | None = None, **words: str) -> dict[str, object]:
        user = season.hall.supervisor
        return filters.frame(user, asking.read(user, words, today), shown, today)

    def labels(self, season: Season, today: date = TODAY, **words: str) -> dict[str, Period]:
        periods = self.frame(season, today, **words)["periods"]
        return {one["label"]: parse(one["code"]) for one in periods}  # type: ignore[attr-defined]

    def test_the_usual_periods_are_those_of_today(self, season: Season) -> None:
        found = self.labels(season, period="2026-05")
        assert {label: period.code for label, period in found.items()} == {
            "本月": "2026-05", "上月": "2026-04", "本季": "2026-Q2", "本年": "2026", "‹ 前一期": "2026-04",
        }  # fmt: skip

    def test_the_period_after_is_offered_where_it_has_begun(self, season: Season) -> None:
        assert self.labels(season, period="2026-04")["后一期 ›"].code == "2026-05"
        assert "后一期 ›" not in self.labels(season, period="2026-06")

    @pytest.mark.parametrize(("code", "before"), [("2026-Q1", "2025-Q4"), ("2026", "2025"), ("2026-W01", "2025-W52")])
    def test_the_period_before_is_of_the_same_kind(self, season: Season, code: str, before: str) -> None:
        assert self.labels(season, period=code)["‹ 前一期"].code == before

    def test_the_period_shown_is_marked(self, season: Season) -> None:
        periods = self.frame(season, period="2026-Q2")["periods"]
        assert [one["label"] for one in periods if one["active"]] == ["本季"]  # type: ignore[attr-defined]

    def test_the_year_of_a_new_year_is_the_new_one(self, season: Season) -> None:
        found = self.labels(season, date(2027, 1, 1))
        assert [found[label].code for label in ("本月", "上月", "本年")] == ["2027-01", "2026-12", "2027"]

    @pytest.mark.parametrize("shown", [None, *Split])
    def test_one_tab_is_open(self, season: Season, shown: Split | None) -> None:
        tabs = self.frame(season, shown=shown)["tabs"]
        assert [tab["label"] for tab in tabs if tab["active"]] == [shown.label if shown else "总览"]  # type: ignore[attr-defined]

    def test_every_tab_keeps_the_filters(self, season: Season) -> None:
        words = {"period": "2026-04", "department": str(season.hall.department.pk)}
        assert all(asked(tab["url"]) == words for tab in self.frame(season, **words)["tabs"])  # type: ignore[attr-defined]

    def test_a_chip_takes_its_own_filter_away(self, season: Season) -> None:
        hall = season.hall
        words = {"period": "2026-04", "department": str(hall.department.pk), "window": str(hall.window.pk)}
        chips = self.frame(season, **words)["chips"]
        assert [chip.text for chip in chips] == [hall.department.name, str(hall.window)]  # type: ignore[attr-defined]
        assert [set(asked(chip.url)) for chip in chips] == [{"period"}, {"period", "department"}]  # type: ignore[attr-defined]

    def test_taking_the_center_away_takes_what_lies_in_it(self, season: Season) -> None:
        hall = season.hall
        words = {"center": str(hall.center.pk), "below": "1", "department": str(hall.department.pk), "item": "A1"}
        chip = self.frame(season, **words)["chips"][0]  # type: ignore[index]
        assert chip.text == f"{hall.center.name}及下级"
        assert set(asked(chip.url)) == {"period", "item"}

    def test_an_item_is_a_chip_that_leads_home(self, season: Season) -> None:
        (chip,) = self.frame(season, item="A1")["chips"]  # type: ignore[misc]
        assert (chip.text, urlsplit(chip.url).path) == ("事项 A1", "/dashboard/")

    def test_somebody_held_to_a_department_cannot_take_it_away(self, season: Season) -> None:
        chief = season.hall.chief
        (chip,) = filters.frame(chief, asking.read(chief, {}, TODAY), None, TODAY)["chips"]
        assert (chip.text, chip.url) == (season.hall.department.name, "")

    def test_the_form_of_the_period_carries_everything_else(self, season: Season) -> None:
        hidden = self.frame(season, period="2026-04", item="A1")["hidden"]
        assert hidden == {"item": "A1"}

    @pytest.mark.parametrize("word", ["center", "department", "window"])
    def test_a_place_of_another_center_is_out_of_scope(self, season: Season, word: str) -> None:
        center = make_center("邻区政务服务中心")
        department = make_department(center)
        place = {"center": center, "department": department, "window": make_window(center, department=department)}
        with pytest.raises(OutOfScope):
            self.frame(season, **{word: str(place[word].pk)})
