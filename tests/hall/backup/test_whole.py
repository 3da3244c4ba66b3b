"""The whole way with a hall's own tables: backed up, drilled, put back over a hall, settled in (B01, B07, D12)."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from approvals.cases import actions as cases
from approvals.cases.models import Case, Party
from hall.backup import drill, epoch, recovery, signs, taking, verifying
from hall.backup.enums import RunKind
from hall.backup.models import Epoch, Run
from hall.backup.recovery import Way, Wish
from hall.backup.restoring import CannotRestore
from hall.ledger import actions as ledger
from hall.ledger import grants, numbers, sealing
from hall.ledger.models import DocketCounter, Event
from hall.outbox import actions as outbox
from hall.outbox.enums import Channel
from hall.outbox.models import Message
from hall.retention import actions as erasing
from hall.retention.clock import anniversary
from hall.retention.models import Erased
from tests.builders import MONDAY, Hall, accepted_case, moment
from tests.hall.backup.builders import QUICK, Place
from tests.hall.ledger.builders import behind_the_triggers

pytestmark = [pytest.mark.slow]
WAITING = {"channel": Channel.SMS, "template": "staff_lapsed", "recipient_kind": "staff", "recipient_ref": "1"}
# The rows of this file lie in a database of its own, outside the transaction pytest-django would open.


class House:
    """A hall's tables in the archived database, asked through Django."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.said: list[str] = []
        self.code = ""
        self.over: Case | None = None

    @property
    def way(self) -> Way:
        return Way(self.said.append, timezone.now)

    def stop(self) -> None:
        connection.close()
        self.place.postgres.stop()

    def start(self) -> None:
        self.place.postgres.ensure(tied=True)


@pytest.fixture(scope="module")
def moved_in(django_db_setup: None) -> Iterator[Place]:
    """The tables of the test database, copied: making them anew takes ten times as long."""
    place = Place.started()
    yield filled(place)
    place.remove()


