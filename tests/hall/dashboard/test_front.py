"""The front page of the season: figures by hand, charts over their tables, what prints, what the page costs."""

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hall.dashboard.enums import Split
from hall.dashboard.measures import MEASURES
from tests.hall.dashboard.builders import log_in
from tests.hall.dashboard.season import SPRING, Season

pytestmark = pytest.mark.django_db
HOME, ITEM = reverse("dashboard:home"), reverse("dashboard:item")
PAGES = (HOME, reverse("dashboard:cases"), *(reverse("dashboard:split", args=[kind]) for kind in Split.values))


@pytest.fixture
def browser(season: Season) -> Client:
    return log_in(season.hall.supervisor)


def shown(browser: Client, **words: str) -> dict[str, Any]:
    """The tiles of the period by title."""
    return {tile.title: tile for tile in browser.get(HOME, SPRING | words).context["tiles"]}


def test_the_figures_are_those_counted_by_hand(browser: Client) -> None:
    tiles = shown(browser)
    assert {title: (tile.value, tile.fraction) for title, tile in tiles.items() if title != "办结用时（净工作日）"} == {
        "收件": ("16", ""), "办结": ("12", ""), "按时办结率": ("77.7%", "7 / 9"), "提前办结率": ("44.4%", "4 / 9"),
    }  # fmt: skip


def test_what_is_in_no_rate_is_said_beside_it(browser: Client) -> None:
    texts = [line.text for line in shown(browser)["按时办结率"].lines]
    assert "办结 12 件，其中 3 件没有决定或没有期限，不在分母内" in texts
    assert [text for text in texts if text.startswith("未结")] == ["未结已超期 3 件，不在分母内"]


def test_a_period_without_closings_has_dashes(browser: Client) -> None:
    tiles = shown(browser, period="2026-03")
    assert [tiles[title].value for title in ("按时办结率", "提前办结率", "办结用时（净工作日）")] == ["—"] * 3


def test_a_period_is_held_against_the_one_before(browser: Client) -> None:
    lines = shown(browser, period="2026-05")["收件"].lines
    assert lines[0].text == "较上期 -16（上期 16）"


@pytest.mark.parametrize(("asked", "told"), [({}, False), ({"item": "A1"}, True)])
def test_grades_beside_one_item_say_that_they_are_not_of_that_item(browser: Client, asked: dict[str, str], told: bool):
    lines = browser.get(HOME, SPRING | asked).context["satisfaction"].lines
    assert ("不分窗口和事项：所选中心和部门的全部评价" in [line.text for line in lines]) is told


def test_every_figure_is_defined_on_the_page(browser: Client) -> None:
    page = browser.get(HOME, SPRING).content.decode()
    assert "怎么算的" in page
    for code in ("filed", "closed", "on_time", "early"):
        assert MEASURES[code].definition in page


@pytest.mark.parametrize("chart", ["trend", "compression", "durations"])
def test_what_is_drawn_is_what_the_table_says(browser: Client, chart: str) -> None:
    answer = browser.get(HOME, SPRING)
    page = answer.content.decode()
    found = re.search(
        rf'<script id="chart-{chart}" type="application/json">(.*?)</script>(.*?)</table>', page, re.DOTALL
    )
    assert found
    made = answer.context[chart]
    assert json.loads(found[1]) == json.loads(json.dumps(made.draw))
    cells = [
        re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>.*?</t[hd]>", found[2].split("<tbody>")[1])
    ]
    assert cells == [cell for row in made.rows for cell in row]


def test_the_trend_adds_up_to_the_figures(browser: Client) -> None:
    trend = browser.get(HOME, SPRING).context["trend"].draw
    assert [sum(line["values"]) for line in trend["lines"]] == [16, 12]


def test_without_scripts_the_tables_are_there_and_the_drawings_are_not(browser: Client) -> None:
    page = browser.get(HOME, SPRING).content.decode()
    assert page.count('class="chart"') == len(re.findall(r'class="chart" data-chart="[^"]+" hidden', page)) == 3
    assert page.count("chart-table") == 3


def test_no_script_or_style_stands_in_the_page(browser: Client) -> None:
    for url in PAGES:
        page = browser.get(url, SPRING | {"measure": "filed"}).content.decode()
        assert not re.search(r"<script(?![^>]*(src=|application/json))", page), url
        assert not re.search(r"<style|\son\w+=|\sstyle=", page), url


@pytest.mark.parametrize("url", PAGES)
def test_every_page_prints_and_leaves_its_filters_off_the_paper(browser: Client, url: str) -> None:
    page = browser.get(url, SPRING | {"measure": "filed"}).content.decode()
    assert "data-print hidden" in page
    assert ("no-print" in page) or "dashboard/cases" in url


@pytest.mark.parametrize("url", PAGES)
def test_every_page_says_up_to_when_and_of_which_days(browser: Client, url: str) -> None:
    page = browser.get(url, SPRING | {"measure": "filed"}).content.decode()
    assert re.search(r"截至 \d+月\d+日 \d\d:\d\d", page)
    assert "2026 年 4 月 1 日至2026 年 6 月 30 日" in page


@pytest.mark.parametrize("url", PAGES)
def test_no_page_is_kept_by_a_browser(browser: Client, url: str) -> None:
    assert "no-store" in browser.get(url, {"measure": "filed"})["Cache-Control"]


@pytest.mark.parametrize("period", ["2026-04", "2026", "2024-01-01..2026-12-31"])
def test_a_longer_period_costs_no_more_queries(browser: Client, period: str) -> None:
    """Of whole months; a few single days are asked of the sources themselves."""
    browser.get(HOME, SPRING)
    with CaptureQueriesContext(connection) as seen:
        browser.get(HOME, {"period": period})
    assert len(seen) <= 22, "\n".join(one["sql"][:110] for one in seen)


def test_what_waits_longest_comes_first(season: Season, browser: Client) -> None:
    waiting = browser.get(HOME, SPRING).context["waiting"]
    assert season.names([row.case for row in waiting]) == {"online", "waiting", "unaccepted"}


def test_a_page_of_one_item_counts_that_item(season: Season, browser: Client) -> None:
    answer = browser.get(ITEM, SPRING | {"item": season.instant.item.code})
    tiles = {tile.title: (tile.value, tile.fraction) for tile in answer.context["tiles"]}
    assert (tiles["收件"][0], tiles["按时办结率"]) == ("2", ("50%", "1 / 2"))
