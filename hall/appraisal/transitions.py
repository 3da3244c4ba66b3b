"""From where to where: periods and awards. Schemes and frozen rows are also held by triggers (migration 0002)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hall.appraisal.enums import AwardState, PeriodState
from hall.facts.errors import Refused


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow with its name and the word on its button."""

    name: str
    label: str
    source: str
    target: str


PERIOD: Final = (
    Transition("announce", "公示考核分", PeriodState.OPEN, PeriodState.OBJECTION),
    Transition("reopen", "退回计分", PeriodState.OBJECTION, PeriodState.OPEN),
    Transition("freeze", "定分", PeriodState.OBJECTION, PeriodState.FROZEN),
)
AWARD: Final = (
    Transition("publish", "公布", AwardState.NOMINATED, AwardState.PUBLISHED),
    Transition("refuse", "不予评定", AwardState.NOMINATED, AwardState.REFUSED),
    Transition("withdraw", "撤销", AwardState.PUBLISHED, AwardState.WITHDRAWN),
)


def allowed(table: Sequence[Transition], state: str) -> list[Transition]:
    """What may happen in a state."""
    return [line for line in table if line.source == state]


def target_of(table: Sequence[Transition], name: str, state: str) -> str:
    """The state after it. Raises Refused where the table has no such arrow."""
    for line in allowed(table, state):
        if line.name == name:
            return line.target
    raise Refused("现在的状态不能这样办理，请刷新页面后再看。")
