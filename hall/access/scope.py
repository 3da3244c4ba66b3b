"""Where an account may look: centers and departments. What it may do there is roles.py."""

from django.db.models import QuerySet

from hall.access.enums import Role
from hall.access.models import User
from hall.organisation.models import Center, Department
from hall.organisation.queries import subtree

# Those who watch or keep the house see below their own center; those who handle cases work in one center only.
REACHES_DOWN = frozenset({Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR})


def centers_of(user: User) -> QuerySet[Center]:
    """The person's center, with every subordinate one for those who watch; all of them for an account of no person."""
    if user.staff is None:
        return Center.objects.all() if user.role in REACHES_DOWN else Center.objects.none()
    if user.role in REACHES_DOWN:
        return subtree(user.staff.center_id)
    return Center.objects.filter(pk=user.staff.center_id)


def departments_of(user: User) -> QuerySet[Department]:
    """The person's department; for a comprehensive window all of its center, for watchers all of their centers."""
    if user.role in REACHES_DOWN:
        return Department.objects.filter(center__in=centers_of(user))
    if user.staff is None:
        return Department.objects.none()
    if user.staff.department_id is None:
        return Department.objects.filter(center_id=user.staff.center_id)
    return Department.objects.filter(pk=user.staff.department_id)


def supervisors_over(center: Center | None, *, besides: User | None = None) -> list[User]:
    """The supervisors of a center, or of the nearest one above that has any; never the person `besides` them."""
    place = center
    while place is not None:
        found = User.objects.filter(role=Role.SUPERVISOR, is_active=True, staff__center=place).order_by("pk")
        if people := [user for user in found if besides is None or user.pk != besides.pk]:
            return people
        place = place.parent
    return []
