"""The sweep (law 9): flag what is due soon, late, deemed accepted or lapsed. By state, never by a time window.

A clock row knows when it changes; the sweep takes the rows whose moment has come, locks them and their cases (skipping
what somebody holds), and writes flags, events and messages set-based. Running twice does nothing, a missed night
catches up. A batch that fails is halved down to the row that cannot be handled, which is parked for an hour and named.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from approvals.cases import codes
from approvals.cases.actions import acceptance
from approvals.cases.clock import ClockKind, Level
from approvals.cases.messages import spoken_day
from approvals.cases.models import ClockRow, Flag
from hall.ledger import actions as ledger
from hall.ledger import numbers
from hall.ledger.actions import NewEvent
from hall.organisation.models import Absence
from hall.outbox import actions as outbox
from hall.outbox.actions import NewMessage

logger = logging.getLogger(__name__)
BATCH: Final = 500
PARKED_FOR: Final = timedelta(hours=1)
# Levels that change the case itself; the others are flags only.
_CONSEQUENCES: Final = {Level.DEEMED_ACCEPTED: acceptance.deem_accepted, Level.LAPSED: acceptance.lapse}
# A sweep that catches up finds several levels of one clock at once: all are flagged, people are told the gravest.
_LATE: Final = frozenset({Level.OVER_PROMISE, Level.OVER_STATUTE, Level.DEEMED_ACCEPTED, Level.LAPSED})
_SAID_BY: Final[Mapping[str, frozenset[Level]]] = {
    Level.DUE_SOON: _LATE,
    Level.OVER_PROMISE: frozenset({Level.OVER_STATUTE}),
}
_FOR_THE_CHIEF: Final = frozenset({Level.OVER_PROMISE, Level.OVER_STATUTE, Level.DEEMED_ACCEPTED})


@dataclass
class SweepResult:
    """What one sweep did; logged as counts."""

    looked_at: int = 0
    raised: int = 0
    consequences: int = 0
    parked: list[str] = field(default_factory=list)


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
    """One batch in one transaction; on any error its halves, down to the poison row."""
    try:
        with transaction.atomic():
            _flag(ids, at=at, result=result)
    except Exception as error:
        if len(ids) == 1:
            _park(ids[0], error, at=at, result=result)
            return
        middle = len(ids) // 2
        _handle(ids[:middle], at=at, result=result)
        _handle(ids[middle:], at=at, result=result)


def _park(pk: int, error: Exception, *, at: datetime, result: SweepResult) -> None:
    row = ClockRow.objects.select_related("case").get(pk=pk)
    row.parked_until, row.parked_error = at + PARKED_FOR, type(error).__name__
    row.save(update_fields=["parked_until", "parked_error"])
    result.parked.append(row.case.docket)
    logger.error("sweep parked a clock", extra={"docket": row.case.docket, "error": type(error).__name__})


def _flag(ids: Sequence[int], *, at: datetime, result: SweepResult) -> None:
    """Lock, re-check, write. Counts are added last, for an error leaves this function."""
    rows = list(
        ClockRow.objects.filter(pk__in=ids, next_look_at__lte=at)
        .select_related("case__center", "case__department", "case__version_filed")
        .select_for_update(of=("self", "case"), skip_locked=True)
        .order_by("next_look_at", "pk")
    )
    new = _new_flags(rows, at=at)
    Flag.objects.bulk_create([flag for _, flag in new])
    ledger.append_many(_event(row, flag, at=at) for row, flag in new)
    deputies = _deputies({row.case.handler_id for row, _ in new}, at=at)
    told = _worth_telling(new)
    outbox.enqueue_many(message for row, flag in told for message in _messages(row, flag, deputies, at=at))
    for row in rows:
        row.next_look_at = row.look_after(at)
        row.stop_overrun = row.stop_overrun or any(level == Level.PAUSE_OVERRUN for level, _ in row.reached(at))
        row.parked_until, row.parked_error = None, ""
    ClockRow.objects.bulk_update(rows, ["next_look_at", "stop_overrun", "parked_until", "parked_error"])
    consequences = _draw_consequences(new, at=at)
    result.looked_at += len(rows)
    result.raised += len(new)
    result.consequences += consequences


def _new_flags(rows: Sequence[ClockRow], *, at: datetime) -> list[tuple[ClockRow, Flag]]:
    """Reached and not yet flagged under this version. The rows are locked, so nobody else can be writing theirs."""
    known = set(
        Flag.objects.filter(case__in={row.case_id for row in rows}).values_list(
            "case_id", "clock", "subject", "version", "level"
        )
    )
    return [
        (row, Flag(case_id=row.case_id, clock=row.clock, subject=row.subject, version=row.version, level=level,
                   true_at=moment, recorded_at=at))
        for row in rows
        for level, moment in row.reached(at)
        if (row.case_id, row.clock, row.subject, row.version, level.value) not in known
    ]  # fmt: skip


def _worth_telling(new: Sequence[tuple[ClockRow, Flag]]) -> list[tuple[ClockRow, Flag]]:
    """Without what a graver flag of the same clock, raised in the same sweep, already says."""
    raised = {(row.pk, flag.level) for row, flag in new}
    return [
        (row, flag)
        for row, flag in new
        if not any((row.pk, graver) in raised for graver in _SAID_BY.get(flag.level, frozenset()))
    ]


def _event(row: ClockRow, flag: Flag, *, at: datetime) -> NewEvent:
    return NewEvent(
        docket=row.case.docket,
        kind="case.flag_raised",
        center_code=row.case.center.code,
        actor=None,
        occurred_at=at,
        data={
            "clock": row.clock,
            "level": flag.level,
            "true_at": flag.true_at.isoformat(),
            "deadline_version": row.version,
            "due": row.due.isoformat(),
        },
    )


def _deputies(staff: set[int], *, at: datetime) -> dict[int, int]:
    """Who stands in for whom at the moment, in one query (职位代理制)."""
    absences = Absence.objects.filter(staff_id__in=staff, from_at__lte=at, acting__isnull=False)
    still = absences.filter(Q(until_at__isnull=True) | Q(until_at__gt=at))
    return dict(still.values_list("staff_id", "acting_id"))


def _messages(row: ClockRow, flag: Flag, deputies: Mapping[int, int], *, at: datetime) -> list[NewMessage]:
    """The handler and whoever stands in are told of everything, the chief representative of what is late."""
    if row.case.imported:
        return []
    recipients = {row.case.handler_id, deputies.get(row.case.handler_id, row.case.handler_id)}
    if flag.level in _FOR_THE_CHIEF and row.case.department.chief_representative_id:
        recipients.add(row.case.department.chief_representative_id)
    key = f"{row.case.docket}|{row.clock}|{row.subject}|{row.version}|{flag.level}"
    context = {
        "docket": numbers.grouped(row.case.docket),
        "item": row.case.version_filed.name,
        "clock": str(ClockKind(row.clock).label),
        "due": spoken_day(row.due),
    }
    return [
        NewMessage(
            docket=row.case.docket,
            channel="inbox",
            template=f"staff_{flag.level}",
            recipient_kind="cases.staff",
            recipient_ref=str(staff),
            dedupe_key=f"{key}|{staff}",
            context=context,
            available_at=at,
        )
        for staff in sorted(recipients)
    ]


def _draw_consequences(flags: Sequence[tuple[ClockRow, Flag]], *, at: datetime) -> int:
    """What the law does by itself, one case at a time: it issues a document and moves the state."""
    drawn = 0
    for row, flag in flags:
        act = _CONSEQUENCES.get(Level(flag.level))
        if act is not None and act(row.case, at=at) is not None:
            drawn += 1
    return drawn
