"""The words of a guide, each for one kind of item."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from approvals.catalogue.enums import CaseKind, InstantDeadline, MaterialNeed, VisitCount
from approvals.catalogue.guide import day_words, in_short, materials_by_need, short_limit, today_promise
from approvals.catalogue.models import FeeItem, ItemVersion, Material
from hall.workdays.shipped import shipped_calendar
from tests.approvals.catalogue.builders import make_draft

CALENDAR = shipped_calendar()
MONDAY = date(2026, 4, 13)


def version(**facts: Any) -> ItemVersion:
    """A version that is in no database."""
    return ItemVersion(**facts)


def promised(count: int | None, unit: str, **facts: Any) -> ItemVersion:
    return version(promise_count=count, promise_unit=unit, **facts)


@pytest.mark.parametrize(
    ("count", "unit", "sentence"),
    [
        (20, "workday", "今天申请，承诺 5月13日（周三）下班前办结。"),
        (5, "workday", "今天申请，承诺 4月20日（周一）下班前办结。"),
        (20, "day", "今天申请，承诺 5月6日（周三）下班前办结。"),
        (1, "month", "今天申请，承诺 5月13日（周三）下班前办结。"),
        (24, "hour", "受理后 24 小时内办结。"),
        (8, "opening_hour", "受理后 8 营业小时内办结。"),
        (None, "", "办结时限请向窗口咨询。"),
        (3000, "month", "受理后 3000 个月内办结。"),
    ],
)
def test_the_answer_for_each_unit(count: int | None, unit: str, sentence: str) -> None:
    assert today_promise(promised(count, unit), CALENDAR, MONDAY).sentence == sentence


@pytest.mark.parametrize(
    ("deadline", "words"), [(InstantDeadline.ON_THE_SPOT, "当场办结"), (InstantDeadline.SAME_DAY, "今天下班前办结")]
)
def test_an_instant_item_needs_no_calendar(deadline: str, words: str) -> None:
    answer = today_promise(version(case_kind=CaseKind.INSTANT, instant_deadline=deadline), CALENDAR, MONDAY)
    assert words in answer.sentence
    assert (answer.due, answer.explanation) == (MONDAY, None)


def test_the_statute_stands_in_where_nothing_dated_is_promised() -> None:
    answer = today_promise(promised(8, "opening_hour", statute_count=5, statute_unit="workday"), CALENDAR, MONDAY)
    assert answer.due == date(2026, 4, 20)


@pytest.mark.parametrize(
    ("promise", "statute", "due"),
    [
        ((10, "workday"), (20, "workday"), date(2026, 4, 27)),
        ((20, "workday"), (10, "day"), date(2026, 4, 23)),
        ((10, "day"), (10, "workday"), date(2026, 4, 23)),
    ],
)
def test_the_earlier_of_both_is_promised(promise: tuple[int, str], statute: tuple[int, str], due: date) -> None:
    facts = {"statute_count": statute[0], "statute_unit": statute[1]}
    assert today_promise(promised(*promise, **facts), CALENDAR, MONDAY).due == due


def test_the_answer_carries_its_ruler() -> None:
    answer = today_promise(promised(20, "workday"), CALENDAR, MONDAY)
    assert answer.explanation is not None
    assert answer.explanation.due == date(2026, 5, 13)
    assert answer.explanation.weeks


def test_a_day_that_rests_on_an_unpublished_year_is_provisional() -> None:
    last = CALENDAR.published_through
    answer = today_promise(promised(5, "workday"), CALENDAR, last)
    assert answer.provisional
    assert f"{last.year + 1}年" in answer.sentence or (answer.due and answer.due.year == last.year + 1)


@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2026, 5, 18), " 5月18日（周一）"), (date(2027, 1, 3), " 2027年1月3日（周日）")],
)
def test_days_in_words(day: date, words: str) -> None:
    assert day_words(day, MONDAY) == words


@pytest.mark.parametrize(
    ("visits", "words"),
    [
        (VisitCount.NONE, "不用到现场。"),
        (VisitCount.ONCE, "最多到现场一次。"),
        (VisitCount.TWICE, "要到现场两次。"),
        (VisitCount.MORE, "要到现场两次以上。"),
    ],
)
@pytest.mark.django_db
def test_visits_in_words(visits: str, words: str) -> None:
    assert in_short(make_draft(visits=visits))[-1] == words


@pytest.mark.django_db
def test_several_channels_are_offered() -> None:
    assert in_short(make_draft(by_online=True, by_post=True))[-1].endswith("窗口办理、网上办理、邮寄办理都可以。")


@pytest.mark.django_db
def test_no_materials_is_said() -> None:
    draft = make_draft()
    draft.materials.all().delete()
    assert in_short(draft)[0] == "不用带材料。"


@pytest.mark.django_db
def test_only_conditional_materials_are_usually_none() -> None:
    draft = make_draft()
    draft.materials.update(need=MaterialNeed.CONDITIONAL)
    assert in_short(draft)[0] == "一般不用带材料。另有 2 样只在特定情形才要。"


@pytest.mark.parametrize("offered", [True, False])
@pytest.mark.django_db
def test_deferrable_materials_are_told_only_where_the_offer_stands(offered: bool) -> None:
    draft = make_draft(promise_supplement=offered, supplement_count=5, supplement_unit="workday")
    Material.objects.create(version=draft, name="验资报告", need=MaterialNeed.DEFERRABLE)
    told = "".join(in_short(draft))
    assert "带 3 样材料。" in told
    assert ("其中 1 样暂时缺少也可以先受理，书面承诺后在 5 个工作日内补齐。" in told) is offered


@pytest.mark.parametrize(
    ("amounts", "words"),
    [
        ([], "不收费。"),
        (["5.00"], "收费 5 元。"),
        (["5.00", "10.50"], "收费 15.5 元。"),
        (["100.00"], "收费 100 元。"),
        (["0"], "不收费。"),
        (["5.00", None], "收费，标准见下面。"),
    ],
)
@pytest.mark.django_db
def test_what_it_costs_in_words(amounts: list[str | None], words: str) -> None:
    draft = make_draft(is_free=False)
    for amount in amounts:
        number = Decimal(amount) if amount is not None else None
        FeeItem.objects.create(version=draft, name="工本费", amount=number, basis="某法")
    assert in_short(draft)[1] == words


def test_materials_stand_under_their_need_and_empty_groups_are_left_out() -> None:
    first, second = Material(name="甲"), Material(name="乙", need=MaterialNeed.CONDITIONAL)
    assert materials_by_need([second, first]) == [("必须交的", [first]), ("特定情形才要的", [second])]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"promise_count": 10, "promise_unit": "workday"}, "承诺 10 个工作日"),
        ({"case_kind": CaseKind.INSTANT}, "当日营业结束前办结"),
        ({"case_kind": CaseKind.INSTANT, "instant_deadline": "on_the_spot"}, "当场办结"),
        ({}, "时限见指南"),
    ],
)
def test_the_limit_in_a_list(facts: dict[str, Any], words: str) -> None:
    assert short_limit(version(**facts)) == words
