"""Addresses of the house are kept as long as the longest setting of any center asks for them, and no hour longer."""

from datetime import datetime, timedelta

from django.utils import timezone

from hall.access import device_actions
from hall.evaluation.rules import STAFF_ADDRESS_HOURS
from hall.facts import parameters
from hall.facts.models import Setting


def forget_addresses(*, at: datetime) -> int:
    """Remove the addresses no answer can be told by any more (个人信息保护法第十九条). Returns how many."""
    today = timezone.localdate(at)
    own = Setting.objects.filter(key=STAFF_ADDRESS_HOURS, center__isnull=False).order_by()
    centers: list[int | None] = [None, *own.values_list("center_id", flat=True).distinct()]
    hours = max(parameters.whole_number(STAFF_ADDRESS_HOURS, center=center, on=today) for center in centers)
    return device_actions.forget_staff_addresses(before=at - timedelta(hours=hours))
