"""The strip of other rooms' numbers, from tallies put there by hand: sums, shares, dashes, links."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from hall.dashboard import strip
from hall.dashboard.addresses import Links
from hall.dashboard.models import FactTally
from hall.dashboard.strip import Counted
from hall.dashboard.tiles import Tile
from hall.facts.indicators import indicator_of
from hall.facts.periods import parse
from hall.facts.slices import Slice
from hall.pledges.asking import Question
from tests.builders import Hall, make_center, make_department
from tests.hall.pledges.builders import Told, announced

pytestmark = pytest.mark.django_db
ERRORS = ("cases.corrected", "cases.documents_reissued", "cases.returned_by_error", "cases.voided_by_error")


def fact(hall: Hall, source: str, n: int, day: str = "2026-05-06", **place: Any) -> None:
    """A source's count of one day, of the center and of its department."""
    both: dict[str, Any] = {"center": hall.center, "department": hall.department, **place}
    for grain, named in (("center", {**both, "department": None}), ("department", both)):
        FactTally.objects.create(span="day", grain=grain, source=source, day=day, n=n, **named)


def part_of(hall: Hall, period: str = "2026-05-01..2026-05-20", **narrowed: Any) -> Slice:
    return Slice(parse(period), centers=frozenset({hall.center.pk}), **narrowed)


def pledge(hall: Hall, title: str, **narrowed: Any) -> Tile:
    part = part_of(hall, **narrowed)
    tiles = strip.pledges(strip.counted(part), Links(Question(part)))
    return next(tile for tile in tiles if tile.title == title)


def test_errors_of_every_kind_are_added_up(hall: Hall) -> None:
    for n, source in enumerate(ERRORS, 1):
        fact(hall, source, n)
    fact(hall, "cases.closed", 500)
    assert pledge(hall, "零差错").value == "10"


def test_a_share_has_its_fraction_and_is_cut_off(hall: Hall) -> None:
    fact(hall, "cases.online", 1)
    fact(hall, "cases.at_home", 1)
    fact(hall, "cases.filed", 3)
    tile = pledge(hall, "零距离")
    assert (tile.value, tile.fraction) == ("66.6%", "2 / 3")


def test_nothing_filed_is_a_dash(hall: Hall) -> None:
    tile = pledge(hall, "零距离")
    assert (tile.value, tile.fraction) == ("—", "0 / 0")


@pytest.mark.parametrize(
    ("day", "counted"), [("2026-04-30", 0), ("2026-05-01", 1), ("2026-05-20", 1), ("2026-05-21", 0)]
)
def test_a_fact_belongs_to_its_own_day(hall: Hall, day: str, counted: int) -> None:
    fact(hall, "complaints.upheld", 1, day=day)
    assert pledge(hall, "零投诉").value == str(counted)


def test_upheld_complaints_count_and_received_ones_do_not(hall: Hall) -> None:
    fact(hall, "complaints.received", 9)
    assert pledge(hall, "零投诉").value == "0"


def test_what_has_no_source_is_a_dash_with_its_reason(hall: Hall) -> None:
    with announced(without=["hotline.bounced"]):
        texts = [line.text for line in pledge(hall, "零推诿").lines]
    assert "热线工单退转 —（热线还没有接入本系统，工单退转次数没有来源。）" in texts


def test_a_pledge_nobody_counts_says_why(hall: Hall) -> None:
    with announced(without=["complaints.upheld"]):
        assert pledge(hall, "零投诉").value == "—"


def test_a_hotline_that_arrives_is_counted(hall: Hall) -> None:
    fact(hall, "hotline.bounced", 4)
    with announced(Told("hotline.bounced")):
        assert pledge(hall, "零推诿").value == "4"


def test_another_center_and_another_department_stay_out(hall: Hall) -> None:
    fact(hall, "complaints.upheld", 1)
    fact(hall, "complaints.upheld", 5, center=make_center("邻区中心"))
    fact(hall, "complaints.upheld", 7, day="2026-05-07", department=make_department(hall.center, "第二局"))
    assert pledge(hall, "零投诉").value == "8"
    assert pledge(hall, "零投诉", department=hall.department.pk).value == "1"


def test_a_window_or_an_item_does_not_narrow_what_is_not_told_apart(hall: Hall) -> None:
    fact(hall, "complaints.upheld", 3)
    assert pledge(hall, "零投诉", window=hall.window.pk, item="A1").value == "3"


def test_a_part_leads_to_its_facts_without_window_and_item(hall: Hall) -> None:
    part = part_of(hall)
    (line, *_) = strip.pledges(Counted(strip.counted(part).totals), Links(Question(part, item="A1")))[0].lines
    assert urlsplit(line.url).path == "/work/pledges/facts/cases.corrected/"
    assert parse_qs(urlsplit(line.url).query) == {"period": [part.period.code]}


def satisfaction(hall: Hall) -> Tile:
    part = part_of(hall)
    return strip.satisfaction(strip.counted(part), Links(Question(part)))


def test_the_content_are_a_share_of_those_who_spoke_and_those_of_all_who_could(hall: Hall) -> None:
    for source, n in (("given", 3), ("good", 2), ("evaluable", 40), ("bad", 1)):
        fact(hall, f"evaluation.{source}", n)
    (active,) = indicator_of("evaluation.active_rate").numerator
    fact(hall, active, 3)
    tile = satisfaction(hall)
    assert (tile.value, tile.fraction) == ("66.6%", "2 / 3")
    response, bad = tile.lines
    assert (response.text, bad.text, bad.kind) == ("主动评价率 7.5%（3 / 40）", "差评 1 件", "late")


def test_no_bad_grade_is_no_alarm(hall: Hall) -> None:
    assert satisfaction(hall).lines[1].kind == ""


def test_what_is_left_out_of_a_share_is_said(hall: Hall) -> None:
    assert "不计：" in satisfaction(hall).definition


def test_cards_and_complaints_stand_with_their_lists(hall: Hall) -> None:
    fact(hall, "supervision.yellow", 1234)
    part = part_of(hall)
    lines = strip.cards(strip.counted(part), Links(Question(part)))
    assert len(lines) == 3
    assert lines[0].text.endswith(" 1,234")
    assert "/facts/supervision.yellow/" in lines[0].url


def test_a_room_that_is_not_there_has_no_line(hall: Hall) -> None:
    part = part_of(hall)
    with announced(without=["supervision.yellow", "supervision.red"]):
        assert len(strip.cards(strip.counted(part), Links(Question(part)))) == 1
