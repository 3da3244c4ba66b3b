"""A notice among transactions that began before it, and a recalculation killed at the worst moment (T21, C27).

On real connections, with a real process under SIGKILL.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from approvals.cases import actions, door
from approvals.cases.models import Case, ClockRow, Waiting
from hall.ledger.models import Event
from hall.workdays.actions import import_notice
from hall.workdays.following_actions import follow
from hall.workdays.models import CalendarChange
from tests.approvals.cases.test_following import MORE_OFF
from tests.builders import Hall, accepted_case, make_case, make_item_version, moment
from tests.hall.local.running import eventually

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
OLD, NEW = "2026-05-13", "2026-05-14"


@contextmanager
def under_way(work: Callable[[], Any]) -> Iterator[list[Any]]:
    """`work` has been done on a connection of its own and is committed when the block is left."""
    done, end = threading.Event(), threading.Event()
    results: list[Any] = []

    def run() -> None:
        close_old_connections()
        try:
            with transaction.atomic():
                results.append(work())
                done.set()
                end.wait(timeout=30)
        except Exception as error:
            results.append(error)
        finally:
            done.set()
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert done.wait(timeout=30)
    try:
        yield results
    finally:
        end.set()
        thread.join(timeout=30)
    assert not [one for one in results if isinstance(one, Exception)]


def take_in() -> CalendarChange:
    import_notice(text=MORE_OFF, by=None, at=timezone.now())
    return CalendarChange.objects.get()


def due(case: Case) -> str:
    return ClockRow.objects.get(case=case, clock="decision").due.isoformat()


def moves() -> list[tuple[str, str, str]]:
    told = Event.objects.filter(kind="case.deadline_moved", data__clock="decision").order_by("docket")
    return [(event.docket, event.data["old"], event.data["new"]) for event in told]


def test_t21_an_act_that_read_the_old_calendar_is_waited_for_and_follows() -> None:
    """It was taken before the notice and is committed after it: nobody can see its clock when others are listed."""
    hall = Hall()
    version = make_item_version(hall.department, steps=())
    early, late = accepted_case(hall, version), make_case(hall, version)
    with under_way(lambda: actions.accept(late, by=hall.clerk, at=moment("2026-04-13 10:20"))):
        change = take_in()
        done = follow(at=timezone.now(), seconds=0)
        change.refresh_from_db()
        assert (done.finished, change.begun_at, Waiting.objects.count()) == (False, None, 0)
    assert due(late) == OLD
    assert follow(at=timezone.now()).finished
    assert (due(early), due(late)) == (NEW, NEW)
    assert moves() == sorted((case.docket, OLD, NEW) for case in (early, late))


def test_t21_a_filing_that_read_the_old_calendar_is_waited_for_and_follows() -> None:
    hall = Hall()
    version = make_item_version(hall.department, steps=())
    at = moment("2026-04-28 09:00")  # the five days for its notice run over the sixth of May
    with under_way(lambda: make_case(hall, version, at=at)) as filed:
        take_in()
        assert not follow(at=timezone.now(), seconds=0).finished
    before = ClockRow.objects.get(case=filed[0], clock="notice").due
    assert follow(at=timezone.now()).finished
    after = ClockRow.objects.get(case=filed[0], clock="notice").due
    [event] = Event.objects.filter(kind="case.deadline_moved", data__clock="notice")
    assert (event.data["old"], event.data["new"]) == (before.isoformat(), after.isoformat())
    assert (before.isoformat(), after.isoformat()) == ("2026-05-08", "2026-05-09")


def test_who_began_after_the_notice_is_not_waited_for() -> None:
    """Those to wait for are noted once: a hall that files all day long would never come to the list otherwise."""
    hall = Hall()
    version = make_item_version(hall.department, steps=())
    case = accepted_case(hall, version)
    with under_way(lambda: make_case(hall, version)):
        change = take_in()
        assert not follow(at=timezone.now(), seconds=0).finished
    change.refresh_from_db()
    assert len(change.elders) == 1
    with under_way(lambda: make_case(hall, version)):
        assert follow(at=timezone.now(), seconds=5).finished
    assert due(case) == NEW


def test_who_reads_no_calendar_is_not_waited_for() -> None:
    hall = Hall()
    case = accepted_case(hall)
    with under_way(Case.objects.count):
        take_in()
        assert follow(at=timezone.now(), seconds=5).finished
    assert due(case) == NEW


def test_c27_an_act_counts_by_one_calendar_to_its_end() -> None:
    """A notice that comes in the middle of an act moves its case afterwards, and tells so once."""
    hall = Hall()
    case = accepted_case(hall, make_item_version(hall.department, steps=()))
    with under_way(lambda: _slowly(hall, case)):
        follow(at=timezone.now(), seconds=0)
        assert moves() == []
    assert due(case) == OLD
    assert follow(at=timezone.now()).finished
    assert moves() == [(case.docket, OLD, NEW)]


def _slowly(hall: Hall, case: Case) -> None:
    """An act during which, on another connection, the notice is taken in."""
    with door.opened(case, "hand_over", by=hall.chief, at=timezone.now()):
        thread = threading.Thread(target=_take_in_and_close)
        thread.start()
        thread.join(timeout=30)


def _take_in_and_close() -> None:
    try:
        take_in()
    finally:
        connection.close()


COMMAND = """
from approvals.cases.actions import following
following.PORTION = {portion}
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "recalculate"])
"""


@contextmanager
def recalculating(portion: int) -> Iterator[subprocess.Popen[str]]:
    """`manage.py recalculate` in a process of its own, with small portions."""
    place = connection.settings_dict
    process = subprocess.Popen(
        [sys.executable, "-c", "import django; django.setup()\n" + COMMAND.format(portion=portion)],
        cwd=Path(__file__).parents[3],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "hall.settings",
            "DATABASE_URL": f"postgresql://{place['USER']}@/{place['NAME']}?host={place['HOST']}",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=30)


@contextmanager
def locked_clock_of(case: Case) -> Iterator[Callable[[], None]]:
    """Somebody holds the clocks of a case until he is told to give them back."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM cases_clockrow WHERE case_id = %s FOR UPDATE", [case.pk])
            yield lambda: cursor.execute("ROLLBACK")
    finally:
        other.close()


def blocked() -> bool:
    """Somebody waits for a lock in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def others() -> int:
    """How many other sessions work in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def test_t21_r02_recalculation_killed_in_the_middle_of_a_portion_leaves_each_clock_right_and_told_once() -> None:
    hall = Hall()
    version = make_item_version(hall.department, steps=())
    cases = [accepted_case(hall, version) for _ in range(7)]
    change = take_in()
    held = sorted(cases, key=lambda case: case.pk)[4]  # of the second portion
    with locked_clock_of(held) as give_back, recalculating(portion=3) as process:
        assert eventually(blocked, 30)
        process.kill()
        assert process.wait(timeout=10) == -9
        give_back()
    assert eventually(lambda: others() == 0, 10)
    change.refresh_from_db()
    assert (change.done, change.total, change.finished_at) == (3, 7, None)
    assert (Waiting.objects.count(), len(moves())) == (4, 3)

    with recalculating(portion=3) as process:
        told, _ = process.communicate(timeout=60)
    assert process.returncode == 0, told
    assert "7/7 件，变动 7 个期限，完毕" in told
    assert {due(case) for case in cases} == {NEW}
    assert moves() == sorted((case.docket, OLD, NEW) for case in cases)
    assert {ClockRow.objects.get(case=case, clock="decision").version for case in cases} == {2}