def filled(place: Place) -> Place:
    at = connection.settings_dict
    source = {"PGHOST": at["HOST"], "PGUSER": at["USER"], "PGPORT": str(at["PORT"]), "PGDATABASE": at["NAME"]}
    target = {**place.server.environment, "PGDATABASE": "hall"}
    dump = [str(place.programs / "pg_dump"), "--exclude-schema=seeds", "--no-owner", "--no-privileges"]
    load = [
        str(place.programs / "psql"),
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        "--single-transaction",
        "--output=/dev/null",
    ]
    place.sql("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    given = {**os.environ, **{name: value for name, value in source.items() if value}}
    with subprocess.Popen(dump, stdout=subprocess.PIPE, env=given) as reading:
        subprocess.run(load, stdin=reading.stdout, env=target, check=True)
    assert reading.returncode == 0
    return place


@pytest.fixture(scope="module")
def house(moved_in: Place, django_db_blocker: Any) -> Iterator[House]:
    """This process's one connection, pointed at that database for the tests of this file."""
    before = dict(connection.settings_dict)
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, moved_in.entered():
        connection.close()
        connection.settings_dict.update(HOST=moved_in.server.host, USER="hall", NAME="hall", PORT="", PASSWORD="")
        patch.setattr(settings, "MEDIA_ROOT", moved_in.files)
        patch.setattr(recovery, "DURABLE", QUICK)
        made = House(moved_in)
        hall = Hall()
        accepted_case(hall)
        made.code = hall.center.region6 + hall.center.center_no
        made.over = over(hall)
        sealing.seal(timezone.now())
        grants.install()
        (moved_in.files / "guide-files").mkdir(parents=True, exist_ok=True)
        (moved_in.files / "guide-files" / "blank").write_bytes(b"a form")
        assert taking.take(moved_in.vault, timezone.now).succeeded
        yield made
        connection.close()
        connection.settings_dict.update(before)


@pytest.mark.django_db  # first, before this process's connection points elsewhere
def test_where_nothing_was_noted_yet_no_gate_is_closed() -> None:
    assert epoch.problem() == ""
    assert not Epoch.objects.exists()


def test_a_backup_is_written_down_with_an_event_and_carries_its_epoch(house: House) -> None:
    run = Run.objects.get(kind=RunKind.BACKUP)
    assert run.succeeded
    assert run.facts["bytes"] > 100_000
    assert Event.objects.filter(kind="backup.made").count() == 1
    assert Epoch.objects.get().timeline == 1
    assert epoch.problem() == ""


def test_a_full_check_finds_nothing_and_says_so(house: House) -> None:
    assert taking.check(house.place.vault, timezone.now, full=True) == []
    assert Run.objects.filter(kind=RunKind.CHECK).latest("pk").says == "完好"


def test_b01_a_drill_restores_beside_the_hall_and_finds_every_row_seal_and_key_in_place(house: House) -> None:
    run = drill.drill(house.place.vault, timezone.now, house.said.append)
    assert run.succeeded, run.says
    assert run.facts["opened"] > 0
    assert run.facts["rows"] > 1000
    assert "全部完好" in run.says
    assert not (house.place.folder / "drill").exists()  # it held personal data
    assert signs.drill_sign(timezone.now()).well
    assert not signs.drill_sign(timezone.now() + timedelta(days=8, minutes=1)).well
    assert epoch.problem() == ""
    assert not list(house.place.vault.wal.glob("00000002*"))  # the drill never writes into the archive


def test_b01_a_drill_on_a_backup_that_does_not_open_is_a_failure_that_is_written_down(house: House) -> None:
    base = house.place.vault.bases()[-1]
    path = house.place.vault.place_of(base) / "base.tar.sealed"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    try:
        run = drill.drill(house.place.vault, timezone.now, house.said.append)
    finally:
        path.write_bytes(whole)
    assert not run.succeeded
    assert "备份恢复不出来" in run.says
    assert "已损坏" in run.says
    assert not signs.drill_sign(timezone.now()).well


def test_b07_over_a_database_that_is_there_it_refuses_without_the_flag(house: House) -> None:
    house.stop()
    try:
        with pytest.raises(CannotRestore, match="请加 --replace"):
            recovery.restore(Wish(), house.place.vault, house.way)
    finally:
        house.start()


def test_b07_over_a_running_one_it_refuses_even_with_the_flag(house: House) -> None:
    with pytest.raises(CannotRestore, match="正在运行"):
        recovery.restore(Wish(replace=True, asked=False), house.place.vault, house.way)


def test_b07_without_a_terminal_to_ask_at_it_refuses(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.stop()
    monkeypatch.setattr(sys, "stdin", open(os.devnull))  # noqa: SIM115 - closed with the patch
    try:
        with pytest.raises(CannotRestore, match="需要在终端里确认"):
            recovery.restore(Wish(replace=True), house.place.vault, house.way)
        assert not list(house.place.folder.glob("postgres.*"))
    finally:
        sys.stdin.close()
        house.start()


def test_b07_a_restore_that_fails_puts_everything_back(house: House) -> None:
    events = Event.objects.count()
    late = timezone.now()
    house.stop()
    with pytest.raises(CannotRestore, match="归档日志到不了这个时刻"):
        recovery.restore(Wish(until=late, replace=True, asked=False), house.place.vault, house.way)
    house.start()
    assert Event.objects.count() == events
    assert (house.place.files / "guide-files" / "blank").read_bytes() == b"a form"


def over(hall: Hall) -> Case:
    """A case whose applicant is to be forgotten today: its thirty years were over yesterday."""
    case = accepted_case(hall)
    case = cases.withdraw(case, reason="申请人要求", by=hall.clerk, at=MONDAY, seen=case.version)
    with behind_the_triggers("cases_case") as cursor:
        then = moment(f"{anniversary(timezone.localdate() - timedelta(days=2), -30)} 10:00")
        cursor.execute("UPDATE cases_case SET closed_at = %s WHERE id = %s", [then, case.pk])
    return case


def enqueued(key: str) -> None:
    outbox.enqueue(docket="", dedupe_key=key, available_at=MONDAY, **WAITING)


@pytest.fixture(scope="module")
def gone_back(house: House) -> House:
    """Restored to a moment by hand, as an operator with PostgreSQL's own tools would: nobody settled it."""
    enqueued("waiting")
    Session.objects.create(session_key="logged-in", session_data="", expire_date=timezone.now() + timedelta(days=1))
    before = house.place.now()
    assert erasing.erase_due(at=timezone.now()) == 1
    enqueued("lost")
    Event.objects.create(kind="backup.made", occurred_at=timezone.now(), data={"succeeded": True, "says": "lost"})
    (house.place.files / "guide-files" / "later").write_bytes(b"came later")
    house.place.archived()
    house.stop()
    found = recovery.restore(Wish(until=before, replace=True, asked=False, settle=False), house.place.vault, house.way)
    assert found.whole, found.says
    house.start()
    return house


def test_b07_what_was_there_lies_beside_it(gone_back: House) -> None:
    (database,) = gone_back.place.folder.glob("postgres.before-*")
    assert (database / "PG_VERSION").exists()
    (files,) = gone_back.place.folder.glob("media.before-*")
    assert (files / "guide-files" / "later").read_bytes() == b"came later"


def test_d12_the_relay_sends_nothing_until_somebody_has_settled_it(gone_back: House) -> None:
    assert set(Message.objects.filter(dedupe_key__in=["waiting", "lost"]).values_list("dedupe_key", flat=True)) == {
        "waiting"
    }
    assert "时间线 2，登记的是 1" in epoch.problem()
    assert not signs.epoch_sign(timezone.now()).well
    assert outbox.relay(timezone.now()) == 0
    assert Message.objects.get(dedupe_key="waiting").attempts == 0


def test_what_was_erased_since_the_backup_is_there_again(gone_back: House) -> None:
    """Which is why the next test has to hold."""
    assert Party.objects.get(case=gone_back.over).identity
    assert not Erased.objects.exists()


def test_d12_settled_numbers_and_ids_go_on_beyond_what_was_given_out_and_what_was_erased_goes_again(
    gone_back: House,
) -> None:
    lost = Event.objects.order_by("-pk")[0].pk + 10
    waiting = Message.objects.filter(done_at=None, parked_at=None).exclude(channel=Channel.INBOX).count()
    said = io.StringIO()
    call_command("restore", "--settle", stderr=said)
    assert "到期的个人信息已清除 1 件" in said.getvalue()
    assert not Party.objects.get(case=gone_back.over).identity
    assert Erased.objects.get().reference == gone_back.over.docket  # type: ignore[union-attr]
    assert epoch.problem() == ""
    assert Run.objects.filter(kind=RunKind.RESTORE).latest("pk").facts["held"] == waiting > 0
    assert Message.objects.get(dedupe_key="waiting").parked_at is not None
    assert not Session.objects.exists()
    assert Event.objects.order_by("-pk")[0].pk > lost
    held = DocketCounter.objects.get(center_code=gone_back.code, day=timezone.localdate())
    with transaction.atomic():
        docket = ledger.next_docket(region6=held.center_code[:6], center4=held.center_code[6:], on=held.day)
    assert numbers.parse(docket).serial > 1000


def test_c10_the_application_comes_back_with_its_rights_and_no_more(gone_back: House) -> None:
    application = replace(gone_back.place.server, user=grants.APPLICATION).connect()
    with closing(application), application.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_event")
        assert cursor.fetchone()[0] > 0
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("DELETE FROM ledger_event")


def test_b01_what_was_restored_can_be_looked_at(gone_back: House) -> None:
    found = verifying.verify()
    assert found.whole, found.says
    assert found.counts["cases_case"] >= 1


def test_a_backup_on_the_new_line_of_time_can_be_restored_again(gone_back: House) -> None:
    assert taking.take(gone_back.place.vault, timezone.now).succeeded
    newest = gone_back.place.vault.bases()[-1]
    assert newest.timeline == 2
    assert gone_back.place.vault.leads_on(newest)
    gone_back.place.archived()
    assert taking.check(gone_back.place.vault, timezone.now, full=True) == []
