"""The board for staff: five cards, seven styles, filters in the address, and every number opens its list."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hall.pledges.enums import Pledge, Style
from tests.builders import Hall, accepted_case
from tests.hall.pledges.builders import Told, announced, browser

pytestmark = pytest.mark.django_db
URL = "/work/pledges/"


def test_the_board_shows_every_pledge_and_style_with_its_definition(hall: Hall) -> None:
    page = browser(hall.supervisor).get(URL).content.decode()
    for word in (*Pledge.labels, *Style.labels):
        assert str(word) in page
    assert "不计：" in page
    assert "绿色通道" in page


def test_every_number_opens_the_list_behind_it_under_the_same_filters(hall: Hall) -> None:
    client = browser(hall.supervisor)
    page = client.get(f"{URL}?period=2026-10&center={hall.center.pk}").content.decode()
    links = re.findall(r'href="(/work/pledges/facts/[^"]+)"', page)
    assert len(links) > 15
    for link in links:
        address = link.replace("&amp;", "&")
        assert f"center={hall.center.pk}" in address
        assert client.get(address).status_code == 200, address


def test_the_number_and_its_list_agree(hall: Hall) -> None:
    accepted_case(hall)
    client = browser(hall.supervisor)
    page = client.get(f"{URL}?period=2026-04").content.decode()
    (link,) = re.findall(r'href="(/work/pledges/facts/cases\.filed/[^"]+)">1</a>', page)
    assert "共 1 条" in client.get(link.replace("&amp;", "&")).content.decode()


def test_what_stands_unfinished_opens_a_list_of_all_days(hall: Hall) -> None:
    with announced(Told("cases.open_late", 4)):
        page = browser(hall.supervisor).get(f"{URL}?period=2026-10").content.decode()
    assert re.search(r'facts/cases\.open_late/\?period=2000-01-01\.\.[0-9-]+">4<', page)


def test_a_period_nobody_can_read_is_told_and_nothing_is_lost(hall: Hall) -> None:
    answer = browser(hall.supervisor).get(f"{URL}?period=2026-99&center={hall.center.pk}")
    assert answer.status_code == 200
    assert "地址里的时段看不懂" in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [("clerk", 200), ("approver", 200), ("chief", 200), ("supervisor", 200), ("auditor", 200), ("admin", 403)],
)
def test_who_may_see_the_board(hall: Hall, role: str, status: int) -> None:
    assert browser(getattr(hall, role)).get(URL).status_code == status


def test_a_center_out_of_scope_is_no_page(hall: Hall) -> None:
    other = Hall()
    for address in (URL, f"{URL}export/"):
        assert browser(hall.supervisor).get(f"{address}?center={other.center.pk}").status_code == 404


def test_the_board_costs_the_same_for_one_case_and_for_three(hall: Hall) -> None:
    client, spent = browser(hall.supervisor), []
    client.get(URL)  # the calendar and the session are there
    for number in (1, 2):
        for _ in range(number):
            accepted_case(hall)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{URL}?period=2026-04")
        spent.append(len(asked))
    assert spent[0] == spent[1]


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
def test_the_board_leaves_the_house_with_a_purpose(hall: Hall, form: str) -> None:
    answer: Any = browser(hall.supervisor).post(f"{URL}export/", {"form": form, "purpose": "月度通报"})
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] == (b"PK" if form == "xlsx" else b"%P")


def test_the_rail_leads_to_the_board(hall: Hall) -> None:
    assert f'href="{URL}"' in browser(hall.clerk).get("/work/").content.decode()
    assert f'href="{URL}"' not in browser(hall.admin).get("/account/inbox/", follow=True).content.decode()
