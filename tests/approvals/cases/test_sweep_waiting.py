"""A sweep that meets a lock or a dead connection parks nobody for it (P3)."""

from contextlib import closing

import psycopg2
import pytest
from django.db import OperationalError, connection

from approvals.cases.actions.lateness import sweep
from approvals.cases.models import ClockRow, Flag
from hall.ledger import queries as ledger
from tests.approvals.cases.ways import LATER
from tests.builders import Hall, make_case

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def late() -> None:
    hall = Hall()
    for _ in range(3):
        make_case(hall)


def somebody_else() -> "psycopg2.extensions.connection":
    place = connection.settings_dict
    return psycopg2.connect(host=place["HOST"], user=place["USER"], dbname=place["NAME"])


def test_r09_a_lock_of_somebody_else_parks_no_clock(late: None) -> None:
    with closing(somebody_else()) as other, other.cursor() as cursor:
        cursor.execute("LOCK TABLE cases_flag IN EXCLUSIVE MODE")
        with connection.cursor() as ours:
            ours.execute("SET lock_timeout = '50ms'")
        with pytest.raises(OperationalError):
            sweep(at=LATER)
    assert not ClockRow.objects.filter(parked_until__isnull=False).exists()
    assert ledger.last_beat("sweep") is None, "a sweep that could not do its work is no sign of life"
    connection.close()
    assert sweep(at=LATER).raised == Flag.objects.count() > 0


def test_d03_a_connection_that_is_cut_parks_no_clock(late: None) -> None:
    with closing(somebody_else()) as other, other.cursor() as cursor:
        with connection.cursor() as ours:
            ours.execute("SELECT pg_backend_pid()")
            pid = ours.fetchone()[0]
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        with pytest.raises(OperationalError):
            sweep(at=LATER)
    connection.close()
    assert not ClockRow.objects.filter(parked_until__isnull=False).exists()
    assert sweep(at=LATER).raised == Flag.objects.count() > 0
