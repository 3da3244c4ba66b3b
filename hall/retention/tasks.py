"""The nightly run; `manage.py erase_expired` does the same by hand."""

import logging

from celery import shared_task
from django.utils import timezone

from hall.ledger import actions as ledger
from hall.retention import actions

logger = logging.getLogger(__name__)


@shared_task
def erase() -> int:
    """Erase what is due, and leave a heartbeat."""
    erased = actions.erase_due(at=timezone.now())
    ledger.beat("retention", timezone.now(), f"{erased}")
    if erased:
        logger.info("erased records=%d", erased)
    return erased
