"""What was noted about a person after a bad grade they signed, for the copy they may ask for."""

from collections.abc import Iterator
from typing import Final

from django.utils import timezone

from hall.evaluation.copies import evaluations_of, reference_of
from hall.rectification.models import Rectification
from hall.retention import persons
from hall.retention.persons import Entry, Part, Person

_COVERS: Final = frozenset({"rectification_rectification.measure", "rectification_step.note"})
_APPEAL: Final = ("reason", "evidence", "decision")


def announce() -> None:
    """Tell the room of keeping."""
    persons.register(Part("rectifications", "差评整改", _COVERS, entries))
    persons.leave_out(
        "工作人员对差评的申诉和裁定，是他们的话；结果随评价告知",
        [f"rectification_appeal.{name}" for name in _APPEAL],
    )


def entries(person: Person) -> Iterator[Entry]:
    """One entry a bad grade, kept as long as the grade itself."""
    given = {one.pk: one for one in evaluations_of(person)}
    rows = Rectification.objects.filter(evaluation__in=given).prefetch_related("steps").order_by("opened_at", "pk")
    for row in rows:
        evaluation = given[row.evaluation_id]
        yield Entry(
            reference=reference_of(evaluation),
            lines=tuple(_lines(row)),
            kind="rectification",
            center_id=evaluation.center_id,
            ended=evaluation.given_at,
            public=False,
        )


def _lines(row: Rectification) -> Iterator[tuple[str, str]]:
    yield "环节", str(row.get_state_display())
    yield "整改措施或解释", row.measure
    yield "公开答复", row.answer
    for step in reversed(row.steps.all()):
        if step.note:
            yield "记录", f"{timezone.localtime(step.done_at):%Y-%m-%d %H:%M}，{step.note}"
