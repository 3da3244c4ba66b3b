"""The tallies equal a recount of the facts, however they were brought up to date."""

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from approvals.cases import actions
from approvals.cases.enums import CorrectableField
from hall.dashboard import rolling
from hall.dashboard.enums import Grain
from hall.dashboard.models import CaseTally, DurationTally, OpenTally, StaleDay, Watermark
from hall.dashboard.tasks import roll
from hall.ledger.models import Heartbeat
from tests.builders import MONDAY, Hall, accepted_case, make_case
from tests.hall.dashboard.builders import (
    History,
    counted_by_hand,
    everything,
    granted_case,
    kept,
    late_case,
)

pytestmark = pytest.mark.django_db(transaction=True)


def now() -> datetime:
    return timezone.now()


@pytest.mark.parametrize("seed", [3, 14, 159])
def test_refreshing_is_rebuilding_is_recounting(hall: Hall, seed: int) -> None:
    history = History(hall, seed)
    rolling.refresh(now())
    done = 0
    for _ in range(5):
        done += history.go_on(14)
        rolling.refresh(now())
        assert kept() == counted_by_hand()
    assert done > 20
    refreshed = everything()
    rolling.rebuild(now())
    assert everything() == refreshed


def test_the_first_time_everything_is_counted(hall: Hall) -> None:
    granted_case(hall)
    assert rolling.refresh(now()) == 0
    assert kept() == counted_by_hand() != {}


def test_nothing_new_touches_no_day(hall: Hall) -> None:
    granted_case(hall)
    rolling.refresh(now())
    assert rolling.refresh(now()) == 0


def test_a_new_case_touches_its_own_day_only(hall: Hall) -> None:
    rolling.refresh(now())
    make_case(hall)
    assert rolling.refresh(now()) == 1
    ((key, counted),) = kept().items()
    assert (key[:4], counted) == ((MONDAY.date(), hall.center.pk, hall.department.pk, hall.window.pk), {"filed": 1})


def test_a_corrected_day_takes_the_case_away_from_the_wrong_one(hall: Hall) -> None:
    """Twice, so that the second wrong day is in no event's time."""
    case = make_case(hall)
    for day in ("2026-04-09T10:00:00", "2026-04-07T10:00:00"):
        rolling.refresh(now())
        at = MONDAY + timedelta(hours=1)
        field = CorrectableField.RECEIVED_AT
        asked = actions.propose_correction(case, by=hall.clerk, at=at, field=field, value=day, reason="录错日子")
        actions.review_correction(asked, by=hall.approver, at=at, agreed=True)
        rolling.refresh(now())
        assert kept() == counted_by_hand()
    assert [day for day, *_ in kept()] == [date(2026, 4, 7)]


def test_late_and_early_are_told_apart(hall: Hall) -> None:
    granted_case(hall, days=3)
    late_case(hall)
    rolling.rebuild(now())
    rows = CaseTally.objects.filter(grain="department", span="day", timed__gt=0)
    assert sorted((r.on_time, r.late, r.early) for r in rows) == [(0, 1, 0), (1, 0, 1)]


def test_months_and_coarser_rows_add_up_the_finest(hall: Hall) -> None:
    granted_case(hall, days=3)
    granted_case(hall, days=25)
    rolling.rebuild(now())
    kept = {(row.span, row.grain): [0, 0] for row in CaseTally.objects.all()}
    for row in CaseTally.objects.all():
        kept[row.span, row.grain][0] += row.filed
        kept[row.span, row.grain][1] += row.closed
    assert kept == {
        (span, grain): [2, 2] for span, grains in (
            ("day", ("center", "department", "full")), ("month", ("center", "department", "window", "item")),
        ) for grain in grains
    }  # fmt: skip
    months = CaseTally.objects.filter(span="month", grain="department")
    assert {r.day for r in months} == {date(2026, 4, 1), date(2026, 5, 1)}


