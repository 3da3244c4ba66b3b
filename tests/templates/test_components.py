"""The parts of pages: what they need, what they write, and that what people typed stays text."""

from datetime import UTC, datetime

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory

HOSTILE = '"><script>alert(1)</script>'
PARTS = {
    "lamp": {"kind": "warn", "text": HOSTILE},
    "badge": {"kind": "accent", "text": HOSTILE},
    "docket": {"number": HOSTILE, "url": HOSTILE},
    "tabs": {"tabs": [{"url": HOSTILE, "label": HOSTILE, "count": 1}], "label": HOSTILE},
    "facts": {"rows": [{"label": HOSTILE, "value": HOSTILE, "url": HOSTILE}]},
    "timeline": {
        "events": [{"at": datetime(2026, 5, 12, tzinfo=UTC), "text": HOSTILE, "by": HOSTILE, "more": HOSTILE}]
    },
    "steps": {"steps": [{"label": HOSTILE, "state": HOSTILE, "note": HOSTILE}]},
    "turn": {"title": HOSTILE, "text": HOSTILE, "items": [HOSTILE]},
    "doings": {
        "doings": [{"label": HOSTILE, "allowed": True, "url": HOSTILE, "key": "d"}, {"label": "x", "why": HOSTILE}]
    },
    "confirm": {"id": HOSTILE, "title": HOSTILE, "text": HOSTILE, "form_id": HOSTILE, "action": HOSTILE},
    "dry_run": {"result": {"total": 1, "errors": [{"row": 1, "field": HOSTILE, "value": HOSTILE, "reason": HOSTILE}]}},
    "checklist": {"legend": HOSTILE, "name": "m", "items": [{"value": HOSTILE, "label": HOSTILE, "hint": HOSTILE}]},
    "empty": {"text": HOSTILE, "url": HOSTILE, "action": HOSTILE},
    "error_summary": {"links": [{"target": HOSTILE, "message": HOSTILE}]},
    "pagination": {"page": Paginator(range(9), 3).page(2), "query": HOSTILE},
    "rail": {"nav": [{"label": HOSTILE, "url": HOSTILE}]},
    "messages": {"messages": [HOSTILE]},
    "print_foot": {"who": HOSTILE},
    "idle_dialog": {"user": HOSTILE},
}


@pytest.fixture(autouse=True)
def _names_of_the_frame(settings):
    """Addresses the frame looks for, and no room behind them."""
    settings.ROOT_URLCONF = "tests.guards.gallery_urls"


def part(name: str, /, **context: object) -> str:
    return render_to_string(f"components/{name}.html", context)


@pytest.mark.parametrize(("name", "context"), PARTS.items(), ids=PARTS)
def test_what_people_typed_stays_text(name, context):
    assert "<script>" not in part(name, **context)


@pytest.mark.parametrize("name", PARTS)
def test_a_part_without_anything_still_stands(name):
    part(name)


def test_a_lamp_says_how_much_and_is_not_colour_alone():
    assert '<span class="lamp late">超承诺 1 天</span>' in part("lamp", kind="late", text="超承诺 1 天")


def test_a_number_without_an_address_is_no_link():
    assert "<a" not in part("docket", number="130302-0012-20260413-00001-7")


def test_the_open_tab_is_named_to_readers():
    text = part("tabs", tabs=[{"url": "?", "label": "全部", "active": True}, {"url": "?lamp=ok", "label": "正常"}])
    assert text.count('aria-current="page"') == 1


def test_a_count_of_nothing_is_shown():
    assert ">0</span>" in part("tabs", tabs=[{"url": "?", "label": "临期", "count": 0}])


def test_a_fact_without_a_value_says_so():
    assert "<dd>—</dd>" in part("facts", rows=[{"label": "受托人", "value": ""}])


def test_one_page_needs_no_page_turner():
    assert part("pagination", page=Paginator(range(3), 3).page(1)).strip() == ""


