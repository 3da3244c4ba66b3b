"""What goes from a complaint when its years are over: every word of it; that it was and how it ended stays (P11)."""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from hall.conduct.enums import ComplaintState
from hall.conduct.models import Complaint
from hall.retention import kinds
from hall.retention.kinds import Kind

_WORDS: Final = ("about", "text", "contact_name", "contact", "report", "returned", "reason", "answer", "objection",
                 "review_reason")  # fmt: skip
_ERASES: Final = frozenset(f"conduct_complaint.{name}" for name in _WORDS)


def announce() -> None:
    """Tell the room of keeping."""
    what = "投诉人、投诉内容、调查报告和答复；编号和结论留下"
    kinds.keep("巡查窗口的照片，不按办事人存，随巡查记录保存", ["conduct_photo.storage_key"])
    kinds.register(Kind("complaint", "对工作人员的投诉", what, _ended, erase, "number", "over_at", erases=_ERASES))


def _ended() -> QuerySet[Complaint]:
    over = Coalesce("reviewed_at", "decided_at", "accepted_at")
    ended = Complaint.objects.filter(state__in=(ComplaintState.DECIDED, ComplaintState.DECLINED))
    return ended.annotate(over_at=over)


def erase(numbers: list[str], at: datetime) -> None:  # noqa: ARG001 - the shape of every eraser
    """Empty them, in the caller's transaction that says it erases."""
    Complaint.objects.filter(number__in=numbers).update(**dict.fromkeys(_WORDS, ""))
