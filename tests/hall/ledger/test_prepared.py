"""A prepared statement is planned once a connection and survives what happens to a connection."""

import pytest
from django.db import connection, transaction

from hall.ledger.prepared import Prepared

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


def test_values_go_in_and_a_per_cent_sign_stays(doubled: Prepared) -> None:
    assert _asked(doubled, 21, "a'b") == (42, "a'b%")


def test_it_is_prepared_once_a_connection(doubled: Prepared, django_assert_num_queries: object) -> None:
    for number in (1, 2):
        with django_assert_num_queries(1):  # type: ignore[operator]
            _asked(doubled, number, "")
    assert _kept() == ["doubled_for_a_test"]


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
