"""Deadlines that passed are flagged once, and the supervisors told."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from hall.ledger.models import Event
from hall.outbox.models import Message
from hall.rectification import tasks
from hall.rectification.actions import appealing, rectifying
from hall.rectification.actions.striking import strike
from hall.rectification.actions.watching import flag_late
from hall.rectification.models import LateFlag
from tests.builders import Hall, make_center, make_staff, make_user, moment
from tests.hall.rectification.builders import GIVEN, NOTE, appealed, bad, closed, rectified, rectifying_row

pytestmark = pytest.mark.django_db
IN_TIME, LATE = moment("2026-04-14 23:59"), moment("2026-04-15 00:00")


def flags() -> list[tuple[str, str]]:
    return [(flag.limit, flag.due.isoformat()) for flag in LateFlag.objects.order_by("limit", "due")]


def test_the_last_day_is_not_late_and_the_next_is(hall: Hall) -> None:
    bad(hall)
    assert (flag_late(at=IN_TIME), flags()) == (0, [])
    assert (flag_late(at=LATE), flags()) == (1, [("contact", "2026-04-14")])


def test_a_second_watch_flags_nothing_twice(hall: Hall) -> None:
    bad(hall)
    assert [flag_late(at=LATE) for _ in range(3)] == [1, 0, 0]
    assert Event.objects.filter(kind="rectification.late").count() == 1
    assert Message.objects.filter(template="rectification_late").count() == 1


def test_the_supervisors_of_the_center_are_told(hall: Hall) -> None:
    bad(hall)
    flag_late(at=LATE)
    assert Message.objects.get(template="rectification_late").recipient_ref == str(hall.supervisor.pk)


def test_where_the_center_has_no_supervisor_those_above_are_told(hall: Hall) -> None:
    city = make_center("秦皇岛市政务服务中心", center_no="0001", level="city")
    hall.center.parent = city
    hall.center.save()
    hall.supervisor.is_active = False
    hall.supervisor.save()
    above = make_user("supervisor", make_staff(center=city))
    bad(hall)
    flag_late(at=LATE)
    assert Message.objects.get(template="rectification_late").recipient_ref == str(above.pk)


@pytest.mark.parametrize(("days", "expected"), [
    (5, [("contact", "2026-04-14")]), (8, [("contact", "2026-04-14"), ("rectify", "2026-04-20")]),
])  # fmt: skip
def test_who_never_called_is_late_with_both(hall: Hall, days: int, expected: list[tuple[str, str]]) -> None:
    bad(hall)
    flag_late(at=GIVEN + timedelta(days=days))
    assert flags() == expected


def test_contacted_in_time_is_late_only_with_the_rectification(hall: Hall) -> None:
    rectifying_row(hall)
    flag_late(at=GIVEN + timedelta(days=10))
    assert flags() == [("rectify", "2026-04-20")]


def test_a_revisit_that_does_not_come_is_flagged(hall: Hall) -> None:
    rectified(hall)
    flag_late(at=GIVEN + timedelta(days=10))
    assert flags() == [("revisit", "2026-04-20")]


def test_an_appeal_that_is_not_decided_is_flagged(hall: Hall) -> None:
    appealed(closed(hall), hall.clerk)
    flag_late(at=GIVEN + timedelta(days=10))
    assert flags() == [("decide", "2026-04-20")]


def test_a_decided_appeal_is_not(hall: Hall) -> None:
    row = appealed(closed(hall), hall.clerk)
    appealing.decide(row, by=hall.supervisor, at=GIVEN, uphold=False, reason="录像可证")
    assert flag_late(at=GIVEN + timedelta(days=10)) == 0


def test_what_is_closed_or_struck_is_never_late(hall: Hall) -> None:
    closed(hall)
    strike(bad(hall), by=hall.supervisor, at=GIVEN, reason="mistaken")
    assert flag_late(at=GIVEN + timedelta(days=300)) == 0


def test_an_anonymous_grade_has_no_contact_to_be_late_with(hall: Hall) -> None:
    bad(hall, signed=False)
    flag_late(at=GIVEN + timedelta(days=10))
    assert flags() == [("rectify", "2026-04-20")]
    assert set(Message.objects.values_list("docket", flat=True)) == {""}


def test_the_second_round_has_a_deadline_of_its_own(hall: Hall) -> None:
    row = rectifying_row(hall)
    flag_late(at=moment("2026-04-21 09:00"))
    row = rectifying.rectify(row, by=hall.chief, at=moment("2026-04-21 10:00"), measure="补发了清单")
    rectifying.revisit(row, by=hall.supervisor, at=moment("2026-04-22 10:00"), outcome="unsatisfied", note=NOTE)
    flag_late(at=moment("2026-05-20 09:00"))
    assert flags() == [("rectify", "2026-04-20"), ("rectify", "2026-04-29")]


def test_the_task_and_the_command_watch(hall: Hall) -> None:
    bad(hall, at=timezone.now() - timedelta(days=30))
    out = StringIO()
    call_command("rectification_watch", stdout=out)
    assert "2 项" in out.getvalue()
    tasks.watch()
    assert LateFlag.objects.count() == 2
