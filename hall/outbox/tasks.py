"""The relay's doorbell; `manage.py relay` does the same by hand."""

import logging

from celery import shared_task
from django.utils import timezone

from hall.ledger import actions as ledger
from hall.outbox import actions

logger = logging.getLogger(__name__)


@shared_task
def relay() -> int:
    """Send what is due and leave a heartbeat."""
    sent = actions.relay(timezone.now())
    ledger.beat("relay", timezone.now(), f"{sent}")
    if sent:
        logger.info("relayed messages=%d", sent)
    return sent
