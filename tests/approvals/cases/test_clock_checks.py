"""Pauses and extensions that may not be, each with its sentence (laws 5 and 6)."""

import pytest

from approvals.cases.clock import Limit, check_extension, check_pause
from tests.approvals.cases.clock_builders import CALENDAR, accepted, at, d, extension, local_pause, pause, received

DECIDED = {"decided_at": at("2026-04-30 10:00"), "granted": True}


# Due Wednesday 13 May by the promise, Wednesday 27 May by the statute.
@pytest.mark.parametrize(
    ("facts", "asked", "today", "sentence"),
    [
        (accepted(), pause("2026-04-17"), "2026-04-17", ""),
        (accepted(), pause("2026-04-13"), "2026-04-13", ""),  # from the very day of acceptance
        (accepted(), pause("2026-04-17", "2026-04-17"), "2026-04-20", ""),
        (accepted(), pause("2026-05-12"), "2026-05-12", ""),
        (accepted(), pause("2026-05-13"), "2026-05-13", ""),  # the promise is due, the statute still runs
        (accepted(), pause("2026-05-26"), "2026-05-26", ""),
        (accepted(), pause("2026-05-27"), "2026-05-27", "到期当天及以后不能停表"),
        (accepted(), pause("2026-06-01"), "2026-06-01", "5月27日（周三） 到期"),
        (accepted(), local_pause("2026-05-12"), "2026-05-12", ""),
        (accepted(), local_pause("2026-05-13"), "2026-05-13", "5月13日（周三） 到期"),
        (accepted(promise=None), local_pause("2026-04-17"), "2026-04-17", "只能停承诺期限"),
        (accepted(promise=None, statute=None), pause("2026-04-17"), "2026-04-17", "没有期限可停"),
        (received(), pause("2026-04-17"), "2026-04-17", "还没有受理"),
        (accepted(**DECIDED), pause("2026-05-06"), "2026-05-06", "已经作出决定"),
        (accepted(closed_at=at("2026-04-20 10:00")), pause("2026-05-06"), "2026-05-06", "已经作出决定或办结"),
        (accepted(), pause("2026-04-12"), "2026-04-17", "不能早于受理日 4月13日（周一）"),
        (accepted(), pause("2026-04-18"), "2026-04-17", "不能从以后的日子开始"),
        (accepted(), pause("2026-04-17", "2026-04-16"), "2026-04-20", "结束日不能早于开始日"),
    ],
)
def test_a_pause(facts, asked, today, sentence):
    told = check_pause(facts, asked, CALENDAR, today=d(today))
    assert (sentence in told) if sentence else told == ""


@pytest.mark.parametrize(
    ("earlier", "asked", "allowed"),
    [
        (pause("2026-04-15", "2026-04-20"), pause("2026-04-20"), True),  # (15, 20] and (20, …
        (pause("2026-04-15", "2026-04-20"), pause("2026-04-17"), False),
        (pause("2026-04-15"), pause("2026-04-20"), False),  # still open
        (pause("2026-04-15"), pause("2026-04-17", ground="testing"), True),  # another ground
        (pause("2026-04-20", "2026-04-22"), pause("2026-04-15", "2026-04-20"), True),
        (pause("2026-04-20", "2026-04-22"), pause("2026-04-15", "2026-04-21"), False),
    ],
)
def test_pauses_on_one_ground_do_not_overlap(earlier, asked, allowed):
    told = check_pause(accepted(pauses=[earlier]), asked, CALENDAR, today=d("2026-04-24"))
    assert (told == "") is allowed


def test_a_pause_is_judged_by_the_day_that_earlier_pauses_made():
    facts = accepted(statute=Limit(20, "workday"), pauses=[pause("2026-04-17", "2026-04-22")])  # due 18 May
    assert check_pause(facts, pause("2026-05-15"), CALENDAR, today=d("2026-05-15")) == ""
    assert check_pause(facts, pause("2026-05-18"), CALENDAR, today=d("2026-05-18"))


@pytest.mark.parametrize(
    ("facts", "on", "sentence"),
    [
        (accepted(), "2026-05-26", ""),
        (accepted(), "2026-05-27", "须在法定到期日 5月27日（周三） 之前批准"),
        (accepted(), "2026-06-01", "之前批准"),
        (accepted(extensions=[extension()]), "2026-05-20", "只允许一次"),
        (received(), "2026-04-15", "还没有受理"),
        (accepted(**DECIDED), "2026-05-06", "已经作出决定"),
        (accepted(statute=None), "2026-04-20", "没有法定期限"),
        (accepted(pauses=[pause("2026-05-20")]), "2026-06-20", ""),  # stopped: the day moves on with the pause
    ],
)
def test_an_extension(facts, on, sentence):
    told = check_extension(facts, CALENDAR, on=d(on))
    assert (sentence in told) if sentence else told == ""
