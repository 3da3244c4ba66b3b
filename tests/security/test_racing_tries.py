"""Counters under a hundred posts at once (L03, A09): real connections, real commits."""

import pytest
from django.test import Client

from approvals.cases import codes
from hall.access import brake_actions, brakes
from hall.ledger import limit_actions
from hall.ledger.models import Event, RateCounter
from tests.builders import Hall, make_case
from tests.hall.ledger.builders import AT, at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
WRONG = "AAAAAAAAA"


def test_l03_a_hundred_posts_for_one_case_are_counted_exactly() -> None:
    case = make_case(Hall())
    code = codes.pending(case, at=case.received_at)

    def look(number: int) -> int:
        client = Client(REMOTE_ADDR=f"203.0.113.{number}")
        return client.post("/lookup/", {"docket": case.docket, "code": WRONG}).status_code

    assert set(at_once(100, look)) == {422}
    assert RateCounter.objects.get(scope="lookup.number").count == 100
    last = Client(REMOTE_ADDR="198.51.100.1").post("/lookup/", {"docket": case.docket, "code": code})
    assert last.status_code == 422


def test_l03_several_counters_in_one_statement_never_wait_for_each_other() -> None:
    """In opposite orders, as two pages might ask."""
    one, two = brakes.PER_ADDRESS, brakes.IN_ALL

    def both(number: int) -> list[int]:
        keys = [(one, "a"), (two, "b")]
        return limit_actions.count(*(keys if number % 2 else keys[::-1]), at=AT)

    counted = at_once(100, both)
    assert sorted(pair[0] if i % 2 else pair[1] for i, pair in enumerate(counted)) == list(range(1, 101))
    assert limit_actions.counts((one, "a"), (two, "b"), at=AT) == [100, 100]


def test_a09_the_brake_tells_once_however_many_fail_at_once() -> None:
    tries = brakes.IN_ALL.tries + 40
    at_once(tries, lambda n: brake_actions.note_failure(address=f"198.51.{n // 250}.{n % 250}", at=AT))
    assert brakes.state(AT).failures == tries
    assert Event.objects.filter(kind="access.brake").count() == 1
