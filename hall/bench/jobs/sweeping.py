"""The sweep: ten thousand clocks that have just become late, and the sweep that finds nothing."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from approvals.cases.actions.lateness import sweep
from approvals.cases.clock import ClockKind, Level
from approvals.cases.models import ClockRow
from hall.bench.measuring import Ground, Must, Result, clock, middle

NEWLY_LATE: Final = 10_000
IDLE_RUNS: Final = 21
SPREAD: Final = 10  # one clock of ten, so that neighbours in the table are not neighbours in the batch
_FLOOR: Final = """
WITH due AS (
    SELECT row.id, row.case_id, row.clock, row.subject, row.version, row.due, cases.docket, cases.handler_id,
        department.chief_representative_id, center.region6 || center.center_no AS code, version.name
    FROM cases_clockrow row
    JOIN cases_case cases ON cases.id = row.case_id
    JOIN organisation_center center ON center.id = cases.center_id
    JOIN organisation_department department ON department.id = cases.department_id
    JOIN catalogue_itemversion version ON version.id = cases.version_filed_id
    WHERE row.next_look_at <= %(at)s
    FOR UPDATE OF row, cases SKIP LOCKED
), rewritten AS (
    UPDATE cases_clockrow row SET next_look_at = NULL, stop_overrun = row.stop_overrun,
        parked_until = NULL, parked_error = ''
    FROM due WHERE row.id = due.id
), flagged AS (
    INSERT INTO cases_flag (case_id, clock, subject, version, level, true_at, recorded_at, carried,
        withdrawn_reason)
    SELECT case_id, clock, subject, version, %(level)s, %(at)s, %(at)s, false, '' FROM due
), told AS (
    INSERT INTO ledger_event (docket, kind, center_code, actor_role, occurred_at, data)
    SELECT docket, 'case.flag_raised', code, '', %(at)s,
        jsonb_build_object('clock', clock, 'level', %(level)s, 'true_at', %(at)s, 'deadline_version', version,
            'due', due) FROM due
)
INSERT INTO outbox_message (id, docket, channel, template, recipient_kind, recipient_ref, dedupe_key,
    context, created_at, available_at, attempts, last_error)
SELECT gen_random_uuid(), docket, 'inbox', %(template)s, 'cases.staff', staff::text,
    concat_ws('|', docket, clock, subject, version, 'bench', %(at)s, staff),
    jsonb_build_object('docket', docket, 'item', name, 'clock', clock, 'due', due), %(at)s, %(at)s, 0, ''
FROM due CROSS JOIN LATERAL (SELECT DISTINCT unnest(ARRAY[handler_id, chief_representative_id]) AS staff) AS people
WHERE staff IS NOT NULL
"""


def measure(ground: Ground) -> Result:
    """Ours by `actions.sweep`, the floor by one statement that writes the same rows; each on clocks of its own."""
    sweep(at=timezone.now())  # what came due since the database was made
    rows = _clocks(2 * NEWLY_LATE)
    number = len(rows) // 2
    floor = _timed(rows[:number], _bare)
    ours = _timed(rows[number : 2 * number], lambda at: sweep_all(at, number))
    return Result(
        "sweep", ground.scale.name, ours, "s", number, floor=floor,
        musts=(Must("倍数", ours / floor, 5),),
        also={"clocks_per_second": number / ours},
    )  # fmt: skip


def measure_idle(ground: Ground) -> Result:
    """Nothing has come due: what every twentieth second costs."""
    sweep(at=timezone.now())
    ours = middle(lambda: sweep(at=timezone.now() - timedelta(seconds=30)), IDLE_RUNS) * 1000
    floor = middle(_probe, IDLE_RUNS) * 1000
    return Result("sweep_idle", ground.scale.name, ours, "ms", IDLE_RUNS, floor=floor, musts=(Must("毫秒", ours, 20),))


class NotAll(Exception):
    """The sweep raised another number of flags than clocks had become late."""


def sweep_all(at: datetime, number: int) -> None:
    raised = sweep(at=at).raised
    if raised != number:
        raise NotAll(f"{raised} of {number}")


def _clocks(number: int) -> list[int]:
    """Running decision clocks, spread over the whole table."""
    rows = ClockRow.objects.filter(clock=ClockKind.DECISION, ended_on__isnull=True, stopped=False).order_by("case_id")
    keys = list(rows.values_list("pk", flat=True)[: number * SPREAD])
    if not keys:
        raise NotAll("no clock is running")
    return keys[:: max(1, len(keys) // number)][:number]


def _timed(rows: Sequence[int], work: Callable[[datetime], object]) -> float:
    """Let exactly these clocks become late a minute ago, then time the work on them."""
    at = timezone.now()
    _make_late(rows, at - timedelta(minutes=1))
    return clock(lambda: work(at))


def _make_late(rows: Sequence[int], moment: datetime) -> None:
    """Under a new version of their deadline, as after an extension: a clock is flagged once a version and level, and
    the same clocks may be late again in the next run."""
    with transaction.atomic():
        ClockRow.objects.filter(pk__in=rows).update(
            version=F("version") + 1,
            changes=[[moment.isoformat(), Level.OVER_PROMISE.value]],
            next_look_at=moment,
            late_from=moment,
        )


def _bare(at: datetime) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FLOOR, {"at": at, "level": Level.OVER_PROMISE.value, "template": "staff_over_promise"})


def _probe() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM cases_clockrow WHERE next_look_at <= %s LIMIT 1",
            [timezone.now() - timedelta(seconds=30)],
        )
        cursor.fetchall()
