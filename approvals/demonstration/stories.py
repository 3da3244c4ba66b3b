"""What happens to the demonstration cases: one line for each kind of course, and how many take it.

A course is filed `filed` days before the base day and goes on in steps, each `after` working days of its filing. Filing
days are counted in working days: `share` of the item's promise plus something between `low` and `high`.
"""

from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Filed:
    """When: `share` × promise + between `low` and `high` working days ago.

    The promise is the most working days ago an item can have been filed and still be in time, so 1.0 is due at once.
    """

    low: int
    high: int
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """One act `after` working days of filing; `share` of the promise is added. Names are those of the player."""

    act: str
    after: int = 0
    share: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """A course, how often it is taken, by which items (`pick`), and the clerk's view of the materials at filing."""

    title: str
    count: int
    pick: str
    filed: Filed
    steps: tuple[Step, ...]
    materials: str = "complete"
    # A card may come of it: not at the window whose person becomes star of the month.
    slips: bool = False


PERMIT: Final = "permit"
APPROVAL: Final = "approval"  # permits of the organ whose approver and chief are log-ins
INSTANT: Final = "instant"
DEFERRABLE: Final = "deferrable"
ANY: Final = "any"
SERVICE: Final = "service"  # payments, confirmations and public services with a promise
SHORT: Final = "short"  # permits whose statutory limit is soon over
LONG: Final = "long"  # permits with time enough for pauses and extensions

ACCEPT: Final = Step("accept")
HAND: Final = Step("hand_over")
WORK: Final = Step("work")


def granted(share: float, *, then: str = "deliver", later: int = 1, late: int = 0) -> tuple[Step, ...]:
    """Accepted, granted after `share` of the promise, and handed over `later` working days after that."""
    return (ACCEPT, Step("grant", late, share=share), Step(then, late + later, share=share))


