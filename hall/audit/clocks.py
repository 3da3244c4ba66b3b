"""Whether the machines of the hall agree what time it is (U09)."""

from datetime import datetime
from typing import Final

from django.utils import timezone

from hall.access.health import Sign
from hall.audit.parameters import CLOCK
from hall.facts import parameters
from hall.ledger import queries
from hall.ledger.models import HostClock

NAME: Final = "主机时钟"


def seconds_allowed(at: datetime) -> int:
    """From how many seconds on somebody is told."""
    return parameters.whole_number(CLOCK, center=None, on=timezone.localdate(at))


def is_off(clock: HostClock, allowed: int) -> bool:
    """Whether it stands further from the database's than allowed."""
    return abs(clock.ahead_ms) > allowed * 1000


def apart(clock: HostClock) -> str:
    """How far, in words."""
    return f"{'快' if clock.ahead_ms > 0 else '慢'} {abs(clock.ahead_ms) / 1000:.0f} 秒"


def sign(at: datetime) -> Sign:
    """A line of the health page and of the deep check, which everybody may ask: no machine is named."""
    worst = queries.clocks().first()
    if worst is None:
        return Sign(NAME, True, "还没有测量", vital=False)
    if not is_off(worst, seconds_allowed(at)):
        return Sign(NAME, True, f"与数据库的时钟相差 {abs(worst.ahead_ms) / 1000:.1f} 秒", vital=False)
    return Sign(NAME, False, f"与数据库的时钟相差 {abs(worst.ahead_ms) / 1000:.0f} 秒，请校时", vital=False)
