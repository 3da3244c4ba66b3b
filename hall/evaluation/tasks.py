"""What the scheduler rings for."""

import logging

from celery import shared_task
from django.utils import timezone

from hall.evaluation.actions.addresses import forget_addresses

logger = logging.getLogger(__name__)


@shared_task(name="hall.evaluation.tasks.purge", ignore_result=True)
def purge() -> None:
    """Remove what was kept to tell answers of the house apart and has served its time."""
    logger.info("addresses forgotten: %d", forget_addresses(at=timezone.now()))
