"""What happens to one made-up case, from filing to the end or to today. Pure: moments and outcomes, no rows."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from approvals.city.distribution import OUTCOMES, PAUSED, Weighted, pace
from hall.workdays.arithmetic import Calendar

BEIJING: Final = ZoneInfo("Asia/Shanghai")
_OUTCOME: Final = Weighted(list(OUTCOMES), list(OUTCOMES.values()))
# Minutes after midnight in which a hall works: 9 to 12 and 13 to 17.
_MORNING, _AFTERNOON = (540, 720), (780, 1020)


@dataclass(frozen=True, slots=True)
class Story:
    """One case. `outcome` is empty while it is open; `pause` is start and end day, the end None while it lasts."""

    received_at: datetime
    accepted_at: datetime | None = None
    decided_at: datetime | None = None
    delivered_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    pause: tuple[date, date | None] | None = None


def tell(random: Random, calendar: Calendar, *, on: date, promise: int, stays_open: bool, today: date) -> Story:
    """The story of a case received on a working day `on` under a promise of working days (0: 即办)."""
    received = _moment(random, on)
    outcome = "" if stays_open else _OUTCOME.draw(random)
    if outcome in ("not_required", "refused", "voided"):
        return Story(received, closed_at=received + timedelta(minutes=20), outcome=outcome)
    accepted = received + timedelta(minutes=5 + random.randrange(20))
    if promise == 0 and not stays_open:
        decided = accepted + timedelta(minutes=5)
        return Story(received, accepted, decided, decided, decided, "granted")
    pause = _pause(random, calendar, on, promise, today) if random.random() < PAUSED and promise > 3 else None
    if stays_open:
        return Story(received, accepted, pause=pause)
    return _ended(random, calendar, received, accepted, outcome, promise, pause, today)


def _ended(
    random: Random, calendar: Calendar, received: datetime, accepted: datetime, outcome: str, promise: int,
    pause: tuple[date, date | None] | None, today: date,
) -> Story:  # fmt: skip
    """Decided, delivered, closed; what would lie after today has not happened yet."""
    used = round(pace(random) * promise)
    if pause and pause[0] >= calendar.add(accepted.date(), used).on:
        pause = None  # it was decided before anything could stop it
    stood = calendar.count(pause[0], pause[1]) if pause and pause[1] else 0
    decided_on = calendar.add(accepted.date(), used + stood).on
    delivered_on = calendar.add(decided_on, random.randrange(4)).on
    if decided_on >= today or (pause and pause[1] is None):
        return Story(received, accepted, pause=pause)
    decided = _after(random, decided_on, accepted)
    if outcome == "withdrawn":
        return Story(received, accepted, closed_at=decided, outcome=outcome, pause=pause)
    if delivered_on >= today:
        return Story(received, accepted, decided, outcome=outcome, pause=pause)
    delivered = _after(random, delivered_on, decided)
    return Story(received, accepted, decided, delivered, delivered, outcome, pause)


def _pause(random: Random, calendar: Calendar, on: date, promise: int, today: date) -> tuple[date, date | None] | None:
    """A special procedure that begins in the first half of the term and lasts one to ten working days."""
    start = calendar.add(on, 1 + random.randrange(max(1, promise // 2))).on
    end = calendar.add(start, 1 + random.randrange(10)).on
    if start >= today:
        return None
    return start, end if end < today else None


def _moment(random: Random, day: date) -> datetime:
    low, high = _MORNING if random.random() < 0.55 else _AFTERNOON
    minute = random.randrange(low, high - 30)
    return datetime.combine(day, time(minute // 60, minute % 60, random.randrange(60)), BEIJING)


def _after(random: Random, day: date, before: datetime) -> datetime:
    """A working moment of the day, never before what went before."""
    return max(_moment(random, day), before + timedelta(minutes=1))
