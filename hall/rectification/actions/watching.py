"""The watch over the deadlines of bad grades: each that passed is flagged once, and the supervisors are told."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from hall.rectification import door, messages
from hall.rectification.enums import AppealState, Limit, RectificationState
from hall.rectification.models import LateFlag, Rectification

R = RectificationState
# Which deadline counts in which states; for appeals the state is that of the appeal.
_COLUMNS = {
    Limit.CONTACT: ("contact_due", (R.CONTACTING,)),
    Limit.RECTIFY: ("rectify_due", (R.CONTACTING, R.RECTIFYING)),
    Limit.REVISIT: ("revisit_due", (R.RECTIFIED, R.ANSWERED)),
}


def flag_late(*, at: datetime) -> int:
    """Flag every deadline that passed without its deed. Returns how many were new; may run twice without harm."""
    today = timezone.localdate(at)
    return sum(_flag(row.pk, limit, at) for limit in Limit for row in overdue(limit, today))


def overdue(limit: Limit, today: date) -> QuerySet[Rectification]:
    """Rectifications whose deadline of this kind passed and is not flagged yet."""
    found = _late(limit, today).annotate(
        flagged=Exists(LateFlag.objects.filter(rectification=OuterRef("pk"), limit=limit, due=OuterRef("passed")))
    )
    return found.filter(flagged=False).order_by("pk")


def _late(limit: Limit, today: date) -> QuerySet[Rectification]:
    rows = Rectification.objects.all()
    if limit == Limit.DECIDE:
        pending = rows.filter(evaluation__appeal__state=AppealState.PENDING, evaluation__appeal__decide_due__lt=today)
        return pending.annotate(passed=F("evaluation__appeal__decide_due"))
    column, states = _COLUMNS[limit]
    return rows.filter(**{"state__in": states, f"{column}__lt": today}).annotate(passed=F(column))


@transaction.atomic
def _flag(pk: UUID, limit: Limit, at: datetime) -> int:
    """Look again under the lock: somebody may have acted meanwhile."""
    rows = Rectification.objects.select_for_update(of=("self",), skip_locked=True)
    held = rows.select_related("evaluation__center__parent", "evaluation__invitation").filter(pk=pk).first()
    still = held and _late(limit, timezone.localdate(at)).filter(pk=pk).first()
    if held is None or not still:
        return 0
    flag, new = LateFlag.objects.get_or_create(
        rectification=held,
        limit=limit,
        due=still.passed,  # type: ignore[attr-defined] # annotated
        defaults={"raised_at": at},
    )
    if new:
        door.note(held, "late", by=None, at=at, limit=limit.value, due=flag.due.isoformat())
        messages.late(flag, at=at)
    return int(new)
