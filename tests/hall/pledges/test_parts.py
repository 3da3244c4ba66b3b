"""What a pledge is made of, how its number comes about, and how another room adds to it."""

from dataclasses import replace

import pytest

from hall.facts.indicators import DASH, Better, Figure, indicator_of
from hall.pledges import board, definitions, figures, parts
from hall.pledges.enums import Counts, Pledge, Style
from hall.pledges.parts import Part
from tests.builders import Hall
from tests.hall.pledges.builders import AT, MONTH, Told, announced, here

pytestmark = pytest.mark.django_db
ERRORS = ("cases.corrected", "cases.documents_reissued", "cases.returned_by_error", "cases.voided_by_error")
NEAR = ("cases.online", "cases.outreach", "cases.village", "cases.at_home")


def told(*numbers: tuple[str, int]) -> list[Told]:
    return [Told(code, number) for code, number in numbers]


def test_errors_are_added_up_and_closures_stand_beside(hall: Hall) -> None:
    with announced(*told(*zip(ERRORS, (1, 2, 3, 4), strict=True), ("cases.closed", 500))):
        figure = indicator_of("pledge.zero_error").figure(here(hall), AT)
    assert (figure.numerator, figure.denominator, figure.text) == (10, None, "10")


def test_distance_is_a_share_of_what_was_filed(hall: Hall) -> None:
    with announced(*told(*zip(NEAR, (10, 5, 3, 2), strict=True), ("cases.filed", 60))):
        figure = indicator_of("pledge.zero_distance").figure(here(hall), AT)
    assert (figure.fraction, figure.text) == ("20 / 60", "33.3%")


def test_nothing_filed_is_not_a_hundred_percent(hall: Hall) -> None:
    with announced(*told(*((code, 0) for code in NEAR), ("cases.filed", 0))):
        assert indicator_of("pledge.zero_distance").figure(here(hall), AT).text == DASH


def test_complaints_received_are_not_counted_as_upheld(hall: Hall) -> None:
    with announced(Told("complaints.upheld", 1), Told("complaints.received", 9)):
        assert indicator_of("pledge.zero_complaint").figure(here(hall), AT).numerator == 1


def test_backlog_is_asked_for_all_days_up_to_now_whatever_the_period(hall: Hall) -> None:
    late = Told("cases.open_late", 7)
    with announced(late):
        figure = indicator_of("pledge.zero_backlog").figure(here(hall).but(period=MONTH.previous()), AT)
    assert figure.numerator == 7
    assert late.asked[0].period.first.year == 2000
    assert late.asked[0].period.last == AT.date()


def test_a_pledge_without_any_source_shows_a_dash_and_says_why(hall: Hall) -> None:
    with announced(without=["complaints.upheld"]):
        figure = indicator_of("pledge.zero_complaint").figure(here(hall), AT)
    assert (figure.text, figure.missing) == (DASH, parts.WAITING)


def test_a_pledge_with_one_source_missing_counts_the_others_and_names_it(hall: Hall) -> None:
    with announced(*told(("cases.handovers_unaccepted", 2), ("cases.second_notice", 1)), without=["hotline.bounced"]):
        cards = board.cards(here(hall), AT, lambda *_: "#")
    card = cards[list(Pledge).index(Pledge.SHIRKING)]
    assert card.figure.text == "3"
    assert "热线工单退转" in card.incomplete
    row = next(row for row in card.rows if row.label == "热线工单退转")
    assert (row.text, row.url, row.missing) == (DASH, "", definitions.NO_HOTLINE)


def test_the_hotline_fills_what_was_missing_by_announcing_its_source(hall: Hall) -> None:
    with announced(*told(("cases.handovers_unaccepted", 2), ("cases.second_notice", 1), ("hotline.bounced", 5))):
        assert indicator_of("pledge.zero_shirking").figure(here(hall), AT).numerator == 8


