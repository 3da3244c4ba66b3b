"""A whole city, day by day: places first, then cases by COPY in portions, each portion in one transaction."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from approvals.cases import clockwork
from approvals.cases.clock import WarnRule
from approvals.cases.enums import ParameterKey
from approvals.cases.models import Case
from approvals.cases.parameters import whole_number
from approvals.catalogue.models import PauseGround, Regime
from approvals.city import distribution, evaluations, places
from approvals.city.clocks import Clocks
from approvals.city.copying import unindexed
from approvals.city.places import City, Desk
from approvals.city.rows import Made, Tables
from approvals.city.stories import tell
from hall.access.models import User
from hall.ledger import numbers
from hall.ledger.models import DocketCounter
from hall.organisation import actions as organisation
from hall.workdays.arithmetic import Calendar
from hall.workdays.shipped import shipped_calendar

PORTION: Final = 20_000
# Open cases lie in the last months; who applied is written for this long back when the history is reduced.
OPEN_WITHIN: Final = timedelta(days=240)
NAMED_WITHIN: Final = timedelta(days=365)
_CHANNELS: Final = distribution.Weighted(distribution.PEOPLE_ORDER, distribution.CHANNELS)


class NotScratch(Exception):
    """The database holds something; a made-up city is never mixed with it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make. `open_share` of the cases are still open; `reduced` leaves out applicants of closed years."""

    cases: int
    years: int = 3
    counties: int = 6
    open_share: float = 0.1
    seed: int = 1
    reduced: bool = False


def build(plan: Plan, *, at: datetime, told: Callable[[int], None] = lambda _: None) -> dict[str, int]:
    """Fill the empty database of this process; returns the rows of every table. The last day made is yesterday.

    Raises NotScratch where there are cases or accounts. `told` hears how many cases are written so far.
    """
    if Case.objects.exists() or User.objects.exists():
        raise NotScratch("这个数据库里已有账号或办件。样本城市只能写进空的临时数据库。")
    random = Random(plan.seed)  # noqa: S311 — a made-up city, to be the same again
    today = timezone.localdate(at)
    calendar = shipped_calendar()
    organisation.set_up_installation(name="样本市政务服务大厅", demonstration=True)
    with transaction.atomic():
        city = places.found(random, counties=plan.counties, at=at - timedelta(days=365 * plan.years + 40))
    tables = Tables(_clocks(calendar, today), now=at, random=random)
    voice = evaluations.Voice(random)
    sheets = (*tables.all, *voice.all)
    with unindexed([sheet.table for sheet in sheets]):
        for count, made in enumerate(_cases(plan, city, calendar, today, random), 1):
            named = not plan.reduced or not made.story.closed_at or made.story.closed_at > at - NAMED_WITHIN
            tables.write(made, applicant=_uuid(made.story.received_at, random) if named else None)
            voice.hear(made)
            if count % PORTION == 0 or count == plan.cases:
                with transaction.atomic():
                    for sheet in sheets:
                        sheet.flush()
                told(count)
    return {sheet.table: sheet.count for sheet in sheets}


def _clocks(calendar: Calendar, today: date) -> Clocks:
    regime = Regime.objects.get(code="licensing-law")
    ground = PauseGround.objects.get(regime=regime, code="expert_review")
    keys = (ParameterKey.WARN_LAST_DAYS, ParameterKey.WARN_SHARE)
    last_days, percent = (whole_number(key, center=None, on=today) for key in keys)
    return Clocks(calendar, clockwork.regime_facts(regime), WarnRule(last_days, percent), ground, today)


def _cases(plan: Plan, city: City, calendar: Calendar, today: date, random: Random) -> Iterator[Made]:
    """Every case in the order of filing."""
    days = calendar.between(today - timedelta(days=365 * plan.years), today - timedelta(days=1))
    shares = [distribution.WEEKDAYS[min(day.weekday(), 4)] * (1 + n / len(days) / 4) for n, day in enumerate(days)]
    whole, done, begun = sum(shares), 0, 0.0
    recent = sum(share for day, share in zip(days, shares, strict=True) if day > today - OPEN_WITHIN) / whole
    chance = min(1.0, plan.open_share / recent)
    for day, share in zip(days, shares, strict=True):
        begun += share
        until = round(plan.cases * begun / whole)
        serials: Counter[str] = Counter()
        for _ in range(done, until):
            stays = day > today - OPEN_WITHIN and random.random() < chance
            yield _case(city.desks.draw(random), day, serials, calendar, random, stays_open=stays, today=today)
        done = until
    DocketCounter.objects.bulk_create(
        DocketCounter(center_code=code, day=days[-1], last=last) for code, last in serials.items()
    )


def _case(
    desk: Desk, day: date, serials: Counter[str], calendar: Calendar, random: Random, *, stays_open: bool, today: date
) -> Made:
    version = desk.versions.draw(random)
    while stays_open and not version.promise_count:  # 即办 is over on the day it begins
        version = desk.versions.draw(random)
    promise, statute = version.promise_count or 0, version.statute_count or 0
    center = desk.center
    serials[center.code] += 1
    docket = numbers.compose(region6=center.region6, center4=center.center_no, on=day, serial=serials[center.code])
    story = tell(random, calendar, on=day, promise=promise, stays_open=stays_open, today=today)
    return Made(
        id=_uuid(story.received_at, random),
        docket=docket,
        desk=desk,
        version=version,
        clerk=desk.people.draw(random),
        window=desk.windows.draw(random),
        channel=_CHANNELS.draw(random),
        limits=(promise, statute),
        story=story,
    )


def _uuid(at: datetime, random: Random) -> UUID:
    """Ordered by time, as the product's own (RFC 9562 version 7), but the same for the same seed."""
    value = int(at.timestamp() * 1000) << 80 | random.getrandbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)
