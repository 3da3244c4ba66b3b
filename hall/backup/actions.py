"""The only door for writing in this room: what was run, and settling in after a restore."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from hall.backup import epoch
from hall.backup.enums import RunKind
from hall.backup.models import Epoch, Run
from hall.ledger import actions as ledger
from hall.ledger import restored_actions as ledger_after
from hall.ledger.models import DocketCounter
from hall.organisation.models import Center
from hall.outbox.actions.holding import hold_back

EVENTS: Final = {
    RunKind.BACKUP: "backup.made",
    RunKind.DRILL: "backup.drilled",
    RunKind.RESTORE: "backup.restored",
    RunKind.CHECK: "backup.checked",
}
MOST_DAYS: Final = 31  # of numbers to skip; further back nobody files


def note(
    *,
    kind: RunKind,
    began_at: datetime,
    at: datetime,
    succeeded: bool,
    says: str,
    facts: Mapping[str, Any] | None = None,
) -> Run:
    """Write down a run, with its event. A check that finds nothing, every hour, is no event."""
    with transaction.atomic():
        run = Run.objects.create(
            kind=kind, began_at=began_at, ended_at=at, succeeded=succeeded, says=says[:500], facts=dict(facts or {})
        )
        if kind != RunKind.CHECK or not succeeded:
            _event(kind, at, {"succeeded": succeeded, "says": says[:300]})
    return run


def begin_epoch(*, at: datetime, reason: str) -> Epoch:
    """Note where this database runs, unless that is known; before every base backup, so that each carries it."""
    known = Epoch.objects.first()
    if known is not None:
        return known
    now = epoch.here()
    return Epoch.objects.create(system=now.system, timeline=now.timeline, begun_at=at, reason=reason)


@dataclass(frozen=True, slots=True)
class Settled:
    """What was done so that the lost time does no harm."""

    held: int
    dockets: int
    series: int
    sequences: int
    sessions: int


def settle(*, restored_to: datetime, at: datetime) -> Settled:
    """Begin a new epoch after a restore, once (D12).

    Messages to the outside that were still to be sent may have been sent in the time that is lost: a person looks at
    them and lets them go. Numbers and ids go on beyond what may have been given out. Everybody logs in again.
    """
    with transaction.atomic():
        now = epoch.here()
        Epoch.objects.create(system=now.system, timeline=now.timeline, begun_at=at, reason="恢复后启用")
        sessions, _ = Session.objects.all().delete()
        done = Settled(
            held=hold_back(at=at, reason="恢复前可能已发出，核对后再发"),
            dockets=ledger_after.skip_dockets(centers=_centers(), days=_days(restored_to, at)),
            series=ledger_after.skip_documents(),
            sequences=ledger_after.skip_ids(),
            sessions=sessions,
        )
        says = f"恢复到 {timezone.localtime(restored_to):%Y-%m-%d %H:%M:%S}，{done.held} 条对外消息待人核对"
        Run.objects.create(
            kind=RunKind.RESTORE, began_at=at, ended_at=at, succeeded=True, says=says, facts=asdict(done)
        )
        _event(RunKind.RESTORE, at, {"succeeded": True, "says": says})
    return done


def _event(kind: RunKind, at: datetime, data: dict[str, Any]) -> None:
    ledger.append(docket="", kind=EVENTS[kind], center_code="", actor=None, occurred_at=at, data=data)


def _centers() -> set[str]:
    """Every prefix a docket number may begin with."""
    used = DocketCounter.objects.values_list("center_code", flat=True).distinct()
    working = Center.objects.filter(stub=False, closed_on__isnull=True)
    return {*used, *(f"{center.region6}{center.center_no}" for center in working)}


def _days(restored_to: datetime, at: datetime) -> list[date]:
    last = timezone.localdate(at)
    first = max(timezone.localdate(restored_to), last - timedelta(days=MOST_DAYS))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
