"""Words of what follows a grade: the states of a rectification, appeals, outcomes, and which deadlines there are."""

from typing import Final

from django.db.models import TextChoices


class RectificationState(TextChoices):
    """Where a bad grade stands on its way to a published answer."""

    CONTACTING = "contacting", "待联系核实"
    RECTIFYING = "rectifying", "整改中"
    RECTIFIED = "rectified", "已整改"
    ANSWERED = "answered", "已答复解释"
    REVISITED = "revisited", "已回访"
    CLOSED = "closed", "办结公开"
    STRUCK = "struck", "剔除"


# Somebody of the hall still has something to do.
OPEN: Final = (
    RectificationState.CONTACTING,
    RectificationState.RECTIFYING,
    RectificationState.RECTIFIED,
    RectificationState.ANSWERED,
    RectificationState.REVISITED,
)
# Put right or answered; what comes after is somebody else's.
DONE: Final = (
    RectificationState.RECTIFIED,
    RectificationState.ANSWERED,
    RectificationState.REVISITED,
    RectificationState.CLOSED,
)


class Remedy(TextChoices):
    """How a bad grade was met."""

    RECTIFIED = "rectified", "已整改"
    ANSWERED = "answered", "已答复解释"


class RevisitOutcome(TextChoices):
    """What the person said when somebody else asked afterwards."""

    SATISFIED = "satisfied", "满意"
    UNSATISFIED = "unsatisfied", "不满意"
    UNREACHABLE = "unreachable", "联系不上"


class AppealKind(TextChoices):
    """Why a grade is said not to count (GB/T 39734-2020, 9.2)."""

    MISTAKEN = "mistaken", "误评"
    MALICIOUS = "malicious", "恶意差评"


class AppealState(TextChoices):
    """Where an appeal stands."""

    PENDING = "pending", "申诉中"
    UPHELD = "upheld", "申诉成立"
    REJECTED = "rejected", "申诉不成立"


class Limit(TextChoices):
    """The deadlines that are watched."""

    CONTACT = "contact", "联系核实"
    RECTIFY = "rectify", "整改答复"
    REVISIT = "revisit", "回访"
    DECIDE = "decide", "申诉裁定"
