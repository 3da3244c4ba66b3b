"""Worker, scheduler and Redis alone, at the worst moments: what happens twice has its effect once (law 1)."""

import os
import signal
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from approvals.cases.enums import CaseState, DocumentKind
from approvals.cases.models import Case, ClockRow, Flag, OfficialDocument
from hall.ledger.models import Event
from hall.outbox import actions as outbox
from hall.outbox import queries as messages
from hall.outbox.actions import NewMessage
from hall.outbox.models import InboxEntry, Message
from tests.builders import MONDAY, Hall, make_case, make_item_version
from tests.faults.workshop import Workshop, beats, copied_database, remove
from tests.hall.local.running import eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]
SWEEP, RELAY = "approvals.cases.tasks.sweep", "hall.outbox.tasks.relay"


@pytest.fixture(scope="module")
def workshop(django_db_setup: None, django_db_blocker: object) -> Iterator[Workshop]:
    """One worker and one scheduler for the tests of this file."""
    folder = Path(os.environ["HALL_DATA_DIR"]) / f"shop-{uuid.uuid4().hex[:8]}"
    with django_db_blocker.unblock(), copied_database(), pytest.MonkeyPatch.context() as patch:  # type: ignore[attr-defined]
        patch.setenv("HALL_DATA_DIR", str(folder))
        made = Workshop(folder)
        made.start("worker")
        made.start("scheduler")
        try:
            assert beats("relay", 60)
            yield made
        finally:
            made.stop()
            remove(folder)


@pytest.fixture(scope="module")
def here(workshop: Workshop) -> Hall:
    return Hall()


def late_cases(here: Hall, number: int) -> list[int]:
    """Cases of last spring that nobody told anything: deemed accepted by now, and late."""
    version = make_item_version(here.department)
    return [make_case(here, version, at=MONDAY).pk for _ in range(number)]


def settled() -> bool:
    """Nothing is due and nothing waits."""
    at = timezone.now()
    return not ClockRow.objects.filter(next_look_at__lte=at).exists() and messages.oldest_pending_age(at) is None


def assert_everything_once() -> None:
    """One event a flag, one acceptance and one paper a case, one entry a message."""
    flags = Flag.objects.filter(carried=False).values_list("case__docket", "clock", "level")
    told = Event.objects.filter(kind="case.flag_raised").values_list("docket", "data__clock", "data__level")
    assert Counter(flags) == Counter(told)
    accepted = Event.objects.filter(kind="case.deem_accepted").values("docket").annotate(times=Count("id"))
    assert {row["times"] for row in accepted} <= {1}
    papers = OfficialDocument.objects.filter(kind=DocumentKind.ACCEPTANCE).values("case").annotate(times=Count("id"))
    assert {row["times"] for row in papers} <= {1}
    sent = Message.objects.filter(channel="inbox", done_at__isnull=False)
    assert InboxEntry.objects.count() == sent.count()
    assert not messages.parked().exists()


def test_r06_r10_two_schedulers_two_workers_and_forty_deliveries_have_one_effect(
    workshop: Workshop, here: Hall
) -> None:
    """Somebody started everything twice, and every task is delivered again and again."""
    worker, scheduler = workshop.start("worker", number=2), workshop.start("scheduler", number=2)
    cases = late_cases(here, 40)
    at = timezone.now()
    outbox.enqueue_many(
        NewMessage(
            docket="", channel="inbox", template="staff_due_soon", recipient_kind="user",
            recipient_ref=str(here.clerk.pk), dedupe_key=f"twice|{n}", available_at=at,
            context={"item": "测试许可", "clock": "受理", "due": "今天"},
        )
        for n in range(200)
    )  # fmt: skip
    workshop.ring(SWEEP, times=40)
    workshop.ring(RELAY, times=40)
    assert eventually(settled, 60)
    scheduler.stop()
    with workshop.silent():
        worker.stop()
    assert Case.objects.filter(pk__in=cases, deemed_accepted=True, state=CaseState.REVIEWING).count() == len(cases)
    assert InboxEntry.objects.filter(message__dedupe_key__startswith="twice|").count() == 200
    assert_everything_once()


