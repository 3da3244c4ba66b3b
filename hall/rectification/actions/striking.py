"""Taking a grade out of every numerator and denominator, with a trail. Only an upheld appeal does it."""

from datetime import datetime

from hall.access.models import User
from hall.evaluation import door
from hall.evaluation.enums_after import RectificationState
from hall.evaluation.errors import Refused
from hall.evaluation.models import Evaluation, Rectification


def strike(row: Rectification, *, by: User, at: datetime, reason: str) -> Rectification:
    """Strike the grade and end its rectification. `reason` is a StrikeReason. Call it inside the deciding transaction.

    The grade itself stays readable as it was given. Raises Refused when it was struck before.
    """
    with door.opened(row, "strike", by=by, at=at) as move:
        changed = Evaluation.objects.filter(pk=move.row.evaluation_id, struck_at__isnull=True).update(
            struck_at=at, struck_reason=reason
        )
        if not changed:
            raise Refused("这条评价已经剔除。")
        move.say("", reason)
        move.to(RectificationState.STRUCK)
    return move.row
