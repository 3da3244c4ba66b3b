"""What a machine's clock says beside the database's, put down as it is found; the only door for host clocks (U09).

Moments of recording are the database's. But what people are told ("today", "late since") is asked of the clock of the
machine that answers, and two machines apart would give two answers.
"""

import os
import socket
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import connection

from hall.ledger.models import HostClock

# An answer that took longer says too little: how far apart the clocks are is known to half of it.
SLOW: Final = 1.0  # seconds
# Anybody may ask the deep check, again and again: what is as it was a moment ago is not written again.
_NOTE: Final = """
INSERT INTO ledger_hostclock AS held (host, process, ahead_ms, measured_at) VALUES (%s, %s, %s, clock_timestamp())
ON CONFLICT (host, process) DO UPDATE SET ahead_ms = excluded.ahead_ms, measured_at = excluded.measured_at
WHERE held.measured_at < clock_timestamp() - interval '5 seconds' OR abs(held.ahead_ms - excluded.ahead_ms) > 1000
"""


def measure(now: Callable[[], float] = time.time, *, host: str = "", process: str = "") -> int | None:
    """Compare this machine's clock with the database's and put down the difference; returns it in milliseconds.

    Positive where the machine is ahead. None, and nothing put down, where the database took too long to tell.
    """
    before, began = now(), time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        theirs = float(cursor.fetchone()[0])
        took = time.monotonic() - began
        if took > SLOW:
            return None
        # The database answered about half-way (RFC 5905, 8).
        ahead = round((before + took / 2 - theirs) * 1000)
        where = (host or socket.gethostname())[:100], (process or os.environ.get("HALL_PROCESS", "command"))[:20]
        cursor.execute(_NOTE, [*where, ahead])
    return ahead


def mark_told(clock: HostClock, *, at: datetime | None) -> None:
    """Remember that people were told of this clock, or with None that it is right again."""
    clock.told_at = at
    clock.save(update_fields=["told_at"])
