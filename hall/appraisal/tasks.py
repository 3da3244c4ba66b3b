"""What the scheduler rings for. It may be lost or doubled without harm: the same facts give the same sheets."""

import logging

from celery import shared_task
from django.utils import timezone

from hall.appraisal.actions.computing import recompute_open
from hall.ledger import actions as ledger

logger = logging.getLogger(__name__)


@shared_task(name="hall.appraisal.tasks.recompute", ignore_result=True)
def recompute() -> None:
    """Bring every period that is not frozen up to date."""
    done = recompute_open(at=timezone.now())
    ledger.beat("appraise", timezone.now(), f"{done.sheets}")
    logger.info("appraisal: %d sheets computed, %d periods failed", done.sheets, len(done.failed))
