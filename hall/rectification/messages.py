"""Who of the staff hears of a bad grade, and when. Plain facts only; of an anonymous grade never the docket."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from hall.access.enums import Role
from hall.access.models import User
from hall.access.scope import supervisors_over
from hall.facts.periods import midnight
from hall.outbox import actions as outbox
from hall.outbox.enums import Channel
from hall.rectification.door import docket_of
from hall.rectification.enums import Limit
from hall.rectification.models import Appeal, LateFlag, Rectification

# The next morning: somebody who reads the message at once must not learn when an anonymous person stood at the pad.
OPENS: Final = timedelta(hours=8)


def bad_grade(row: Rectification, *, at: datetime) -> None:
    """Tell those who are to put it right; an anonymous grade is told of the next morning."""
    due = row.contact_due or row.rectify_due
    when = at if row.named else midnight(timezone.localdate(at) + timedelta(days=1)) + OPENS
    for user in leaders_of(row):
        _send(
            row, user, "rectification_bad_grade", key=f"opened:{user.pk}", at=when, due=due.isoformat(), named=row.named
        )


def late(flag: LateFlag, *, at: datetime) -> None:
    """Tell the supervisors that a deadline passed."""
    row = flag.rectification
    for user in supervisors_over(row.evaluation.center):
        key = f"late:{flag.limit}:{flag.due}:{user.pk}"
        limit = str(Limit(flag.limit).label)
        _send(row, user, "rectification_late", key=key, at=at, due=flag.due.isoformat(), limit=limit)


def appealed(row: Rectification, appeal: Appeal, *, at: datetime) -> None:
    """Tell the supervisors that there is something to decide."""
    for user in supervisors_over(row.evaluation.center):
        _send(row, user, "rectification_appealed", key=f"appealed:{user.pk}", at=at, due=appeal.decide_due.isoformat(),
              kind=appeal.get_kind_display())  # fmt: skip


def appeal_decided(row: Rectification, appeal: Appeal, *, at: datetime) -> None:
    """Tell who appealed how it was decided."""
    _send(row, appeal.appealed_by, "rectification_appeal_decided", key="appeal_decided", at=at,
          outcome=appeal.get_state_display())  # fmt: skip


def leaders_of(row: Rectification) -> list[User]:
    """The chief representative and whoever else may put it right, never whom the grade concerns; else supervisors."""
    evaluation, department = row.evaluation, row.evaluation.department
    if department is None:
        return supervisors_over(evaluation.center)
    chiefs = User.objects.filter(role=Role.CHIEF, is_active=True, staff__department=department).order_by("pk")
    others = [user for user in chiefs if user.staff_id != evaluation.handler_id]
    named = [user for user in others if user.staff_id == department.chief_representative_id]
    return named or others or supervisors_over(evaluation.center)


def _send(row: Rectification, user: User, template: str, *, key: str, at: datetime, **facts: str | bool) -> None:
    evaluation = row.evaluation
    outbox.enqueue(
        docket=docket_of(evaluation),
        channel=Channel.INBOX,
        template=template,
        recipient_kind="user",
        recipient_ref=str(user.pk),
        dedupe_key=f"rectification:{row.pk}:{key}",
        available_at=at,
        context={"item": evaluation.item_name or "未写事项", "grade": evaluation.get_grade_display(), **facts},
    )
