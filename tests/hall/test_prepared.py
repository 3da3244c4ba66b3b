"""A prepared statement is planned once a connection and survives what happens to a connection."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from hall.ledger.models import RateCounter
from hall.prepared import _KNOWN, A_KEY, A_TEXT, Prepared, PreparedQuery

pytestmark = pytest.mark.django_db


@pytest.fixture
def doubled() -> Prepared:
    return Prepared("doubled_for_a_test", ("integer", "text"), "SELECT $1 * 2, $2 || '%'")


def _asked(statement: Prepared, *values: object) -> object:
    with connection.cursor() as cursor:
        statement.execute(cursor, values)
        return cursor.fetchone()


def _kept() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name = 'doubled_for_a_test'")
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture(autouse=True)
def forgotten() -> object:
    yield
    with connection.cursor() as cursor:
        for name in _kept():
            cursor.execute(f"DEALLOCATE {name}")
    _KNOWN[connection.connection].discard("doubled_for_a_test")


def test_values_go_in_and_a_per_cent_sign_stays(doubled: Prepared) -> None:
    assert _asked(doubled, 21, "a'b") == (42, "a'b%")


def test_it_is_prepared_once_a_connection(doubled: Prepared, django_assert_num_queries: object) -> None:
    for number in (1, 2):
        with django_assert_num_queries(1):  # type: ignore[operator]
            _asked(doubled, number, "")
    assert _kept() == ["doubled_for_a_test"]


def test_made_twice_it_is_prepared_once(doubled: Prepared) -> None:
    """Two threads may make the same statement at once; the connection has it under its name."""
    again = Prepared(doubled.name, doubled.types, doubled.sql)
    assert (_asked(doubled, 1, ""), _asked(again, 2, ""), _asked(doubled, 3, "")) == ((2, "%"), (4, "%"), (6, "%"))


def test_a_rollback_does_not_forget_it(doubled: Prepared) -> None:
    with transaction.atomic():
        _asked(doubled, 1, "")
        transaction.set_rollback(True)
    assert _asked(doubled, 3, "") == (6, "%")


def test_another_number_of_values_is_refused(doubled: Prepared) -> None:
    with pytest.raises(ValueError, match="takes 2 values"):
        _asked(doubled, 1)


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_prepares_it_again(doubled: Prepared) -> None:
    _asked(doubled, 1, "")
    connection.close()
    assert _asked(doubled, 4, "") == (8, "%")


# --- a query of the mapper, prepared ---------------------------------------------------------------------------------


def _counters(scope: str, least: int) -> QuerySet[RateCounter, Any]:
    found = RateCounter.objects.filter(scope=scope, count__gte=least, window_start__gt=datetime(2020, 1, 1, tzinfo=UTC))
    return found.order_by("count").values_list("key_hash", "count")


@pytest.fixture
def counters(forgotten: object) -> PreparedQuery:
    at = datetime(2026, 4, 13, tzinfo=UTC)
    for number, scope in enumerate(("one", "one", "other")):
        RateCounter.objects.create(scope=scope, key_hash=f"k{number}", window_start=at, count=number)
    return PreparedQuery("doubled_for_a_test", _counters, A_TEXT, A_KEY)


@pytest.mark.parametrize(("scope", "least"), [("one", 0), ("one", 1), ("other", 0), ("other", 9), ("it's", 0)])
def test_a_prepared_query_answers_as_the_mapper_does(counters: PreparedQuery, scope: str, least: int) -> None:
    assert counters.rows(scope, least) == list(_counters(scope, least))


def test_a_prepared_query_is_one_statement(counters: PreparedQuery, django_assert_num_queries: Any) -> None:
    for _ in range(2):
        with django_assert_num_queries(1):
            counters.rows("one", 0)
    assert _kept() == ["doubled_for_a_test"]


def test_a_sample_that_fills_two_places_takes_one_value() -> None:
    def found(key: int) -> QuerySet[RateCounter, Any]:
        return RateCounter.objects.filter(Q(count=key) | Q(pk=key)).values_list("pk")

    assert PreparedQuery("doubled_for_a_test", found, A_KEY).rows(-1) == []


def test_a_query_without_values_is_prepared_too() -> None:
    assert PreparedQuery("doubled_for_a_test", lambda: RateCounter.objects.values_list("pk")).rows() == []


def test_a_value_that_would_be_left_out_is_refused() -> None:
    with pytest.raises(ValueError, match="a sample is not in the query"):
        PreparedQuery("doubled_for_a_test", lambda _key: RateCounter.objects.values_list("pk"), A_KEY).rows(1)
