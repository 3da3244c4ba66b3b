"""The arithmetic of pledges, their comparisons, the words of notices, the choices of filters: mostly without a page."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.facts.indicators import Better, Figure, indicator_of
from hall.facts.periods import PeriodKind, holding, parse
from hall.facts.slices import Slice
from hall.pledges import asking, board, choices, figures, notice, parts
from hall.pledges.asking import Question
from hall.pledges.definitions import WORDS
from hall.pledges.enums import Counts, Pledge, Style
from hall.pledges.figures import Counted
from hall.pledges.parts import Part
from tests.builders import Hall, make_center, make_department, make_window
from tests.hall.pledges.builders import AT, MONTH, Told, announced, here

COUNTS = st.integers(0, 10**6)


def counted(how: Counts, *numbers: int | None) -> list[Counted]:
    return [Counted(Part(Pledge.ERROR, f"{how}{n}", counts=how), here_slice(), n) for n in numbers]


def here_slice() -> Slice:
    return Slice(MONTH)


@given(st.lists(COUNTS, min_size=1, max_size=6), st.lists(COUNTS, max_size=3))
def test_what_counts_is_added_up_and_what_stands_beside_is_not(inside: list[int], beside: list[int]) -> None:
    figure = figures.total([*counted(Counts.IN, *inside), *counted(Counts.BESIDE, *beside)], AT)
    assert (figure.numerator, figure.denominator) == (sum(inside), None)


@given(COUNTS, COUNTS)
def test_a_share_has_its_denominator(inside: int, under: int) -> None:
    figure = figures.total([*counted(Counts.IN, inside), *counted(Counts.OF, under)], AT)
    assert (figure.numerator, figure.denominator) == (inside, under)


@pytest.mark.parametrize(
    ("inside", "under", "missing"),
    [
        ((None,), (), True),
        ((None, 3), (), False),
        ((3,), (None,), True),
        ((3,), (None, 7), False),
        ((None,), (7,), True),
    ],
)
def test_a_figure_is_missing_only_where_nothing_can_be_said(
    inside: tuple[int | None, ...], under: tuple[int | None, ...], missing: bool
) -> None:
    figure = figures.total([*counted(Counts.IN, *inside), *counted(Counts.OF, *under)], AT)
    assert bool(figure.missing) is missing
    assert (figure.text == "—") is missing


def test_a_pledge_without_any_part_says_so() -> None:
    assert figures.total([], AT).missing == "还没有登记任何来源。"


@pytest.mark.parametrize(("number", "text"), [(None, "—"), (0, "0"), (12345, "12,345")])
def test_a_part_is_written_as_people_write_it(number: int | None, text: str) -> None:
    assert counted(Counts.IN, number)[0].text == text


def test_every_figure_says_as_of_when() -> None:
    assert figures.total(counted(Counts.IN, 1), AT).as_of == AT
    assert figures.total(counted(Counts.IN, None), AT).as_of == AT


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(2, 3, "66.6%"), (1, 3, "33.3%"), (0, 9, "0%"), (9, 9, "100%"), (0, 0, "—"), (1, 2, "50%")],
)
def test_the_share_of_distance_is_cut_off(part: int, whole: int, text: str) -> None:
    others = ("cases.outreach", "cases.village", "cases.at_home")
    with announced(Told("cases.online", part), Told("cases.filed", whole), without=others):
        assert indicator_of("pledge.zero_distance").figure(here_slice(), AT).text == text


@pytest.mark.parametrize(
    ("pledge", "better"),
    [(p, Better.MORE if p == Pledge.DISTANCE else Better.LESS) for p in Pledge],
)
def test_only_distance_is_better_the_more_there_is(pledge: Pledge, better: Better) -> None:
    assert WORDS[pledge].better == indicator_of(pledge.indicator).better == better


@given(a=COUNTS, b=COUNTS)
@pytest.mark.parametrize("better", [Better.LESS, Better.MORE])
def test_better_and_worse_are_opposites(better: Better, a: int, b: int) -> None:
    words = {board.compared(better, Figure(x), Figure(y)) for x, y in ((a, b), (b, a))}
    assert words == ({"与上期相同"} if a == b else {"好于上期", "差于上期"})


@pytest.mark.parametrize("pledge", Pledge)
def test_only_what_lies_unfinished_is_not_compared_with_the_past(pledge: Pledge) -> None:
    assert board.is_standing(pledge) is (pledge == Pledge.BACKLOG)


# --- slices asked, links made -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_part_is_asked_of_the_same_place_and_days(hall: Hall) -> None:
    told = Told("cases.corrected", 3)
    part = here(hall, department=hall.department.pk, item="A1")
    with announced(told):
        figures.count(Pledge.ERROR, part, date(2026, 11, 20))
    assert told.asked == [part]


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["cases.open_late", "cases.late_1_5", "cases.late_over_20"])
def test_the_ageing_of_the_backlog_is_asked_up_to_today(hall: Hall, code: str) -> None:
    told = Told(code, 2)
    with announced(told):
        found = figures.count(Pledge.BACKLOG, here(hall), date(2026, 11, 20))
    assert (told.asked[0].period.first, told.asked[0].period.last) == (date(2000, 1, 1), date(2026, 11, 20))
    assert [one.number for one in found if one.part.source == code] == [2]


@pytest.mark.django_db
def test_a_link_is_that_of_the_number_it_stands_under(hall: Hall) -> None:
    link = board.link_of({"period": "2026-11", "center": "7"}, hall.supervisor)
    url = link("cases.corrected", Slice(parse("2026-10")))
    assert urlsplit(url).path == "/work/pledges/facts/cases.corrected/"
    assert parse_qs(urlsplit(url).query) == {"period": ["2026-10"], "center": ["7"]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "opens"), [("clerk", False), ("chief", False), ("supervisor", True), ("auditor", True)]
)
def test_a_number_whose_list_one_may_not_open_has_no_link(hall: Hall, role: str, opens: bool) -> None:
    with announced(Told("test.kept", 3, right="accountability.view")):
        link = board.link_of({}, getattr(hall, role))
        assert bool(link("test.kept", here(hall))) is opens


@pytest.mark.django_db
def test_a_card_holds_every_part_with_its_role(hall: Hall) -> None:
    with announced(Told("complaints.upheld", 1), Told("complaints.received", 5)):
        card = board.cards(here(hall), AT, lambda *_: "")[-1]
    assert [(row.label, row.text, row.role) for row in card.rows] == [
        ("属实的投诉", "1", "计入"), ("收到的投诉", "5", "并列，不计入"),
    ]  # fmt: skip
    assert card.figure.text == "1"


@pytest.mark.django_db
def test_what_is_lacking_is_named_on_the_card(hall: Hall) -> None:
    card = board.cards(here(hall), AT, lambda *_: "")[2]
    assert card.pledge == Pledge.SHIRKING
    assert card.incomplete == "还缺：热线工单退转，数字只含已有来源。"


@pytest.mark.django_db
@pytest.mark.parametrize(("style", "n"), [(Style.AT_ONCE, 0), (Style.HOLIDAY, 12345)])
def test_a_style_is_a_number_with_its_definition(hall: Hall, style: Style, n: int) -> None:
    with announced(Told(style.source, n)):
        (row,) = [one for one in board.styles(here(hall), lambda code, _: code) if one.style == style]
    assert (row.number, row.text, row.url, row.definition) == (n, f"{n:,}", style.source, "测试用的数。")


def test_every_style_has_a_source_of_its_own() -> None:
    assert len({style.source for style in Style}) == len(Style) == 7


# --- sentences --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pledge", "figure", "says"),
    [
        (Pledge.ERROR, Figure(0), "五月没有一件办错。"),
        (Pledge.ERROR, Figure(1234), "五月改正差错 1,234 次。"),
        (Pledge.BACKLOG, Figure(0), "现在没有超过承诺时限的办件。"),
        (Pledge.BACKLOG, Figure(2), "现在有 2 件超过了承诺时限，还在办。"),
        (Pledge.SHIRKING, Figure(0), "五月没有一件互相推，没有一人被要求再补一次材料。"),
        (Pledge.SHIRKING, Figure(3), "五月有 3 次没有按期接手，或者让人再补一次材料。"),
        (Pledge.DISTANCE, Figure(0, 0), "五月还没有收件。"),
        (Pledge.DISTANCE, Figure(2, 3), "五月收件 3 件，其中 2 件（66.6%）不用两头跑大厅。"),
        (Pledge.COMPLAINT, Figure(0), "五月没有查实的投诉。"),
        (Pledge.COMPLAINT, Figure(1), "五月查实投诉 1 件。"),
    ],
)
def test_every_pledge_is_one_sentence(pledge: Pledge, figure: Figure, says: str) -> None:
    assert notice._SENTENCES[pledge](figure, "五月") == says


@pytest.mark.django_db
@pytest.mark.parametrize(("filed", "few"), [(9, True), (10, False)])
def test_few_filings_hide_everything_but_the_backlog(hall: Hall, filed: int, few: bool) -> None:
    with announced(Told("cases.filed", filed), Told("cases.open_late", 3)):
        found = notice.notice(here(hall), AT, month="本月", small=10)
    hidden = {promise.pledge for promise in found.promises if "数字不公布" in promise.says}
    assert hidden == (set(Pledge) - {Pledge.BACKLOG} if few else set())
    assert (found.few, bool(found.styles)) == (few, not few)


@pytest.mark.django_db
def test_no_link_leads_from_the_public_board_to_lists(hall: Hall) -> None:
    with announced(Told("cases.filed", 500)):
        found = notice.notice(here(hall), AT, month="本月", small=10)
    assert {row.url for row in found.styles} == {""}


# --- choices ----------------------------------------------------------------------------------------------------------


@given(st.dates(date(1995, 1, 1), date(2090, 1, 1)))
def test_periods_offered_hold_today_first_and_one_is_chosen(today: date) -> None:
    chosen = holding(PeriodKind.MONTH, today)
    offered = choices.period_choices(chosen, today)
    assert [one.value for one in offered if one.chosen] == [chosen.code]
    assert len({one.value for one in offered}) == len(offered) == 23
    assert all(parse(one.value).first <= today for one in offered)


@given(st.sampled_from(("2001-05-01..2001-06-02", "2026-W20", "2026-05-06", "1999")))
def test_a_period_that_is_none_of_them_is_offered_too(code: str) -> None:
    offered = choices.period_choices(parse(code), date(2026, 11, 20))
    assert (offered[0].value, offered[0].chosen) == (code, True)


@pytest.fixture
def asked(hall: Hall) -> Callable[..., choices.Choices]:
    def of(user: Any, **words: str) -> choices.Choices:
        today = date(2026, 11, 20)
        return choices.of(user, asking.read(user, words, today), today)

    return of


@pytest.mark.django_db
def test_somebody_of_one_center_is_offered_no_choice_of_centers(hall: Hall, asked: Any) -> None:
    assert asked(hall.supervisor).centers == []


@pytest.mark.django_db
def test_somebody_above_is_offered_the_centers_below(hall: Hall, asked: Any) -> None:
    below = make_center("下级政务服务中心", parent=hall.center)
    offered = asked(hall.supervisor, center=str(below.pk)).centers
    assert {(one.label, one.chosen) for one in offered} == {(hall.center.name, False), (below.name, True)}


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "count"), [("supervisor", 2), ("auditor", 2), ("chief", 0), ("clerk", 0)])
def test_departments_are_offered_to_those_who_see_more_than_one(hall: Hall, asked: Any, role: str, count: int) -> None:
    make_department(hall.center, "第二局")
    assert len(asked(getattr(hall, role)).departments) == count


@pytest.mark.django_db
def test_windows_of_other_departments_are_offered_to_watchers_alone(hall: Hall, asked: Any) -> None:
    make_window(hall.center, department=make_department(hall.center, "第二局"))
    assert [len(asked(user).windows) for user in (hall.supervisor, hall.chief)] == [2, 1]


# --- lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@given(st.text(max_size=30))
def test_what_is_no_number_is_none_and_what_is_fits_a_column(text: str) -> None:
    found = asking.number(text)
    assert found is None or (0 <= found < 10**18 and text.isdigit())


@given(st.integers(0, 10**18 - 1))
def test_every_key_of_a_column_is_read(key: int) -> None:
    assert asking.number(str(key)) == key


@given(st.text(max_size=40))
def test_any_text_names_a_period_or_becomes_this_month_with_a_sentence(text: str) -> None:
    today = date(2026, 11, 20)
    found, problem = asking.period(text, today)
    assert found == holding(PeriodKind.MONTH, today) or parse(text[:30]) == found
    assert bool(problem) == (found == holding(PeriodKind.MONTH, today) and text not in ("", "2026-11"))


def test_a_question_and_its_address_are_the_same_question() -> None:
    question = Question(Slice(parse("2026-W20"), options={"days": 3}), item="甲&乙=1")
    found = parse_qs(question.encoded)
    assert found == {"period": ["2026-W20"], "item": ["甲&乙=1"], "days": ["3"]}


def test_the_year_around_a_question_is_that_of_its_last_day() -> None:
    question = Question(Slice(parse("2025-12-30..2026-01-02")))
    assert asking.over_the_year(question) == "period=2026"


def test_a_listener_is_told_once_however_often_it_listens() -> None:
    heard: list[Pledge] = []
    listener = heard.append
    with announced():
        kept = list(parts._listeners)
        parts.on_change(listener)
        parts.on_change(listener)
        parts.register(Part(Pledge.ERROR, "新的", "test.new"))
        parts._listeners[:] = kept
    assert heard == [Pledge.ERROR]


def test_parts_stand_in_their_order_and_then_by_name() -> None:
    with announced():
        for label, order in (("乙", 5), ("甲", 5), ("丙", 1)):
            parts.register(Part(Pledge.ERROR, label, f"test.{label}", order=order))
        found = [part.label for part in parts.parts_of(Pledge.ERROR)]
    assert found[:3] == ["丙", "乙", "甲"]
