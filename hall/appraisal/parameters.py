"""The dated, sourced numbers of this room (hall.facts.parameters); migration 0003 sows them."""

from datetime import date
from typing import Final

from hall.facts import parameters
from hall.facts.parameters import Key

OBJECTION_DAYS, NOTICE_DAYS, LOG_HOURS = "appraisal.objection_days", "awards.notice_days", "duty.log_hours"
MIN_CASES: Final = "awards.min_cases"
MIN_PRESENCE: Final = "awards.min_presence"
EXCELLENT, GOOD, PASSING = "appraisal.excellent", "appraisal.good", "appraisal.pass"
KEYS: Final = (
    Key(OBJECTION_DAYS, "考核分公示异议期", "个工作日", 1, 30),
    Key(EXCELLENT, "优秀的分数线", "分", 0, 110),
    Key(GOOD, "良好的分数线", "分", 0, 110),
    Key(PASSING, "合格的分数线", "分", 0, 110),
    Key(MIN_CASES, "评选荣誉的最低办结件数", "件", 0, 10_000),
    Key(MIN_PRESENCE, "期中到岗的，参加评选要在岗考核期的", "%", 0, 100),
    Key(NOTICE_DAYS, "荣誉公示天数", "个工作日", 1, 30),
    Key(LOG_HOURS, "值班日记可以修改的时间", "小时", 1, 240),
)


def declare() -> None:
    """Announce the keys; called once from AppConfig.ready."""
    for key in KEYS:
        parameters.declare(key)


def bands(center: int, on: date) -> dict[str, int]:
    """The three lines between the four results, as `scoring.band` takes them."""
    names = {"excellent": EXCELLENT, "good": GOOD, "passing": PASSING}
    return {word: parameters.whole_number(name, center=center, on=on) for word, name in names.items()}