def test_r05_redis_restarted_five_times_and_the_same_worker_goes_on(workshop: Workshop) -> None:
    """An idle worker needs no restart (celery#8030, #8091, #10302), and the scheduler none either.

    One that is in a task may die of the lost connection (see hall/celery.py): there the supervisor starts it again, as
    test_portal.py shows.
    """
    worker, scheduler = workshop.running[:2]
    with workshop.silent():
        for _ in range(5):
            workshop.restart_redis()
    assert beats("relay", 60)
    assert beats("relay", 60)
    assert worker.is_running()
    assert scheduler.is_running()


def test_r11_a_task_nobody_knows_stops_nobody(workshop: Workshop) -> None:
    """As during an update. Tasks carry nothing (law 1), so what is dropped is a ring of the bell and no fact."""
    workshop.ring("hall.outbox.tasks.renamed")
    workshop.ring(SWEEP, "an argument of the next version")
    assert beats("relay", 60)
    assert workshop.running[0].is_running()


def test_r16_a_worker_asked_to_end_finishes_its_task(workshop: Workshop) -> None:
    """SIGTERM while a sweep is under way: it ends whole, and the next worker finds nothing half done."""
    worker = workshop.start("worker", number=3)
    with workshop.silent():
        workshop.running[0].stop()
    place = connection.settings_dict
    with psycopg2.connect(host=place["HOST"], user=place["USER"], dbname=place["NAME"]) as session:
        with session.cursor() as cursor:
            cursor.execute("SELECT FROM ledger_heartbeat WHERE name = 'sweep' FOR UPDATE")
            workshop.ring(SWEEP)
            assert eventually(_waits_for_a_lock, 60)
            worker.process.send_signal(signal.SIGTERM)
        session.rollback()
        assert worker.process.wait(60) == 0
    session.close()
    workshop.running[0] = workshop.start("worker", number=4)
    workshop.ring(SWEEP)
    assert beats("sweep", 60)


def _waits_for_a_lock() -> bool:
    sql = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'hall-worker'"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return bool(cursor.fetchone()[0])


def test_r17_a_full_redis_delays_and_loses_nothing(workshop: Workshop, here: Hall) -> None:
    """It may refuse every ring, and Celery's worker may die of it; nothing is kept in it, and no page asks it."""
    with workshop.full_redis():
        cases = late_cases(here, 3)
        eventually(workshop.is_idle, 6)  # one may have been rung before
        assert not beats("relay", 4)  # more than twice the pause between two rings
    workshop.mend()
    assert beats("relay", 60), workshop.said()  # the scheduler rings again
    workshop.ring(SWEEP)
    assert eventually(lambda: Case.objects.filter(pk__in=cases, deemed_accepted=True).count() == len(cases), 60), (
        workshop.said()
    )


def make_due(cases: list[int]) -> None:
    """Their notice was due an hour ago by the right clock."""
    an_hour_ago = timezone.now() - timedelta(hours=1)
    rows = ClockRow.objects.filter(case__in=cases, clock="notice")
    assert rows.update(changes=[[an_hour_ago.isoformat(), "over_promise"]], next_look_at=an_hour_ago) == len(cases)


def test_r08_a_clock_that_is_set_flags_nothing_twice_and_silences_nobody(workshop: Workshop, here: Hall) -> None:
    """Two hours slow, then right, then slow again: what is due is flagged once it is, and once only.

    Slow and not fast, for PostgreSQL keeps the right time here, and refuses events of the future.
    """
    version, slow = make_item_version(here.department), timedelta(hours=-2)
    cases = [make_case(here, version, at=timezone.now()).pk for _ in range(5)]
    flags = Flag.objects.filter(case__in=cases, level="over_promise")
    workshop.set_clock(slow)
    for _ in range(3):  # two may have begun before, and read the right time
        workshop.ring(SWEEP)
        assert beats("sweep", 60)
    make_due(cases)
    workshop.ring(SWEEP)
    assert beats("sweep", 60)
    assert flags.count() == 0, "flagged two hours early"
    workshop.set_clock(timedelta())
    assert eventually(lambda: flags.count() == len(cases), 60)
    for wrong_by in (slow, timedelta()):
        workshop.set_clock(wrong_by)
        assert beats("relay", 60)
        workshop.ring(SWEEP)
        assert beats("sweep", 60)
    assert flags.count() == len(cases)


@pytest.mark.django_db
def test_what_is_written_here_stays_in_the_copy(workshop: Workshop) -> None:
    """And pytest-django makes the database that is copied only for files with a test that asks for it."""
    assert str(connection.settings_dict["NAME"]).endswith("_workshop")
