"""Several counters in one statement: exact, in the order asked, and without counting when only asked."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from hall.ledger import actions
from hall.ledger.limit_actions import Allowance, count, counts, forget_all, keys_over
from hall.ledger.models import RateCounter
from tests.hall.ledger.builders import AT, later

pytestmark = pytest.mark.django_db
FEW = Allowance("test.few", 2, timedelta(minutes=15))
MANY = Allowance("test.many", 50, timedelta(hours=1))


def test_counts_come_in_the_order_asked() -> None:
    count((MANY, "b"), at=AT)
    assert count((FEW, "a"), (MANY, "b"), at=AT) == [1, 2]
    assert count((MANY, "b"), (FEW, "a"), at=AT) == [3, 2]


def test_it_is_one_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        count((FEW, "a"), (MANY, "b"), at=AT)


def test_asking_counts_nothing() -> None:
    assert counts((FEW, "a"), (MANY, "b"), at=AT) == [0, 0]
    assert not RateCounter.objects.exists()


def test_the_same_key_twice_in_one_question_is_one_try() -> None:
    assert count((FEW, "a"), (FEW, "a"), at=AT) == [1, 1]


def test_windows_are_those_of_a_single_hit() -> None:
    actions.hit(FEW.scope, "a", limit=FEW.tries, window=FEW.window, at=AT)
    assert count((FEW, "a"), at=AT) == [2]
    assert count((FEW, "a"), at=later(15)) == [1]


def test_keys_are_kept_as_digests() -> None:
    count((FEW, "192.0.2.7"), at=AT)
    row = RateCounter.objects.get()
    assert len(row.key_hash) == 64
    assert "192" not in row.key_hash[:3]


@pytest.mark.parametrize(("tries", "over"), [(1, 0), (2, 1), (3, 1)])
def test_how_many_keys_used_up_their_allowance(tries: int, over: int) -> None:
    for _ in range(tries):
        count((FEW, "a"), (MANY, "b"), at=AT)
    assert keys_over(FEW, at=AT) == over
    assert keys_over(FEW, at=later(15)) == 0


def test_a_scope_is_forgotten_without_the_others() -> None:
    count((FEW, "a"), (MANY, "b"), at=AT)
    assert forget_all(FEW) == 1
    assert counts((FEW, "a"), (MANY, "b"), at=AT) == [0, 1]


def test_a_counter_that_is_only_read_comes_last_and_stays_as_it_is(django_assert_num_queries: Any) -> None:
    count((MANY, "b"), at=AT)
    with django_assert_num_queries(1):
        assert count((FEW, "a"), read=((MANY, "b"), (MANY, "c")), at=AT) == [1, 1, 0]
    assert counts((FEW, "a"), (MANY, "b"), (MANY, "c"), at=AT) == [1, 1, 0]


@pytest.mark.django_db(transaction=True)
def test_haste_ends_with_the_statement() -> None:
    count((FEW, "a"), at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        ours = cursor.fetchone()
        cursor.execute("SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit'")
        assert ours == cursor.fetchone()
    assert counts((FEW, "a"), at=AT) == [1]


def test_nobody_elses_transaction_is_made_hasty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = 'on'")
        count((FEW, "a"), at=AT)
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
