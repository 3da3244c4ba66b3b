"""The life of cases, one line a day: what a hall manager would check with a wall calendar in hand."""

from collections.abc import Callable

import pytest

from approvals.cases.clock import CaseFacts, Limit, deadlines, gravest, lamp
from tests.approvals.cases.clock_builders import (
    CALENDAR,
    accepted,
    at,
    d,
    extension,
    local_pause,
    pause,
    received,
    step,
)


def board(facts: CaseFacts, today: str) -> str:
    """What the worklist shows for the case on that day."""
    day = d(today)
    lamps = [lamp(deadline, CALENDAR, today=day) for deadline in deadlines(facts, CALENDAR, today=day)]
    found = gravest(lamps)
    return found.text if found else "—"


def known_by(today: str) -> CaseFacts:
    """The worked example as it was known on each day.

    Received Monday 13 April 10:08 and accepted 10:21; stopped on Friday 17 April for expert review, resumed on
    Wednesday 22 April; decided on Monday 18 May, the last day; delivered on Thursday 21 May.
    """
    facts = {}
    if today >= "2026-04-17":
        facts["pauses"] = [pause("2026-04-17", "2026-04-22" if today >= "2026-04-22" else None)]
    if today >= "2026-05-18":
        facts.update(decided_at=at("2026-05-18 16:30"), granted=True)
    if today >= "2026-05-21":
        facts.update(delivered_at=at("2026-05-21 09:00"), closed_at=at("2026-05-21 09:00"))
    return accepted(**facts)


@pytest.mark.parametrize(
    ("today", "shown"),
    [
        ("2026-04-13", "剩 20 个工作日"),  # Monday, accepted: the day does not count
        ("2026-04-14", "剩 19 个工作日"),  # Tuesday, the first day
        ("2026-04-15", "剩 18 个工作日"),
        ("2026-04-16", "剩 17 个工作日"),
        ("2026-04-17", "停表：专家评审 第 1 天"),  # Friday, still counted: 4 days used
        ("2026-04-18", "停表：专家评审 第 1 天"),  # Saturday
        ("2026-04-19", "停表：专家评审 第 2 天"),
        ("2026-04-20", "停表：专家评审 第 3 天"),  # Monday
        ("2026-04-21", "停表：专家评审 第 4 天"),
        ("2026-04-22", "剩 16 个工作日"),  # Wednesday, resumed: the day itself is the last that does not count
        ("2026-04-23", "剩 15 个工作日"),  # Thursday, the fifth day
        ("2026-04-24", "剩 14 个工作日"),
        ("2026-04-25", "剩 14 个工作日"),  # Saturday
        ("2026-04-27", "剩 13 个工作日"),
        ("2026-04-30", "剩 10 个工作日"),  # Thursday before Labour Day
        ("2026-05-01", "剩 10 个工作日"),
        ("2026-05-05", "剩 10 个工作日"),
        ("2026-05-06", "剩 9 个工作日"),  # Wednesday, back at work
        ("2026-05-08", "剩 7 个工作日"),
        ("2026-05-09", "剩 6 个工作日"),  # the make-up Saturday counts
        ("2026-05-10", "剩 6 个工作日"),
        ("2026-05-11", "剩 5 个工作日"),
        ("2026-05-12", "剩 4 个工作日"),  # 临期 from here: a fifth of twenty
        ("2026-05-15", "剩 1 个工作日"),
        ("2026-05-17", "剩 1 个工作日"),  # Sunday
        ("2026-05-18", "送达剩 10 个工作日"),  # Monday, decided on the last day: the delivery clock takes over
        ("2026-05-20", "送达剩 8 个工作日"),
        ("2026-05-21", "—"),  # delivered
    ],
)
def test_the_worked_example_day_by_day(today, shown):
    assert board(known_by(today), today) == shown


