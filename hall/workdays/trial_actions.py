"""Trying a notice out: asked for by a person, counted by the scheduler, a portion a transaction.

A process killed in between loses nothing: what it had added up is kept and the next one goes on from there. Two never
count the same one at the same time. A calendar that changes meanwhile starts it anew.
"""

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet
from psycopg2.errors import QueryCanceled

from hall.workdays.actions import planned
from hall.workdays.models import CalendarTrial, CalendarVersion
from hall.workdays.trial import Trial

if TYPE_CHECKING:
    from hall.access.models import User

logger = logging.getLogger(__name__)
KEPT: Final = timedelta(days=7)


@transaction.atomic
def ask(*, text: str, title: str, url: str, region: str, region_name: str, by: "User", at: datetime) -> CalendarTrial:
    """Have it counted what a notice would move. Asked again while it is being counted, it is the same one.

    Raises BadNotice for the whole file, naming lines.
    """
    planned(text=text, title=title, region=region, region_name=region_name)
    CalendarTrial.objects.filter(asked_at__lt=at - KEPT).delete()
    asked = {"text": text, "title": title, "url": url, "region": region, "region_name": region_name, "asked_by": by}
    same = _unfinished().filter(**asked).first()
    return same or CalendarTrial.objects.create(**asked, asked_at=at)


def count_waiting(*, at: datetime, seconds: float | None = None) -> bool:
    """Count on whatever was asked for, the oldest first, for so many seconds; whether nothing is left to do.

    An error of the database's own passes by itself and goes to the caller; whatever else it is ends that trial.
    """
    until = None if seconds is None else time.monotonic() + seconds
    for pk in _unfinished().order_by("asked_at").values_list("pk", flat=True):
        try:
            for _ in _count(pk, at=at):
                if until is not None and time.monotonic() > until:
                    return not _unfinished().exists()
        except Exception as error:
            if _passes_by_itself(error):
                raise
            logger.exception("a notice could not be tried out")
            _unfinished().filter(pk=pk).update(error=type(error).__name__[:100], finished_at=at)
    return not _unfinished().exists()


def _unfinished() -> QuerySet[CalendarTrial]:
    return CalendarTrial.objects.filter(finished_at__isnull=True)


def _passes_by_itself(error: Exception) -> bool:
    return isinstance(error, InterfaceError | OperationalError) and not isinstance(error.__cause__, QueryCanceled)


def _count(pk: int, *, at: datetime) -> Iterator[None]:
    """Yields after every portion that is committed; ends when it is over, or somebody else is at it."""
    walk: _Walk | None = None
    while True:
        with transaction.atomic():
            row = _unfinished().select_for_update(skip_locked=True).filter(pk=pk).first()
            if row is None:
                return
            token = CalendarVersion.objects.values_list("token", flat=True).get()
            if walk is None or (row.found, row.token) != (walk.kept, token):
                walk = _Walk(row, token)
            row.found, row.token = walk.step(), token
            row.finished_at = at if walk.trial.over else None
            row.save(update_fields=["found", "token", "finished_at"])
        yield


class _Walk:
    """One process on its way through one trial, under one calendar."""

    def __init__(self, row: CalendarTrial, token: UUID) -> None:
        plan = planned(text=row.text, title=row.title, region=row.region, region_name=row.region_name)
        old, new = plan.before.for_region, plan.after.for_region
        kept = row.trial if row.token == token else None
        self.trial = kept or Trial.begun(old, new)
        self.kept = self.trial.as_json()
        self._portions = self.trial.portions(old, new)

    def step(self) -> dict[str, Any]:
        """Ask once more; returns what is to be kept."""
        next(self._portions, None)
        self.kept = self.trial.as_json()
        return self.kept
