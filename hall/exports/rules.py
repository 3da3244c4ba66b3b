"""Who may take a long list of people out, and who may let it go. Predicates."""

from datetime import datetime

from hall.access.models import User
from hall.access.rules import has_right
from hall.access.scope import centers_of
from hall.exports.enums import ClearanceState
from hall.exports.models import Clearance

DECIDE = "exports.approve"


def needs_second(*, personal: bool, rows: int, before: int, alone: int) -> bool:
    """Only what names people, and only above the number one person may take out alone, in one day and of one list:
    a long list does not become short by being taken in parts.
    """
    return personal and before + rows > alone


def covers(clearance: Clearance, *, rows: int, alone: int) -> bool:
    """A list grows while somebody waits: by no more than one person might take out alone."""
    return rows <= clearance.rows + alone


def reaches(user: User, clearance: Clearance) -> bool:
    """Whether it was asked for in one's centers; what no center stands for is decided at the top of the house."""
    if clearance.center_id is None:
        return user.staff is None or user.staff.center.parent_id is None
    return centers_of(user).filter(pk=clearance.center_id).exists()


def may_decide(user: User, clearance: Clearance, at: datetime) -> bool:
    """A second person with the right, while it waits."""
    second = has_right(user, DECIDE) and user.pk != clearance.asked_by_id
    return second and clearance.state(at) == ClearanceState.WAITING and reaches(user, clearance)


def may_take(user: User, clearance: Clearance, at: datetime) -> bool:
    """Who asked, and nobody else, while it is good."""
    return user.pk == clearance.asked_by_id and clearance.state(at) == ClearanceState.GRANTED
