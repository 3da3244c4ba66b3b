"""Addresses nobody means: NUL, over-long, reversed, unknown, huge. A page or no page, and never a fault."""

import pytest
from django.test import Client
from django.urls import reverse

from hall.dashboard.enums import Split
from tests.hall.dashboard.builders import log_in
from tests.hall.dashboard.season import SPRING, Season

pytestmark = pytest.mark.django_db
HOME, CASES, ITEM = reverse("dashboard:home"), reverse("dashboard:cases"), reverse("dashboard:item")
TABLE, FILE = reverse("dashboard:split", args=["items"]), reverse("dashboard:cases_export")
UNREADABLE = (
    "\x00", "x" * 5000, "2026-13", "2026-00", "2026-02-30", "2026-W54", "2026-Q5", "2026-H3", "0001", "9999",
    "二〇二六",
    "2026-05-10..2026-05-01", "2026-05-01..", "..", "2026-05-01..2026-05-10..2026-05-12", "1989-12", "2101-01",
)  # fmt: skip
KEYS = ("\x00", "x", "-1", "0", "9" * 18, "9" * 40, "1.5", "１", " 1", "1 OR 1=1", "")
# Of these, what is a number at all but names nothing is no page; everything else is left out.
NAMES_NOTHING = {"0", "9" * 18}


@pytest.fixture
def browser(season: Season) -> Client:
    return log_in(season.hall.supervisor)


@pytest.mark.parametrize("period", UNREADABLE)
def test_a_period_nobody_can_read_becomes_this_month_and_is_told(browser: Client, period: str) -> None:
    answer = browser.get(HOME, {"period": period})
    assert answer.status_code == 200
    assert "地址里的时段看不懂" in answer.content.decode()


@pytest.mark.parametrize("period", ["1990", "2100", "2100-12", "1990-01-01..2100-12-31", "2026-05-01..2026-05-01"])
def test_the_ends_of_time_are_pages(browser: Client, period: str) -> None:
    for url in (HOME, TABLE):
        answer = browser.get(url, {"period": period})
        assert answer.status_code == 200
        assert "看不懂" not in answer.content.decode()


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("word", ["center", "department", "window", "staff"])
def test_a_place_that_is_no_number_is_left_out_and_one_that_names_nothing_is_no_page(
    browser: Client, word: str, key: str
) -> None:
    expected = 404 if key in NAMES_NOTHING else 200
    assert browser.get(CASES, SPRING | {"measure": "filed", word: key}).status_code == expected


@pytest.mark.parametrize("page", ["0", "-1", "x", "\x00", "9" * 30, "1e3", ""])
def test_a_page_that_is_none_is_the_nearest_one(browser: Client, page: str) -> None:
    for url, more in ((CASES, {"measure": "filed"}), (TABLE, {})):
        assert browser.get(url, SPRING | more | {"page": page}).status_code == 200


@pytest.mark.parametrize("measure", ["", "nothing", "statute_days", "\x00", "filed ", "FILED", "x" * 3000])
def test_a_measure_nobody_knows_is_no_page(browser: Client, measure: str) -> None:
    for url in (CASES, FILE):
        assert browser.get(url, {"measure": measure}).status_code == 404


@pytest.mark.parametrize("item", ["", "\x00", "NONE", "x" * 3000, "' OR 1=1 --", "<script>"])
def test_an_item_nobody_knows_is_no_page_of_its_own(browser: Client, item: str) -> None:
    assert browser.get(ITEM, {"item": item}).status_code == 404


def test_an_item_nobody_knows_has_an_empty_list_and_is_escaped(browser: Client) -> None:
    page = browser.get(CASES, SPRING | {"measure": "filed", "item": "<script>alert(1)</script>"}).content.decode()
    assert "一件也没有" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("kind", ["planets", "Centers", "centers%00", "x" * 500])
def test_a_table_nobody_knows_is_no_page(browser: Client, kind: str) -> None:
    assert browser.get(f"/dashboard/by/{kind}/").status_code == 404
    assert browser.get(f"/dashboard/by/{kind}/export/").status_code == 404


@pytest.mark.parametrize("kind", Split.values)
def test_words_nobody_knows_change_nothing(browser: Client, kind: str) -> None:
    url = reverse("dashboard:split", args=[kind])
    plain, more = (browser.get(url, SPRING | extra).context["sum"].totals for extra in ({}, {"colour": "red"}))
    assert plain == more


def test_a_word_said_twice_is_taken_once(browser: Client) -> None:
    page = browser.get(f"{CASES}?measure=closed&measure=voided&measure=filed&period=2026&period=2026-04")
    assert page.status_code == 200
    assert "共 16 件" in page.content.decode()
