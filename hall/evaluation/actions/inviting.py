"""Inviting: a closed case may be evaluated; a clerk may ask for it on the window's pad, and chooses nothing."""

from datetime import datetime

from django.db import transaction

from hall.access.models import User
from hall.evaluation import rules, tokens
from hall.evaluation.errors import Closed
from hall.evaluation.models import Asking, Invitation
from hall.facts.errors import NotPermitted, Refused
from hall.ledger import actions as ledger
from hall.organisation.models import Center, Department, Staff, Window


@transaction.atomic
def invite(
    *,
    docket: str,
    center: Center,
    department: Department,
    window: Window | None,
    handler: Staff | None,
    item_code: str,
    item_name: str,
    closed_at: datetime,
    channel: str,
    at: datetime,  # noqa: ARG001 - every deed takes its moment; the closing, which calls this, writes the event
) -> Invitation:
    """Let a closed case be evaluated. In the caller's transaction; a second call returns the standing invitation.

    Nothing is sent: whoever closes the case sends the text with `tokens.link`.
    """
    facts = {
        "center": center,
        "department": department,
        "window": window,
        "handler": handler,
        "item_code": item_code[:64],
        "item_name": item_name[:300],
        "closed_at": closed_at,
        "channel": channel,
        "token_digest": tokens.digest_of(docket),
    }
    invitation, _ = Invitation.objects.get_or_create(docket=docket, revoked_at=None, defaults=facts)
    return invitation


@transaction.atomic
def revoke(*, docket: str, at: datetime) -> None:
    """Take an invitation back because the closing was undone. What has been evaluated already stays as it was given."""
    invitation = Invitation.objects.live().select_for_update().filter(docket=docket).first()
    if invitation is None or rules.is_given(invitation):
        return
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])


@transaction.atomic
def ask(*, invitation: Invitation, by: User, at: datetime) -> Asking:
    """Show the question on the pad of the clerk's window.

    Raises Refused without a window, Closed with one sentence for whatever else stands in the way.
    """
    if not rules.may_ask(by, invitation):
        raise NotPermitted("您只能请本部门办件的办事人评价。")
    window = by.staff.window if by.staff else None
    if window is None:
        raise Refused("您的账号没有登记所在窗口，评价器不知道在哪里显示。请管理员登记窗口，或请办事人扫码评价。")
    held = Invitation.objects.select_for_update(of=("self",)).select_related("center").get(pk=invitation.pk)
    if not rules.looks_open(held, at):
        raise Closed(rules.CANNOT_ASK)
    asking = Asking.objects.create(invitation=held, window=window, asked_by=by, asked_at=at)
    ledger.append(
        docket=held.docket,
        kind="evaluation.asked",
        center_code=held.center.code,
        actor=by,
        occurred_at=at,
        data={"window": window.number},
    )
    return asking


def mark_shown(*, asking: Asking, at: datetime) -> None:
    """The pad has put the question on its screen: it is not put there a second time."""
    Asking.objects.filter(pk=asking.pk, shown_at__isnull=True).update(shown_at=at)
