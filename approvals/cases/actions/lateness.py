"""The sweep (law 9): flag what is due soon, late, deemed accepted or lapsed. By state, never by a time window.

A clock row knows when it changes; the sweep takes the rows whose moment has come, locks them and their cases (skipping
what somebody holds), and writes flags, events and messages set-based. Running twice does nothing, a missed night
catches up. A batch that fails is halved down to the row that cannot be handled, which is parked for an hour and named.

Ten thousand clocks run out in the same midnight: rows are read as plain tuples and written a batch in one statement.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from psycopg2.errors import QueryCanceled

from approvals.cases import catching_up, codes
from approvals.cases.actions import acceptance
from approvals.cases.clock import ClockKind, Level
from approvals.cases.messages import spoken_day
from approvals.cases.models import Case, ClockRow, Flag
from hall.ledger import actions as ledger
from hall.ledger import numbers, setwise
from hall.ledger.actions import NewEvent
from hall.organisation.models import Absence
from hall.outbox import actions as outbox
from hall.outbox.actions import NewMessage

logger = logging.getLogger(__name__)
BATCH: Final = 1000
PARKED_FOR: Final = timedelta(hours=1)
# Levels that change the case itself; the others are flags only.
_CONSEQUENCES: Final[Mapping[str, Callable[..., Case | None]]] = {
    Level.DEEMED_ACCEPTED: acceptance.deem_accepted,
    Level.LAPSED: acceptance.lapse,
}
# A sweep that catches up finds several levels of one clock at once: all are flagged, people are told the gravest.
_LATE: Final[frozenset[str]] = frozenset({Level.OVER_PROMISE, Level.OVER_STATUTE, Level.DEEMED_ACCEPTED, Level.LAPSED})
_SAID_BY: Final[Mapping[str, frozenset[str]]] = {
    Level.DUE_SOON: _LATE,
    Level.OVER_PROMISE: frozenset({Level.OVER_STATUTE}),
}
_FOR_THE_CHIEF: Final = frozenset({Level.OVER_PROMISE, Level.OVER_STATUTE, Level.DEEMED_ACCEPTED})


_CLAIM: Final = """
SELECT row.id, CAST(row.case_id AS text), row.clock, row.subject, row.version, row.due, CAST(row.changes AS text),
    row.stop_overrun, cases.docket, cases.handler_id, cases.imported, center.region6 || center.center_no,
    department.chief_representative_id, version.name
