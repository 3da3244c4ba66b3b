"""Who works in the measurements: a clerk of its own for each, with as many open cases as one has at hand."""

from typing import Final
from uuid import uuid4

from django.utils import timezone

from approvals.cases import actions
from hall.access.enums import Role
from hall.access.models import User
from hall.bench.jobs.filing import an_application, at_a_window
from hall.organisation.models import Staff

NAME: Final = "样本"
AT_HAND: Final = 60  # a full page of fifty rows and the beginning of the next


def a_clerk(cases: int = AT_HAND) -> User:
    """A clerk who came just now and has filed so many cases: the same worklist whatever else the city holds."""
    version, colleague = at_a_window()
    place = colleague.staff
    if place is None:
        raise LookupError("a clerk without a desk")
    # Whoever came for an earlier measurement goes home today: a department of a hundred would be measured.
    for earlier in Staff.objects.filter(name=NAME, left_on__isnull=True):
        earlier.left_on = timezone.localdate()
        earlier.save()
    mark = uuid4().hex[:12]
    desk = Staff.objects.create(
        center=place.center, department=place.department, window=place.window, number=f"B{mark}", name=NAME
    )
    clerk = User.objects.create(
        username=f"b{mark}", role=Role.CLERK, staff=desk, password="!", must_change_password=False, demonstration=True  # noqa: S106
    )  # fmt: skip
    for _ in range(cases):
        actions.register(an_application(version), by=clerk, at=timezone.now())
    return clerk