@pytest.mark.parametrize(("number", "ways"), [(1, ["next"]), (2, ["prev", "next"]), (3, ["prev"])])
def test_pages_lead_on_and_back(number, ways):
    text = part("pagination", page=Paginator(range(9), 3).page(number))
    assert [way for way in ("prev", "next") if f'rel="{way}"' in text] == ways


def test_turning_the_page_keeps_the_filters():
    text = part("pagination", page=Paginator(range(9), 3).page(1), query="lamp=ok&step=review")
    assert "?lamp=ok&amp;step=review&amp;page=2" in text


def test_what_may_not_be_done_is_no_button_and_says_why():
    text = part("doings", doings=[{"label": "送达", "allowed": False, "why": "作出决定以后才能送达。"}])
    assert "btn" not in text
    assert "作出决定以后才能送达。" in text


def test_a_key_is_written_on_its_button():
    text = part("doings", doings=[{"label": "停表", "allowed": True, "url": "#", "key": "p"}])
    assert 'data-key="p"' in text
    assert "<kbd>P</kbd>" in text


def test_the_step_one_is_at_is_named_to_readers():
    text = part("steps", steps=[{"label": "收件", "state": "done"}, {"label": "审查", "state": "now"}])
    assert text.count('aria-current="step"') == 1


def test_the_turn_of_the_citizen_stands_out():
    assert 'class="turn you"' in part("turn", title="现在轮到您", text="请补交。", you=True)


def test_no_errors_no_summary():
    assert part("error_summary", links=()).strip() == ""


def test_a_clean_dry_run_may_be_imported():
    text = part("dry_run", result={"total": 3, "created": 3, "updated": 0, "unchanged": 0, "errors": []}, noun="事项")
    assert "没有错误，可以导入" in text
    assert "<table" not in text


def test_a_dry_run_lists_two_hundred_errors_and_says_so():
    errors = [{"row": row, "reason": "重复"} for row in range(201)]
    text = part("dry_run", result={"total": 201, "errors": errors})
    assert text.count("<tr><td") == 200
    assert "只列出前 200 处。" in text


def test_the_count_of_a_check_list_is_right_without_script():
    text = part(
        "checklist", legend="材料", name="m", items=[{"value": 1, "label": "甲", "checked": True}], checked_count=1
    )
    assert "<output data-tally>1</output> / 1" in text


def test_the_time_of_an_event_is_beijings():
    text = part("timeline", events=[{"at": datetime(2026, 5, 12, 8, 40, tzinfo=UTC), "text": "现场踏勘"}])
    assert ">5月12日 16:40</time>" in text


@pytest.mark.parametrize("name", ["base_staff.html", "base_public.html"])
def test_a_page_stands_without_a_frame(name):
    """Error pages and tests of single parts have none."""
    text = render_to_string(name, {})
    assert "<main" in text
    assert "演示数据" not in text


@pytest.mark.parametrize("name", ["base_staff.html", "base_public.html"])
def test_demonstration_data_says_so_on_every_page(name):
    assert "演示数据" in render_to_string(name, {"frame": {"demonstration": True}})


@pytest.mark.parametrize(("cookie", "theme"), [("elder", 'data-theme="elder"'), ("contrast", 'data-theme="contrast"')])
def test_the_theme_of_the_cookie_is_shown(cookie, theme):
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie
    assert theme in render_to_string("base_public.html", {"request": request, "frame": {}})


def test_another_theme_is_not_written_into_the_page():
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = '"><script>'
    page = render_to_string("base_public.html", {"request": request, "frame": {}})
    assert "data-theme" not in page.partition("<style")[0] + page.partition("</style>")[2]


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_error_pages_need_nothing_and_say_what_to_do(name):
    text = render_to_string(f"{name}.html")
    assert "回到首页" in text
    assert 'lang="zh-CN"' in text


def test_a_refusal_says_its_reason_as_text():
    assert "只有首席代表可以批准。" in render_to_string("403.html", {"exception": "只有首席代表可以批准。"})
    assert "<script>" not in render_to_string("403.html", {"exception": HOSTILE})
