"""The numbers of the wall, by hand, and everything that must not be on it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hall.dashboard import wall
from hall.dashboard.models import CaseTally, FactTally, OpenTally
from hall.organisation.models import Center
from tests.builders import Hall, make_center, make_department
from tests.hall.dashboard.builders import log_in

pytestmark = pytest.mark.django_db
WALL = reverse("dashboard:wall")


def tally(center: Center, *, days_ago: int | None = 0, **counts: int) -> None:
    """Counts of a day, and with them of its month where `days_ago` is None."""
    today = timezone.localdate()
    span, day = ("month", today.replace(day=1)) if days_ago is None else ("day", today - timedelta(days=days_ago))
    CaseTally.objects.create(span=span, grain="center", day=day, center=center, **counts)


def lamps(hall: Hall, **counts: int) -> None:
    for lamp, n in counts.items():
        OpenTally.objects.create(
            center=hall.center, department=hall.department, item="A", lamp=lamp, n=n, oldest_at=timezone.now()
        )


def spoken(center: Center, given: int, good: int, evaluable: int = 0) -> None:
    month = timezone.localdate().replace(day=1)
    for source, n in (("evaluation.given", given), ("evaluation.good", good), ("evaluation.evaluable", evaluable)):
        FactTally.objects.create(span="month", grain="center", source=source, day=month, center=center, n=n)


def page_of(hall: Hall) -> str:
    return log_in(hall.supervisor).get(WALL).content.decode()


def test_today_is_today_and_not_yesterday(hall: Hall) -> None:
    tally(hall.center, filed=7, closed=3)
    tally(hall.center, days_ago=1, filed=100, closed=100)
    shown = {one["label"]: one["n"] for one in wall.build(hall.center, timezone.now())["today"]}
    assert shown == {"今日收件": 7, "今日办结": 3, "正在办理": 0}


def test_what_is_open_is_all_of_it_and_the_lamps_tell_the_grave_ones(hall: Hall) -> None:
    lamps(hall, over_statute=1, over_promise=2, due_soon=4, paused=8, normal=16)
    built = wall.build(hall.center, timezone.now())
    assert built["today"][2]["n"] == 31
    assert [one["n"] for one in built["lamps"]] == [4, 2, 1]
    assert built["open_late"] == 3


def test_open_late_stands_beside_the_rate_of_what_was_closed(hall: Hall) -> None:
    lamps(hall, over_statute=1, over_promise=2)
    tally(hall.center, days_ago=None, timed=3, on_time=2)
    page = page_of(hall)
    assert re.search(r"<p>66\.6%</p><small>2 / 3　未结已超期 3 件</small>", page)


def test_a_month_without_closings_has_a_dash(hall: Hall) -> None:
    page = page_of(hall)
    assert "本月还没有有期限的办结" in page or "0 / 0" in page
    assert "100%" not in page


def test_a_neighbours_and_a_lower_centers_numbers_stay_out(hall: Hall) -> None:
    for other in (make_center("邻区中心"), make_center("下级中心", parent=hall.center)):
        tally(other, filed=50)
        OpenTally.objects.create(
            center=other, department=make_department(other), item="A", lamp="normal", n=9, oldest_at=timezone.now()
        )
    built = wall.build(hall.center, timezone.now())
    assert [one["n"] for one in built["today"]] == [0, 0, 0]


@pytest.mark.parametrize(("given", "shown"), [(0, False), (9, False), (10, True), (500, True)])
def test_a_share_is_public_from_ten_on(hall: Hall, given: int, shown: bool) -> None:
    spoken(hall.center, given, good=given)
    assert (wall.build(hall.center, timezone.now())["satisfaction"] is not None) is shown
    assert ("不足 10 件" in page_of(hall)) is not shown


def test_a_share_of_the_content_stands_with_how_many_spoke(hall: Hall) -> None:
    spoken(hall.center, 12, good=11, evaluable=40)
    tile = wall.build(hall.center, timezone.now())["satisfaction"]
    assert (tile.value, tile.fraction) == ("91.6%", "11 / 12")
    assert tile.lines[0].text.startswith("主动评价率")


def test_five_pledges_stand_on_it_in_their_order(hall: Hall) -> None:
    titles = [tile.title for tile in wall.build(hall.center, timezone.now())["pledges"]]
    assert titles == ["零差错", "零积压", "零推诿", "零距离", "零投诉"]


def test_no_number_of_it_leads_anywhere(hall: Hall) -> None:
    """A screen has no hands, and who stands before it no account."""
    tally(hall.center, filed=7)
    page = page_of(hall)
    assert not re.search(r"<a\s|<form|<button|<input", page)


def test_it_says_up_to_when_it_was_counted(hall: Hall) -> None:
    at = timezone.now()
    assert wall.build(hall.center, at)["as_of"] == at
    assert re.search(r'<time datetime="\d{4}-', page_of(hall))


def test_it_is_never_kept(hall: Hall) -> None:
    assert "no-store" in log_in(hall.supervisor).get(WALL)["Cache-Control"]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_read_and_never_written(hall: Hall, method: str) -> None:
    assert getattr(log_in(hall.supervisor), method)(WALL).status_code == 405


def test_a_cookie_nobody_signed_opens_no_wall(hall: Hall) -> None:
    client = Client()
    client.cookies["device"] = "x" * 500
    assert client.get(WALL).status_code == 302


@pytest.mark.parametrize("words", ["?center=1", "?period=2020-01", "?center=%00", "?x=" + "y" * 4000])
def test_words_in_the_address_change_nothing(hall: Hall, words: str) -> None:
    tally(hall.center, filed=7)
    assert ">7<" in log_in(hall.supervisor).get(f"{WALL}{words}").content.decode()
