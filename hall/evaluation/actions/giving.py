"""Giving: one answer to one case, from whoever holds its link. A bad grade is taken like any other."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from hall.access.models import User
from hall.evaluation import given, rules
from hall.evaluation.enums import Grade, Origin, Via, reasons_for
from hall.evaluation.errors import Closed
from hall.evaluation.models import Evaluation, Invitation
from hall.evaluation.models.evaluation import LONGEST_TEXT
from hall.facts.errors import Refused
from hall.ledger import actions as ledger

GIVEN_ALREADY = "这件事已经评价过了，评价不能修改。"
OVER = "这次评价已经结束。"


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody chose and wrote. Nothing of it has a default that speaks for them."""

    grade: int
    anonymous: bool
    reasons: tuple[str, ...] = ()
    text: str = ""
    phone: str = ""


@transaction.atomic
def give(*, invitation: Invitation, answer: Answer, via: str, origin: str, at: datetime) -> Evaluation:
    """Keep the answer to a closed case. Raises Closed when there is one already or time is over, Refused for nonsense.

    Double submits wait for each other on the invitation's row; the second finds the answer of the first.
    """
    held = Invitation.objects.select_for_update(of=("self",)).select_related("center").get(pk=invitation.pk)
    refuse_if_closed(held, at)
    active = origin == Origin.CITIZEN and via != Via.PAPER
    return keep(answer, at=at, by=None, given_at=at, via=via, origin=origin, active=active, **dimensions(held))


def refuse_if_closed(invitation: Invitation, at: datetime) -> None:
    """Raises Closed with the sentence for the person where the case may not be evaluated at this moment."""
    if rules.is_given(invitation):
        raise Closed(GIVEN_ALREADY)
    if not rules.in_time(invitation, at):
        raise Closed(OVER)


def refuse_if_seen_closed(invitation: Invitation, at: datetime) -> None:
    """The same before anything is sent: an anonymous answer shows only to somebody who sends a second one."""
    if rules.is_signed(invitation):
        raise Closed(GIVEN_ALREADY)
    if not rules.in_time(invitation, at):
        raise Closed(OVER)


def dimensions(invitation: Invitation) -> dict[str, Any]:
    """What an evaluation copies from its invitation."""
    return {
        "invitation": invitation,
        "center": invitation.center,
        "department_id": invitation.department_id,
        "window_id": invitation.window_id,
        "handler_id": invitation.handler_id,
        "item_code": invitation.item_code,
        "item_name": invitation.item_name,
    }


def keep(answer: Answer, *, by: User | None, at: datetime, **facts: Any) -> Evaluation:
    """Write the row and its event and tell those who follow. In the caller's transaction."""
    _check(answer)
    evaluation = Evaluation.objects.create(
        grade=answer.grade,
        reasons=list(dict.fromkeys(answer.reasons)),
        text=answer.text.strip(),
        anonymous=answer.anonymous,
        phone=None if answer.anonymous else answer.phone.strip() or None,
        **facts,
    )
    _tell(evaluation, by=by, at=at)
    given.tell(evaluation, at)
    return evaluation


def _check(answer: Answer) -> None:
    if answer.grade not in Grade.values:
        raise Refused("请在五个评价里选一个。", field="grade")
    if set(answer.reasons) - set(reasons_for(answer.grade).values):
        raise Refused("勾选的原因和评价不相符，请重新勾选。", field="reasons")
    if len(answer.text) > LONGEST_TEXT:
        raise Refused(f"意见最多写 {LONGEST_TEXT} 个字，请删短一些。", field="text")


def _tell(evaluation: Evaluation, *, by: User | None, at: datetime) -> None:
    """The event of an anonymous answer names no case: whoever opens the case must not learn of it."""
    invitation = evaluation.invitation
    named = invitation is not None and not evaluation.anonymous
    ledger.append(
        docket=invitation.docket if named and invitation else "",
        kind="evaluation.given",
        center_code=evaluation.center.code,
        actor=by,
        occurred_at=at,
        data={
            "grade": evaluation.grade,
            "via": evaluation.via,
            "reasons": evaluation.reasons,
            "anonymous": evaluation.anonymous,
            "origin": evaluation.origin,
        },
    )
