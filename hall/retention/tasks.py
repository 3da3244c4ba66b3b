"""The nightly run; `manage.py erase_expired` does the same by hand."""

import logging
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from hall.ledger import actions as ledger
from hall.retention import actions

logger = logging.getLogger(__name__)


def erase_again(_at: datetime) -> str:
    """After a restore: what had been erased, and what came to be due since."""
    erased = erase()
    return f"恢复时刻之后到期的个人信息已清除 {erased} 件。" if erased else "没有要再清除的个人信息。"


@shared_task
def erase() -> int:
    """Erase what is due, and leave a heartbeat."""
    erased = actions.erase_due(at=timezone.now())
    ledger.beat("retention", timezone.now(), f"{erased}")
    if erased:
        logger.info("erased records=%d", erased)
    return erased
