"""Whose device an answer comes from. Answers from the house are kept and told apart, never refused."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone

from hall.access import devices
from hall.access.enums import DeviceKind
from hall.evaluation.enums import Origin, Via
from hall.evaluation.rules import STAFF_ADDRESS_HOURS
from hall.facts import parameters


def origin_of(request: HttpRequest, *, via: str, center: int, at: datetime) -> Origin:
    """From the house: staff is logged in at the browser or logged in from its address lately, or it is a paired device.

    A window's pad stands in the house by its nature, so its address says nothing; a log-in on it does. A hall whose
    visitors share one address with its staff sets the hours to 0.
    """
    hours = parameters.whole_number(STAFF_ADDRESS_HOURS, center=center, on=timezone.localdate(at))
    device = devices.any_device_of(request)
    if via == Via.PAD and device is not None and device.kind == DeviceKind.PAD:
        hours = 0
    elif device is not None:
        return Origin.STAFF_DEVICE
    staff = devices.from_staff(request, within=timedelta(hours=hours), at=at)
    return Origin.STAFF_DEVICE if staff else Origin.CITIZEN
