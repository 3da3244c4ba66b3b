"""A transaction that fell to a deadlock is done again; nothing else is (D09)."""

import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from hall.ledger.models import Heartbeat
from hall.ledger.retrying import ATTEMPTS, again_on_conflict
from tests.hall.ledger.builders import AT, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def fails(state: str, *, times: int) -> Callable[[], str]:
    """A transaction that ends in that state of SQL so many times, and then goes through."""
    left = [times]

    @transaction.atomic
    def work() -> str:
        if left[0]:
            left[0] -= 1
            with connection.cursor() as cursor:
                cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$")
        return "done"

    return work


def test_d09_two_cases_taken_in_opposite_order_are_both_done() -> None:
    """Each of two transactions holds what the other one wants: PostgreSQL ends one of them, and it is done again."""
    for name in ("a", "b"):
        Heartbeat.objects.create(name=name, finished_at=AT, note="0")
    gate, tries = threading.Barrier(2, timeout=20), []

    @transaction.atomic
    def both(order: str, *, first_time: bool) -> None:
        for place, name in enumerate(order):
            row = Heartbeat.objects.select_for_update().get(pk=name)
            row.note = str(int(row.note) + 1)
            row.save(update_fields=["note"])
            if place == 0 and first_time:
                gate.wait()

    def clerk(number: int) -> None:
        seen = [0]

        def deed() -> None:
            seen[0] += 1
            tries.append(number)
            both("ab" if number else "ba", first_time=seen[0] == 1)

        again_on_conflict(deed)

    at_once(2, clerk)
    assert len(tries) == 3, "one of the two began anew"
    assert set(Heartbeat.objects.values_list("note", flat=True)) == {"2"}


@pytest.mark.parametrize("state", ["40P01", "40001"])
def test_a_conflict_is_tried_again(state: str) -> None:
    assert again_on_conflict(fails(state, times=ATTEMPTS - 1)) == "done"


def test_it_gives_up_after_so_many_tries() -> None:
    with pytest.raises(OperationalError):
        again_on_conflict(fails("40P01", times=ATTEMPTS))


@pytest.mark.parametrize("state", ["55P03", "57014", "23505", "P0001"])
def test_what_would_fail_again_is_not_repeated(state: str) -> None:
    work = fails(state, times=1)
    with pytest.raises(DatabaseError):
        again_on_conflict(work)
    assert work() == "done", "it had been called once"


def test_inside_a_transaction_of_the_caller_it_is_done_once() -> None:
    with pytest.raises(OperationalError), transaction.atomic():
        again_on_conflict(fails("40P01", times=1))
