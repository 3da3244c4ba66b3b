"""Transactions that PostgreSQL undid for the sake of another one are done again (reliability C12, D09)."""

import logging
import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from django.db import OperationalError, connection

logger = logging.getLogger(__name__)
T = TypeVar("T")
# Deadlock detected, serialization failure: nothing of the transaction is left, so it may simply be done again.
CONFLICTS: Final = frozenset({"40P01", "40001"})
ATTEMPTS: Final = 3
LONGEST_PAUSE: Final = 0.05  # seconds; two that met must not meet again in step


def again_on_conflict(work: Callable[[], T]) -> T:
    """Do `work`, a whole transaction, and do it again where it fell to a deadlock.

    Inside a transaction of the caller's it is done once: only who opened the transaction can begin it anew.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return work()
        except OperationalError as error:
            conflict = getattr(error.__cause__, "pgcode", "") in CONFLICTS
            if not conflict or connection.in_atomic_block or attempt == ATTEMPTS:
                raise
            logger.warning("transaction done again after a conflict", extra={"attempt": attempt})
            time.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311 — no secret
    raise AssertionError("unreachable")
