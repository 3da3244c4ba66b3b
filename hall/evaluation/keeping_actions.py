"""What goes from an evaluation when its years are over: the words and the telephone; the grade stays (P11)."""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from hall.evaluation.models import Evaluation
from hall.retention import kinds
from hall.retention.kinds import Kind

_ERASES: Final = frozenset({"evaluation_evaluation.phone", "evaluation_evaluation.text"})


def announce() -> None:
    """The ledger is told how many, never which: an anonymous answer has no number there."""
    what = "评价的文字和联系电话；等次和原因留下"
    kinds.register(Kind("evaluation", "好差评", what, _given, erase, "pk", "given_at", public=False, erases=_ERASES))


def _given() -> QuerySet[Evaluation]:
    return Evaluation.objects.all()


def erase(keys: list[str], at: datetime) -> None:  # noqa: ARG001 - the shape of every eraser
    """Empty them, in the caller's transaction that says it erases."""
    rows = Evaluation.objects.filter(pk__in=keys)
    rows.filter(phone__isnull=False).update(phone=None)
    rows.update(text="")
