"""Taking a grade out of every numerator and denominator, with a trail. Only an upheld appeal does it."""

from datetime import datetime

from hall.access.models import User
from hall.evaluation import actions as evaluation
from hall.facts.errors import Refused
from hall.rectification import door
from hall.rectification.enums import RectificationState
from hall.rectification.models import Rectification


def strike(row: Rectification, *, by: User, at: datetime, reason: str) -> Rectification:
    """Strike the grade and end its rectification. `reason` is a StrikeReason. Call it inside the deciding transaction.

    The grade itself stays readable as it was given. Raises Refused when it was struck before.
    """
    with door.opened(row, "strike", by=by, at=at) as move:
        if not evaluation.strike(evaluation=move.row.evaluation, reason=reason, at=at):
            raise Refused("这条评价已经剔除。")
        move.say("", reason)
        move.to(RectificationState.STRUCK)
    return move.row
