"""The only door for the brake of the log-in: counting a failure, telling when it closes, and lifting it."""

from datetime import datetime
from typing import Final

from axes.utils import reset
from django.db import transaction

from hall.access import brakes
from hall.access.enums import Role
from hall.access.models import User
from hall.access.rules import has_right
from hall.ledger import actions as ledger
from hall.ledger import limit_actions
from hall.ledger.limits import window_start
from hall.organisation.errors import Refused
from hall.outbox import actions as outbox

_TOLD: Final = 50  # administrators at most; a house has a few


def note_failure(*, address: str, at: datetime) -> None:
    """A log-in failed. Whoever uses up an allowance closes the brake, exactly once, and that is told."""
    counted = [(brakes.PER_ADDRESS, address)]
    if not brakes.is_known(address):
        counted.append((brakes.IN_ALL, brakes.ALL))
    for (allowance, _), number in zip(counted, limit_actions.count(*counted, at=at), strict=True):
        if number == allowance.tries:
            _tell_closed(allowance, at=at)


@transaction.atomic
def lift(*, by: User, at: datetime) -> None:
    """Let strange addresses log in again at once; the failures so far are forgotten. Raises Refused."""
    _may(by)
    limit_actions.forget_all(brakes.PER_ADDRESS, brakes.IN_ALL)
    ledger.append(docket="", kind="access.brake_lifted", center_code=_center_of(by), actor=by, occurred_at=at, data={})


@transaction.atomic
def unlock(*, user: User, by: User, at: datetime) -> int:
    """Let the account try again at every address where it is locked; how many there were. Raises Refused."""
    _may(by)
    removed = reset(username=user.username)
    facts = {"account": user.pk}
    ledger.append(docket="", kind="access.unlocked", center_code=_center_of(user), actor=by, occurred_at=at, data=facts)
    return int(removed)


@transaction.atomic
def _tell_closed(allowance: limit_actions.Allowance, *, at: datetime) -> None:
    """On record without the address; for the brake over all, every administrator gets a message."""
    facts = {"which": allowance.scope, "failures": allowance.tries}
    ledger.append(docket="", kind="access.brake", center_code="", actor=None, occurred_at=at, data=facts)
    if allowance != brakes.IN_ALL:
        return
    start = int(window_start(at, allowance.window).timestamp())
    admins = User.objects.filter(role=Role.ADMIN, is_active=True, staff__isnull=False)[:_TOLD]
    for admin in admins:
        outbox.enqueue(
            docket="",
            channel="inbox",
            template="staff_brake",
            recipient_kind="staff",
            recipient_ref=str(admin.staff_id),
            dedupe_key=f"access.brake:{start}:{admin.pk}",
            available_at=at,
            context={"failures": allowance.tries},
        )


def _may(by: User) -> None:
    if not has_right(by, "accounts.edit"):
        raise Refused("您不能解除登录限制。")


def _center_of(user: User) -> str:
    return user.staff.center.code if user.staff else ""
