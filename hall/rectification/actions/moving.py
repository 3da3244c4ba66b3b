"""When the calendar changes: the days of open bad grades move with it, to a later day only, each with an event.

Whoever was told a day keeps it, or gets a later one: a notice that makes a day of rest a working day shortens nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from hall.access.models import User
from hall.facts import parameters
from hall.rectification import deadlines, door
from hall.rectification.enums import AppealState, RectificationState
from hall.rectification.models import Appeal, Rectification
from hall.rectification.models.rectification import OPEN
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import calendar_for
from hall.workdays.recalculation import Moved

BATCH: Final = 1000
R = RectificationState
LABELS: Final = {
    "contact_due": "差评联系核实",
    "rectify_due": "差评整改",
    "revisit_due": "差评回访",
    "appeal_due": "差评申诉",
    "decide_due": "差评申诉裁定",
}


@dataclass(frozen=True, slots=True)
class Running:
    """A deadline that runs: the column, the setting it was counted by, and the moment it was counted from."""

    column: str
    setting: str
    since: datetime


def preview(old: Callable[[str], Calendar], new: Callable[[str], Calendar]) -> Iterator[Moved]:
    """Every running day that would move; changes nothing."""
    days, before, after = cache(_days), cache(old), cache(new)
    for row in _open().iterator(chunk_size=BATCH):
        region = row.evaluation.center.region_id
        for one in running(row):
            was, told = _due(row, one, before(region), days), told_day(row, one)
            now = _due(row, one, after(region), days)
            if was != now and now > told:
                yield Moved(door.docket_of(row.evaluation), LABELS[one.column], told, now)


def recalculate(*, by: User | None, at: datetime, reason: str) -> int:
    """Move every running day that lies later under the calendar now in force; one event each. Returns how many."""
    days, calendars, count = cache(_days), cache(calendar_for), 0
    for row in _open().select_for_update(of=("self",)).iterator(chunk_size=BATCH):
        for one in running(row):
            told = told_day(row, one)
            now = _due(row, one, calendars(row.evaluation.center.region_id), days)
            if now <= told:
                continue
            _set(row, one.column, now)
            moved = {"clock": one.column, "old": told.isoformat(), "new": now.isoformat(), "reason": reason}
            door.note(row, "deadline_moved", by=by, at=at, **moved)
            count += 1
    return count


def running(row: Rectification) -> Iterator[Running]:
    """The deadlines of a bad grade somebody still has to keep."""
    if row.state == R.CONTACTING:
        yield Running("contact_due", deadlines.CONTACT, row.opened_at)
    if row.state in (R.CONTACTING, R.RECTIFYING):
        yield Running("rectify_due", deadlines.RECTIFY, _round_began(row))
    if row.state in (R.RECTIFIED, R.ANSWERED) and row.revisit_due and row.rectified_at:
        yield Running("revisit_due", deadlines.REVISIT, row.rectified_at)
    appeal = getattr(row.evaluation, "appeal", None)
    if appeal is None and row.state in OPEN:
        yield Running("appeal_due", deadlines.APPEAL, row.opened_at)
    elif appeal is not None and appeal.state == AppealState.PENDING:
        yield Running("decide_due", deadlines.DECIDE, appeal.appealed_at)


def told_day(row: Rectification, one: Running) -> date:
    """The day people were told."""
    held = row.evaluation.appeal if one.column == "decide_due" else row
    day: date = getattr(held, one.column)
    return day


def _round_began(row: Rectification) -> datetime:
    """The second round counts from the revisit that asked for it."""
    if row.rounds == 1:
        return row.opened_at
    asked = row.steps.filter(deed="revisit").order_by("done_at").values_list("done_at", flat=True).last()
    return asked or row.opened_at


def _open() -> QuerySet[Rectification]:
    rows = Rectification.objects.filter(state__in=OPEN) | Rectification.objects.filter(
        evaluation__appeal__state=AppealState.PENDING
    )
    return rows.select_related("evaluation__center", "evaluation__invitation", "evaluation__appeal").order_by("pk")


def _days(name: str, center: int, on: date) -> int:
    return parameters.whole_number(name, center=center, on=on)


def _due(row: Rectification, one: Running, calendar: Calendar, days: Callable[[str, int, date], int]) -> date:
    since = timezone.localdate(one.since)
    return calendar.add(since, days(one.setting, row.evaluation.center_id, since)).on


def _set(row: Rectification, column: str, day: date) -> None:
    held: Rectification | Appeal = row.evaluation.appeal if column == "decide_due" else row
    setattr(held, column, day)
    held.save(update_fields=[column])