def test_a_coarse_row_names_nothing_finer(hall: Hall) -> None:
    granted_case(hall)
    rolling.rebuild(now())
    named: dict[str, set[tuple[bool, ...]]] = {grain: set() for grain in Grain.values}
    for row in CaseTally.objects.all():
        named[row.grain].add((row.department_id is not None, row.window_id is not None, row.item != ""))
    assert named == {
        "center": {(False, False, False)}, "department": {(True, False, False)}, "window": {(True, True, False)},
        "item": {(True, False, True)}, "full": {(True, True, True)},
    }  # fmt: skip


def test_durations_are_kept_net_and_elapsed(hall: Hall) -> None:
    granted_case(hall, days=4)  # Monday to Friday
    rolling.rebuild(now())
    rows = DurationTally.objects.filter(grain="department", span="day").order_by("kind")
    assert [(r.kind, r.days, r.n) for r in rows] == [("elapsed", [4], [1]), ("net", [4], [1])]


def test_durations_of_a_month_add_up_those_of_its_days(hall: Hall) -> None:
    for at, days in ((MONDAY, 1), (MONDAY, 2), (MONDAY + timedelta(days=1), 2)):
        granted_case(hall, at=at, days=days)
    rolling.rebuild(now())
    rows = DurationTally.objects.filter(span="month", kind="elapsed")
    assert {(r.grain, *r.days, *r.n) for r in rows} == {("center", 1, 2, 1, 2), ("department", 1, 2, 1, 2)}


def test_open_cases_are_counted_under_their_lamps(hall: Hall) -> None:
    at = timezone.now() - timedelta(hours=1)
    accepted_case(hall, at=at)
    late = accepted_case(hall, at=MONDAY)
    rolling.rebuild(now())
    assert dict(OpenTally.objects.values_list("lamp", "n")) == {"normal": 1, "over_statute": 1}
    assert OpenTally.objects.get(lamp="over_statute").oldest_at == late.received_at


def test_what_was_rebuilt_since_a_month_leaves_the_months_before(hall: Hall) -> None:
    granted_case(hall, days=25)
    rolling.rebuild(now())
    CaseTally.objects.filter(day__lt=date(2026, 5, 1)).update(filed=77)
    rolling.rebuild(now(), since=date(2026, 5, 4))
    assert set(CaseTally.objects.filter(day__lt=date(2026, 5, 1)).values_list("filed", flat=True)) == {77}
    assert sum(CaseTally.objects.filter(span="day", grain="full").values_list("closed", flat=True)) == 1


def test_only_one_refreshes_at_a_time(hall: Hall) -> None:
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('dashboard.rolling'), 0)")
            taken.set()
            done.wait(10)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(10)
    assert rolling.refresh(now()) is None
    done.set()
    holder.join()
    assert rolling.refresh(now()) == 0


def test_a_case_filed_by_a_transaction_that_commits_late_is_not_skipped(hall: Hall) -> None:
    make_case(hall)
    rolling.refresh(now())
    begun, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            make_case(hall)
            begun.set()
            finish.wait(10)
        connections.close_all()

    filing = threading.Thread(target=slow)
    filing.start()
    begun.wait(10)
    rolling.refresh(now())
    finish.set()
    filing.join()
    assert rolling.refresh(now()) == 1
    assert kept() == counted_by_hand()


def test_transaction_numbers_that_begin_anew_lose_nothing(hall: Hall) -> None:
    """A dump restored into another cluster: the mark lies far ahead of every number to come."""
    make_case(hall)
    rolling.refresh(now())
    Watermark.objects.update(through_xid=2**40)
    granted_case(hall)
    rolling.refresh(now())
    assert kept() == counted_by_hand()
    assert Watermark.objects.get().through_xid < 2**40


def test_no_stale_day_is_left_behind(hall: Hall) -> None:
    rolling.refresh(now())
    granted_case(hall)
    rolling.refresh(now())
    assert not StaleDay.objects.exists()


def test_the_task_leaves_a_heartbeat() -> None:
    roll()
    assert Heartbeat.objects.filter(name="roll").exists()
