"""Who may, and whether it is still time: predicates of one line."""

from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone

from hall.access.models import User
from hall.access.rules import has_right
from hall.access.scope import centers_of, departments_of
from hall.evaluation.models import Evaluation, Invitation
from hall.facts import parameters
from hall.organisation.models import Center

OPEN_DAYS: Final = "evaluation.open_days"
PAD_SECONDS: Final = "evaluation.pad_seconds"
STAFF_ADDRESS_HOURS: Final = "evaluation.staff_address_hours"
# One sentence for given, over and revoked: which of them it is would tell staff of an anonymous answer to this case.
CANNOT_ASK: Final = "这件办件现在不能请评。"


def last_day(invitation: Invitation) -> date:
    """The last day on which the case may be evaluated, by the setting in force when it was closed."""
    closed: date = timezone.localdate(invitation.closed_at)
    days = parameters.whole_number(OPEN_DAYS, center=invitation.center_id, on=closed)
    return closed + timedelta(days=days)


def is_given(invitation: Invitation) -> bool:
    """Whether the case was evaluated."""
    return Evaluation.objects.filter(invitation=invitation).exists()


def in_time(invitation: Invitation, at: datetime) -> bool:
    """Whether the invitation stands and its last day is not over."""
    return invitation.revoked_at is None and bool(timezone.localdate(at) <= last_day(invitation))


def open_for_evaluation(invitation: Invitation, at: datetime) -> bool:
    """Whether the case may be evaluated at this moment."""
    return in_time(invitation, at) and not is_given(invitation)


def is_signed(invitation: Invitation) -> bool:
    """Whether somebody evaluated the case under their name."""
    return Evaluation.objects.filter(invitation=invitation, anonymous=False).exists()


def looks_open(invitation: Invitation, at: datetime) -> bool:
    """What anybody may learn: open until the last day, unless somebody signed.

    An anonymous answer changes nothing that can be seen, or whoever asks again, opens the link or looks the case up
    would learn that it came, and from the month's list what it said. The second answer is refused when it is sent.
    """
    return in_time(invitation, at) and not is_signed(invitation)


def pad_seconds(center: int, at: datetime) -> int:
    """After so many seconds without a touch the pad clears itself."""
    return parameters.whole_number(PAD_SECONDS, center=center, on=timezone.localdate(at))


def may_ask(user: User, invitation: Invitation) -> bool:
    """Whoever works at a window asks for cases of the own department."""
    return has_right(user, "evaluation.collect") and departments_of(user).filter(pk=invitation.department_id).exists()


def may_open_boxes(user: User, center: Center) -> bool:
    """Boxes are opened by those who watch the center, never by a window that is evaluated."""
    return has_right(user, "evaluation.paper") and centers_of(user).filter(pk=center.pk).exists()