STORIES: Final[tuple[Story, ...]] = (
    # -- before acceptance ------------------------------------------------------------------------------------------
    Story("刚收件", 16, ANY, Filed(0, 1), ()),
    Story("收件待审，材料不齐", 5, APPROVAL, Filed(2, 3), (), materials="missing"),
    Story("告知期限将到", 3, PERMIT, Filed(4, 5), (), materials="missing"),
    Story("已一次性告知，等补正", 11, PERMIT, Filed(2, 8), (Step("notify", 1),), materials="missing"),
    Story("补正逾期", 3, PERMIT, Filed(14, 16), (Step("notify", 1),), materials="missing"),
    Story(
        "两次告知", 2, PERMIT, Filed(6, 9), (Step("notify", 1), Step("notify_again", 4)),
        materials="missing", slips=True,
    ),
    Story("逾期未告知，视为受理", 3, LONG, Filed(7, 8), (Step("deem", 6),), materials="missing", slips=True),
    # -- under review -----------------------------------------------------------------------------------------------
    Story("审查中", 24, PERMIT, Filed(0, 1, share=0.25), (ACCEPT, WORK)),
    Story("本部门审查中", 12, APPROVAL, Filed(0, 1, share=0.3), (ACCEPT, HAND, WORK)),
    Story("补正后受理", 5, PERMIT, Filed(4, 6), (Step("notify", 1), Step("supplement", 3), WORK), materials="missing"),
    Story("容缺受理", 6, DEFERRABLE, Filed(1, 2), (Step("promise", 0), WORK), materials="deferred"),
    Story("容缺逾期未补", 2, DEFERRABLE, Filed(8, 9), (Step("promise", 0), WORK), materials="deferred"),
    Story("容缺已补齐", 3, DEFERRABLE, Filed(3, 4), (Step("promise", 0), Step("fill", 2), WORK), materials="deferred"),
    Story("临期", 8, APPROVAL, Filed(0, 0, share=1.0), (ACCEPT, HAND, WORK)),
    Story("临期，其他部门", 5, PERMIT, Filed(-1, 0, share=1.0), (ACCEPT, WORK)),
    Story("超承诺", 5, LONG, Filed(1, 3, share=1.0), (ACCEPT, WORK), slips=True),
    Story("超法定", 2, SHORT, Filed(3, 4, share=2.0), (ACCEPT, WORK), slips=True),
    Story("现场核查过", 5, LONG, Filed(3, 5), (ACCEPT, HAND, Step("inspect", 2), WORK)),
    Story("停表：专家评审", 4, LONG, Filed(4, 6), (ACCEPT, HAND, Step("pause", 2, facts={"ground": "expert_review"}))),
    Story("停表：检验", 3, LONG, Filed(3, 5), (ACCEPT, Step("pause", 1, facts={"ground": "inspection"}))),
    Story("停表超时", 2, LONG, Filed(9, 11), (ACCEPT, Step("pause", 1, facts={"ground": "testing", "days": 4}))),
    Story("恢复计时", 3, LONG, Filed(6, 7), (ACCEPT, Step("pause", 1), Step("resume", 4), WORK)),
    Story("延期", 3, LONG, Filed(0, 0, share=0.9), (ACCEPT, HAND, WORK, Step("extend", -1, share=0.9))),
    Story("听证告知", 2, LONG, Filed(4, 5), (ACCEPT, HAND, Step("hearing", 2))),
    Story("退件复核中", 3, APPROVAL, Filed(2, 3), (ACCEPT, Step("propose_return", 1))),
    Story("退件未同意", 1, APPROVAL, Filed(4, 5), (ACCEPT, Step("propose_return", 1), Step("reject_return", 2), WORK)),
    # -- decided, waiting for delivery ------------------------------------------------------------------------------
    Story("准予待送达", 8, PERMIT, Filed(0, 2, share=0.8), (ACCEPT, Step("grant", share=0.7))),
    Story("准予待送达，送达临期", 2, APPROVAL, Filed(9, 9, share=0.6), (ACCEPT, Step("grant", 0, share=0.6))),
    Story("送达逾期", 1, APPROVAL, Filed(12, 12, share=0.5), (ACCEPT, Step("grant", 0, share=0.5)), slips=True),
    Story("不予待送达", 3, PERMIT, Filed(1, 2, share=0.8), (ACCEPT, Step("deny", share=0.8))),
    # -- ended ------------------------------------------------------------------------------------------------------
    Story("即办件", 15, INSTANT, Filed(1, 60), granted(0, later=0)),
    Story("提前办结", 26, PERMIT, Filed(4, 90, share=1.0), granted(0.6)),
    Story("按时办结，邮寄", 6, PERMIT, Filed(6, 70, share=1.0), granted(0.9, then="post", later=2)),
    Story("给付和确认办结", 8, SERVICE, Filed(6, 80, share=1.0), granted(0.7, later=0)),
    Story("超承诺办结", 3, LONG, Filed(8, 40, share=1.0), granted(1.0, late=2), slips=True),
    Story(
        "停表后办结", 4, LONG, Filed(14, 40, share=1.0),
        (ACCEPT, Step("pause", 1), Step("resume", 4), Step("grant", 3, share=0.8), Step("deliver", 5, share=0.8)),
    ),
    Story(
        "不予许可，已送达", 4, PERMIT, Filed(5, 50, share=1.0),
        (ACCEPT, Step("deny", share=0.9), Step("deliver", 1, share=0.9)),
    ),
    Story("不需要许可", 2, PERMIT, Filed(2, 40), (Step("not_required", 0),)),
    Story("不予受理", 2, PERMIT, Filed(2, 40), (Step("refuse", 0),)),
    Story("申请人撤回", 3, PERMIT, Filed(3, 40), (ACCEPT, Step("withdraw", 1))),
    Story("补正不来，终止办理", 2, PERMIT, Filed(15, 40), (Step("notify", 1), Step("end", 13)), materials="missing"),
    Story("退件", 2, PERMIT, Filed(4, 40), (ACCEPT, Step("propose_return", 1), Step("confirm_return", 2))),
    Story("作废", 2, PERMIT, Filed(1, 30), (Step("void", 0),)),
    Story(
        "已归档", 5, PERMIT, Filed(20, 110, share=1.0),
        (*granted(0.6), Step("archive", 10, share=0.6)),
    ),
)  # fmt: skip