def forgotten(today: str) -> CaseFacts:
    """Nobody touches it: received on Tuesday 2026-09-22, and nothing more."""
    return received(received_at=at("2026-09-22 15:00"))


def paused_without_law(today: str) -> CaseFacts:
    """Stopped on a ground that has no law behind it, and left so: the statute (30 working days) runs out underneath."""
    return accepted(pauses=[local_pause("2026-05-11")])


def extended(today: str) -> CaseFacts:
    """The statute is extended by ten days on Wednesday 20 May; the promise of 13 May stays broken."""
    return accepted(extensions=[extension()] if today >= "2026-05-20" else [])


def with_steps(today: str) -> CaseFacts:
    """The review step was to take three days, and takes longer, while the case as a whole is in time."""
    return accepted(steps=[step(3)])


def with_supplement(today: str) -> CaseFacts:
    """Accepted with a promised supplement by Monday 20 April, which does not come."""
    return accepted(supplement_due_on=d("2026-04-20"), statute=None, promise=Limit(60, "workday"))


def over_the_year(today: str) -> CaseFacts:
    """Accepted Thursday 2026-12-24, five working days: the arrangement of 2027 is not out."""
    return accepted(accepted_at=at("2026-12-24 09:00"), promise=Limit(5, "workday"), statute=None)


@pytest.mark.parametrize(
    ("case", "today", "shown"),
    [
        (forgotten, "2026-09-22", "告知剩 5 个工作日"),
        (forgotten, "2026-09-24", "告知剩 3 个工作日"),  # Thursday
        (forgotten, "2026-09-25", "告知剩 3 个工作日"),  # Friday, 中秋节
        (forgotten, "2026-09-28", "告知剩 2 个工作日"),  # Monday
        (forgotten, "2026-09-29", "告知剩 1 个工作日"),
        (forgotten, "2026-09-30", "告知今天到期"),
        (forgotten, "2026-10-01", "告知超法定 1 天"),  # accepted by law, from the day of receipt
        (paused_without_law, "2026-05-11", "停表：现场踏勘 第 1 天"),
        (paused_without_law, "2026-05-14", "停表：现场踏勘 第 3 天"),  # the promise would have been broken
        (paused_without_law, "2026-05-18", "停表：现场踏勘 第 7 天"),
        (paused_without_law, "2026-05-19", "法定剩 6 个工作日"),  # a fifth of thirty: the statute warns all the same
        (paused_without_law, "2026-05-26", "剩 1 个工作日"),  # by now the statute comes before the promise
        (paused_without_law, "2026-05-27", "今天到期"),  # Wednesday, the last day of the statute
        (paused_without_law, "2026-05-28", "超法定 1 天"),
        (extended, "2026-05-19", "超承诺 6 天"),
        (extended, "2026-05-20", "超承诺 7 天"),
        (extended, "2026-05-28", "超承诺 15 天"),  # without the extension: 超法定 1 天
        (extended, "2026-06-10", "超承诺 28 天"),  # Wednesday, the fortieth working day
        (extended, "2026-06-11", "超法定 1 天"),
        (with_steps, "2026-04-14", "剩 19 个工作日"),
        (with_steps, "2026-04-15", "环节剩 1 个工作日"),
        (with_steps, "2026-04-16", "环节今天到期"),
        (with_steps, "2026-04-17", "环节超承诺 1 天"),
        (with_supplement, "2026-04-16", "剩 57 个工作日"),
        (with_supplement, "2026-04-17", "补齐剩 1 个工作日"),
        (with_supplement, "2026-04-21", "补齐逾期 1 天"),
        (over_the_year, "2026-12-24", "剩 5 个工作日"),
        (over_the_year, "2026-12-31", "今天到期"),  # Thursday: 25, 28, 29, 30, 31 December
        (over_the_year, "2027-01-01", "超承诺 1 天"),
    ],
)
def test_other_lives(case: Callable[[str], CaseFacts], today, shown):
    assert board(case(today), today) == shown
