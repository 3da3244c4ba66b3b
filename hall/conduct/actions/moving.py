"""When the calendar changes: the days of open complaints move with it, to a later day only, each with an event."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from hall.access.models import User
from hall.conduct import parameters
from hall.conduct.enums import ComplaintState
from hall.conduct.models import Complaint
from hall.ledger import actions as ledger
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import calendar_for
from hall.workdays.recalculation import Moved

LABELS: Final = {"accept_due_on": "投诉受理决定", "decide_due_on": "投诉裁定"}
_INQUIRY: Final = (ComplaintState.ASSIGNED, ComplaintState.REPORTED)


def preview(old: Callable[[str], Calendar], new: Callable[[str], Calendar]) -> Iterator[Moved]:
    """Every running day that would move; changes nothing."""
    before, after = cache(old), cache(new)
    for row in _open():
        was, now = (due(row, calendar(row.center.region_id)) for calendar in (before, after))
        told = getattr(row, running(row))
        if was != now and now > told:
            yield Moved(row.number, LABELS[running(row)], told, now)


def recalculate(*, by: User | None, at: datetime, reason: str) -> int:
    """Move every running day that lies later under the calendar now in force; returns how many."""
    calendars, count = cache(calendar_for), 0
    for row in _open().select_for_update(of=("self",)):
        column, now = running(row), due(row, calendars(row.center.region_id))
        told: date = getattr(row, column)
        if now <= told:
            continue
        setattr(row, column, now)
        row.save(update_fields=[column])
        facts = {"complaint": str(row.pk), "number": row.number, "clock": column, "reason": reason}
        ledger.append(
            docket="", kind="complaint.deadline_moved", center_code=row.center.code, actor=by, occurred_at=at,
            data=facts | {"old": told.isoformat(), "new": now.isoformat()},
        )  # fmt: skip
        count += 1
    return count


def running(row: Complaint) -> str:
    """The column of the deadline that runs."""
    return "accept_due_on" if row.state == ComplaintState.RECEIVED else "decide_due_on"


def due(row: Complaint, calendar: Calendar) -> date:
    """The running day under a calendar, by the number of days that held when it began."""
    began, name = row.received_at, parameters.ACCEPT_DAYS
    if row.state != ComplaintState.RECEIVED and row.accepted_at is not None:
        began, name = row.accepted_at, parameters.DECIDE_DAYS
    return calendar.add(timezone.localdate(began), parameters.number(name, center=row.center, at=began)).on


def _open() -> QuerySet[Complaint]:
    waiting = Complaint.objects.filter(state=ComplaintState.RECEIVED)
    inquired = Complaint.objects.filter(state__in=_INQUIRY, decide_due_on__isnull=False)
    return (waiting | inquired).select_related("center").order_by("pk")
