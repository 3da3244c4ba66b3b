"""What hangs on the wall: sentences anybody understands, nothing about anybody, and no number so small it points."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hall.facts import periods
from hall.facts.models import Setting
from hall.organisation.enums import Level
from hall.pledges.enums import Pledge, Style
from tests.builders import Hall, make_center, make_region
from tests.hall.pledges.builders import Told, announced

pytestmark = pytest.mark.django_db
NEAR = ("cases.online", "cases.outreach", "cases.village", "cases.at_home")
ERRORS = ("cases.corrected", "cases.documents_reissued", "cases.returned_by_error", "cases.voided_by_error")


def told(**numbers: int) -> list[Told]:
    """Every source of a pledge, nought where nothing is said; `filed=100` is cases.filed."""
    codes = (*NEAR, *ERRORS, "cases.filed", "cases.open_late", "cases.handovers_unaccepted", "cases.second_notice")
    every = {code: numbers.get(code.removeprefix("cases."), 0) for code in codes}
    complaints = {f"complaints.{name}": numbers.get(name, 0) for name in ("upheld", "received")}
    return [Told(code, number) for code, number in (every | complaints).items()]


def board(hall: Hall, query: str = "", **numbers: int) -> str:
    with announced(*told(**numbers)):
        return Client().get(f"/pledges/{hall.center.pk}/{query}").content.decode()


def last_month() -> str:
    """The month a board shows unless another one is asked for."""
    return periods.holding("month", timezone.localdate()).previous().label


def test_nought_is_said_in_words(hall: Hall) -> None:
    page, month = board(hall, filed=100), last_month()
    for sentence in (
        f"{month}没有一件办错。", "现在没有超过承诺时限的办件。", "没有一件互相推", f"{month}没有查实的投诉。",
        f"{month}收件 100 件，其中 0 件（0%）",
    ):  # fmt: skip
        assert sentence in page


def test_what_went_wrong_is_said_as_plainly(hall: Hall) -> None:
    page = board(
        hall, filed=1200, corrected=2, voided_by_error=1, open_late=7, second_notice=3, online=400, village=50,
        upheld=1, received=6,
    )  # fmt: skip
    month = last_month()
    for sentence in (
        f"{month}改正差错 3 次。", "现在有 7 件超过了承诺时限，还在办。", f"{month}有 3 次没有按期接手",
        f"{month}收件 1,200 件，其中 450 件（37.5%）不用两头跑大厅。",
        f"{month}查实投诉 1 件。{month}一共收到投诉 6 件。",
    ):  # fmt: skip
        assert sentence in page


@pytest.mark.parametrize(("filed", "few"), [(0, True), (9, True), (10, False)])
def test_below_ten_only_the_backlog_is_told(hall: Hall, filed: int, few: bool) -> None:
    page = board(hall, filed=filed, corrected=3, upheld=1, received=2, open_late=4)
    assert ("收件不足 10 件" in page) is few
    assert ("改正差错 3 次" not in page) is few
    assert ("一共收到投诉 2 件" not in page) is few
    assert (str(Style.AT_ONCE.label) not in page) is few
    assert "现在有 4 件超过了承诺时限" in page


def test_how_few_is_few_is_a_setting_of_the_center(hall: Hall) -> None:
    Setting.objects.create(
        key="pledges.small_group", center=hall.center, value=50, source="中心制度", effective_from=date(2026, 1, 1)
    )
    assert "收件不足 50 件" in board(hall, filed=49)


def test_what_has_no_source_says_why(hall: Hall) -> None:
    with announced(*told(filed=100), without=()):
        from hall.facts import sources  # noqa: PLC0415 — taken away inside of the registries that are put back

        sources._sources.pop("complaints.upheld")
        page = Client().get(f"/pledges/{hall.center.pk}/").content.decode()
    assert "暂时没有数。这项数据的来源还没有接入。" in page


def test_a_sentence_names_what_it_does_not_speak_of_yet(hall: Hall) -> None:
    page = board(hall, filed=100)
    assert page.count("还没有数、没有算进来的：") == 1
    assert "没有算进来的：热线工单退转。" in page


def test_the_board_of_a_center_counts_the_centers_below_it_and_says_so(hall: Hall) -> None:
    filed = Told("cases.filed", 100)
    town = make_center(
        "某镇",
        center_no="0101",
        region=make_region("130302101000", "某镇", Level.TOWN),
        level=Level.TOWN,
        parent=hall.center,
    )
    with announced(*told(), filed):
        page = Client().get(f"/pledges/{hall.center.pk}/").content.decode()
    assert filed.asked[0].centers == {hall.center.pk, town.pk}
    assert "含下级中心 1 个" in page


def test_the_board_of_a_window_is_that_windows(hall: Hall) -> None:
    filed = Told("cases.filed", 100)
    with announced(*told(), filed):
        page = Client().get(f"/pledges/windows/{hall.window.pk}/").content.decode()
    assert (filed.asked[0].centers, filed.asked[0].window) == ({hall.center.pk}, hall.window.pk)
    assert str(hall.window) in page


def test_no_name_of_staff_is_on_any_board(hall: Hall) -> None:
    for address in (f"/pledges/{hall.center.pk}/", f"/pledges/windows/{hall.window.pk}/", "/pledges/"):
        page = Client().get(address).content.decode()
        for user in hall.everybody():
            assert user.staff is not None
            assert user.staff.name not in page


def test_boards_need_no_script_and_every_sentence_has_its_definition(hall: Hall) -> None:
    page = board(hall, filed=100)
    assert page.count("怎么算：") == len(Pledge)
    assert "onclick" not in page
    assert page.count("<script") == Client().get("/centers/").content.decode().count("<script")


def test_an_earlier_month_can_be_read_and_a_later_one_is_the_last_that_is_over(hall: Hall) -> None:
    assert "2026 年 3 月没有一件办错。" in board(hall, "?period=2026-03", filed=100)
    for query in ("", "?period=2099-01", "?period=2026", "?period=2026-W03", "?period=x", "?period=%00"):
        assert f"{last_month()}没有一件办错。" in board(hall, query, filed=100)


def test_p13_of_a_month_that_still_runs_only_the_backlog_is_told(hall: Hall) -> None:
    """Or the board of yesterday taken from that of today would tell of the few who came between."""
    query = f"?period={periods.holding('month', timezone.localdate()).code}"
    page = board(hall, query, filed=100, corrected=3, upheld=1, received=2, open_late=4)
    assert "还没有结束，数字下月公布" in page
    assert "现在有 4 件超过了承诺时限" in page
    for told in ("改正差错 3 次", "收件 100 件", "收到投诉 2 件", "查实投诉", str(Style.AT_ONCE.label)):
        assert told not in page


def test_no_link_leads_to_a_month_that_still_runs(hall: Hall) -> None:
    this = periods.holding("month", timezone.localdate())
    assert f"?period={this.code}" not in board(hall, filed=100)
    assert f"?period={this.previous().code}" in board(hall, f"?period={this.previous().previous().code}", filed=100)


@pytest.mark.parametrize("what", ["closed center", "stub", "closed window", "nothing", "too long"])
def test_what_is_not_for_the_public_is_no_page(hall: Hall, what: str) -> None:
    addresses = {
        "nothing": ["/pledges/999999/", "/pledges/windows/999999/"],
        "too long": ["/pledges/9999999999999999999/", "/pledges/windows/9999999999999999999/"],
        "closed window": [f"/pledges/windows/{hall.window.pk}/"],
    }.get(what, [f"/pledges/{hall.center.pk}/", f"/pledges/windows/{hall.window.pk}/"])
    changes: dict[str, tuple[Any, dict[str, Any]]] = {
        "closed center": (hall.center, {"closed_on": date(2026, 1, 1)}),
        "stub": (hall.center, {"stub": True}),
        "closed window": (hall.window, {"closed_on": date(2026, 1, 1)}),
    }
    if what in changes:
        row, facts = changes[what]
        type(row).objects.filter(pk=row.pk).update(**facts)
    for address in addresses:
        assert Client().get(address).status_code == 404, address


def test_the_list_of_boards_finds_a_center(hall: Hall) -> None:
    page = Client().get("/pledges/").content.decode()
    assert f"/pledges/{hall.center.pk}/" in page
    assert f"/pledges/{hall.center.pk}/" in Client().get("/pledges/", {"q": "海港"}).content.decode()
    assert "没有找到这样的中心" in Client().get("/pledges/", {"q": "不存在"}).content.decode()
    assert Client().get("/pledges/", {"q": "\x00", "page": "x"}).status_code == 200


def test_boards_answer_only_those_who_read(hall: Hall) -> None:
    for address in ("/pledges/", f"/pledges/{hall.center.pk}/", f"/pledges/windows/{hall.window.pk}/"):
        assert Client().post(address).status_code == 405


def test_a_board_costs_a_query_a_source_and_no_more(hall: Hall) -> None:
    client = Client()
    client.get(f"/pledges/{hall.center.pk}/")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/pledges/{hall.center.pk}/")
    assert len(asked) <= 30
