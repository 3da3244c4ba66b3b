"""Periodic work of the dashboard. Every task may be lost or doubled without harm (law 1)."""

import logging

from celery import shared_task
from django.utils import timezone

from hall.dashboard import rolling
from hall.ledger import actions as ledger

logger = logging.getLogger(__name__)


@shared_task
def roll() -> int | None:
    """Bring the tallies up to date and leave a heartbeat."""
    days = rolling.refresh(timezone.now())
    if days is not None:
        ledger.beat("roll", timezone.now(), f"{days}")
    return days
