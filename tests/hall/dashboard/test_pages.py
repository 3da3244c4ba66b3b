"""The pages: every number opens the list it counts, within what the person may see, at a cost that does not grow."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from approvals.cases.models import Case
from hall.access.enums import Role
from hall.dashboard import rolling
from hall.dashboard.enums import Split
from hall.dashboard.measures import MEASURES, STANDINGS, listed
from hall.dashboard.models import CaseTally
from tests.builders import MONDAY, Hall, accepted_case, make_case, make_center, make_item_version, make_staff, make_user
from tests.hall.dashboard.builders import another_hall, granted_case, late_case, log_in

pytestmark = pytest.mark.django_db
HOME, CASES = reverse("dashboard:home"), reverse("dashboard:cases")
TABLES = [reverse("dashboard:split", args=[kind]) for kind in Split.values]
APRIL = {"period": "2026-04-01..2026-06-30"}


@pytest.fixture
def busy(hall: Hall) -> Hall:
    """Two decided early, one decided late, one open and late, one just accepted."""
    version = make_item_version(hall.department)
    granted_case(hall, version, days=3)
    granted_case(hall, version, days=8)
    late_case(hall, version)
    accepted_case(hall, version, at=MONDAY)
    accepted_case(hall, version, at=timezone.now() - timedelta(minutes=5))
    rolling.rebuild(timezone.now())
    return hall


def read(user: Any, url: str = HOME, **query: Any) -> str:
    response = log_in(user).get(url, query)
    assert response.status_code == 200
    return response.content.decode()


def total(page: str) -> int:
    """How many cases a list says it has."""
    found = re.search(r"共 (\d+) 件", page)
    assert found
    return int(found[1])


def test_a_list_has_as_many_cases_as_its_number_says(busy: Hall) -> None:
    rows = CaseTally.objects.filter(grain="department", span="month", day__lte="2026-06-30")
    listed_ = {m.code: total(read(busy.supervisor, CASES, measure=m.code, **APRIL)) for m in listed()}
    assert listed_ == {code: sum(getattr(row, code) for row in rows) for code in listed_}
    assert listed_["timed"] == 3


def test_a_list_of_open_cases_shows_those_under_the_lamp(busy: Hall) -> None:
    expected = {
        "open": 2,
        "open_late": 1,
        "over_statute": 1,
        "over_promise": 0,
        "due_soon": 0,
        "normal": 1,
        "paused": 0,
    }
    assert {code: total(read(busy.supervisor, CASES, measure=code)) for code in STANDINGS} == expected


def test_the_front_page_says_rate_fraction_and_what_is_left_out(busy: Hall) -> None:
    page = read(busy.supervisor, **APRIL)
    assert "2 / 3" in page
    assert "66.6%" in page  # cut off, not rounded up
    assert "未结已超期 1 件，不在分母内" in page
    assert "中位" in page
    assert "P90" in page


def test_every_link_of_the_front_page_opens(busy: Hall) -> None:
    browser = log_in(busy.supervisor)
    page = browser.get(HOME, APRIL).content.decode()
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="((?:/dashboard|/work/pledges|\?)[^"]*)"', page)}
    assert len(links) > 25
    wrong = {link: browser.get(HOME + link if link.startswith("?") else link).status_code for link in links}
    assert set(wrong.values()) == {200}, wrong


def test_charts_stand_over_a_table_with_the_same_numbers(busy: Hall) -> None:
    page = read(busy.supervisor, **APRIL)
    drawn = json.loads(re.search(r'<script id="chart-compression" type="application/json">(.*?)</script>', page)[1])
    assert drawn["labels"] == ["法定", "承诺", "实际"]
    for value in drawn["values"]:
        assert f"{value:.2f}" in page


def test_nobody_has_done_anything_and_the_page_says_so(hall: Hall) -> None:
    rolling.rebuild(timezone.now())
    page = read(hall.supervisor)
    assert "没有未结的办件" in page
    assert "100%" not in page  # nothing divided by nothing is not everything


def test_before_the_first_count_the_page_says_so(hall: Hall) -> None:
    assert "还没有汇总过" in read(hall.supervisor)


def test_a_chief_sees_the_own_department_only(busy: Hall) -> None:
    other = another_hall(busy.center)
    granted_case(other)
    rolling.rebuild(timezone.now())
    assert total(read(busy.chief, CASES, measure="filed", **APRIL)) == 4
    assert total(read(busy.supervisor, CASES, measure="filed", **APRIL)) == 5
    url = reverse("dashboard:split", args=["departments"])
    assert other.department.pk != busy.department.pk
    assert f"department={other.department.pk}" not in read(busy.chief, url, **APRIL)


def test_a_department_of_somebody_else_is_no_page(busy: Hall) -> None:
    other = another_hall(busy.center)
    assert log_in(busy.chief).get(HOME, {"department": other.department.pk}).status_code == 404


def test_another_center_is_not_seen(busy: Hall) -> None:
    elsewhere = Hall(make_center("邻区政务服务中心"))
    assert total(read(elsewhere.supervisor, CASES, measure="filed", **APRIL)) == 0
    assert log_in(elsewhere.supervisor).get(HOME, {"center": busy.center.pk}).status_code == 404


def test_every_table_has_its_lines(busy: Hall) -> None:
    for url in TABLES:
        page = read(busy.supervisor, url, **APRIL)
        assert "2 / 3" in page, url
        assert "合计" in page, url


def test_a_center_above_shows_the_levels_below(busy: Hall) -> None:
    """The next level down, each with everything under it."""
    city = make_center("上级政务服务中心", center_no="0001", level="city")
    busy.center.parent = city
    busy.center.save()
    watcher = make_user(Role.SUPERVISOR, make_staff(center=city))
    page = read(watcher, reverse("dashboard:split", args=["centers"]), **APRIL)
    assert "上级政务服务中心（本级）" in page
    assert re.search(rf"center={busy.center.pk}[^>]*>3</a>", page)


def test_an_item_shows_who_takes_how_long(busy: Hall) -> None:
    version = make_item_version(busy.department)
    for n in range(5):
        granted_case(busy, version, days=1 + n % 2)
        granted_case(busy, version, at=MONDAY + timedelta(hours=1), days=9)
    slow = make_staff(busy.department)
    Case.objects.filter(version_filed=version, received_at__gt=MONDAY).update(handler=slow)
    rolling.rebuild(timezone.now())
    page = read(busy.supervisor, reverse("dashboard:item"), item=version.item.code, **APRIL)
    assert slow.number in page
    assert re.search(r"相差 \d+ 个净工作日", page)
    opened = re.findall(r'href="([^"]*measure=timed[^"]*staff=\d+[^"]*)">(\d+)<', page)
    assert [int(n) for _, n in opened] == [5, 5]
    for url, n in opened:
        assert f"共 {n} 件" in busy_page(busy, html.unescape(url))


def busy_page(busy: Hall, url: str) -> str:
    return log_in(busy.supervisor).get(url).content.decode()


def test_a_person_narrows_a_list_and_no_tally(busy: Hall) -> None:
    someone = str(make_staff(busy.department).pk)
    assert "共 0 件" in read(busy.supervisor, reverse("dashboard:cases"), measure="filed", staff=someone, **APRIL)
    page = read(busy.supervisor, reverse("dashboard:home"), staff=someone, **APRIL)
    assert f"staff={someone}" not in page  # the figures are everybody's, and the page does not say otherwise


NONSENSE = (
    {"period": "2026-13"}, {"period": "\x00"}, {"period": "x" * 5000}, {"center": "9" * 40}, {"window": "abc"},
    {"item": "\x00"}, {"item": "甲" * 300}, {"department": "-1"}, {"period": "1000-01-01..1000-02-01"},
)  # fmt: skip


def test_nonsense_in_the_address_breaks_nothing(hall: Hall) -> None:
    browser = log_in(hall.supervisor)
    for query in NONSENSE:
        for url, more in ((HOME, {}), (CASES, {"measure": "filed"}), (TABLES[-1], {})):
            assert browser.get(url, query | more).status_code in (200, 404)


def test_what_is_no_measure_is_no_page(hall: Hall) -> None:
    browser = log_in(hall.supervisor)
    for measure in ("", "nothing", "statute_days", "\x00"):
        assert browser.get(CASES, {"measure": measure}).status_code == 404


def test_an_unknown_table_or_item_is_no_page(busy: Hall) -> None:
    browser = log_in(busy.supervisor)
    assert browser.get(reverse("dashboard:split", args=["planets"])).status_code == 404
    assert browser.get(reverse("dashboard:item"), {"item": "NONE"}).status_code == 404


def queries_of(browser: Client, url: str, query: dict[str, str]) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(url, query | APRIL).status_code == 200
    return len(seen)


def test_three_rows_cost_as_many_queries_as_one(hall: Hall) -> None:
    """Session, account and frame of a staff page ask seven; at most fifteen are the dashboard's own."""
    granted_case(hall, days=3)
    accepted_case(hall)
    rolling.rebuild(timezone.now())
    browser = log_in(hall.supervisor)
    browser.get(HOME)
    urls = [(HOME, {}), *((url, {}) for url in TABLES), (CASES, {"measure": "filed"})]
    one = [queries_of(browser, url, query) for url, query in urls]
    for _ in range(2):
        other = another_hall(hall.center)
        granted_case(other, days=3)
        accepted_case(other)
    rolling.rebuild(timezone.now())
    assert [queries_of(browser, url, query) for url, query in urls] == one
    assert max(one) <= 7 + 15


