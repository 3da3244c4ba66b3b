"""Two supervisors give one complaint to somebody at the same moment (N12)."""

import threading
from typing import Any

import pytest
from django.db import connection

from hall.access.models import User
from hall.conduct.actions import complaints
from hall.conduct.models import Complaint
from hall.facts.errors import Refused
from hall.ledger.models import Event
from hall.outbox.models import Message
from tests.builders import Hall
from tests.hall.conduct.builders import MONDAY, received, second_supervisor


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_n12_of_two_supervisors_one_assigns_and_the_other_is_told() -> None:
    hall = Hall()
    row = received(hall)
    gate, outcomes = threading.Barrier(2, timeout=20), []

    def give(by: User) -> None:
        facts: dict[str, Any] = {"department": hall.department, "staff": hall.clerk.staff}
        try:
            gate.wait()
            complaints.accept(complaint=row, investigator=hall.chief.staff, by=by, at=MONDAY, **facts)
            outcomes.append("assigned")
        except Refused as refusal:
            outcomes.append(refusal.sentence)
        finally:
            connection.close()

    people = (hall.supervisor, second_supervisor(hall))
    threads = [threading.Thread(target=give, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("assigned") == 1
    [told] = [outcome for outcome in outcomes if outcome != "assigned"]
    assert told.endswith("。")
    assert Complaint.objects.get().investigator == hall.chief.staff
    assert Event.objects.filter(kind="complaint.accepted").count() == 1
    assert Message.objects.filter(template="staff_complaint_assigned").count() == 1
