"""Periodic work of the ledger."""

import logging
from datetime import timedelta
from typing import Final

from celery import shared_task
from django.utils import timezone

from hall.ledger import actions, clock_actions, publishing, sealing, verifying

logger = logging.getLogger(__name__)
# A task may take four minutes; `manage.py verify_ledger` reads what is older, from a timer of the machine.
LOOKED_BACK: Final = timedelta(days=40)


@shared_task
def seal() -> int:
    """Seal finished events, leave a heartbeat, and look how far this machine's clock stands from the database's."""
    written = sealing.seal(timezone.now())
    clock_actions.measure()
    actions.beat("seal", timezone.now(), f"{written}")
    return written


@shared_task
def purge() -> int:
    """Remove idempotency keys and counters past their time."""
    removed = actions.purge(timezone.now())
    logger.info("purged rows=%d", removed)
    return removed


@shared_task
def publish() -> int:
    """Publish the heads of today, then verify: the links of all seals, the events of the last ones, every head."""
    at = timezone.now()
    publishing.publish(at)
    faults = verifying.verify(publishing.published(), since=at - LOOKED_BACK)
    for fault in faults:
        logger.error("the ledger does not match: %s", fault)
    actions.beat("verify", at, f"{len(faults)}")
    return len(faults)
