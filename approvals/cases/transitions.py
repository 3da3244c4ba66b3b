"""From where to where: one line for each thing that can happen to a case, with the article that allows it.

The database holds the same table (`cases_transition`) and a trigger that refuses any other change of state (law 8).
Lines whose from- and to-states coincide change facts, not the state.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from approvals.cases.enums import ENDED, CaseState

R = CaseState


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow: its name, the states it may start from, the states it may end in, label and legal ground."""

    name: str
    label: str
    sources: tuple[CaseState, ...]
    targets: tuple[CaseState, ...]
    article: str

    @property
    def pairs(self) -> Iterable[tuple[CaseState, CaseState]]:
        """Every (from, to) the line allows. With no target the state stays."""
        return ((s, t) for s in self.sources for t in (self.targets or (s,)))


_BEFORE_END: Final = (R.RECEIVED, R.SUPPLEMENTING, R.REVIEWING, R.PAUSED)
_OPEN: Final = (*_BEFORE_END, R.RETURNING, R.GRANTED, R.DENIED)

TABLE: Final[tuple[Transition, ...]] = (
    Transition("accept", "受理", (R.RECEIVED, R.SUPPLEMENTING), (R.REVIEWING,), "行政许可法第三十二条第一款第（五）项"),
    Transition("accept_with_promise", "容缺受理", (R.RECEIVED, R.SUPPLEMENTING), (R.REVIEWING,), "事项所列容缺规定"),
    Transition(
        "notify_supplement",
        "一次性告知",
        (R.RECEIVED, R.SUPPLEMENTING),
        (R.SUPPLEMENTING,),
        "行政许可法第三十二条第一款第（四）项",
    ),
    Transition(
        "supplement",
        "收到补正",
        (R.SUPPLEMENTING,),
        (R.SUPPLEMENTING, R.REVIEWING),
        "行政许可法第三十二条第一款第（五）项",
    ),
    Transition("deem_accepted", "视为受理", (R.RECEIVED,), (R.REVIEWING,), "行政许可法第三十二条第一款第（四）项"),
    Transition("undo_deemed_acceptance", "更正视为受理", (R.REVIEWING,), (R.RECEIVED,), "更正须有理由和第二人复核"),
    Transition(
        "tell_not_required", "不受理告知", (R.RECEIVED,), (R.NOT_REQUIRED,), "行政许可法第三十二条第一款第（一）项"
    ),
    Transition("refuse", "不予受理", (R.RECEIVED,), (R.REFUSED,), "行政许可法第三十二条第一款第（二）项"),
    Transition("pause", "停表", (R.REVIEWING, R.PAUSED), (R.PAUSED,), "行政许可法第四十五条"),
    Transition("resume", "恢复计时", (R.PAUSED,), (R.PAUSED, R.REVIEWING), "行政许可法第四十五条"),
    Transition("extend", "延期", (R.REVIEWING, R.PAUSED), (), "行政许可法第四十二条第一款"),
    Transition("give_hearing_notice", "听证告知", (R.REVIEWING, R.PAUSED), (), "行政许可法第四十六条、第四十七条"),
    Transition("inspect", "现场核查", (R.REVIEWING, R.PAUSED), (), "行政许可法第三十四条第三款"),
    Transition("complete_step", "完成环节", (R.REVIEWING,), (), "事项所列办理环节"),
    Transition("receive_material", "登记材料", _OPEN, (), "行政许可法第三十一条"),
    Transition("review_correction", "复核更正", (*_OPEN, *ENDED), (), "更正须有理由和第二人复核"),
    Transition("correct", "提请更正", (*_OPEN, *ENDED), (), "更正须有理由和第二人复核"),
    Transition("hand_over", "移交", _OPEN, (), "首问负责、职位代理制度"),
    Transition("accept_hand_over", "接收移交", _OPEN, (), "首问负责制度"),
    Transition("decline_hand_over", "退回移交", _OPEN, (), "首问负责制度"),
    Transition("charge_fee", "登记收费", _OPEN, (), "事项所列收费依据"),
    # Never straight from receipt: until the applicant has been told what is missing or that it is not ours, a return
    # would let the five days of art. 32 run out behind a review.
    Transition("propose_return", "提请退件", (R.SUPPLEMENTING, R.REVIEWING), (R.RETURNING,), "退件复核制度"),
    Transition("confirm_return", "同意退件", (R.RETURNING,), (R.RETURNED,), "退件复核制度"),
    Transition("reject_return", "不同意退件", (R.RETURNING,), (R.SUPPLEMENTING, R.REVIEWING), "退件复核制度"),
    Transition("grant", "准予", (R.REVIEWING,), (R.GRANTED,), "行政许可法第三十八条第一款"),
    Transition("deny", "不予许可", (R.REVIEWING,), (R.DENIED,), "行政许可法第三十八条第二款"),
    Transition("deliver", "送达", (R.GRANTED, R.DENIED), (R.DELIVERED,), "行政许可法第四十四条"),
    Transition("withdraw", "申请人撤回", (*_BEFORE_END, R.RETURNING), (R.WITHDRAWN,), "申请人可在决定前撤回申请"),
    Transition("lapse", "视为撤回", (R.SUPPLEMENTING, R.REVIEWING, R.PAUSED), (R.LAPSED,), "中心设定所列规定"),
    Transition("end_unsupplemented", "终止办理", (R.SUPPLEMENTING, R.REVIEWING), (R.LAPSED,), "书面决定并告知救济途径"),
    Transition("undo_lapse", "更正视为撤回", (R.LAPSED,), (R.SUPPLEMENTING, R.REVIEWING), "更正须有理由和第二人复核"),
    Transition("void", "作废", (*_BEFORE_END, R.RETURNING), (R.VOIDED,), "录入或技术错误，须有理由"),
    Transition("archive", "归档", ENDED, (R.ARCHIVED,), "政务服务档案管理"),
)

BY_NAME: Final = {line.name: line for line in TABLE}


def allowed(name: str, state: CaseState | str) -> bool:
    """Whether the table has the arrow `name` out of `state`."""
    return state in BY_NAME[name].sources


def leads_to(name: str, source: CaseState | str, target: CaseState | str) -> bool:
    """Whether the table has exactly this arrow."""
    return any(pair == (source, target) for pair in BY_NAME[name].pairs)


def state_changes() -> frozenset[tuple[str, str]]:
    """Every change of state the database must allow, and no other."""
    return frozenset((s.value, t.value) for line in TABLE for s, t in line.pairs if s != t)
