"""Addresses of the house: kept as long as the longest setting asks for, and not an hour longer."""

from datetime import timedelta

import pytest

from hall.access import device_actions
from hall.access.models import StaffAddress
from hall.evaluation.actions.addresses import forget_addresses
from hall.evaluation.tasks import purge
from hall.facts.models import Setting
from tests.builders import MONDAY, Hall

pytestmark = pytest.mark.django_db
INSIDE, LATER = "203.0.113.5", "203.0.113.6"


def setting(hours: int, hall: Hall | None = None) -> None:
    facts = {"source": "本厅规定", "effective_from": MONDAY.date()}
    center = hall.center if hall else None
    Setting.objects.create(key="evaluation.staff_address_hours", center=center, value=hours, **facts)


@pytest.mark.parametrize(("hours", "gone"), [(11, 0), (12, 1), (13, 1)])
def test_an_address_is_forgotten_once_it_tells_nothing_any_more(hours: int, gone: int) -> None:
    device_actions.note_staff_address(address=INSIDE, at=MONDAY)
    assert forget_addresses(at=MONDAY + timedelta(hours=hours)) == gone
    assert StaffAddress.objects.count() == 1 - gone


@pytest.mark.parametrize(("own", "gone"), [(0, 1), (24, 0)])
def test_the_longest_setting_of_any_center_decides(own: int, gone: int) -> None:
    setting(own, Hall())
    device_actions.note_staff_address(address=INSIDE, at=MONDAY)
    assert forget_addresses(at=MONDAY + timedelta(hours=13)) == gone


def test_who_logs_in_again_is_kept() -> None:
    device_actions.note_staff_address(address=INSIDE, at=MONDAY)
    device_actions.note_staff_address(address=LATER, at=MONDAY)
    device_actions.note_staff_address(address=INSIDE, at=MONDAY + timedelta(hours=12))
    assert forget_addresses(at=MONDAY + timedelta(hours=13)) == 1


def test_the_task_rings_it() -> None:
    device_actions.note_staff_address(address=INSIDE, at=MONDAY)
    purge()
    assert not StaffAddress.objects.exists()
