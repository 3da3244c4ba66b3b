"""Who may set which number."""

from hall.access.models import User
from hall.access.rules import has_right
from hall.access.scope import centers_of
from hall.organisation.models import Center


def sets_for_all(user: User) -> bool:
    """A value for every center comes from the top of the tree, not from one of its branches."""
    return has_right(user, "settings.edit") and (user.staff is None or user.staff.center.parent_id is None)


def sets_for(user: User, center: Center | None) -> bool:
    """For one center: who keeps it or one above it."""
    if center is None:
        return sets_for_all(user)
    return has_right(user, "settings.edit") and centers_of(user).filter(pk=center.pk).exists()
