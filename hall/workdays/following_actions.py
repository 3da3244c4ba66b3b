"""Letting the open deadlines follow a change of the calendar: by the scheduler or `manage.py recalculate`.

Every portion is one transaction with its own progress, so a process killed in between loses nothing and the next one
goes on where it stopped. Several may work at the same time.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db import transaction
from django.db.models import F

from hall.workdays import recalculation
from hall.workdays.models import CalendarChange


@dataclass
class Followed:
    """What one run did. `finished`: nothing is left to do."""

    looked_at: int = 0
    finished: bool = True


def follow(*, at: datetime, seconds: float | None = None) -> Followed:
    """Let every room follow every notice, the oldest first, for so many seconds or until nothing is left."""
    until = None if seconds is None else time.monotonic() + seconds
    result = Followed()
    for change in CalendarChange.objects.filter(finished_at__isnull=True).select_related("notice__imported_by"):
        _begin(change, at=at)
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


@transaction.atomic
def _begin(change: CalendarChange, *, at: datetime) -> None:
    """List what may move, once."""
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
