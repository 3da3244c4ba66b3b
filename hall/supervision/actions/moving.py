"""When the calendar changes: the days of open cards move with it, to a later day only, each with an event.

Whoever was told a day keeps it, or gets a later one: a notice that makes a day of rest a working day shortens nothing.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from hall.access.models import User
from hall.facts import parameters
from hall.facts.periods import midnight
from hall.ledger import actions as ledger
from hall.supervision.actions.cards import APPEAL_DAYS
from hall.supervision.actions.raising import FEEDBACK_DAYS, event_of
from hall.supervision.enums import CardState
from hall.supervision.models import Card
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import calendar_for
from hall.workdays.recalculation import Moved

BATCH: Final = 1000
LABELS: Final = {"feedback_due": "督查牌反馈", "appeal_due": "督查牌申诉"}


def preview(old: Callable[[str], Calendar], new: Callable[[str], Calendar]) -> Iterator[Moved]:
    """Every running day that would move; changes nothing."""
    before, after = cache(old), cache(new)
    for card in _open().iterator(chunk_size=BATCH):
        region, column = card.center.region_id, running(card)
        was, now, told = due(card, before(region)), due(card, after(region)), getattr(card, column)
        if was != now and now > told:
            yield Moved(card.docket or card.number, LABELS[column], told, now)


def recalculate(*, by: User | None, at: datetime, reason: str) -> int:
    """Move every running day that lies later under the calendar now in force; one event each. Returns how many."""
    calendars, count = cache(calendar_for), 0
    for card in _open().select_for_update(of=("self",)).iterator(chunk_size=BATCH):
        column, now = running(card), due(card, calendars(card.center.region_id))
        told: date = getattr(card, column)
        if now <= told:
            continue
        _set(card, column, now)
        moved = {"clock": column, "old": told.isoformat(), "new": now.isoformat(), "reason": reason}
        ledger.append_many([event_of(card, "supervision.card_deadline_moved", by=by, at=at, **moved)])
        count += 1
    return count


def running(card: Card) -> str:
    """The column of the deadline somebody still has to keep."""
    return "feedback_due" if card.state == CardState.AWAITING else "appeal_due"


def due(card: Card, calendar: Calendar) -> date:
    """The running day under a calendar, by the number of days that held when it began."""
    if card.state == CardState.AWAITING:
        since = timezone.localdate(card.raised_at)
        return calendar.add(
            since, card.version.feedback_days if card.version else _setting(FEEDBACK_DAYS, card, since)
        ).on
    since = timezone.localdate(card.decided_at)
    return calendar.add(since, _setting(APPEAL_DAYS, card, since)).on


def _setting(name: str, card: Card, on: date) -> int:
    return parameters.whole_number(name, center=card.center_id, on=on)


def _open() -> QuerySet[Card]:
    """Cards that wait for their feedback, or may still be appealed."""
    waiting = Card.objects.filter(state=CardState.AWAITING)
    upheld = Card.objects.filter(state=CardState.UPHELD, appeal_due__isnull=False)
    return (waiting | upheld).select_related("center", "version", "rule").order_by("pk")


def _set(card: Card, column: str, day: date) -> None:
    setattr(card, column, day)
    fields = [column]
    if column == "feedback_due":
        card.late_at = midnight(day + timedelta(days=1))
        fields.append("late_at")
    card.save(update_fields=fields)
