"""Taking a grade out of every numerator and denominator, with its reason; the grade stays readable as it was given."""

from datetime import datetime

from hall.evaluation.models import Evaluation


def strike(*, evaluation: Evaluation, reason: str, at: datetime) -> bool:
    """Set the two columns of striking, in the caller's transaction. `reason` is a StrikeReason. False: struck before.

    Who decided it, and why, stands in the ledger of whoever calls.
    """
    rows = Evaluation.objects.filter(pk=evaluation.pk, struck_at__isnull=True)
    return bool(rows.update(struck_at=at, struck_reason=reason))
