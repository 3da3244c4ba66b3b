"""Whose device it was: a truth table over who is logged in, which device, which address, which way."""

import itertools
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from hall.access import device_actions, devices
from hall.access.enums import DeviceKind
from hall.evaluation.enums import Origin, Via
from hall.evaluation.origins import origin_of
from hall.facts.models import Setting
from tests.builders import MONDAY, Hall

pytestmark = pytest.mark.django_db
_numbers = itertools.count()
INSIDE, OUTSIDE = "203.0.113.5", "198.51.100.7"


def request(*, device: str | None = None, hall: Hall | None = None, address: str = OUTSIDE) -> HttpRequest:
    """A request of nobody, from an address, perhaps from a paired device."""
    made = RequestFactory().get("/", REMOTE_ADDR=address)
    made.user = AnonymousUser()
    if device and hall:
        window = hall.window if device == DeviceKind.PAD else None
        facts = {"name": f"{device} {next(_numbers)}", "center": hall.center, "window": window}
        _, code = device_actions.register_device(kind=device, **facts, by=hall.supervisor, at=MONDAY)
        _, key = device_actions.pair(code=code, at=MONDAY)
        answer = HttpResponse()
        devices.carry(answer, key)
        made.COOKIES[devices.COOKIE] = answer.cookies[devices.COOKIE].value
    return made


def expected(*, logged_in: bool, device: str | None, inside: bool, via: str) -> Origin:
    """The rule once more, in other words."""
    own_pad = device == DeviceKind.PAD and via == Via.PAD
    staff = logged_in or (device is not None and not own_pad) or (inside and not own_pad)
    return Origin.STAFF_DEVICE if staff else Origin.CITIZEN


def test_every_combination(hall: Hall) -> None:
    device_actions.note_staff_address(address=INSIDE, at=MONDAY)
    ways = (Via.PAD, Via.QR, Via.MESSAGE)
    for logged_in, device, inside, via in itertools.product((True, False), (None, "pad", "wall"), (True, False), ways):
        made = request(device=device, hall=hall, address=INSIDE if inside else OUTSIDE)
        if logged_in:
            made.user = hall.clerk
        found = origin_of(made, via=via, center=hall.center.pk, at=MONDAY + timedelta(hours=1))
        assert found == expected(logged_in=logged_in, device=device, inside=inside, via=via), (
            logged_in, device, inside, via,
        )  # fmt: skip


@pytest.mark.parametrize(("hours", "origin"), [(11, Origin.STAFF_DEVICE), (12, Origin.CITIZEN)])
def test_an_address_is_of_the_house_for_the_hours_of_the_setting(hall: Hall, hours: int, origin: Origin) -> None:
    device_actions.note_staff_address(address=INSIDE, at=MONDAY)
    at = MONDAY + timedelta(hours=hours)
    assert origin_of(request(address=INSIDE), via=Via.QR, center=hall.center.pk, at=at) == origin


def test_a_hall_that_shares_its_address_with_visitors_switches_the_rule_off(hall: Hall) -> None:
    device_actions.note_staff_address(address=INSIDE, at=MONDAY)
    facts = {"source": "大厅与办事人共用出口地址", "effective_from": MONDAY.date()}
    Setting.objects.create(key="evaluation.staff_address_hours", center=hall.center, value=0, **facts)
    assert origin_of(request(address=INSIDE), via=Via.QR, center=hall.center.pk, at=MONDAY) == Origin.CITIZEN
    elsewhere = Hall().center.pk
    assert origin_of(request(address=INSIDE), via=Via.QR, center=elsewhere, at=MONDAY) == Origin.STAFF_DEVICE
