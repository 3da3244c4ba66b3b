"""The clocks of a case told day by day."""

import pytest

from approvals.cases.clock import ClockKind, Limit, RegimeFacts, deadlines
from approvals.cases.clock_explanation import explain
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

TODAY = d("2026-05-13")
DELIVERING = accepted(decided_at=at("2026-04-24 16:00"), granted=True)


def told(facts, clock=ClockKind.DECISION, **more):
    return explain(facts, clock, CALENDAR, today=TODAY, **more)


def line(explanation, when: str) -> str:
    return next(line.text for line in explanation.lines if line.when == when)


def test_the_promise_is_told_and_the_statute_named():
    explanation = told(accepted(pauses=[pause("2026-04-17", "2026-04-22")]))
    assert explanation.due == d("2026-05-18")
    assert line(explanation, "4月20日—22日") == "专家评审停表 3 个工作日，秦审评〔2026〕14号书面告知"
    assert line(explanation, "法定期限") == "30 个工作日，最迟 6月1日（周一）；两者以先到的为准"
    assert explanation.plain.endswith("法定最长到 6月1日（周一）。")


def test_the_statute_is_told_where_it_comes_first():
    explanation = told(accepted(statute=Limit(15, "workday")))
    assert explanation.sentence.startswith("法定 15 个工作日")
    assert explanation.lines[-2].source == "行政许可法第四十二条"
    assert line(explanation, "承诺期限") == "20 个工作日，最迟 5月13日（周三）；两者以先到的为准"


def test_a_statute_says_which_pause_does_not_stop_it():
    explanation = told(accepted(promise=None, pauses=[local_pause("2026-04-17", "2026-04-22")]))
    assert explanation.due == d("2026-05-27")
    assert line(explanation, "4月17日（周五）") == "现场踏勘停表，法定期限照算"


def test_an_extension_says_what_it_moves():
    explanation = told(accepted(extensions=[extension()]))
    text = "本行政机关负责人批准延长 10 个工作日，秦延〔2026〕3号告知理由；只延长法定期限，承诺不变"
    assert line(explanation, "5月20日（周三）") == text


def test_an_extension_of_the_promise_is_counted_in():
    explanation = told(accepted(extensions=[extension(moves_promise=True)]))
    assert explanation.due == d("2026-05-27")
    assert explanation.cells[-1].number == "30"
    assert "承诺不变" not in line(explanation, "5月20日（周三）")


def test_an_open_pause_is_told_as_stopped():
    explanation = told(accepted(pauses=[pause("2026-05-08")]))
    assert explanation.stopped
    assert "停表中" in line(explanation, "法定期限")


def test_the_notice_says_what_follows_from_silence():
    explanation = told(received(), ClockKind.NOTICE)
    assert explanation.due == d("2026-04-20")
    assert line(explanation, "逾期") == "逾期不告知的，自收到材料之日 4月13日（周一） 起即为受理"
    assert explanation.lines[-1].source == "行政许可法第三十二条"


def test_the_notice_of_another_statute_threatens_nothing():
    regime = RegimeFacts("某条例", Limit(5, "workday"), notice_article="第九条")
    assert all(line.when != "逾期" for line in told(received(regime=regime), ClockKind.NOTICE).lines)


def test_the_delivery_names_its_article():
    explanation = told(DELIVERING, ClockKind.DELIVERY)
    assert (explanation.due, explanation.lines[-1].source) == (d("2026-05-12"), "行政许可法第四十四条")


def test_a_step_is_told_by_its_key():
    explanation = told(accepted(steps=[step(3)]), ClockKind.STEP, key="7")
    assert (explanation.title, explanation.due) == ("环节期限：审查", d("2026-04-16"))


def test_a_supplement_is_told_to_the_day_promised():
    explanation = told(accepted(supplement_due_on=d("2026-04-20")), ClockKind.SUPPLEMENT)
    assert (explanation.title, explanation.due) == ("容缺材料补齐", d("2026-04-20"))


def test_hours_are_told_by_the_minute():
    explanation = told(accepted(promise=Limit(48, "hour")))
    assert explanation.sentence == "承诺 48 小时，4月15日（周三） 10:21 前办结。"
    assert explanation.cells == ()


@pytest.mark.parametrize(
    ("facts", "clock", "key"),
    [
        (received(), ClockKind.DECISION, ""),
        (accepted(promise=None, statute=None), ClockKind.DECISION, ""),
        (received(regime=RegimeFacts()), ClockKind.NOTICE, ""),
        (accepted(), ClockKind.DELIVERY, ""),
        (accepted(), ClockKind.SUPPLEMENT, ""),
        (accepted(steps=[step(None)]), ClockKind.STEP, "7"),
        (accepted(), ClockKind.STEP, "unknown"),
    ],
)
def test_a_clock_the_case_has_not_is_not_told(facts, clock, key):
    assert told(facts, clock, key=key) is None


@pytest.mark.parametrize(
    "facts",
    [
        received(),
        DELIVERING,
        accepted(),
        accepted(statute=Limit(15, "day")),
        accepted(promise=Limit(1, "month")),
        accepted(promise=Limit(8, "hour")),
        accepted(pauses=[pause("2026-04-17", "2026-04-22"), local_pause("2026-04-21", "2026-05-08")]),
        accepted(pauses=[pause("2026-05-08")]),
        accepted(extensions=[extension(moves_promise=True)], promise=Limit(1, "month")),
        accepted(steps=[step(3)], supplement_due_on=d("2026-04-20")),
    ],
)
def test_what_is_told_is_what_is_counted(facts):
    """No explanation may end on another day than the deadline it explains."""
    for deadline in deadlines(facts, CALENDAR, today=TODAY):
        explanation = told(facts, deadline.clock, key=deadline.key)
        assert explanation.due == deadline.due
        assert not explanation.cells or explanation.cells[-1].date == deadline.due


def test_an_ended_clock_can_still_be_told():
    assert told(DELIVERING, ClockKind.DECISION).due == d("2026-05-13")
