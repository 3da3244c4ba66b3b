"""Citizens' pages as citizens meet them: on a telephone, in large letters, on paper."""

import pytest

from tests.builders import make_item_version

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
PAGES = ("/", "/guides/", "/lookup/", "/centers/", "/calculator/", "/login/", "/nowhere/")


@pytest.fixture
def guide(hall):
    return f"/guides/{make_item_version(hall.department).item.code}/"


@pytest.fixture
def citizen(hall, enter):
    return enter("citizen", phone=True, script=False)


def style(visitor, selector, name):
    return visitor.page.eval_on_selector(selector, f"one => getComputedStyle(one).{name}")


def test_a_guide_is_found_by_initials_and_says_when(citizen, guide, clock):
    clock("2026-04-13 10:00")
    citizen.go("/guides/")
    citizen.page.locator("[name=q]").fill("csxk")
    citizen.page.get_by_role("button", name="查找").click()
    citizen.sees("找到 1 项", "测试许可")
    citizen.page.get_by_role("link", name="测试许可").click()
    assert citizen.path == guide
    citizen.sees("5月13日", "申请书", "行政许可法")


@pytest.mark.parametrize(
    ("pause", "due"), [((), "2026年5月13日（星期三）"), (("2026-04-17", "2026-04-22"), "2026年5月18日（星期一）")]
)
def test_calculator_counts_the_worked_example(citizen, pause, due):
    citizen.go("/calculator/")
    citizen.type("从哪天起", "2026-04-13")
    citizen.page.locator("[name=start]").fill("2026-04-13")
    citizen.page.locator("[name=count]").fill("20")
    for name, day in zip(("pause_start_1", "pause_end_1"), pause, strict=False):
        citizen.page.locator(f"[name={name}]").fill(day)
    citizen.page.get_by_role("button", name="计算").click()
    citizen.sees(due, "劳动节")


def test_every_page_fits_the_smallest_screen(citizen, guide):
    citizen.page.set_viewport_size({"width": 320, "height": 640})
    wide = {}
    for path in (*PAGES, guide, "/calculator/?start=2026-04-13&count=20&unit=workday"):
        citizen.go(path)
        citizen.no_violations()
        if citizen.width() > 320:
            wide[path] = citizen.width()
    assert wide == {}


def test_large_letters_stay_on_the_next_page(citizen):
    citizen.go("/")
    before = float(style(citizen, "main", "fontSize").removesuffix("px"))
    citizen.page.get_by_role("button", name="大字版").click()
    citizen.sees("")
    citizen.go("/lookup/")
    assert float(style(citizen, "main", "fontSize").removesuffix("px")) > before * 1.2
    assert citizen.width() <= 375


def test_a_guide_prints_black_on_white_without_the_frame(citizen, guide):
    citizen.go(guide)
    citizen.page.emulate_media(media="print")
    assert style(citizen, "body", "color") == "rgb(0, 0, 0)"
    assert style(citizen, "html", "backgroundColor") in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert not citizen.page.locator(".pub nav").is_visible()
    assert citizen.page.locator("h1").is_visible()
