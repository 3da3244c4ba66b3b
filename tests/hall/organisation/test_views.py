"""Citizens' pages: home, find a center, one center."""

import re
from datetime import date, time
from html import unescape
from typing import Any
from urllib.parse import parse_qs

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hall.organisation.enums import ExceptionKind, Level
from hall.organisation.models import Center, Department, OpeningException, OpeningHours, Region, Window
from tests.builders import MONDAY, make_center, make_department, make_region, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def center() -> Center:
    center = make_center()
    for weekday in range(1, 6):
        OpeningHours.objects.create(center=center, weekday=weekday, opens=time(8, 30), closes=time(17))
    return center


def text(client: Client, address: str, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def below(center: Center, count: int, **facts: Any) -> None:
    for number in range(count):
        region = Region.objects.create(
            code12=f"130302{number + 1:03d}000", name=f"{number}号街道", level=Level.TOWN, parent=center.region
        )
        Center.objects.create(
            name=f"{number}号街道便民服务中心", level=Level.TOWN, region=region, parent=center, region6="130302",
            center_no=f"{number + 100:04d}", **facts,
        )  # fmt: skip


def test_home_opens_three_doors(client: Client) -> None:
    page = text(client, "/")
    assert all(f'href="{door}"' in page for door in ("/guides/", "/lookup/", "/centers/"))


def test_home_searches_guides_by_get(client: Client) -> None:
    assert '<form class="ask" action="/guides/" method="get"' in text(client, "/")


@pytest.mark.parametrize("address", ["/", "/centers/"])
def test_pages_only_read(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("q", ["海港", "haigang", "HGQ", "hgqzwfwzx"])
def test_a_center_is_found_by_name_pinyin_and_initials(client: Client, center: Center, q: str) -> None:
    assert center.name in text(client, "/centers/", q=q)


def test_nothing_found_says_what_to_do(client: Client, center: Center) -> None:
    assert "12345" in text(client, "/centers/", q="月亮")


@pytest.mark.parametrize("q", ["\x00", "%", "'", "<script>", "x" * 5000, "_" * 10])
def test_strange_words_are_harmless(client: Client, center: Center, q: str) -> None:
    page = text(client, "/centers/", q=q)
    assert "<script>" not in page.replace("<script src", "")


@pytest.mark.parametrize("region", ["x", "999999999999", "1303", "１３０３０２００００００", "\x00"])
def test_an_unknown_region_shows_the_top(client: Client, center: Center, region: str) -> None:
    assert center.name in text(client, "/centers/", region=region)


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999"])
def test_a_strange_page_number_is_harmless(client: Client, center: Center, page: str) -> None:
    assert center.name in text(client, "/centers/", page=page)


def test_one_goes_down_through_the_regions(client: Client, center: Center) -> None:
    below(center, 2)
    page = text(client, "/centers/", region="130302000000")
    assert "0号街道便民服务中心" in page
    assert 'href="?region=130302001000"' in page


def test_the_way_back_up_is_shown(client: Client, center: Center) -> None:
    below(center, 1)
    assert '<a class="alone" href="?region=130302000000">海港区</a>' in text(client, "/centers/", region="130302001000")


def test_long_lists_have_pages(client: Client, center: Center) -> None:
    below(center, 25)
    page = text(client, "/centers/", q="便民", page="2")
    assert ("第 21–25 个，共 25 个" in page, "24号街道" in page) == (True, True)


def test_closed_centers_are_not_listed(client: Client, center: Center) -> None:
    below(center, 1, closed_on=date(2026, 1, 1))
    assert "0号街道便民服务中心" not in text(client, "/centers/", q="便民")


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_whatever_its_length(client: Client, center: Center, count: int) -> None:
    below(center, count)
    client.get("/centers/", {"q": "街道"})
    with CaptureQueriesContext(connection) as queries:
        text(client, "/centers/", q="街道")
    assert len(queries) <= 9


@pytest.mark.parametrize(("hour", "words"), [(10, "正在办公，今天 17:00 下班"), (20, "现在不办公，明天 8:30 开门")])
def test_a_center_says_whether_it_is_open(client: Client, center: Center, hour: int, words: str) -> None:
    with time_machine.travel(MONDAY.replace(hour=hour), tick=False):
        assert words in text(client, f"/centers/{center.pk}/")


def test_a_center_shows_address_phone_and_the_week(client: Client, center: Center) -> None:
    page = text(client, f"/centers/{center.pk}/")
    assert all(words in page for words in (center.address, f"tel:{center.phone}", "周一至周五", "8:30–17:00"))


def test_coming_exceptions_are_announced(client: Client, center: Center) -> None:
    OpeningException.objects.create(
        center=center,
        on=date(2026, 5, 1),
        kind=ExceptionKind.APPOINTMENT,
        opens=time(9),
        closes=time(12),
        note="婚姻登记",
    )
    with time_machine.travel(MONDAY, tick=False):
        page = text(client, f"/centers/{center.pk}/")
    assert "5月1日 预约办理 9:00–12:00（婚姻登记）" in page


def test_departments_show_their_chief_and_windows(client: Client, center: Center) -> None:
    department = make_department(center, "市场监管局")
    chief = make_staff(department, name="李红", phone="0335-3220001")
    Department.objects.filter(pk=department.pk).update(chief_representative=chief)
    Window.objects.create(center=center, number="12", name="食品", department=department)
    page = text(client, f"/centers/{center.pk}/")
    assert "首席代表 李红 0335-3220001 · 12 号窗口" in page


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 18, "9" * 30])
def test_an_unknown_center_is_no_page(client: Client, pk: str) -> None:
    assert client.get(f"/centers/{pk}/").status_code == 404


def test_hours_nobody_entered_are_not_invented(client: Client) -> None:
    region = make_region("130303000000", "山海关区")
    center = Center.objects.create(
        name="山海关区政务服务中心", level=Level.COUNTY, region=region, region6="130303", center_no="0001"
    )
    assert "开放时间请电话咨询" in text(client, f"/centers/{center.pk}/")


@pytest.mark.parametrize("q", ["街道&page=1", "街道#2", "街道+1", "街道 %"])
def test_the_next_page_asks_for_the_same_words(client: Client, center: Center, q: str) -> None:
    """What a citizen typed is data in an address: a sign in it must not end it or add to it."""
    below(center, 21)
    Center.objects.exclude(pk=center.pk).update(name=f"甲{q}乙")
    page = text(client, "/centers/", q=q)
    onward = re.search(r'rel="next" href="([^"]+)"', page)
    assert onward
    assert parse_qs(unescape(onward.group(1))[1:]) == {"q": [q], "page": ["2"]}