FROM cases_clockrow row
JOIN cases_case cases ON cases.id = row.case_id
JOIN organisation_center center ON center.id = cases.center_id
JOIN organisation_department department ON department.id = cases.department_id
JOIN catalogue_itemversion version ON version.id = cases.version_filed_id
WHERE row.id = ANY(%s) AND row.next_look_at <= %s
ORDER BY row.next_look_at, row.id
FOR UPDATE OF row, cases SKIP LOCKED
"""
_LOOKED: Final = """
UPDATE cases_clockrow row
SET next_look_at = seen.next_look_at, stop_overrun = seen.stop_overrun, parked_until = NULL, parked_error = ''
FROM json_to_recordset(%s) AS seen(id bigint, next_look_at timestamptz, stop_overrun boolean)
WHERE row.id = seen.id
"""
_FLAG: Final = ("case", "clock", "subject", "version", "level", "true_at", "recorded_at", "carried", "withdrawn_reason")


@dataclass
class SweepResult:
    """What one sweep did; logged as counts."""

    looked_at: int = 0
    raised: int = 0
    consequences: int = 0
    parked: list[str] = field(default_factory=list)


@dataclass
class Claimed:
    """One clock row, locked, with what its events and messages say; in the order of `_CLAIM`."""

    pk: int
    case_id: str
    clock: str
    subject: str
    version: int
    due: date
    changes: str
    stop_overrun: bool
    docket: str
    handler_id: int
    imported: bool
    center_code: str
    chief_id: int | None
    item: str

    @cached_property
    def moments(self) -> list[tuple[datetime, str]]:
        """What the clock turns into and when, as the row has it."""
        return [(datetime.fromisoformat(moment), level) for moment, level in json.loads(self.changes)]

    def reached(self, at: datetime) -> dict[str, datetime]:
        """The levels reached by `at`, each with its true moment."""
        found: dict[str, datetime] = {}
        for moment, level in self.moments:
            if moment <= at:
                found.setdefault(Level(level).value, moment)
        return found

    def looked(self, at: datetime) -> dict[str, Any]:
        """What the row holds once it has been looked at."""
        later = min((moment for moment, _ in self.moments if moment > at), default=None)
        overrun = self.stop_overrun or Level.PAUSE_OVERRUN in self.reached(at)
        return {"id": self.pk, "next_look_at": later, "stop_overrun": overrun}


Raised = tuple[Claimed, dict[str, datetime]]


def sweep(*, at: datetime, batch: int = BATCH) -> SweepResult:
    """Handle every clock whose moment has come by `at`. Safe to run twice, at once, or after days of standing still."""
    result = SweepResult()
    codes.forget_expired(at=at)
    while ids := _due(at, batch):
        before = result.looked_at + len(result.parked)
        _handle(ids, at=at, result=result)
        if result.looked_at + len(result.parked) == before:
            break  # everything left is held by somebody; the next sweep comes in seconds
    ledger.beat("sweep", at)
    return result


def _due(at: datetime, batch: int) -> list[int]:
    ready = Q(parked_until__isnull=True) | Q(parked_until__lte=at)
    return list(
        ClockRow.objects.filter(ready, next_look_at__lte=at)
        .order_by("next_look_at", "pk")
        .values_list("pk", flat=True)[:batch]
    )


def _handle(ids: Sequence[int], *, at: datetime, result: SweepResult) -> None:
    """One batch in one transaction; on any error its halves, down to the poison row.

    A cut connection, a lock somebody else holds or a deadlock say nothing against a row: parked for it, a case would be
    flagged an hour late. Such an error ends the sweep without its heartbeat; the next one comes in seconds.
    """
    try:
        with transaction.atomic():
            _flag(ids, at=at, result=result)
    except Exception as error:
        if _passes_by_itself(error):
            raise
        if len(ids) == 1:
            _park(ids[0], error, at=at, result=result)
            return
        middle = len(ids) // 2
        _handle(ids[:middle], at=at, result=result)
        _handle(ids[middle:], at=at, result=result)


def _passes_by_itself(error: Exception) -> bool:
    if isinstance(error, InterfaceError):
        return True
    return isinstance(error, OperationalError) and not isinstance(error.__cause__, QueryCanceled)


def _park(pk: int, error: Exception, *, at: datetime, result: SweepResult) -> None:
    row = ClockRow.objects.select_related("case").get(pk=pk)
    row.parked_until, row.parked_error = at + PARKED_FOR, type(error).__name__
    row.save(update_fields=["parked_until", "parked_error"])
    result.parked.append(row.case.docket)
    logger.error("sweep parked a clock", extra={"docket": row.case.docket, "error": type(error).__name__})


def _flag(ids: Sequence[int], *, at: datetime, result: SweepResult) -> None:
    """Lock, re-check, write. Counts are added last, for an error leaves this function."""
    rows = claimed = _claim(ids, at)
    if catching_up.catch_up({row.case_id for row in claimed}, at=at):
        rows = _claim(ids, at)  # the calendar has changed under them, and with it what they say
    new = _raise(rows, at=at)
    ledger.append_many(_event(row, level, moment, at=at) for row, levels in new for level, moment in levels.items())
    outbox.enqueue_many(_messages(new, at=at))
    with connection.cursor() as cursor:
        cursor.execute(_LOOKED, [setwise.as_json([row.looked(at) for row in rows])])
    consequences = _draw_consequences(new, at=at)
    result.looked_at += len(claimed)
    result.raised += sum(len(levels) for _, levels in new)
    result.consequences += consequences


def _claim(ids: Sequence[int], at: datetime) -> list[Claimed]:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [list(ids), at])
        return [Claimed(*columns) for columns in cursor.fetchall()]


def _raise(rows: Sequence[Claimed], *, at: datetime) -> list[Raised]:
    """Flag every level reached and not yet flagged under this version; whatever stands there already stays."""
    moment = at.isoformat()
    wanted = [
        {"case": row.case_id, "clock": row.clock, "subject": row.subject, "version": row.version, "level": level,
         "true_at": true_at, "recorded_at": moment, "carried": False, "withdrawn_reason": ""}
        for row in rows
        for level, true_at in row.reached(at).items()
    ]  # fmt: skip
    keys = "CAST(case_id AS text), clock, subject, level"
    new = set(setwise.insert(Flag, _FLAG, wanted, ignore_conflicts=True, returning=keys))
    raised = []
    for row in rows:
        levels = {
            level: true_at
            for level, true_at in row.reached(at).items()
            if (row.case_id, row.clock, row.subject, level) in new
        }
        if levels:
            raised.append((row, levels))
    return raised


def _event(row: Claimed, level: str, true_at: datetime, *, at: datetime) -> NewEvent:
    return NewEvent(
        docket=row.docket,
        kind="case.flag_raised",
        center_code=row.center_code,
        actor=None,
        occurred_at=at,
        data={
            "clock": row.clock,
            "level": level,
            "true_at": true_at.isoformat(),
            "deadline_version": row.version,
            "due": row.due.isoformat(),
        },
    )


def _deputies(staff: set[int], *, at: datetime) -> dict[int, int]:
    """Who stands in for whom at the moment, in one query (职位代理制)."""
    absences = Absence.objects.filter(staff_id__in=staff, from_at__lte=at, acting__isnull=False)
    still = absences.filter(Q(until_at__isnull=True) | Q(until_at__gt=at))
    return dict(still.values_list("staff_id", "acting_id"))


def _messages(new: Sequence[Raised], *, at: datetime) -> list[NewMessage]:
    """What the people concerned are told; of an imported case nobody is told anything."""
    deputies = _deputies({row.handler_id for row, _ in new}, at=at)
    told = [(row, _worth_telling(levels)) for row, levels in new if not row.imported]
    return [
        NewMessage(
            docket=row.docket,
            channel="inbox",
            template=f"staff_{level}",
            recipient_kind="cases.staff",
            recipient_ref=str(staff),
            dedupe_key=f"{row.docket}|{row.clock}|{row.subject}|{row.version}|{level}|{staff}",
            context=context,
            available_at=at,
        )
        for row, levels in told
        for context in [_context(row)]
        for level in levels
        for staff in _recipients(row, level, deputies)
    ]


def _worth_telling(levels: Mapping[str, datetime]) -> list[str]:
    """Without what a graver flag of the same clock, raised in the same sweep, already says."""
    return [level for level in levels if not _SAID_BY.get(level, frozenset()) & levels.keys()]


def _recipients(row: Claimed, level: str, deputies: Mapping[int, int]) -> list[int]:
    """The handler and whoever stands in are told of everything, the chief representative of what is late."""
    recipients = {row.handler_id, deputies.get(row.handler_id, row.handler_id)}
    if level in _FOR_THE_CHIEF and row.chief_id:
        recipients.add(row.chief_id)
    return sorted(recipients)


def _context(row: Claimed) -> dict[str, str]:
    return {
        "docket": numbers.grouped(row.docket),
        "item": row.item,
        "clock": str(ClockKind(row.clock).label),
        "due": spoken_day(row.due),
    }


def _draw_consequences(new: Sequence[Raised], *, at: datetime) -> int:
    """What the law does by itself, one case at a time: it issues a document and moves the state."""
    due = [(row.case_id, level) for row, levels in new for level in levels if level in _CONSEQUENCES]
    cases = {str(case.pk): case for case in Case.objects.select_related("center").filter(pk__in={pk for pk, _ in due})}
    return sum(_CONSEQUENCES[level](cases[pk], at=at) is not None for pk, level in due)
