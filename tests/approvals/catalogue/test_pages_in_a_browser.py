"""The pages of the catalogue in a real browser: for everybody, on a phone, without script, on paper."""

import os
import shutil
from collections.abc import Iterator
from importlib import import_module

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from approvals.catalogue import actions
from approvals.catalogue.models import Material, ServiceItem
from tests import builders
from tests.approvals.catalogue.builders import make_draft

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
AT = builders.moment("2026-04-10 10:00")
PUBLIC = ("/guides/", "/guides/?q=zzz", "/guides/DEMO-0001/")
LONG = "道路货物运输经营许可（使用总质量四千五百千克及以下普通货运车辆从事普通货运经营的除外）"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("HALL_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("no chromium: install it, or name it in HALL_CHROMIUM")
    # The driver keeps an event loop running in this thread, and Django would take every query for one made inside it.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def hall() -> builders.Hall:
    """A published item, a second with a name of forty characters, and a draft that cannot be published yet."""
    import_module("approvals.catalogue.migrations.0003_seed_regimes").seed(apps, None)
    hall = builders.Hall()
    version = actions.publish(make_draft(hall.department, promise_count=20), by=hall.chief, at=AT)
    actions.publish(make_draft(hall.department, code="DEMO-0002", name=LONG), by=hall.chief, at=AT)
    draft = actions.new_draft(version.item, by=hall.chief)
    actions.edit_draft(draft, revision=1, changes={"promise_count": 21, "phone": ""}, by=hall.chief)
    return hall


def opened(browser: Browser, width: int, **facts: object) -> BrowserContext:
    return browser.new_context(locale="zh-CN", viewport={"width": width, "height": 800}, **facts)  # type: ignore[arg-type]


def go(context: BrowserContext, address: str) -> tuple[Page, list[str]]:
    """Open a page and listen to what the browser complains about."""
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    return page, complaints


def violations(page: Page) -> list[tuple[str, str]]:
    return [(one["id"], one["nodes"][0]["html"]) for one in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("width", [320, 1280])
def test_citizens_pages_are_accessible_and_never_scroll_sideways(
    browser: Browser, live_server: LiveServer, hall: builders.Hall, width: int
) -> None:
    context = opened(browser, width)
    for address in PUBLIC:
        page, complaints = go(context, live_server.url + address)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert complaints == []
    context.close()


def test_staff_pages_are_accessible_and_quiet(browser: Browser, live_server: LiveServer, hall: builders.Hall) -> None:
    client, context = Client(), opened(browser, 1280)
    client.force_login(hall.chief)
    context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}])
    item = ServiceItem.objects.get(code="DEMO-0001").pk
    paths = ["", f"{item}/", f"{item}/versions/1/", f"{item}/draft/materials/", f"{item}/draft/limits/", "new/"]
    for path in [f"/manage/items/{path}" for path in paths] + ["/manage/regimes/"]:
        page, complaints = go(context, live_server.url + path)
        assert (path, violations(page)) == (path, [])
        assert complaints == []
    context.close()


def test_a_guide_is_found_and_read_without_script(
    browser: Browser, live_server: LiveServer, hall: builders.Hall
) -> None:
    context = opened(browser, 375, java_script_enabled=False)
    page, _ = go(context, f"{live_server.url}/guides/")
    page.get_by_label("您要办什么").fill("spjy")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="食品经营许可（新办）").click()
    assert page.locator("h1").inner_text() == "食品经营许可（新办）"
    assert "今天申请，承诺" in page.locator(".big").inner_text()
    context.close()


def test_on_paper_a_guide_keeps_its_words_and_loses_its_buttons(
    browser: Browser, live_server: LiveServer, hall: builders.Hall
) -> None:
    context = opened(browser, 1280)
    page, _ = go(context, f"{live_server.url}/guides/DEMO-0001/")
    page.emulate_media(media="print")
    assert page.get_by_text("食品经营许可申请书").first.is_visible()
    assert page.get_by_role("img", name="这份指南的二维码").is_visible()
    assert not page.get_by_role("link", name="换一天申请").is_visible()
    assert not page.get_by_role("navigation").first.is_visible()
    context.close()


def test_a_row_is_added_by_keyboard_and_saved(browser: Browser, live_server: LiveServer, hall: builders.Hall) -> None:
    client, context = Client(), opened(browser, 1280)
    client.force_login(hall.chief)
    context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}])
    item = ServiceItem.objects.get(code="DEMO-0001").pk
    page, _ = go(context, f"{live_server.url}/manage/items/{item}/draft/materials/")
    page.get_by_role("button", name="再加一行材料").press("Enter")
    page.locator("[data-row]").last.get_by_label("材料名称").fill("健康证")
    page.get_by_role("button", name="保存", exact=True).press("Enter")
    page.get_by_text("草稿已保存。").wait_for()
    assert Material.objects.get(name="健康证").version.is_draft
    context.close()
