"""One small function for each act of a story, through the real actions, by whoever may do it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from approvals.cases import actions
from approvals.cases.actions import MaterialFacts
from approvals.cases.enums import DeliveryMethod, MaterialState
from approvals.cases.models import Case
from approvals.catalogue.enums import MaterialNeed
from approvals.catalogue.models import ItemVersion, Material, PauseGround
from hall.access.models import User
from hall.organisation.models import Staff

DENIAL: Final = "现场核查发现经营场所与申报材料不一致，不符合法定条件。\n未按要求配备专业人员。"
EXTENSION: Final = "现场核查发现情况复杂，需要再次核查，二十日内不能作出决定。"
PROPOSAL: Final = "申请材料经核实与实际情况不符，建议退件。"


@dataclass
class Course:
    """One case on its way: who works on it, and the row once it is filed."""

    application: actions.Application
    clerk: User
    decider: User
    chief: User
    officers: tuple[Staff, Staff]
    missing: tuple[Material, ...] = ()
    case: Case | None = None
    grounds: dict[str, PauseGround] = field(default_factory=dict)

    @property
    def version(self) -> ItemVersion:
        return self.application.version

    @property
    def filed(self) -> Case:
        assert self.case is not None  # noqa: S101 - acts come after filing
        return self.case


Facts = dict[str, Any]
Act = Callable[[Course, datetime, Facts], object]


def _register(course: Course, at: datetime, _: Facts) -> None:
    course.case = actions.register(course.application, by=course.clerk, at=at)


def _lacks(names: tuple[Material, ...]) -> list[dict[str, str]]:
    return [
        {"name": material.name, "problem": "未提交", "requirement": f"请补交{material.name}{material.copies}份"}
        for material in names
    ]


def _notify(course: Course, at: datetime, _: Facts) -> None:
    actions.notify_supplement(course.filed, by=course.clerk, at=at, items=_lacks(course.missing))


def _notify_again(course: Course, at: datetime, _: Facts) -> None:
    first = course.version.materials.filter(need=MaterialNeed.REQUIRED)[:1]
    items = _lacks(tuple(first))
    reason = "补交材料的内容与首次提交的申请书不一致，需要更正申请书。"
    actions.notify_supplement(course.filed, by=course.clerk, at=at, items=items, reason=reason)


def _supplement(course: Course, at: datetime, _: Facts) -> None:
    received = [material.pk for material in course.missing]
    actions.supplement(course.filed, by=course.clerk, at=at, received=received, complete=True)


def _promise(course: Course, at: datetime, _: Facts) -> None:
    deferred = [material.pk for material in course.missing]
    actions.accept_with_promise(course.filed, by=course.clerk, at=at, deferred=deferred)


def _fill(course: Course, at: datetime, _: Facts) -> None:
    facts = [MaterialFacts(material=material, state=MaterialState.RECEIVED) for material in course.missing]
    actions.receive_material(course.filed, facts, by=course.clerk, at=at)


def _hand_over(course: Course, at: datetime, _: Facts) -> None:
    person = course.decider.staff
    assert person is not None  # noqa: S101 - every decider of the demonstration is a person
    actions.hand_over(course.filed, by=course.clerk, at=at, to=person, reason="转后台审查")
    actions.accept_hand_over(course.filed, by=course.decider, at=at)


def _inspect(course: Course, at: datetime, _: Facts) -> None:
    first, second = course.officers
    actions.inspect(
        course.filed, by=course.decider, at=at, first=first, second=second, inspected_at=at, passed=True,
        finding="现场情况与申报材料一致。",
    )  # fmt: skip


def _pause(course: Course, at: datetime, facts: Facts) -> None:
    ground = course.grounds[facts.get("ground", "expert_review")]
    reason = f"依法需要{ground.name}。"
    actions.pause(
        course.filed, by=course.decider, at=at, ground=ground, notified_days=facts.get("days", 10), reason=reason
    )


def _resume(course: Course, at: datetime, facts: Facts) -> None:
    ground = course.grounds[facts.get("ground", "expert_review")]
    actions.resume(course.filed, by=course.clerk, at=at, ground=ground)


def _deliver(course: Course, at: datetime, _: Facts) -> None:
    actions.deliver(course.filed, by=course.clerk, at=at, method=DeliveryMethod.COLLECTED)


def _post(course: Course, at: datetime, _: Facts) -> None:
    tracking = f"YS{course.filed.docket[10:18]}{course.filed.docket[-5:-1]}"
    actions.deliver(course.filed, by=course.clerk, at=at, method=DeliveryMethod.POSTED, tracking=tracking)


def _refuse(course: Course, at: datetime, _: Facts) -> None:
    organ = {"name": "秦皇岛市行政审批局", "address": "秦皇岛市（演示地址）", "phone": "0335-3000099"}
    reason = "所申请事项由设区的市级行政机关实施，不属于本机关职权范围。"
    actions.refuse(course.filed, by=course.clerk, at=at, reason=reason, competent_organ=organ)


ACTS: Final[dict[str, Act]] = {
    "register": _register,
    "accept": lambda c, at, _: actions.accept(c.filed, by=c.clerk, at=at),
    "notify": _notify,
    "notify_again": _notify_again,
    "supplement": _supplement,
    "deem": lambda c, at, _: actions.deem_accepted(c.filed, at=at),
    "promise": _promise,
    "fill": _fill,
    "hand_over": _hand_over,
    "complete_step": lambda c, at, _: actions.complete_step(c.filed, by=c.decider, at=at, opinion="符合要求。"),
    "inspect": _inspect,
    "pause": _pause,
    "resume": _resume,
    "extend": lambda c, at, _: actions.extend(c.filed, by=c.chief, at=at, reason=EXTENSION),
    "hearing": lambda c, at, _: actions.give_hearing_notice(
        c.filed, by=c.decider, at=at, matter="该事项直接涉及相邻权利人的重大利益。"
    ),
    "propose_return": lambda c, at, _: actions.propose_return(c.filed, by=c.clerk, at=at, reason=PROPOSAL),
    "confirm_return": lambda c, at, _: actions.confirm_return(c.filed, by=c.decider, at=at, opinion="同意。"),
    "reject_return": lambda c, at, _: actions.reject_return(
        c.filed, by=c.decider, at=at, opinion="材料可以通过补正解决，不应退件。"
    ),
    "grant": lambda c, at, _: actions.grant(c.filed, by=c.decider, at=at),
    "deny": lambda c, at, _: actions.deny(c.filed, by=c.decider, at=at, reason=DENIAL),
    "deliver": _deliver,
    "post": _post,
    "not_required": lambda c, at, _: actions.tell_not_required(
        c.filed, by=c.clerk, at=at, reason="所申请的活动依法不需要取得行政许可，按规定备案即可。"
    ),
    "refuse": _refuse,
    "withdraw": lambda c, at, _: actions.withdraw(c.filed, by=c.clerk, at=at, reason="申请人另有安排。"),
    "end": lambda c, at, _: actions.end_unsupplemented(c.filed, by=c.decider, at=at, reason="超过补正期限未补正。"),
    "void": lambda c, at, _: actions.void(c.filed, by=c.chief, at=at, reason="重复录入"),
    "archive": lambda c, at, _: actions.archive(c.filed, by=c.clerk, at=at),
}
