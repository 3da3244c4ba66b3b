"""What the scheduler rings for. Every task may be lost or doubled without harm (law 1)."""

import logging

from celery import shared_task
from django.utils import timezone

from hall.supervision import watching

logger = logging.getLogger(__name__)


@shared_task(name="hall.supervision.tasks.watch", ignore_result=True)
def watch() -> None:
    """Raise cards and signals on what the rules that are on find."""
    result = watching.watch(at=timezone.now())
    if result.cards or result.signals or result.parked:
        logger.info("watch: %d cards, %d signals, %d parked", result.cards, result.signals, len(result.parked))


@shared_task(name="hall.supervision.tasks.review_grounds", ignore_result=True)
def review_grounds() -> None:
    """Withdraw cards whose ground is gone."""
    withdrawn = watching.review_grounds(at=timezone.now())
    if withdrawn:
        logger.info("grounds: %d cards withdrawn", withdrawn)
