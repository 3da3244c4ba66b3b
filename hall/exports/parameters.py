"""The dated numbers of this room, each with its source (migration 0002)."""

from datetime import datetime
from typing import Final

from django.utils import timezone

from hall.access.models import User
from hall.facts.parameters import Key, declare, whole_number

ALONE: Final = "exports.alone_rows"
WAIT: Final = "exports.wait_days"
KEEP: Final = "exports.keep_hours"


def announce() -> None:
    """Declare them to the page of numbers."""
    declare(Key(ALONE, "同一份含个人信息的名单，一人一天合计导出超过多少行须第二人批准", "行", least=1, most=50_000))
    declare(Key(WAIT, "导出申请等批准的期限", "天", least=1, most=30))
    declare(Key(KEEP, "批准以后多少小时内可以导出", "小时", least=1, most=168))


def number(name: str, *, by: User, at: datetime) -> int:
    """The value that holds for a person's center on the Beijing day of `at`."""
    center = by.staff.center_id if by.staff else None
    return whole_number(name, center=center, on=timezone.localdate(at))
