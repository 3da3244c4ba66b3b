"""Who may be honoured: every condition with its reason. Pure."""

from dataclasses import replace
from datetime import date

import pytest

from hall.appraisal.eligibility import Evidence, conditions, eligible

GOOD = Evidence(closed=30, red=0, upheld=0, away=0, recorded=44)


def failing(found: Evidence, least: int = 20) -> list[str]:
    return [one.text for one in conditions(found, least=least) if not one.ok]


def test_who_fulfils_everything_is_eligible() -> None:
    assert eligible(conditions(GOOD, least=20))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"red": 1}, "有 1 张督查红牌"),
        ({"upheld": 2}, "有 2 件有责投诉"),
        ({"closed": 19}, "办结 19 件，不到最低 20 件"),
        ({"away": 1}, "缺勤或迟到 1 次"),
        ({"recorded": 0}, "本期没有考勤记录，无法认定全勤"),
    ],
)
def test_one_failing_condition_is_enough_and_says_itself(change: dict[str, int], reason: str) -> None:
    assert failing(replace(GOOD, **change)) == [reason]


def test_the_minimum_itself_is_enough() -> None:
    assert not failing(replace(GOOD, closed=20))


def test_a_hall_may_ask_for_no_minimum() -> None:
    assert not failing(replace(GOOD, closed=0), least=0)


@pytest.mark.parametrize("name", ["red", "upheld", "closed"])
def test_what_this_system_does_not_know_is_said_and_does_not_bar(name: str) -> None:
    found = conditions(replace(GOOD, **{name: None}), least=20)
    assert eligible(found)
    assert any("没有这项数据，未核" in one.text for one in found)


def test_every_condition_is_shown_also_the_fulfilled_ones() -> None:
    assert [one.text for one in conditions(GOOD, least=20)] == [
        "没有督查红牌", "没有有责投诉", "办结 30 件，达到最低 20 件", "全勤"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "share", "ok"), [(15, 50, False), (16, 50, True), (31, 100, True), (30, 100, False), (0, 0, True)]
)
def test_who_came_in_the_middle_must_have_been_here_for_a_part_of_the_period(days: int, share: int, ok: bool) -> None:
    came = replace(GOOD, joined=date(2026, 10, 16), days=days, of=31)
    first, *rest = conditions(came, least=20, presence=share)
    assert (first.ok, eligible([first, *rest])) == (ok, ok)
    assert first.text.startswith(f"不满考核期：2026-10-16 到岗，在岗 {days} 天")
    assert rest == conditions(GOOD, least=20)
