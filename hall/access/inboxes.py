"""Where messages to staff go: the inbox of the account that belongs to the person."""

from hall.access.models import User
from hall.outbox.recipients import Address


def inbox_of(ref: str) -> Address | None:
    """The account of a member of staff, by the primary key of the person; None for somebody without one."""
    user = User.objects.filter(staff_id=int(ref), is_active=True).first()
    return Address(user_id=str(user.pk)) if user else None
