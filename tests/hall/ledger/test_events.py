"""Events: written with the change, never changed, never personal."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from hall.ledger import actions, queries
from hall.ledger.actions import NewEvent, PersonalDataInEvent
from hall.ledger.kinds import UnknownKind
from hall.ledger.models import Event
from hall.privacy.detector import REDACTED
from tests.hall.ledger.builders import AT, CENTER, KIND, later, make_account, make_event

pytestmark = pytest.mark.django_db


def test_an_event_keeps_what_was_said() -> None:
    clerk = make_account()
    event = make_event(actor=clerk, data={"window": "3"})
    stored = Event.objects.get()
    assert (stored.docket, stored.kind, stored.center_code) == ("D1", KIND, CENTER)
    assert (stored.actor, stored.actor_role, stored.data) == (clerk, "admin", {"window": "3"})
    assert stored.occurred_at == AT
    assert stored.pk == event.pk


def test_u09_recorded_time_is_the_database_clock_and_known_at_once() -> None:
    event = make_event()
    assert abs(timezone.now() - event.recorded_at) < timedelta(seconds=5)
    assert Event.objects.get().recorded_at == event.recorded_at


def test_recorded_time_moves_within_a_transaction() -> None:
    assert make_event().recorded_at < make_event().recorded_at


def test_events_of_one_transaction_carry_its_number() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (current,) = cursor.fetchone()
    with transaction.atomic():
        inner = make_event()
    assert inner.recorded_xid == make_event().recorded_xid == current


def test_nobody_acted_is_allowed() -> None:
    event = make_event(actor=None)
    assert (event.actor, event.actor_role) == (None, "")


def test_many_events_at_once() -> None:
    assert actions.append_many(NewEvent(f"D{n}", KIND, CENTER, None, AT, {"n": n}) for n in range(3)) == 3
    written = Event.objects.order_by("id")
    assert [(event.docket, event.data, event.occurred_at) for event in written] == [
        (f"D{n}", {"n": n}, AT) for n in range(3)
    ]
    assert all(event.recorded_xid for event in written)


def test_many_events_take_two_queries_not_one_each(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(3):
        actions.append_many(NewEvent(f"D{n}", KIND, CENTER, None, AT) for n in range(500))


def test_unannounced_kind_is_refused() -> None:
    with pytest.raises(UnknownKind):
        make_event(kind="test.typo")


def test_t13_business_time_may_be_two_minutes_ahead() -> None:
    assert make_event(occurred_at=timezone.now() + timedelta(seconds=100)).pk


def test_t13_business_time_in_the_future_is_refused() -> None:
    with pytest.raises(IntegrityError, match="event_not_in_the_future"), transaction.atomic():
        make_event(occurred_at=timezone.now() + timedelta(minutes=3))


@pytest.mark.parametrize(
    "data",
    [
        {"phone": "3602345"},
        {"note": "电话 13812340921"},
        {"lines": [{"text": "13030219900307001" + "0"}, "13812340921"]},
    ],
)
def test_personal_data_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(PersonalDataInEvent) as caught:
        make_event(data=data)
    assert "13812340921" not in str(caught.value)


def test_in_production_the_deed_is_recorded_without_the_number(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.PRODUCTION = True
    with caplog.at_level(logging.ERROR):
        make_event(data={"reason": "电话 13812340921", "window": "3"})
    assert Event.objects.get().data == {"reason": REDACTED, "window": "3"}
    assert "paths=reason" in caplog.text
    assert "13812340921" not in caplog.text


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_event SET docket = 'D2'",
        "UPDATE ledger_event SET occurred_at = now() WHERE docket = 'D1'",
        "DELETE FROM ledger_event",
        "TRUNCATE ledger_event",
        "TRUNCATE ledger_event CASCADE",
    ],
)
def test_the_database_refuses_to_change_events(sql: str) -> None:
    make_event()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or PostgreSQL refuses to TRUNCATE before the trigger does
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Event.objects.count() == 1


def test_saving_or_deleting_an_event_again_is_refused() -> None:
    event = make_event()
    event.docket = "D2"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.delete()


def test_seals_cannot_be_removed_either() -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE ledger_seal")


def test_u07_a_rolled_back_change_leaves_no_event() -> None:
    with transaction.atomic():
        make_event()
        transaction.set_rollback(True)
    assert not Event.objects.exists()


def test_a_timeline_is_in_business_order() -> None:
    make_event(occurred_at=later(5), data={"n": 2})
    make_event(occurred_at=AT, data={"n": 1})
    make_event(docket="D2")
    assert [event.data["n"] for event in queries.events_of("D1")] == [1, 2]


def test_a_timeline_takes_one_query(django_assert_num_queries: Any) -> None:
    for _ in range(3):
        make_event(actor=make_account())
    with django_assert_num_queries(1):
        assert all(event.actor.username for event in queries.events_of("D1"))
