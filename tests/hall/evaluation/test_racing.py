"""Answers that arrive at the same moment."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from hall.evaluation import actions
from hall.evaluation.enums import Origin, Via
from hall.evaluation.errors import Closed
from hall.evaluation.models import Evaluation
from tests.builders import MONDAY, Hall
from tests.hall.evaluation.builders import answer, invited


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_n14_of_answers_at_the_same_time_one_is_kept() -> None:
    invitation = invited(Hall())
    start, outcomes = threading.Barrier(4), []

    def send(grade: int) -> None:
        try:
            start.wait()
            at = MONDAY + timedelta(hours=1)
            actions.give(invitation=invitation, answer=answer(grade), via=Via.QR, origin=Origin.CITIZEN, at=at)
            outcomes.append("kept")
        except Closed:
            outcomes.append("closed")
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(grade,)) for grade in (1, 2, 4, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["closed", "closed", "closed", "kept"]
    assert Evaluation.objects.count() == 1
