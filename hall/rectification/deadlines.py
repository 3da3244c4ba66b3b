"""When a bad grade must have been answered: settings in, Beijing days out."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils import timezone

from hall.facts import parameters
from hall.facts.parameters import Key
from hall.organisation.models import Center
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import calendar_for

CONTACT: Final = "rectification.contact_days"
RECTIFY: Final = "rectification.rectify_days"
REVISIT: Final = "rectification.revisit_days"
APPEAL: Final = "rectification.appeal_days"
DECIDE: Final = "rectification.decide_days"
ATTEMPTS: Final = "rectification.contact_attempts"
ATTEMPT_HOURS: Final = "rectification.attempt_hours"
ATTEMPT_DAYS: Final = "rectification.attempt_days"
SMALL_GROUP: Final = "rectification.small_group"

KEYS: Final = (
    Key(CONTACT, "实名差评联系核实期限", "个工作日", 1, 10),
    Key(RECTIFY, "差评整改或答复期限", "个工作日", 1, 60),
    Key(REVISIT, "差评回访期限", "个工作日", 1, 60),
    Key(APPEAL, "误评、恶意差评申诉期限", "个工作日", 1, 60),
    Key(DECIDE, "差评申诉裁定期限", "个工作日", 1, 60),
    Key(ATTEMPTS, "联系几次未果后直接整改", "次", 1, 10),
    Key(ATTEMPT_HOURS, "两次联系未果至少相隔", "小时", 0, 72),
    Key(ATTEMPT_DAYS, "联系未果至少分在几天", "天", 1, 10),
    Key(SMALL_GROUP, "公开评价指标所需的最少评价数", "件", 2, 1_000),
)


def declare() -> None:
    """Show the keys on the settings page."""
    for key in KEYS:
        parameters.declare(key)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The days fixed when a bad grade comes in; `contact` is nothing for an anonymous one."""

    contact: date | None
    rectify: date
    appeal: date


def at_opening(center: Center, *, named: bool, at: datetime) -> Deadlines:
    """What runs from the moment a bad grade was given."""
    return Deadlines(
        contact=after(center, CONTACT, at) if named else None,
        rectify=after(center, RECTIFY, at),
        appeal=after(center, APPEAL, at),
    )


def after(center: Center, name: str, at: datetime) -> date:
    """The last day of a setting's working days, counted from the day after `at` in the center's calendar."""
    today = timezone.localdate(at)
    days = parameters.whole_number(name, center=center.pk, on=today)
    return calendar_for(center.region_id).add(today, days).on


def remaining(calendar: Calendar, due: date, today: date) -> int:
    """Working days left until `due`; negative: as many have passed since."""
    return calendar.count(today, due) if today <= due else -calendar.count(due, today)
