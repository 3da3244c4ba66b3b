"""Periodic work of the dashboard. Every task may be lost or doubled without harm (law 1)."""

import logging

from celery import shared_task
from django.utils import timezone

from hall.dashboard import fact_counting, rolling
from hall.dashboard.models import FactTally
from hall.ledger import actions as ledger

logger = logging.getLogger(__name__)

# Facts may change after their day: a card withdrawn, an evaluation struck. Recent days every time, the rest at night.
RECENT, LONG = 3, 800


@shared_task
def roll() -> int | None:
    """Bring the tallies up to date and leave a heartbeat."""
    days = rolling.refresh(timezone.now())
    fact_counting.recount(timezone.now(), days=RECENT if FactTally.objects.exists() else LONG)
    if days is not None:
        ledger.beat("roll", timezone.now(), f"{days}")
    return days


@shared_task
def roll_facts() -> None:
    """Count anew what other rooms announced over more than two years."""
    fact_counting.recount(timezone.now(), days=LONG)
