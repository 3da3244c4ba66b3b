"""Letting the open deadlines follow a change of the calendar: by the scheduler or `manage.py recalculate`.

Every portion is one transaction with its own progress, so a process killed in between loses nothing and the next one
goes on where it stopped. Several may work at the same time. What may move is listed when the last transaction is over
that may have counted by the old calendar: what was filed while the notice was taken in follows like the rest.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Final

from django.db import transaction
from django.db.models import F

from hall.workdays import elders, recalculation
from hall.workdays.models import CalendarChange

logger = logging.getLogger(__name__)
# How long one looks on while a transaction lasts: by the scheduler, where others stand in line, and by the command.
SHORT, LONG = 1.0, 60.0
_LOOK: Final = 0.02


@dataclass
class Followed:
    """What one run did. `finished`: nothing is left to do."""

    looked_at: int = 0
    finished: bool = True


def follow(*, at: datetime, seconds: float | None = None) -> Followed:
    """Let every room follow every notice, the oldest first, for so many seconds or until nothing is left."""
    until = None if seconds is None else time.monotonic() + seconds
    result = Followed()
    patience = LONG if seconds is None else min(seconds, SHORT)
    for change in CalendarChange.objects.filter(finished_at__isnull=True).select_related("notice__imported_by"):
        if not _begin(change, at=at, patience=patience):
            result.finished = False
            continue
        for looked in chain.from_iterable(room.follow(change, at=at) for room in recalculation.in_portions()):
            result.looked_at += looked
            if until is not None and time.monotonic() > until:
                return Followed(result.looked_at, finished=False)
        result.finished &= _finish(change, at=at)
    return result


def advance(change: CalendarChange, *, looked_at: int, moved: int = 0, parked: int = 0) -> None:
    """Count on; called by a room in the transaction of its portion, last of all, for others wait for this row."""
    CalendarChange.objects.filter(pk=change.pk).update(
        done=F("done") + looked_at, moved=F("moved") + moved, parked=F("parked") + parked
    )


def _begin(change: CalendarChange, *, at: datetime, patience: float) -> bool:
    """List what may move, once; not before those are gone who may have counted by the old calendar."""
    if change.begun_at is not None:
        return True
    if not _gone(_elders_of(change), patience):
        logger.info("a notice waits for transactions that began before it", extra={"change": change.pk})
        return False
    _list(change, at=at)
    return True


@transaction.atomic
def _elders_of(change: CalendarChange) -> set[str]:
    """Noted at the first look, so that whoever came later is not waited for."""
    held = CalendarChange.objects.select_for_update().get(pk=change.pk)
    if held.elders is None:
        held.elders = elders.readers()
        held.save(update_fields=["elders"])
    return set(held.elders)


def _gone(names: set[str], patience: float) -> bool:
    until = time.monotonic() + patience
    while names and names.intersection(elders.readers()):
        if time.monotonic() >= until:
            return False
        time.sleep(_LOOK)
    return True


@transaction.atomic
def _list(change: CalendarChange, *, at: datetime) -> None:
    held = CalendarChange.objects.select_for_update().get(pk=change.pk)
    if held.begun_at is None:
        held.total = sum(room.line_up(change) for room in recalculation.in_portions())
        held.begun_at = at
        held.save(update_fields=["total", "begun_at"])


def _finish(change: CalendarChange, *, at: datetime) -> bool:
    """Nothing is left, or somebody else is still at it."""
    if any(room.left(change) for room in recalculation.in_portions()):
        return False
    CalendarChange.objects.filter(pk=change.pk, finished_at__isnull=True).update(finished_at=at)
    return True
