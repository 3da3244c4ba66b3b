"""What goes of a bad grade's way when its years are over: staff's notes; deadlines, deeds and answer stay (P11)."""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from hall.evaluation.models import Evaluation
from hall.rectification.enums import OPEN
from hall.rectification.models import Appeal, Rectification, Step
from hall.retention import kinds
from hall.retention.kinds import Kind

_APPEAL: Final = ("reason", "evidence", "decision")
_ERASES: Final = frozenset(
    {
        "rectification_rectification.measure",
        "rectification_step.note",
        *(f"rectification_appeal.{name}" for name in _APPEAL),
    }
)


def announce() -> None:
    """Kept as long as the grade, under the grade's number: who holds the one holds the other."""
    what = "联系和回访记录、整改措施、申诉和裁定的文字；环节、期限和公开答复留下"
    kinds.register(
        Kind(
            "rectification",
            "差评整改",
            what,
            _ended,
            erase,
            "evaluation_id",
            "evaluation__given_at",
            center="evaluation__center_id",
            public=False,
            erases=_ERASES,
        )
    )


def _ended() -> QuerySet[Rectification]:
    return Rectification.objects.exclude(state__in=OPEN)


def erase(keys: list[str], at: datetime) -> None:  # noqa: ARG001 - the shape of every eraser
    """Empty them, in the caller's transaction that says it erases."""
    grades = Evaluation.objects.filter(pk__in=keys)
    rows = Rectification.objects.filter(evaluation__in=grades)
    Step.objects.filter(rectification__in=rows).update(note="")
    Appeal.objects.filter(evaluation__in=grades).update(**dict.fromkeys(_APPEAL, ""))
    rows.update(measure="")
