"""Seals: behind the filing, never skipping a late commit, one chain per center (C44, U03)."""

import json
import logging
import threading
from datetime import timedelta

import psycopg2
import pytest
from django.db import connection, transaction
from django.db.models import Sum

from hall.ledger import actions, queries, sealing, tasks
from hall.ledger.models import Event, Seal
from hall.ledger.verifying import unsealed, verify
from tests.hall.ledger.builders import (
    AT,
    CENTER,
    at_once,
    behind_the_triggers,
    make_account,
    make_event,
    make_events,
    seal_now,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_finished_events_are_sealed_once() -> None:
    make_events(2)
    seal_now()
    assert sealing.seal(AT) == 0
    seal = Seal.objects.get()
    assert (seal.center_code, seal.number, seal.count, seal.previous_hash) == (CENTER, 1, 2, "")
    assert seal.last_id == Event.objects.latest("pk").pk


def test_links_point_to_the_link_before() -> None:
    make_event()
    seal_now()
    make_event()
    seal_now()
    first, second = Seal.objects.order_by("number")
    assert (second.number, second.previous_hash, second.from_xid) == (2, first.hash, first.to_xid)


def test_every_center_has_its_own_chain() -> None:
    make_event()
    make_event(center_code="1303020013")
    make_event(center_code="")
    seal_now()
    assert list(Seal.objects.values_list("center_code", "number")) == [("", 1), (CENTER, 1), ("1303020013", 1)]


def test_an_empty_ledger_has_no_seal() -> None:
    assert sealing.seal(AT) == 0
    assert sealing.heads() == []


def test_events_of_a_running_transaction_wait_and_are_not_skipped() -> None:
    begun, finish = threading.Event(), threading.Event()

    def slow(number: int) -> None:
        if number == 1:
            begun.wait(10)
            make_event(docket="fast")
            sealing.seal(AT)
            finish.set()
            return
        with transaction.atomic():
            make_event(docket="slow")
            begun.set()
            finish.wait(10)

    at_once(2, slow)
    # The fast event was committed but its transaction is younger than the slow one: neither was sealed.
    assert not Seal.objects.exists()
    seal_now()
    assert Seal.objects.aggregate(total=Sum("count"))["total"] == 2
    assert verify() == []


def test_a_late_commit_with_a_low_id_falls_into_the_next_seal() -> None:
    make_event(docket="early")
    seal_now()
    begun, finish = threading.Event(), threading.Event()

    def run(number: int) -> None:
        if number == 0:
            with transaction.atomic():
                make_event(docket="late")
                begun.set()
                finish.wait(10)
            return
        begun.wait(10)
        make_event(docket="between")
        sealing.seal(AT)
        finish.set()

    at_once(2, run)
    assert Seal.objects.get().count == 1
    seal_now()
    assert unsealed() == 0
    assert verify() == []


def test_a_transaction_of_another_database_holds_nothing_back() -> None:
    place = connection.get_connection_params() | {"dbname": "postgres"}
    place.pop("cursor_factory", None)
    place.pop("context", None)
    other = psycopg2.connect(**place)
    try:
        other.cursor().execute("SELECT pg_current_xact_id()")
        make_event()
        # One of yet another database that ends while the horizon is read may hold back once, this one would for ever.
        for _ in range(50):
            sealing.seal(AT)
            if unsealed() == 0:
                break
        assert unsealed() == 0
    finally:
        other.close()


def test_sealing_inside_a_transaction_is_refused() -> None:
    make_event()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        sealing.seal(AT)


def test_two_sealers_at_once_write_one_chain() -> None:
    for _ in range(5):
        make_event()
    at_once(4, lambda _: sealing.seal(AT))
    seal_now()
    assert Seal.objects.aggregate(total=Sum("count"))["total"] == 5
    assert verify() == []


def test_u03_eight_writers_and_a_sealer_break_no_link() -> None:
    def work(number: int) -> None:
        for turn in range(60):
            if number == 8:
                sealing.seal(AT)
            else:
                make_event(docket=f"D{number}-{turn}")

    at_once(9, work)
    seal_now()
    assert Seal.objects.aggregate(total=Sum("count"))["total"] == 480
    assert verify() == []


def test_a_head_is_logged_for_an_anchor_outside(caplog: pytest.LogCaptureFixture) -> None:
    make_event()
    with caplog.at_level(logging.INFO, logger="hall.ledger.sealing"):
        seal_now()
    assert f"center={CENTER} number=1 count=1 hash={Seal.objects.get().hash}" in caplog.text


def test_heads_are_the_last_links() -> None:
    make_event()
    seal_now()
    make_event()
    seal_now()
    last = Seal.objects.get(number=2)
    assert sealing.heads() == [{"center": CENTER, "number": 2, "hash": last.hash}]


def test_every_column_is_hashed() -> None:
    event = make_event(actor=make_account(), data={"b": 1, "a": "受理"})
    text = json.loads(sealing.canonical(event))
    assert len(text) == len(Event._meta.concrete_fields)
    assert text[-1] == {"a": "受理", "b": 1}


def test_the_same_event_reads_the_same_in_every_time_zone() -> None:
    event = make_event()
    before = sealing.canonical(event)
    event.occurred_at = event.occurred_at.astimezone(None) + timedelta(0)
    assert sealing.canonical(event) == before


class TestAfterARestore:
    """A dump restored into another cluster: old rows carry high transaction numbers, new ones begin low."""

    @pytest.fixture(autouse=True)
    def _restored(self, transactional_db: None) -> None:
        make_event(docket="sealed")
        make_event(docket="not yet sealed")
        with behind_the_triggers("ledger_event") as cursor:
            cursor.execute("UPDATE ledger_event SET recorded_xid = recorded_xid + 1000000000")
        self._seal_as_the_old_cluster_did()
        make_event(docket="after the restore")

    def _seal_as_the_old_cluster_did(self) -> None:
        old = Event.objects.get(docket="sealed")
        found = sealing.summarise(CENTER, 1, "", [old])
        Seal.objects.create(
            center_code=CENTER,
            number=1,
            from_xid=0,
            to_xid=old.recorded_xid + 1,
            last_id=old.pk,
            count=1,
            hash=found.hash,
            sealed_at=AT,
        )

    def test_the_old_range_is_closed_and_a_new_one_begun(self) -> None:
        seal_now()
        assert [seal.count for seal in Seal.objects.order_by("number")] == [1, 1, 1]
        assert verify() == []

    def test_sealing_goes_on_after_it(self) -> None:
        seal_now()
        make_event(docket="the day after")
        seal_now()
        assert Seal.objects.count() == 4
        assert verify() == []

    def test_a_deletion_in_the_new_range_is_found(self) -> None:
        seal_now()
        with behind_the_triggers("ledger_event") as cursor:
            cursor.execute("DELETE FROM ledger_event WHERE docket = 'after the restore'")
        assert [(fault.number, "少了" in str(fault)) for fault in verify()] == [(3, True)]


def test_the_task_leaves_a_heartbeat() -> None:
    tasks.seal()
    assert queries.last_beat("seal") is not None
    assert tasks.purge() == 0


def test_sealing_writes_nothing_into_events() -> None:
    make_event()
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text FROM ledger_event")
        before = cursor.fetchone()
        actions.beat("x", AT)
        sealing.seal(AT)
        cursor.execute("SELECT xmin::text FROM ledger_event")
        assert cursor.fetchone() == before