def test_a_list_leaves_the_house_with_a_purpose(busy: Hall) -> None:
    browser = log_in(busy.supervisor)
    url = reverse("dashboard:cases_export") + "?measure=closed&period=2026-04-01..2026-06-30"
    assert browser.get(url).status_code == 200
    answer = browser.post(url, {"purpose": "月度分析", "form": "xlsx"})
    assert answer["Content-Disposition"].startswith("attachment")
    b"".join(answer.streaming_content)


def test_a_table_leaves_the_house_too(busy: Hall) -> None:
    url = reverse("dashboard:split_export", args=["departments"]) + "?period=2026-04-01..2026-06-30"
    answer = log_in(busy.chief).post(url, {"purpose": "月度分析", "form": "xlsx"})
    assert answer["Content-Disposition"].startswith("attachment")
    b"".join(answer.streaming_content)


def test_the_auditor_looks_but_takes_nothing(busy: Hall) -> None:
    browser = log_in(busy.auditor)
    _, _, main = browser.get(CASES, {"measure": "closed"}).content.decode().partition("<main")  # the rail has 导出记录
    assert main
    assert "导出" not in main
    assert browser.get(reverse("dashboard:cases_export"), {"measure": "closed"}).status_code == 403


def test_every_number_says_what_it_means() -> None:
    assert all(measure.definition and measure.label for measure in (*MEASURES.values(), *STANDINGS.values()))


def test_a_case_filed_at_no_window_stands_under_none(hall: Hall) -> None:
    case = make_case(hall)
    Case.objects.filter(pk=case.pk).update(window=None)
    rolling.rebuild(timezone.now())
    assert "不经窗口" in read(hall.supervisor, reverse("dashboard:split", args=["windows"]), **APRIL)
