"""The screen in the hall: for a paired screen, without a name, a case or a number of a person."""

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hall.access import devices
from hall.access.enums import DeviceKind, Role
from hall.access.models import Device
from hall.dashboard import rolling, wall
from hall.dashboard.models import FactTally
from hall.organisation.models import OpeningException
from tests.builders import Hall, accepted_case
from tests.hall.dashboard.builders import granted_case, log_in

pytestmark = pytest.mark.django_db
WALL = reverse("dashboard:wall")


@pytest.fixture
def hall() -> Hall:
    hall = Hall()
    accepted_case(hall, at=timezone.now())
    rolling.rebuild(timezone.now())
    return hall


def screen(hall: Hall, kind: str = DeviceKind.WALL) -> Client:
    """A browser that carries the key of a paired screen."""
    key = "test-key-of-a-screen"
    Device.objects.create(
        kind=kind, name="大厅屏", center=hall.center, key_digest=devices.key_digest(key), registered_by=hall.supervisor,
        registered_at=timezone.now(), paired_at=timezone.now(), window=hall.window if kind == DeviceKind.PAD else None,
    )  # fmt: skip
    client = Client()
    client.cookies[devices.COOKIE] = signing.get_cookie_signer(salt=devices.COOKIE + devices._SALT).sign(key)
    return client


def test_a_paired_screen_shows_its_center(hall: Hall) -> None:
    page = screen(hall).get(WALL).content.decode()
    assert hall.center.name in page
    assert "今日收件" in page


def test_a_pad_is_no_wall(hall: Hall) -> None:
    assert screen(hall, DeviceKind.PAD).get(WALL).status_code == 302


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.SUPERVISOR, 200), (Role.AUDITOR, 200), (Role.CHIEF, 200), (Role.CLERK, 403), (Role.ADMIN, 403)],
)
def test_who_may_see_the_dashboard_may_see_the_wall(hall: Hall, role: str, status: int) -> None:
    user = {u.role: u for u in hall.everybody()}[role]
    assert log_in(user).get(WALL).status_code == status


def test_a_stranger_is_sent_to_log_in(hall: Hall) -> None:
    assert Client().get(WALL).status_code == 302


def test_nothing_of_a_person_or_a_case_is_on_it(hall: Hall) -> None:
    case = granted_case(hall)
    rolling.rebuild(timezone.now())
    page = log_in(hall.supervisor).get(WALL).content.decode()
    for secret in (case.docket, "张小明", case.handler.name, hall.supervisor.display_name, "/work/"):
        assert secret not in page


def test_it_comes_again_by_itself_with_scripts_or_without(hall: Hall) -> None:
    page = log_in(hall.supervisor).get(WALL).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in page
    assert 'data-wall="60"' in page
    assert "data-offline hidden" in page


def test_a_share_of_few_is_not_published(hall: Hall) -> None:
    assert "不足 10 件" in log_in(hall.supervisor).get(WALL).content.decode()
    day = timezone.localdate().replace(day=1)
    key = {"day": day, "center": hall.center, "span": "month", "grain": "center"}
    FactTally.objects.create(source="evaluation.given", n=10, **key)
    FactTally.objects.create(source="evaluation.good", n=9, **key)
    page = log_in(hall.supervisor).get(WALL).content.decode()
    assert "90%" in page
    assert "9 / 10" in page


def test_days_that_differ_are_announced(hall: Hall) -> None:
    OpeningException.objects.create(center=hall.center, on=timezone.localdate(), kind="closed", note="系统检修")
    notices = wall.build(hall.center, timezone.now())["notices"]
    assert any("不开门 系统检修" in text for text in notices)


def test_an_account_of_no_person_sees_the_topmost_center(hall: Hall) -> None:
    hall.auditor.staff = None
    hall.auditor.save()
    assert hall.center.name in log_in(hall.auditor).get(WALL).content.decode()
