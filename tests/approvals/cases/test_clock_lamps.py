"""Lamps: the word, the number, and the moment at which they change (T14)."""

import pytest

from approvals.cases.clock import Lamp, LampKind, Limit, deadlines, gravest, lamp
from tests.approvals.cases.clock_builders import CALENDAR, accepted, at, d, local_pause, pause, received, step


def shown(facts, today: str, moment: str | None = None, index: int = 0) -> tuple[str, str]:
    deadline = deadlines(facts, CALENDAR, today=d(today))[index]
    found = lamp(deadline, CALENDAR, today=d(today), at=at(moment) if moment else None)
    return found.kind.value, found.text


# The case of the worked example without pauses: due Wednesday 13 May, statute Wednesday 27 May.
@pytest.mark.parametrize(
    ("today", "kind", "text"),
    [
        ("2026-04-13", "normal", "剩 20 个工作日"),
        ("2026-05-07", "normal", "剩 5 个工作日"),
        ("2026-05-08", "due_soon", "剩 4 个工作日"),
        ("2026-05-12", "due_soon", "剩 1 个工作日"),
        ("2026-05-13", "due_soon", "今天到期"),
        ("2026-05-14", "over_promise", "超承诺 1 天"),
        ("2026-05-27", "over_promise", "超承诺 14 天"),
        ("2026-05-28", "over_statute", "超法定 1 天"),
        ("2026-06-01", "over_statute", "超法定 5 天"),
    ],
)
def test_the_lamp_of_a_decision(today, kind, text):
    assert shown(accepted(), today) == (kind, text)


@pytest.mark.parametrize(
    ("facts", "today", "kind", "text"),
    [
        (received(), "2026-04-15", "normal", "告知剩 3 个工作日"),
        (received(), "2026-04-21", "over_statute", "告知超法定 1 天"),
        (accepted(decided_at=at("2026-04-24 16:00"), granted=True), "2026-04-27", "normal", "送达剩 9 个工作日"),
        (
            accepted(supplement_due_on=d("2026-04-20"), promise=None, statute=None),
            "2026-04-16",
            "normal",
            "补齐剩 2 个工作日",
        ),
        (
            accepted(supplement_due_on=d("2026-04-20"), promise=None, statute=None),
            "2026-04-22",
            "over_promise",
            "补齐逾期 2 天",
        ),
        (accepted(promise=Limit(30, "day"), statute=None), "2026-04-20", "normal", "剩 23 天"),
        (accepted(promise=Limit(1, "month"), statute=None), "2026-05-10", "due_soon", "剩 3 天"),
        (accepted(promise=Limit(0, "workday"), statute=None), "2026-04-13", "due_soon", "今天到期"),
        (accepted(pauses=[pause("2026-05-08", label="检验")]), "2026-05-11", "paused", "停表：检验 第 3 天"),
        (accepted(pauses=[pause("2026-05-08", label="检验")]), "2026-05-08", "paused", "停表：检验 第 1 天"),
        (accepted(pauses=[pause("2026-05-08", label="检验")]), "2026-08-01", "paused", "停表：检验 第 85 天"),
        (accepted(pauses=[pause("2026-05-20")]), "2026-05-25", "over_promise", "超承诺 12 天（停表）"),
        (accepted(pauses=[local_pause("2026-05-08")]), "2026-05-11", "paused", "停表：现场踏勘 第 3 天"),
        (accepted(pauses=[local_pause("2026-05-08")]), "2026-05-28", "over_statute", "超法定 1 天"),
    ],
)
def test_the_lamp_of_other_clocks(facts, today, kind, text):
    assert shown(facts, today) == (kind, text)


def test_the_lamp_of_a_step_says_so():
    assert shown(accepted(steps=[step(3)]), "2026-04-14", index=1) == ("normal", "环节剩 2 个工作日")


@pytest.mark.parametrize(
    ("moment", "kind", "text"),
    [
        ("2026-04-13 12:00", "normal", "剩 8 小时"),
        ("2026-04-13 18:30", "due_soon", "剩 1 小时"),
        ("2026-04-13 20:00", "due_soon", "剩 21 分钟"),
        ("2026-04-13 20:21", "over_promise", "超承诺 1 天"),
    ],
)
def test_the_lamp_of_hours(moment, kind, text):
    assert shown(accepted(promise=Limit(10, "hour"), statute=None), "2026-04-13", moment) == (kind, text)


def test_hours_without_a_moment_name_the_time():
    assert shown(accepted(promise=Limit(10, "hour"), statute=None), "2026-04-13")[1] == "今天 20:21 到期"


def test_hours_in_days_count_days():
    assert shown(accepted(promise=Limit(72, "hour"), statute=None), "2026-04-14")[1] == "剩 2 天"


@pytest.mark.parametrize("moment", ["2026-05-13 00:00", "2026-05-13 08:00", "2026-05-13 23:59"])
def test_the_due_day_is_in_time_until_midnight(moment):
    assert shown(accepted(), "2026-05-13", moment)[0] == "due_soon"


def test_the_gravest_lamp_stands_for_the_case():
    order = ["normal", "paused", "due_soon", "over_promise", "over_statute"]
    lamps = [Lamp(LampKind(kind), kind) for kind in order]
    assert [gravest(lamps[: n + 1]).text for n in range(5)] == order


def test_a_case_without_clocks_has_no_lamp():
    assert gravest([]) is None
