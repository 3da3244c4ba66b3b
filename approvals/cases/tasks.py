"""What the scheduler rings for. Every task may be lost or doubled without harm (law 1)."""

import logging

from celery import shared_task
from django.utils import timezone

from approvals.cases.actions.lateness import sweep as sweep_now

logger = logging.getLogger(__name__)


@shared_task(name="approvals.cases.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Flag what has become due soon, late, deemed accepted or lapsed."""
    result = sweep_now(at=timezone.now())
    if result.raised or result.parked:
        logger.info("sweep: %d looked at, %d flags, %d parked", result.looked_at, result.raised, len(result.parked))
