"""Periodic work of the ledger."""

import logging

from celery import shared_task
from django.utils import timezone

from hall.ledger import actions, sealing

logger = logging.getLogger(__name__)


@shared_task
def seal() -> int:
    """Seal finished events and leave a heartbeat."""
    written = sealing.seal(timezone.now())
    actions.beat("seal", timezone.now(), f"{written}")
    return written


@shared_task
def purge() -> int:
    """Remove idempotency keys and counters past their time."""
    removed = actions.purge(timezone.now())
    logger.info("purged rows=%d", removed)
    return removed
