"""Which cases a person may see at all, as a filter; `CaseQuerySet.visible_to` is the only one to ask (law 12)."""

from typing import TYPE_CHECKING

from django.db.models import Q

from hall.access.enums import Role
from hall.access.roles import rights_of
from hall.access.rules import has_right
from hall.access.scope import centers_of

if TYPE_CHECKING:
    from hall.access.models import User


def _own(user: "User") -> Q:
    return Q(handler_id=user.staff_id) | Q(first_handler_id=user.staff_id)


def reach(user: "User") -> Q:
    """The cases a person may see, as a filter. Deny by default: no role, no staff, no center means no case.

    Centers (督查、审计) see their centers and those below; a comprehensive window sees its center; everybody else sees
    the cases of their department and those they hold or first met.
    """
    if has_right(user, "cases.view.center"):
        return Q(center__in=centers_of(user))
    if user.staff is None or not has_right(user, "cases.view.department"):
        return Q(pk__in=())
    if user.staff.department_id is None:
        return Q(center_id=user.staff.center_id)
    return Q(department_id=user.staff.department_id) | _own(user)


def can_hold() -> Q:
    """Which staff may be given a case, as a filter: an enabled account whose role works on cases and can pass it on.

    With anybody else, a supervisor or somebody without an account, the case would lie where no one can move it.
    """
    working = [role for role in Role if "cases.handover" in rights_of(role)]
    return Q(user__is_active=True, user__role__in=working)
