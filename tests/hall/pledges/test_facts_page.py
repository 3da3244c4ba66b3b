"""The list behind a number: scope, pages, links, export, and addresses that name nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hall.facts.sources import Fact
from hall.ledger.models import Event
from tests.builders import Hall, accepted_case
from tests.hall.pledges.builders import AT, Told, announced, browser, facts

pytestmark = pytest.mark.django_db
URL = "/work/pledges/facts/test.told/"


def test_a_list_shows_definition_scope_and_every_fact(hall: Hall) -> None:
    with announced(Told("test.told", facts=facts(hall, 3))):
        page = browser(hall.supervisor).get(f"{URL}?period=2026-11&center={hall.center.pk}").content.decode()
    assert "测试用的数。" in page
    assert "2026 年 11 月" in page
    assert all(f"第 {n} 件事" in page for n in range(3))
    assert hall.window.number in page
    assert hall.clerk.staff.name in page


def test_the_slice_is_the_persons_own(hall: Hall) -> None:
    source = Told("test.told")
    with announced(source):
        browser(hall.clerk).get(f"{URL}?period=2026-10")
    (asked, *_) = source.asked
    assert (asked.centers, asked.department, asked.period.code) == ({hall.center.pk}, hall.department.pk, "2026-10")


def test_a_docket_leads_to_its_case(hall: Hall) -> None:
    case = accepted_case(hall)
    fact = Fact("test.told:1", AT, "一件事", docket=case.docket, center=hall.center.pk)
    with announced(Told("test.told", facts=[fact])):
        page = browser(hall.clerk).get(URL).content.decode()
    assert f'href="{reverse("cases:detail", args=(case.docket,))}"' in page


def test_a_fact_without_a_docket_leads_where_it_says(hall: Hall) -> None:
    told = [Fact("test.told:1", AT, "一次巡查", url="/patrols/7/"), Fact("test.told:2", AT, "无处可去")]
    with announced(Told("test.told", facts=told)):
        page = browser(hall.clerk).get(URL).content.decode()
    assert 'href="/patrols/7/"' in page
    assert "无处可去" in page


def test_a_long_list_comes_in_pages_that_keep_the_filters(hall: Hall) -> None:
    with announced(Told("test.told", facts=facts(hall, 120))):
        page = browser(hall.clerk).get(f"{URL}?period=2026-11&page=2").content.decode()
    assert "第 51–100 条，共 120 条" in page
    assert "period=2026-11" in page
    assert "page=3" in page
    assert "第 49 件事" not in page


@pytest.mark.parametrize("number", ["0", "-3", "x", "999999999999999999999", "\x00"])
def test_a_page_that_is_none_is_the_nearest_one(hall: Hall, number: str) -> None:
    with announced(Told("test.told", facts=facts(hall, 60))):
        assert browser(hall.clerk).get(URL, {"page": number}).status_code == 200


def test_an_empty_list_says_so_and_offers_the_year(hall: Hall) -> None:
    with announced(Told("test.told")):
        page = browser(hall.clerk).get(f"{URL}?period=2026-11").content.decode()
    assert "一条也没有" in page
    assert "?period=2026&" in page.replace('"', "&")


@pytest.mark.parametrize(
    ("period", "shown", "hidden"),
    [("2026-03", ("period=2026-02", "period=2026-04"), ()), ("2026-W40", ("period=2026-W39", "period=2026-W41"), ()),
     ("2099", ("period=2098",), ("period=2100",))],
)  # fmt: skip
def test_a_list_leads_to_the_periods_beside_it_but_not_into_the_future(
    hall: Hall, period: str, shown: tuple[str, ...], hidden: tuple[str, ...]
) -> None:
    with announced(Told("test.told", facts=facts(hall, 1))):
        page = browser(hall.supervisor).get(f"{URL}?period={period}").content.decode()
    assert all(f'?{word}"' in page for word in shown)
    assert not any(f'?{word}"' in page for word in hidden)


@pytest.mark.parametrize(
    "address", [URL, f"{URL}export/", "/work/pledges/facts/%00/", "/work/pledges/facts/" + "x" * 300 + "/"]
)
def test_a_list_nobody_announced_is_no_page_and_says_so(hall: Hall, address: str) -> None:
    answer = browser(hall.clerk).get(address)
    assert answer.status_code == 404
    assert "没有登记过" in answer.content.decode()


@pytest.mark.parametrize("word", ["center", "department", "window", "staff"])
def test_a_place_out_of_scope_is_no_page(hall: Hall, word: str) -> None:
    other = Hall()
    places = {
        "center": other.center.pk, "department": other.department.pk, "window": other.window.pk,
        "staff": other.clerk.staff_id,
    }  # fmt: skip
    with announced(Told("test.told")):
        for address in (URL, f"{URL}export/"):
            assert browser(hall.clerk).get(f"{address}?{word}={places[word]}").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [("clerk", 200), ("approver", 200), ("chief", 200), ("supervisor", 200), ("auditor", 200), ("admin", 403)],
)
def test_who_may_read_lists(hall: Hall, role: str, status: int) -> None:
    with announced(Told("test.told")):
        assert browser(getattr(hall, role)).get(URL).status_code == status


def test_nobody_reads_them_without_logging_in(client: Any) -> None:
    assert client.get(URL).status_code == 302


def test_the_number_of_queries_does_not_grow_with_the_list(hall: Hall) -> None:
    client, spent = browser(hall.clerk), []
    client.get("/work/pledges/")  # the calendar and the session are there
    for number in (1, 3, 40):
        with announced(Told("test.told", facts=facts(hall, number))), CaptureQueriesContext(connection) as asked:
            client.get(URL)
        spent.append(len(asked))
    assert len(set(spent)) == 1


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
def test_a_list_leaves_the_house_with_purpose_and_trail(hall: Hall, form: str) -> None:
    with announced(Told("test.told", facts=facts(hall, 3))):
        answer = browser(hall.supervisor).post(f"{URL}export/?period=2026-11", {"form": form, "purpose": "月度核对"})
        taken = b"".join(answer.streaming_content)
    assert answer.status_code == 200
    assert taken[:2] == (b"PK" if form == "xlsx" else b"%P")
    assert Event.objects.filter(kind="exports.taken", actor=hall.supervisor).exists()


def test_a_list_does_not_leave_without_a_purpose(hall: Hall) -> None:
    with announced(Told("test.told", facts=facts(hall, 3))):
        answer = browser(hall.supervisor).post(f"{URL}export/", {"form": "xlsx", "purpose": " "})
    assert answer.status_code == 422


@pytest.mark.parametrize(("role", "status"), [("clerk", 403), ("chief", 403), ("supervisor", 200), ("auditor", 200)])
def test_a_source_may_keep_its_list_to_those_who_watch(hall: Hall, role: str, status: int) -> None:
    with announced(Told("test.told", right="supervision.view")):
        assert browser(getattr(hall, role)).get(URL).status_code == status
        assert browser(getattr(hall, role)).get(f"{URL}export/").status_code == status
