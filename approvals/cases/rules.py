"""Who may: one predicate per sentence, combined per transition in PERMITS. Asked by the door and by the pages.

A `case` here is anything with the fields of a Case; nothing in this file reads the database beyond what is loaded.
"""

from typing import TYPE_CHECKING, Final

from django.utils import timezone
from rules.predicates import Predicate, predicate

from approvals.catalogue.enums import CaseKind
from hall.access.rules import has_right
from hall.organisation.queries import acting_staff

if TYPE_CHECKING:
    from approvals.cases.models import Case, Handover
    from hall.access.models import User


def right(name: str) -> Predicate:
    """The role of the account carries this right."""

    def carries(user: "User", _case: "Case") -> bool:
        return has_right(user, name)

    return predicate(carries, name=name)


@predicate
def in_center(user: "User", case: "Case") -> bool:
    """The case was filed at the person's own center."""
    return bool(user.staff and user.staff.center_id == case.center_id)


@predicate
def in_department(user: "User", case: "Case") -> bool:
    """The case belongs to the person's own department."""
    return bool(user.staff and user.staff.department_id == case.department_id)


@predicate
def at_comprehensive_window(user: "User", _case: "Case") -> bool:
    """The person serves a comprehensive window (综合窗口), which takes cases for every department."""
    return bool(user.staff and user.staff.department_id is None)


@predicate
def is_head(user: "User", case: "Case") -> bool:
    """The person heads the organ that decides (本机关负责人, 行政许可法 art. 42)."""
    return bool(user.staff_id and user.staff_id == case.department.head_id)


@predicate
def is_chief(user: "User", case: "Case") -> bool:
    """The person is the department's chief representative (首席代表)."""
    return bool(user.staff_id and user.staff_id == case.department.chief_representative_id)


@predicate
def is_handler(user: "User", case: "Case") -> bool:
    """The case lies with this person, or with somebody absent this person stands in for (职位代理制)."""
    if user.staff is None or user.staff_id == case.handler_id:
        return user.staff is not None
    return acting_staff(case.handler, timezone.now()).pk == user.staff_id


@predicate
def is_instant(_user: "User", case: "Case") -> bool:
    """The item is decided while the applicant waits (即办件)."""
    return case.case_kind == CaseKind.INSTANT


@predicate
def did_not_accept(user: "User", case: "Case") -> bool:
    """受办分离: who accepted a case does not decide it, unless the item is 即办."""
    return case.case_kind == CaseKind.INSTANT or user.pk != case.accepted_by_id


at_the_desk: Final = in_center & (in_department | at_comprehensive_window)
may_accept: Final = right("cases.accept") & at_the_desk
may_notify: Final = right("cases.notify") & at_the_desk
may_refuse: Final = right("cases.refuse") & at_the_desk
may_pause: Final = right("cases.pause.approve") & in_department
may_resume: Final = right("cases.pause") & at_the_desk
may_extend: Final = right("cases.extend.approve") & is_head
may_hear: Final = right("cases.hearing") & in_department
may_inspect: Final = right("cases.inspect") & at_the_desk
# 即办 is decided while the applicant waits, so whoever may accept it may decide it (行政许可法 art. 34).
on_the_spot: Final = is_instant & right("cases.accept") & at_the_desk
may_decide: Final = (right("cases.decide") & in_department & did_not_accept) | on_the_spot
may_work_on: Final = may_notify | (right("cases.decide") & in_department)
may_deliver: Final = right("cases.deliver") & at_the_desk
may_review_return: Final = right("cases.return.review") & in_department
may_review_correction: Final = right("cases.correct.second") & in_department


def receives(user: "User | None", handover: "Handover") -> bool:
    """A hand-over waits for this person, who answers for themselves."""
    return bool(user and user.staff_id and handover.is_pending and handover.to_staff_id == user.staff_id)


@predicate
def is_receiver(user: "User", case: "Case") -> bool:
    """The case was offered to this person and waits for an answer."""
    return any(receives(user, row) for row in case.handovers.all())


# The chief representative places the cases of the department by order (本部门的由首席代表移交).
may_order_hand_over: Final = in_center & right("cases.handover.department") & in_department
may_hand_over: Final = in_center & (
    (right("cases.handover") & is_handler) | (right("cases.handover.department") & in_department)
)
may_answer_hand_over: Final = right("cases.handover") & in_center & is_receiver
may_charge: Final = right("cases.register") & at_the_desk
may_end: Final = right("cases.decide") & in_department
may_void: Final = right("cases.void") & in_department
# No move of the table: whoever hands out receipts hands out the code on them.
may_hand_out_code: Final = right("cases.register") & at_the_desk

PERMITS: Final[dict[str, Predicate]] = {
    "accept": may_accept,
    "accept_with_promise": may_accept,
    "notify_supplement": may_notify,
    "supplement": may_notify,
    "tell_not_required": may_refuse,
    "refuse": may_refuse,
    "pause": may_pause,
    "resume": may_resume,
    "extend": may_extend,
    "give_hearing_notice": may_hear,
    "inspect": may_inspect,
    "receive_material": may_work_on,
    "complete_step": may_work_on,
    "correct": right("cases.correct") & at_the_desk,
    "review_correction": may_review_correction,
    "hand_over": may_hand_over,
    "accept_hand_over": may_answer_hand_over,
    "decline_hand_over": may_answer_hand_over,
    "charge_fee": may_charge,
    "propose_return": right("cases.return") & at_the_desk,
    "confirm_return": may_review_return,
    "reject_return": may_review_return,
    "grant": may_decide,
    "deny": may_decide,
    "deliver": may_deliver,
    "withdraw": right("cases.withdraw") & at_the_desk,
    "end_unsupplemented": may_end,
    "void": may_void,
    "archive": right("cases.archive") & at_the_desk,
}
# Only the clock itself does these; their undoing is a correction by two people.
SYSTEM_ONLY: Final = frozenset({"deem_accepted", "lapse"})
BY_CORRECTION_ONLY: Final = frozenset({"undo_deemed_acceptance", "undo_lapse"})

_DECISION = "决定由所属部门审批人员作出；受理和决定不能是同一人（即办件除外）。"
_RETURN = "退件由提请人以外的审批人员或首席代表复核。"
WHO: Final[dict[str, str]] = {
    "pause": "停表由办件所属部门的审批人员或首席代表批准。",
    "resume": "恢复计时由所属部门的人员办理。",
    "extend": "延期由本机关负责人批准。",
    "grant": _DECISION,
    "deny": _DECISION,
    "confirm_return": _RETURN,
    "reject_return": _RETURN,
    "hand_over": "本人的办件由本人移交，本部门的由首席代表移交。",
    "accept_hand_over": "移交由接收人本人接收或退回。",
    "decline_hand_over": "移交由接收人本人接收或退回。",
    "charge_fee": "收费由窗口人员登记。",
    "review_correction": "更正由提请人以外的审批人员或首席代表复核。",
    "void": "作废由所属部门首席代表办理。",
    "end_unsupplemented": "终止办理由所属部门审批人员或首席代表决定。",
}


def may(user: "User", name: str, case: "Case") -> bool:
    """Whether the person may make this move on this case, state aside."""
    permit = PERMITS.get(name)
    return permit is not None and bool(permit.test(user, case))


def who_may(name: str) -> str:
    """The sentence shown where somebody may not."""
    return WHO.get(name, "您的角色不能办理这一步。")
