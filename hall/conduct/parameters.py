"""The numbers of this room, read where they are used: every one is a dated row with its source."""

from datetime import date, datetime
from typing import Final

from django.utils import timezone

from hall.facts import parameters
from hall.facts.parameters import Key
from hall.facts.periods import midnight
from hall.organisation.models import Center
from hall.workdays.calendars import calendar_for

RECTIFY_DAYS: Final = "patrol.rectify_days"
ACCEPT_DAYS: Final = "complaints.accept_days"
DECIDE_DAYS: Final = "complaints.decide_days"
SAMPLE_PERCENT: Final = "checks.sample_percent"
NEIGHBOUR_MINUTES: Final = "checks.neighbour_minutes"
SMALLEST_GROUP: Final = "bulletins.smallest_group"

KEYS: Final = (
    Key(RECTIFY_DAYS, "巡查问题整改期限", "个工作日", least=1, most=60),
    Key(ACCEPT_DAYS, "投诉受理决定期限", "个工作日", least=1, most=60),
    Key(DECIDE_DAYS, "投诉裁定答复期限（自受理起）", "个工作日", least=1, most=90),
    Key(SAMPLE_PERCENT, "办结时间查验抽查比例", "%", least=1, most=100),
    Key(NEIGHBOUR_MINUTES, "办结时间查验：同一人前后多少分钟内算一批", "分钟", least=1, most=240),
    Key(SMALLEST_GROUP, "公开通报隐去比例的样本下限", "件", least=1, most=1000),
)


def number(name: str, *, center: Center, at: datetime) -> int:
    """The value in force for the center on the Beijing day of `at`."""
    return parameters.whole_number(name, center=center.pk, on=timezone.localdate(at))


def due_on(name: str, *, center: Center, at: datetime) -> date:
    """The last day of a term of working days that begins the day after `at`."""
    days = number(name, center=center, at=at)
    return calendar_for(center.region_id).add(timezone.localdate(at), days).on


def late_from(day: date) -> datetime:
    """The first moment after the last day."""
    return midnight(date.fromordinal(day.toordinal() + 1))
