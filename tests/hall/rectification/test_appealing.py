"""Appeals of staff, their decision by a second reader, and what striking leaves behind."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from hall.evaluation.models import Evaluation
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from hall.outbox.models import Message
from hall.rectification.actions import appealing, rectifying
from hall.rectification.actions.striking import strike
from hall.rectification.enums import AppealState, RectificationState
from hall.rectification.models import Appeal, Rectification
from hall.rectification.queries import public_answer, published
from tests.builders import Hall, moment
from tests.hall.rectification.builders import GIVEN, NOTE, appealed, bad, closed, fresh

pytestmark = pytest.mark.django_db


def decide(row: Rectification, hall: Hall, uphold: bool) -> Appeal:
    return appealing.decide(row, by=hall.supervisor, at=GIVEN, uphold=uphold, reason="录像可证")


def test_an_appeal_is_decided_by_a_day_and_stops_nothing(hall: Hall) -> None:
    row = appealed(bad(hall), hall.clerk)
    appeal = row.evaluation.appeal
    assert (appeal.state, appeal.decide_due, row.state) == ("pending", date(2026, 4, 20), "contacting")
    assert rectifying.contact(row, by=hall.chief, at=GIVEN, note=NOTE).state == RectificationState.RECTIFYING


def test_the_supervisors_hear_of_an_appeal_and_the_appellant_of_the_decision(hall: Hall) -> None:
    row = appealed(bad(hall), hall.clerk)
    decide(row, hall, uphold=False)
    told = dict(Message.objects.values_list("template", "recipient_ref"))
    assert told["rectification_appealed"] == str(hall.supervisor.pk)
    assert told["rectification_appeal_decided"] == str(hall.clerk.pk)


def test_the_last_day_counts_and_the_day_after_is_too_late(hall: Hall) -> None:
    row = bad(hall)
    assert row.appeal_due == date(2026, 4, 20)
    with pytest.raises(Refused, match="2026-04-20"):
        appealed(row, hall.clerk, at=moment("2026-04-21 00:01"))
    assert appealed(row, hall.clerk, at=moment("2026-04-20 23:59")).evaluation.appeal.state == AppealState.PENDING


def test_a_grade_is_appealed_once(hall: Hall) -> None:
    row = appealed(bad(hall), hall.clerk)
    decide(row, hall, uphold=False)
    with pytest.raises(Refused, match="一次"):
        appealed(row, hall.chief)


@pytest.mark.parametrize(("field", "facts"), [
    ("kind", {"kind": "unfair"}), ("reason", {"reason": " "}), ("evidence", {"evidence": "找13812345678作证"}),
])  # fmt: skip
def test_a_poor_appeal_is_refused_at_its_field(hall: Hall, field: str, facts: dict[str, str]) -> None:
    whole = {"kind": "mistaken", "reason": "点错了等次", "evidence": "当面说是满意", **facts}
    with pytest.raises(Refused) as refused:
        appealing.appeal(bad(hall), by=hall.clerk, at=GIVEN, **whole)
    assert refused.value.field == field
    assert not Appeal.objects.exists()


@pytest.mark.parametrize("who", ["other_clerk", "approver", "supervisor", "auditor", "admin"])
def test_others_do_not_appeal(hall: Hall, who: str) -> None:
    with pytest.raises(NotPermitted):
        appealed(bad(hall), getattr(hall, who))


@pytest.mark.parametrize("who", ["clerk", "chief", "approver", "auditor", "admin"])
def test_others_do_not_decide(hall: Hall, who: str) -> None:
    row = appealed(bad(hall), hall.clerk)
    with pytest.raises(NotPermitted):
        appealing.decide(row, by=getattr(hall, who), at=GIVEN, uphold=True, reason="录像可证")


def test_the_database_too_wants_a_second_reader(hall: Hall) -> None:
    appealed(bad(hall), hall.clerk)
    with pytest.raises(IntegrityError, match="second_reader"), transaction.atomic():
        Appeal.objects.update(state="upheld", decided_at=GIVEN, decided_by=hall.clerk)


def test_upheld_the_grade_is_struck_with_its_reason_and_its_rectification_ends(hall: Hall) -> None:
    row = appealed(bad(hall), hall.clerk)
    assert decide(row, hall, uphold=True).state == AppealState.UPHELD
    evaluation = Evaluation.objects.get(pk=row.evaluation_id)
    assert (evaluation.struck_at, evaluation.struck_reason, evaluation.grade) == (GIVEN, "mistaken", 1)
    assert fresh(row).state == RectificationState.STRUCK
    told = ["rectification.appeal_decided", "rectification.strike"]
    kinds = list(Event.objects.filter(kind__in=told).values_list("kind"))
    assert len(kinds) == 2
    assert row.steps.get(deed="strike").outcome == "mistaken"


def test_rejected_the_grade_counts_on(hall: Hall) -> None:
    row = appealed(bad(hall), hall.clerk)
    assert decide(row, hall, uphold=False).state == AppealState.REJECTED
    assert Evaluation.objects.get(pk=row.evaluation_id).struck_at is None
    assert fresh(row).state == RectificationState.CONTACTING


def test_a_published_answer_disappears_when_the_grade_is_struck_later(hall: Hall) -> None:
    row = closed(hall)
    docket = row.evaluation.invitation.docket  # type: ignore[union-attr]
    assert (published().count(), public_answer(docket) is None) == (1, False)
    decide(appealed(row, hall.clerk), hall, uphold=True)
    assert (published().count(), public_answer(docket)) == (0, None)


def test_deciding_twice_decides_once(hall: Hall) -> None:
    row = appealed(bad(hall), hall.clerk)
    decide(row, hall, uphold=True)
    with pytest.raises(Refused, match="没有等待裁定"):
        decide(fresh(row), hall, uphold=False)
    assert Appeal.objects.get().state == AppealState.UPHELD


def test_there_is_nothing_to_decide_without_an_appeal(hall: Hall) -> None:
    with pytest.raises(Refused, match="没有等待裁定"):
        decide(bad(hall), hall, uphold=True)


def test_a_decision_needs_a_reason_and_without_one_nothing_happens(hall: Hall) -> None:
    row = appealed(bad(hall), hall.clerk)
    with pytest.raises(Refused) as refused:
        appealing.decide(row, by=hall.supervisor, at=GIVEN, uphold=True, reason=" ")
    assert refused.value.field == "reason"
    assert fresh(row).state == RectificationState.CONTACTING


def test_striking_twice_is_refused(hall: Hall) -> None:
    row = strike(bad(hall), by=hall.supervisor, at=GIVEN, reason="mistaken")
    with pytest.raises(Refused):
        strike(row, by=hall.supervisor, at=GIVEN + timedelta(hours=1), reason="malicious")
    assert Evaluation.objects.get().struck_reason == "mistaken"


def test_what_is_struck_is_not_appealed(hall: Hall) -> None:
    row = strike(bad(hall), by=hall.supervisor, at=GIVEN, reason="mistaken")
    with pytest.raises(Refused, match="已经剔除"):
        appealed(row, hall.clerk)


def test_what_was_argued_is_encrypted(hall: Hall) -> None:
    appealed(bad(hall), hall.clerk)
    from django.db import connection  # noqa: PLC0415 - only this test reads the raw column

    with connection.cursor() as cursor:
        cursor.execute("SELECT reason, evidence FROM rectification_appeal")
        assert not [value for value in cursor.fetchone() if "等次" in value or "满意" in value]
