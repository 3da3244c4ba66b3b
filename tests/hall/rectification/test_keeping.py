"""What staff noted about a bad grade goes with the grade; that it was put right, and what everybody read, stays."""

from datetime import datetime

import pytest

from hall.evaluation.models import Evaluation
from hall.ledger.models import Event
from hall.rectification.models import Appeal, Rectification, Step
from hall.retention import actions as retention
from hall.retention.models import Erased
from tests.builders import Hall, moment
from tests.hall.rectification.builders import appealed, bad, closed, rectified

pytestmark = pytest.mark.django_db
THEN = moment("2022-04-13 10:08")
LAST, OVER = moment("2025-04-13 23:59"), moment("2025-04-14 03:10")


def notes(row: Rectification) -> list[str]:
    found = Rectification.objects.get(pk=row.pk)
    appeals = [
        word for one in Appeal.objects.filter(evaluation=row.evaluation_id) for word in (one.reason, one.evidence)
    ]
    words = [found.measure, *(step.note for step in Step.objects.filter(rectification=row)), *appeals]
    return [word for word in words if word]


def run(at: datetime) -> None:
    retention.erase_due(at=at)


def test_p11_notes_go_when_the_years_of_the_grade_are_over(hall: Hall) -> None:
    row = closed(hall, at=THEN)
    assert len(notes(row)) >= 3
    run(OVER)
    assert notes(row) == []


def test_p11_on_the_last_day_they_are_there(hall: Hall) -> None:
    row = closed(hall, at=THEN)
    before = notes(row)
    run(LAST)
    assert notes(row) == before


def test_p11_the_published_answer_and_the_deeds_stay(hall: Hall) -> None:
    row, steps = closed(hall, at=THEN), Step.objects.count()
    run(OVER)
    row.refresh_from_db()
    assert (row.answer, row.state, Step.objects.count()) == ("查明窗口没有给清单，已补发并培训。", "closed", steps)


def test_p11_words_of_an_appeal_go_too(hall: Hall) -> None:
    row = bad(hall, at=THEN)
    appealed(row, hall.chief, at=THEN)
    Rectification.objects.filter(pk=row.pk).update(
        state="closed", answer="已答复", closed_at=THEN, closed_by=hall.supervisor
    )
    assert notes(row)
    run(OVER)
    assert notes(row) == []


def test_p11_what_is_still_open_stays(hall: Hall) -> None:
    row = rectified(hall, at=THEN)
    run(OVER)
    assert notes(row)


def test_p11_a_hold_of_the_grade_holds_its_notes(hall: Hall) -> None:
    row = closed(hall, at=THEN)
    held = {"reference": str(row.evaluation_id), "center": hall.center, "reason": "行政诉讼"}
    retention.place_hold(**held, by=hall.supervisor, at=THEN)
    run(OVER)
    assert notes(row)
    assert Evaluation.objects.get(pk=row.evaluation_id).text


def test_p11_the_ledger_says_how_many_and_not_which(hall: Hall) -> None:
    row = closed(hall, at=THEN)
    run(OVER)
    data = [event.data for event in Event.objects.filter(kind="retention.run")]
    assert {"label": "差评整改", "count": 1, "years": 3} in data
    assert not Event.objects.filter(kind="retention.erased").exists()
    assert Erased.objects.filter(kind="rectification", reference=str(row.evaluation_id)).count() == 1
