"""From where to where after a bad grade, and for an appeal: one line for each thing that can happen."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hall.rectification.enums import OPEN, AppealState, RectificationState

R, A = RectificationState, AppealState


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow: its name, the states it may start from, those it may end in (none: the state stays), its ground."""

    name: str
    label: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    ground: str

    @property
    def pairs(self) -> Iterable[tuple[str, str]]:
        """Every (from, to) the line allows."""
        return ((s, t) for s in self.sources for t in (self.targets or (s,)))


_51 = "国办发〔2019〕51号"
_CONTACT = "安阳市优化营商环境条例第五十二条"
_MEET = f"{_51}；{_CONTACT}"

TABLE: Final[tuple[Transition, ...]] = (
    # Who could not be reached after the tries that are asked for is not waited for: the matter itself is put right.
    Transition("attempt", "联系未果", (R.CONTACTING,), (R.CONTACTING, R.RECTIFYING), _CONTACT),
    Transition("contact", "联系核实", (R.CONTACTING,), (R.RECTIFYING,), _CONTACT),
    Transition("rectify", "整改完成", (R.RECTIFYING,), (R.RECTIFIED,), _MEET),
    Transition("explain", "答复解释", (R.RECTIFYING,), (R.ANSWERED,), _MEET),
    # Somebody who is not content gets a second round, once.
    Transition("revisit", "回访", (R.RECTIFIED, R.ANSWERED), (R.REVISITED, R.RECTIFYING), _MEET),
    # Straight from the remedy only where nobody can be asked: the grade was anonymous (rules.may_skip_revisit).
    Transition("close", "公开答复并办结", (R.RECTIFIED, R.ANSWERED, R.REVISITED), (R.CLOSED,), _51),
    Transition("strike", "剔除", (*OPEN, R.CLOSED), (R.STRUCK,), "GB/T 39734-2020 9.2、9.3"),
)
APPEALS: Final[tuple[Transition, ...]] = (
    Transition("uphold", "申诉成立", (A.PENDING,), (A.UPHELD,), "GB/T 39734-2020 9.2、9.3"),
    Transition("reject", "申诉不成立", (A.PENDING,), (A.REJECTED,), "GB/T 39734-2020 9.2、9.3"),
)
BY_NAME: Final = {line.name: line for line in (*TABLE, *APPEALS)}


def allowed(name: str, state: str) -> bool:
    """Whether the table has the arrow `name` out of `state`."""
    return state in BY_NAME[name].sources


def leads_to(name: str, source: str, target: str) -> bool:
    """Whether the table has exactly this arrow."""
    return (source, target) in set(BY_NAME[name].pairs)
