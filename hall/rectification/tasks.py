"""What the scheduler rings for. It may be lost or doubled without harm."""

import logging

from celery import shared_task
from django.utils import timezone

from hall.rectification.actions.watching import flag_late

logger = logging.getLogger(__name__)


@shared_task(name="hall.rectification.tasks.watch", ignore_result=True)
def watch() -> None:
    """Flag the deadlines of bad grades that passed."""
    flagged = flag_late(at=timezone.now())
    if flagged:
        logger.info("rectification watch: %d deadlines flagged", flagged)
