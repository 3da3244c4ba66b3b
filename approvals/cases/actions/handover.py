"""Who holds the case. A hand-over must be accepted: until then the case stays where it was (首问责任制)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from approvals.cases import door, messages, rules
from approvals.cases.door import Move
from approvals.cases.models import Case, Handover
from approvals.cases.models.procedure import PENDING_HANDOVER
from approvals.cases.reach import can_hold
from hall.access.models import User
from hall.facts.errors import NotPermitted, Refused
from hall.organisation.models import Staff

OVERRULED = "首席代表另行安排"


def hand_over(case: Case, *, by: User, at: datetime, to: Staff, reason: str, seen: int | None = None) -> Case:
    """Offer the case to somebody else of the department or a comprehensive window, who has to accept it.

    The chief representative's order holds at once, and ends an offer that still waits. 首问 stays who it was.
    """
    with door.opened(case, "hand_over", by=by, at=at, seen=seen) as move:
        if not reason.strip():
            raise Refused("请写明移交理由。", field="reason")
        _require_can_take(move.case, to)
        ordered = rules.may_order_hand_over.test(by, move.case)
        _make_room(move, ordered=ordered)
        before = move.case.handler
        row = Handover(case=move.case, from_staff=before, to_staff=to, reason=reason, at=move.at, by=by)
        if ordered:
            row.accepted_at, row.answered_by = move.at, by
            move.set(handler=to)
        row.save()
        move.say(from_staff=before.number, to_staff=to.number, reason=reason)
        if not ordered:
            move.say(pending=True)
    template = "handed_over" if ordered else "handover_offered"
    messages.tell_staff(move.case, template, at=at, staff_id=to.pk, key=str(move.case.version))
    return move.case


def _make_room(move: Move, *, ordered: bool) -> None:
    """One hand-over waits at a time; an order of the chief ends it."""
    waiting = move.case.handovers.filter(PENDING_HANDOVER).select_related("to_staff").first()
    if waiting is None:
        return
    if not ordered:
        raise Refused(f"已经移交给{waiting.to_staff.name}，正在等对方接收；对方退回后才能另交他人。", field="to")
    _answer(waiting, by=move.by, at=move.at, reason=OVERRULED)


def _require_can_take(case: Case, to: Staff) -> None:
    if to.pk == case.handler_id:
        raise Refused("接收人就是现在的经办人。", field="to")
    if to.left_on is not None or to.center_id != case.center_id:
        raise Refused("接收人不在本中心，或者已经离岗。", field="to")
    if to.department_id not in (None, case.department_id):
        raise Refused("接收人须是本部门或综合窗口的人员。", field="to")
    if not Staff.objects.filter(can_hold(), pk=to.pk).exists():
        raise Refused("接收人没有能办件的账号。请另选一人，或请系统管理员先开账号。", field="to")


@transaction.atomic
def hand_over_many(cases: Sequence[Case], *, by: User, at: datetime, to: Staff, reason: str) -> int:
    """Hand over several cases, all or none. Raises the first refusal with the docket it concerns.

    Always in one order: of two people with the same cases one waits for the other instead of both for each other.
    """
    for case in sorted(cases, key=lambda case: case.pk):
        try:
            hand_over(case, by=by, at=at, to=to, reason=reason)
        except Refused as refusal:
            raise Refused(f"{case.docket}：{refusal.sentence}", field=refusal.field) from refusal
    return len(cases)


def accept_hand_over(case: Case, *, by: User, at: datetime, seen: int | None = None) -> Case:
    """Take over the case that was offered: from now on it is one's own. Only the person it was offered to may."""
    with door.opened(case, "accept_hand_over", by=by, at=at, seen=seen) as move:
        row = _waiting(move)
        _require_can_take(move.case, row.to_staff)
        _answer(row, by=by, at=move.at)
        move.set(handler=row.to_staff)
        move.say(from_staff=row.from_staff.number, to_staff=row.to_staff.number)
    key = f"accepted{row.pk}"
    messages.tell_staff(move.case, "handover_accepted", at=at, staff_id=row.from_staff_id, key=key)
    return move.case


def decline_hand_over(case: Case, *, by: User, at: datetime, reason: str, seen: int | None = None) -> Case:
    """Give the offer back with a reason: the case stays with whoever holds it."""
    with door.opened(case, "decline_hand_over", by=by, at=at, seen=seen) as move:
        if not reason.strip():
            raise Refused("退回移交请写明理由。", field="reason")
        row = _waiting(move)
        _answer(row, by=by, at=move.at, reason=reason)
        move.say(from_staff=row.from_staff.number, to_staff=row.to_staff.number, reason=reason)
    key = f"declined{row.pk}"
    messages.tell_staff(move.case, "handover_declined", at=at, staff_id=row.from_staff_id, key=key)
    return move.case


def _waiting(move: Move) -> Handover:
    """The offer to this person, locked with the case."""
    row = move.case.handovers.filter(PENDING_HANDOVER).select_related("from_staff", "to_staff").first()
    if row is None:
        raise Refused("这件办件没有等待接收的移交。")
    if not rules.receives(move.by, row):
        raise NotPermitted("移交由接收人本人接收或退回。")
    return row


def _answer(row: Handover, *, by: User | None, at: datetime, reason: str = "") -> None:
    row.answered_by, row.decline_reason = by, reason
    if reason:
        row.declined_at = at
    else:
        row.accepted_at = at
    row.save(update_fields=["accepted_at", "declined_at", "decline_reason", "answered_by"])
