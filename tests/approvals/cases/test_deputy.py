"""A holder absent: worklist, messages and hand-over pass to the deputy, and both are on the record (职位代理制)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals.cases import actions, rules
from approvals.cases.actions.lateness import sweep
from hall.ledger.models import Event
from hall.organisation.models import Absence
from hall.outbox.models import Message
from tests.builders import accepted_case, make_case, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def absent(hall):
    return Absence.objects.create(
        staff=hall.clerk.staff, acting=hall.other_clerk.staff, from_at=moment("2026-04-14 08:00"), reason="培训"
    )


def test_worklist_of_the_deputy_shows_the_cases(client, hall, absent):
    case = make_case(hall)
    client.force_login(hall.other_clerk)
    assert case.docket in client.get("/work/").content.decode()


def test_without_an_absence_it_does_not(client, hall):
    case = make_case(hall)
    client.force_login(hall.other_clerk)
    assert case.docket not in client.get("/work/").content.decode()


def test_deputy_may_hand_over(hall, absent):
    assert rules.may(hall.other_clerk, "hand_over", make_case(hall))


def test_colleague_who_stands_in_for_nobody_may_not(hall):
    assert not rules.may(hall.other_clerk, "hand_over", make_case(hall))


def test_record_names_both(hall, absent):
    case = actions.accept(make_case(hall), by=hall.other_clerk, at=moment("2026-04-14 09:00"))
    event = Event.objects.get(docket=case.docket, kind="case.accept")
    assert (event.actor, event.data["acting_for"]) == (hall.other_clerk, hall.clerk.staff.number)


def test_colleague_who_stands_in_for_nobody_is_recorded_alone(hall):
    case = actions.accept(make_case(hall), by=hall.other_clerk, at=moment("2026-04-14 09:00"))
    assert "acting_for" not in Event.objects.get(docket=case.docket, kind="case.accept").data


def test_messages_reach_the_deputy_too(hall, absent):
    case = accepted_case(hall)
    sweep(at=moment("2026-05-12 09:00"))
    told = Message.objects.filter(docket=case.docket, template="staff_due_soon").values_list("recipient_ref", flat=True)
    assert {str(hall.clerk.staff_id), str(hall.other_clerk.staff_id)} <= set(told)


def test_after_the_return_it_ends(hall, absent):
    absent.until_at = timezone.now() - timedelta(days=1)
    absent.save()
    assert not rules.may(hall.other_clerk, "hand_over", make_case(hall))
