"""Appeals of staff against a bad grade, and their decision by a second reader."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from hall.access.models import User
from hall.facts.errors import NotPermitted, Refused
from hall.rectification import deadlines, door, messages, rules
from hall.rectification.actions.striking import strike
from hall.rectification.enums import AppealKind, AppealState, RectificationState
from hall.rectification.models import Appeal, Rectification


@transaction.atomic
def appeal(row: Rectification, *, by: User, at: datetime, kind: str, reason: str, evidence: str) -> Appeal:
    """Say that a grade is mistaken or malicious. It stops nothing; it is decided by the day shown.

    Raises NotPermitted, or Refused: too late, a second time, or nothing said.
    """
    held = door.locked(row)
    if not rules.may(by, "appeal", held):
        raise NotPermitted(rules.WHO["appeal"])
    if why := against_appeal(held, at):
        raise Refused(why)
    if kind not in AppealKind.values:
        raise Refused("请选择申诉类型。", field="kind")
    made = Appeal.objects.create(
        evaluation=held.evaluation, kind=kind, reason=door.words(reason, "reason"),
        evidence=door.words(evidence, "evidence"), appealed_at=at, appealed_by=by,
        decide_due=deadlines.after(held.evaluation.center, deadlines.DECIDE, at),
    )  # fmt: skip
    door.note(held, "appealed", by=by, at=at, appeal=kind)
    messages.appealed(held, made, at=at)
    return made


def against_appeal(row: Rectification, at: datetime) -> str:
    """What stands in the way of an appeal, in a sentence; nothing where it may be made."""
    if Appeal.objects.filter(evaluation=row.evaluation_id).exists():
        return "这条差评已经申诉过，一条差评只能申诉一次。"
    if row.state == RectificationState.STRUCK:
        return "这条差评已经剔除。"
    if timezone.localdate(at) > row.appeal_due:
        return f"申诉期限 {row.appeal_due:%Y-%m-%d} 已过。"
    return ""


@transaction.atomic
def decide(row: Rectification, *, by: User, at: datetime, uphold: bool, reason: str) -> Appeal:
    """Uphold or reject the appeal with a reason. Upheld, the grade is struck and its rectification ends."""
    held = door.locked(row)
    made = Appeal.objects.select_for_update(of=("self",)).filter(evaluation=held.evaluation_id).first()
    if not rules.may(by, "decide", held):
        raise NotPermitted(rules.WHO["decide"])
    if made is None or made.state != AppealState.PENDING:
        raise Refused("没有等待裁定的申诉。")
    made.state = AppealState.UPHELD if uphold else AppealState.REJECTED
    made.decided_at, made.decided_by, made.decision = at, by, door.words(reason, "reason")
    made.save(update_fields=["state", "decided_at", "decided_by", "decision"])
    door.note(held, "appeal_decided", by=by, at=at, outcome=made.state, appeal=made.kind)
    messages.appeal_decided(held, made, at=at)
    if uphold:
        strike(held, by=by, at=at, reason=made.kind)
    return made