def test_another_room_adds_a_part_and_the_indicator_knows_it(hall: Hall) -> None:
    with announced(Told("outreach.visits", 40), Told("cases.filed", 100), *told(*((code, 0) for code in NEAR))):
        parts.register(Part(Pledge.DISTANCE, "大篷车", "outreach.visits"))
        indicator = indicator_of("pledge.zero_distance")
        assert "outreach.visits" in indicator.numerator
        assert list(indicator.denominator) == ["cases.filed"]
        assert indicator.figure(here(hall), AT).fraction == "40 / 100"
    assert "outreach.visits" not in indicator_of("pledge.zero_distance").numerator


def test_registering_the_same_source_again_replaces_its_part() -> None:
    with announced():
        before = len(parts.parts_of(Pledge.ERROR))
        parts.register(Part(Pledge.ERROR, "改过的名字", "cases.corrected"))
        found = parts.parts_of(Pledge.ERROR)
    assert len(found) == before
    assert "改过的名字" in [part.label for part in found]


@pytest.mark.parametrize("pledge", list(Pledge))
def test_every_pledge_carries_its_definition_its_exclusions_and_its_source(pledge: Pledge) -> None:
    indicator = indicator_of(pledge.indicator)
    assert indicator.definition.endswith("。")
    assert indicator.excludes.endswith("。")
    assert "五个零" in indicator.source
    assert indicator.label == pledge.label
    assert indicator.better == (Better.MORE if pledge == Pledge.DISTANCE else Better.LESS)
    assert indicator.numerator


def test_the_slice_of_a_part_keeps_everything_but_the_days(hall: Hall) -> None:
    part = Part(Pledge.BACKLOG, "在办", "cases.open_late", standing=True)
    asked = here(hall, department=3)
    standing = figures.slice_of(part, asked, AT.date())
    assert standing.but(period=MONTH) == asked
    assert figures.slice_of(replace(part, standing=False), asked, AT.date()) == asked


@pytest.mark.parametrize(
    ("better", "now", "before", "words"),
    [
        (Better.LESS, 1, 3, "好于上期"), (Better.LESS, 3, 1, "差于上期"), (Better.LESS, 2, 2, "与上期相同"),
        (Better.MORE, 3, 1, "好于上期"), (Better.MORE, 1, 3, "差于上期"),
    ],
)  # fmt: skip
def test_a_comparison_says_which_way_is_good(better: Better, now: int, before: int, words: str) -> None:
    assert board.compared(better, Figure(now), Figure(before)) == words


def test_a_share_of_nothing_is_not_compared() -> None:
    assert board.compared(Better.MORE, Figure(1, 2), Figure(0, 0)) == "无从比较"
    assert board.compared(Better.LESS, Figure(1), Figure(missing="没有")) == "无从比较"


def test_a_card_compares_with_the_period_before(hall: Hall) -> None:
    source = Told("complaints.upheld", 2)
    with announced(source, Told("complaints.received", 5)):
        cards = board.cards(here(hall), AT, lambda *_: "#")
    assert cards[list(Pledge).index(Pledge.COMPLAINT)].comparison == "2026 年 10 月：2，与上期相同"
    assert [asked.period.code for asked in source.asked] == ["2026-11", "2026-10"]
    assert "不与上期比" in cards[list(Pledge).index(Pledge.BACKLOG)].comparison


def test_every_style_is_shown_and_the_one_nobody_can_prove_says_so(hall: Hall) -> None:
    shown = board.styles(here(hall), lambda *_: "#")
    assert [row.style for row in shown] == list(Style)
    missing = {row.style: row.missing for row in shown if row.missing}
    assert missing == {Style.SPECIAL: definitions.NO_LANE}
    assert all(row.definition for row in shown if not row.missing)


def test_every_source_of_a_part_is_announced_except_those_that_say_why() -> None:
    waiting = {part.source for pledge in Pledge for part in parts.parts_of(pledge) if not part.known}
    assert waiting <= {"hotline.bounced", "complaints.upheld", "complaints.received"}
    assert all(part.missing for pledge in Pledge for part in parts.parts_of(pledge) if part.counts != Counts.BESIDE)
