"""What the scheduler rings for. A ring may be lost or doubled without harm (law 1)."""

import logging
from typing import Final

from celery import shared_task
from django.utils import timezone

from hall.workdays.following_actions import follow
from hall.workdays.trial_actions import count_waiting

logger = logging.getLogger(__name__)
# The sweep and the relay wait in the same line: no turn is longer than this, and the next one goes on.
TURN: Final = 10.0


@shared_task(name="hall.workdays.tasks.recalculate", ignore_result=True)
def recalculate() -> None:
    """Let the open deadlines follow a new notice, a turn at a time; what is left is taken up at the next ring."""
    done = follow(at=timezone.now(), seconds=TURN)
    if done.looked_at:
        logger.info("recalculated %d, %s", done.looked_at, "finished" if done.finished else "more to do")
    if not done.finished and done.looked_at:
        recalculate.delay()


@shared_task(name="hall.workdays.tasks.try_out", ignore_result=True)
def try_out() -> None:
    """Count what the notices that wait to be tried out would move, a turn at a time."""
    count_waiting(at=timezone.now(), seconds=TURN)
