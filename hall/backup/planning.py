"""When the next backup and drill are due: by what was done last, not by a window that a switched-off machine misses."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

BEIJING: Final = ZoneInfo("Asia/Shanghai")
NIGHT: Final = range(1, 5)  # hours of the Beijing day in which a hall is empty
AGAIN: Final = timedelta(hours=1)  # after one that failed
NIGHTLY: Final = timedelta(hours=12)
AT_LATEST: Final = timedelta(hours=26)
WEEKLY: Final = timedelta(days=6, hours=12)
WEEK_AT_LATEST: Final = timedelta(days=7, hours=12)


def backup_due(*, at: datetime, succeeded: datetime | None, tried: datetime | None) -> bool:
    """Every night; by day where the night was missed."""
    return _due(at, succeeded, tried, NIGHTLY, AT_LATEST)


def drill_due(*, at: datetime, succeeded: datetime | None, tried: datetime | None) -> bool:
    """Every week at night; by day before the eighth day is over."""
    return _due(at, succeeded, tried, WEEKLY, WEEK_AT_LATEST)


def _due(at: datetime, succeeded: datetime | None, tried: datetime | None, usual: timedelta, latest: timedelta) -> bool:
    if tried is not None and at - tried < AGAIN:
        return False
    if succeeded is None or at - succeeded >= latest:
        return True
    return at - succeeded >= usual and at.astimezone(BEIJING).hour in NIGHT
