"""Every part in a real browser: reachable by everyone, at every width, in every theme, under the strict policy."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ADDRESSES = ("/gallery/", "/gallery/public/")
THEMES = ("normal", "elder", "contrast")
WIDTHS = (1280, 375, 320)
EXPECTED = ("does not conform to the required format", "cannot be parsed")  # the gallery's bad form, on purpose


@pytest.fixture(params=[(address, theme) for address in ADDRESSES for theme in THEMES], ids="-".join)
def shown(request: pytest.FixtureRequest, browser: Browser, gallery: str) -> Iterator[Page]:
    address, theme = request.param
    context = browser.new_context(locale="zh-CN")
    context.add_cookies([{"name": "theme", "value": theme, "url": gallery}])
    page = context.new_page()
    page.complaints = []  # type: ignore[attr-defined]
    page.on("console", lambda message: page.complaints.append(message.text))  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    page.goto(gallery + address)
    yield page
    context.close()


def test_parts_are_accessible_wide_and_narrow(shown):
    for width in (WIDTHS[0], WIDTHS[-1]):
        shown.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(shown).response["violations"]
        assert [(width, one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_no_page_is_wider_than_its_window(shown):
    for width in WIDTHS:
        shown.set_viewport_size({"width": width, "height": 900})
        assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_the_browser_has_nothing_to_complain_about(shown):
    assert [text for text in shown.complaints if not any(words in text for words in EXPECTED)] == []


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_error_pages_are_accessible(page, gallery, name):
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{gallery}/error/{name}/")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator("h1").inner_text() == page.title()


def test_touch_targets_are_big_enough_for_citizens(page, gallery):
    """WCAG 2.2 asks for 24 px; a citizen's button gets 44."""
    page.goto(f"{gallery}/gallery/public/")
    heights = page.locator("main .btn").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert min(heights) >= 44


def test_print_hides_the_frame_and_says_who_and_when(page, gallery):
    page.goto(f"{gallery}/gallery/")
    page.emulate_media(media="print")
    assert not page.locator(".top").is_visible()
    assert not page.locator(".rail").is_visible()
    assert "打印人：王丽" in page.locator(".print-foot").inner_text()


def test_pages_work_without_script(browser, gallery):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{gallery}/gallery/")
    assert page.locator(".bulk").is_visible()
    assert not page.locator("[data-print]").is_visible()
    assert not page.locator("dialog").first.is_visible()
    context.close()


def test_the_head_of_a_list_stays_in_sight(page, gallery):
    page.set_viewport_size({"width": 1280, "height": 300})
    page.goto(f"{gallery}/gallery/")
    page.locator("table[data-rows] tbody tr").nth(3).scroll_into_view_if_needed()
    page.mouse.wheel(0, 60)
    assert page.locator("table[data-rows] thead").first.is_visible()


def test_rows_are_38_pixels_high(page, gallery):
    page.goto(f"{gallery}/gallery/")
    heights = page.locator("table[data-rows] tbody tr").evaluate_all("all => all.map(one => one.offsetHeight)")
    assert set(heights) <= {38, 39}
