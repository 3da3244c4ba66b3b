"""Every number of every page opens a list with exactly as many cases."""

import html
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from hall.dashboard.enums import Split
from tests.hall.dashboard.builders import log_in
from tests.hall.dashboard.season import SPRING, Season

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a[^>]*href="(/dashboard/cases/\?[^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
LAMP = re.compile(
    r'<a href="(/dashboard/cases/\?[^"]+)"><span class="lamp [a-z]+">[^<]+</span> <b class="num">(\d+)</b>'
)
COUNT = re.compile(r"^[^0-9]*([\d,]+)(?: 件.*)?$")
HOME, ITEM = reverse("dashboard:home"), reverse("dashboard:item")


@pytest.fixture
def browser(season: Season) -> Client:
    return log_in(season.hall.supervisor)


def numbers(page: str) -> Iterator[tuple[str, int]]:
    """The links of a page that show a plain number of cases, with that number."""
    yield from ((html.unescape(url), int(n)) for url, n in LAMP.findall(page))
    for url, inner in LINK.findall(page):
        text = re.sub(r"<[^>]+>", "", inner).strip()
        found = COUNT.match(text)
        if found and "%" not in text and "天" not in text and "缩短" not in text:
            yield html.unescape(url), int(found[1].replace(",", ""))


def listed(browser: Client, url: str) -> int:
    found = re.search(r"共 (\d+) 件", browser.get(url).content.decode())
    assert found, url
    return int(found[1])


def wrong(browser: Client, page: str) -> dict[str, tuple[int, int]]:
    """The links whose list is not as long as their number."""
    said = dict(numbers(page))
    assert said
    return {url: (n, there) for url, n in said.items() if n != (there := listed(browser, url))}


def test_every_number_of_the_front_page(browser: Client) -> None:
    page = browser.get(HOME, SPRING).content.decode()
    assert len(dict(numbers(page))) > 12
    assert wrong(browser, page) == {}


@pytest.mark.parametrize("split", Split.values)
def test_every_number_of_a_table(browser: Client, split: str) -> None:
    assert wrong(browser, browser.get(reverse("dashboard:split", args=[split]), SPRING).content.decode()) == {}


@pytest.mark.parametrize("version", ["promised", "instant", "by_law", "unlimited"])
def test_every_number_of_an_item(browser: Client, season: Season, version: str) -> None:
    code = getattr(season, version).item.code
    page = browser.get(ITEM, SPRING | {"item": code}).content.decode()
    assert all(f"item={code}" in url for url, _ in numbers(page))
    assert wrong(browser, page) == {}


def test_every_number_of_a_chief(season: Season) -> None:
    browser = log_in(season.hall.chief)
    assert wrong(browser, browser.get(HOME, SPRING).content.decode()) == {}


def test_every_number_of_a_narrowed_page(browser: Client, season: Season) -> None:
    asked = SPRING | {"department": str(season.hall.department.pk), "window": str(season.hall.window.pk)}
    assert wrong(browser, browser.get(HOME, asked).content.decode()) == {}


@pytest.mark.parametrize(
    ("period", "filed", "closed"),
    [("2026-04-10", 1, 0), ("2026-04-13", 15, 2), ("2026-W16", 15, 10), ("2026-03", 0, 0)],
)
def test_a_shorter_period_counts_its_own_days(browser: Client, period: str, filed: int, closed: int) -> None:
    asked = {"period": period}
    pages = [
        browser.get("/dashboard/cases/", asked | {"measure": code}).content.decode() for code in ("filed", "closed")
    ]
    assert [int(re.findall(r"共 (\d+) 件", page)[0]) for page in pages] == [filed, closed]
    assert wrong(browser, browser.get(HOME, asked).content.decode()) == {}


def test_a_list_narrowed_to_an_item_is_that_items(browser: Client, season: Season) -> None:
    asked = SPRING | {"measure": "filed", "item": season.instant.item.code}
    page = browser.get("/dashboard/cases/", asked).content.decode()
    assert set(re.findall(r"/work/cases/([0-9-]+)/", page)) >= {
        season.cases[name].docket for name in ("instant", "instant_late")
    }
    assert "共 2 件" in page


def test_the_sum_of_a_table_is_the_sum_of_its_lines(browser: Client) -> None:
    page = browser.get(reverse("dashboard:split", args=["items"]), SPRING).content.decode()
    body, foot = page.split("<tfoot>")
    lines, total = ([int(n) for n in re.findall(r"measure=filed[^>]*>(\d+)</a>", part)] for part in (body, foot))
    assert [sum(lines)] == total == [16]


def test_the_sum_of_a_table_opens_lists_too(browser: Client) -> None:
    page = browser.get(reverse("dashboard:split", args=["centers"]), SPRING).content.decode()
    foot = page.split("<tfoot>")[1]
    assert len(dict(numbers(foot))) == 5
    assert wrong(browser, foot) == {}


def test_no_item_has_more_than_all_of_them(browser: Client) -> None:
    page = browser.get(reverse("dashboard:split", args=["items"]), SPRING).content.decode()
    closed = [int(n) for n in re.findall(r"measure=closed[^>]*>(\d+)</a>", page.split("<tfoot>")[0])]
    assert f'max="{max(closed)}"' in page
    assert closed == sorted(closed, reverse=True)
