"""Screens at which nobody logs in: registered, paired once, known by their key, ended at once."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hall.access import device_actions as actions
from hall.access import devices
from hall.access.addresses import client_key
from hall.access.enums import DeviceKind
from hall.access.models import Device, StaffAddress
from hall.ledger.models import Event
from hall.organisation.errors import Refused
from tests.builders import MONDAY, Hall, make_window

pytestmark = pytest.mark.django_db
PAIR = "/devices/pair/"


def registered(
    hall: Hall, kind: str = DeviceKind.PAD, name: str = "3 号窗口评价器", at: datetime | None = None
) -> tuple[Device, str]:
    window = hall.window if kind == DeviceKind.PAD else None
    return actions.register_device(
        kind=kind, name=name, center=hall.center, window=window, by=hall.supervisor, at=at or timezone.now()
    )


def paired(hall: Hall, kind: str = DeviceKind.PAD, **facts: str) -> tuple[Device, Client]:
    """A device and the browser that is one."""
    _, code = registered(hall, kind, **facts)
    browser = Client()
    browser.post(PAIR, {"code": code})
    return Device.objects.get(kind=kind, revoked_at=None), browser


def request_of(browser: Client) -> HttpRequest:
    request = RequestFactory().get("/")
    request.COOKIES.update({name: morsel.value for name, morsel in browser.cookies.items()})
    return request


def test_the_code_pairs_the_browser_it_is_typed_in_on(hall: Hall) -> None:
    device, browser = paired(hall)
    assert devices.device_of(request_of(browser), DeviceKind.PAD) == device


def test_a_device_is_not_of_another_kind(hall: Hall) -> None:
    _, browser = paired(hall)
    assert devices.device_of(request_of(browser), DeviceKind.WALL) is None


def test_the_device_is_looked_up_once_a_request(hall: Hall, django_assert_num_queries: object) -> None:
    _, browser = paired(hall)
    request = request_of(browser)
    with django_assert_num_queries(1):  # type: ignore[operator]
        devices.any_device_of(request)
        devices.device_of(request, DeviceKind.PAD)


def test_a15_neither_code_nor_key_is_kept_in_clear(hall: Hall) -> None:
    device, code = registered(hall)
    _, key = actions.pair(code=code, at=timezone.now())
    device.refresh_from_db()
    kept = str(vars(device))
    assert code.replace(" ", "") not in kept
    assert key not in kept


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace(" ", "-"), lambda code: f"  {code} "])
def test_the_code_may_be_typed_as_people_type(hall: Hall, change: object) -> None:
    device, code = registered(hall)
    assert actions.pair(code=change(code), at=timezone.now())[0] == device  # type: ignore[operator]


def test_a_code_pairs_once(hall: Hall) -> None:
    _, code = registered(hall)
    actions.pair(code=code, at=timezone.now())
    with pytest.raises(Refused):
        actions.pair(code=code, at=timezone.now())


@pytest.mark.parametrize(("minutes", "works"), [(9, True), (10, False), (60, False)])
def test_a_code_lives_ten_minutes(hall: Hall, minutes: int, works: bool) -> None:
    then = timezone.now() - timedelta(minutes=minutes, seconds=-1 if works else 0)
    _, code = registered(hall, at=then)
    response = Client().post(PAIR, {"code": code})
    assert response.status_code == (302 if works else 422)


def test_a_new_code_ends_the_one_before(hall: Hall) -> None:
    device, old = registered(hall)
    new = actions.renew_code(device=device, by=hall.supervisor, at=timezone.now())
    with pytest.raises(Refused):
        actions.pair(code=old, at=timezone.now())
    assert actions.pair(code=new, at=timezone.now())[0] == device


def test_the_old_tablet_works_until_the_new_one_is_paired(hall: Hall) -> None:
    device, old = paired(hall)
    code = actions.renew_code(device=device, by=hall.supervisor, at=timezone.now())
    assert devices.any_device_of(request_of(old)) == device
    actions.pair(code=code, at=timezone.now())
    assert devices.any_device_of(request_of(old)) is None


def test_a15_a_revoked_device_is_nobody_at_once(hall: Hall) -> None:
    device, browser = paired(hall)
    actions.revoke_device(device=device, by=hall.supervisor, at=timezone.now())
    assert devices.any_device_of(request_of(browser)) is None


def test_revoking_twice_tells_once(hall: Hall) -> None:
    device, _ = paired(hall)
    for _ in range(2):
        actions.revoke_device(device=device, by=hall.supervisor, at=timezone.now())
    assert Event.objects.filter(kind="device.revoked").count() == 1


def test_pairing_is_on_record_without_the_key(hall: Hall) -> None:
    paired(hall)
    event = Event.objects.get(kind="device.paired")
    assert (event.data, event.actor, event.center_code) == (
        {"device": "3 号窗口评价器", "kind": "pad"},
        None,
        hall.center.code,
    )


def test_a_code_of_a_revoked_device_pairs_nothing(hall: Hall) -> None:
    device, code = registered(hall)
    actions.revoke_device(device=device, by=hall.supervisor, at=timezone.now())
    with pytest.raises(Refused):
        actions.pair(code=code, at=timezone.now())
    with pytest.raises(Refused):
        actions.renew_code(device=device, by=hall.supervisor, at=timezone.now())


@pytest.mark.parametrize("role", ["clerk", "approver", "chief", "admin", "auditor"])
def test_only_who_may_edit_devices_registers_them(hall: Hall, role: str) -> None:
    user = next(user for user in hall.everybody() if user.role == role)
    with pytest.raises(Refused):
        actions.register_device(
            kind=DeviceKind.WALL, name="大屏", center=hall.center, window=None, by=user, at=timezone.now()
        )


def test_a15_a_device_of_another_center_is_out_of_reach(hall: Hall) -> None:
    device, _ = registered(hall)
    stranger = Hall().supervisor
    with pytest.raises(Refused):
        actions.revoke_device(device=device, by=stranger, at=timezone.now())


def test_a_pad_stands_at_a_window_of_its_center(hall: Hall) -> None:
    for window in (None, make_window(Hall().center)):
        with pytest.raises(Refused):
            actions.register_device(
                kind=DeviceKind.PAD, name="x", center=hall.center, window=window, by=hall.supervisor, at=MONDAY
            )


def test_two_devices_in_use_do_not_share_a_name_and_a_retired_one_frees_it(hall: Hall) -> None:
    device, _ = registered(hall)
    with pytest.raises(Refused):
        registered(hall)
    actions.revoke_device(device=device, by=hall.supervisor, at=timezone.now())
    registered(hall)


@pytest.mark.parametrize(
    "facts", [{"kind": "tv"}, {"kind": "pad"}, {"kind": "wall", "revoked_at": MONDAY, "key_digest": "x"}]
)
def test_the_database_refuses_a_device_that_cannot_be(hall: Hall, facts: dict[str, object]) -> None:
    common = {"name": "x", "center": hall.center, "registered_by": hall.supervisor, "registered_at": MONDAY}
    with pytest.raises(IntegrityError), transaction.atomic():
        Device.objects.create(**{**common, **facts})


def test_a_cookie_somebody_made_up_is_nobody(hall: Hall) -> None:
    paired(hall)
    for value in ("", "x", "a:b:c", "\udcff"):
        request = RequestFactory().get("/")
        request.COOKIES[devices.COOKIE] = value
        assert devices.any_device_of(request) is None


def test_the_cookie_is_out_of_reach_of_scripts_and_lasts(hall: Hall) -> None:
    _, browser = paired(hall)
    cookie = browser.cookies[devices.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], int(cookie["max-age"])) == (True, "Lax", 400 * 24 * 3600)


def test_the_gate_says_how_to_pair(hall: Hall) -> None:
    gated = devices.device_required(DeviceKind.PAD)(lambda request: HttpResponse(request.device.name))
    response = gated(request_of(Client()))
    assert response.status_code == 403
    assert PAIR in response.content.decode()
    _, browser = paired(hall)
    assert gated(request_of(browser)).content.decode() == "3 号窗口评价器"


def test_the_gate_can_be_recognised() -> None:
    gated = devices.device_required(DeviceKind.WALL)(lambda _: HttpResponse())
    assert gated.required_device == DeviceKind.WALL  # type: ignore[attr-defined]
    assert not hasattr(gated, "required_rights")


def test_being_on_is_written_every_five_minutes_and_no_more_often(hall: Hall) -> None:
    device, _ = paired(hall)
    seen = device.seen_at
    assert seen is not None
    actions.note_seen(device=device, at=seen + timedelta(minutes=4, seconds=59))
    assert Device.objects.get().seen_at == seen
    actions.note_seen(device=device, at=seen + timedelta(minutes=5))
    assert Device.objects.get().seen_at == seen + timedelta(minutes=5)


# Pages.


def test_the_code_is_shown_once_and_the_list_says_who_waits(hall: Hall, client: Client) -> None:
    client.force_login(hall.supervisor)
    facts = {"kind": "pad", "name": "1 号评价器", "center": hall.center.pk, "window": hall.window.pk}
    shown = client.post(reverse("access:device_new"), facts)
    assert "配对码" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    page = client.get(reverse("access:devices")).content.decode()
    assert "等待配对" in page
    assert "1 号评价器" in page


def test_a_pad_without_a_window_is_asked_again(hall: Hall, client: Client) -> None:
    client.force_login(hall.supervisor)
    response = client.post(reverse("access:device_new"), {"kind": "pad", "name": "x", "center": hall.center.pk})
    assert response.status_code == 422
    assert "评价器必须选窗口" in response.content.decode()
    assert not Device.objects.exists()


def test_a_window_of_elsewhere_cannot_be_chosen(hall: Hall, client: Client) -> None:
    client.force_login(hall.supervisor)
    window = make_window(Hall().center)
    facts = {"kind": "pad", "name": "x", "center": hall.center.pk, "window": window.pk}
    assert client.post(reverse("access:device_new"), facts).status_code == 422


def test_the_same_name_again_is_a_sentence(hall: Hall, client: Client) -> None:
    registered(hall)
    client.force_login(hall.supervisor)
    facts = {"kind": "pad", "name": "3 号窗口评价器", "center": hall.center.pk, "window": hall.window.pk}
    response = client.post(reverse("access:device_new"), facts)
    assert (response.status_code, "同名" in response.content.decode()) == (422, True)


def test_a_new_code_and_the_end_come_from_the_list(hall: Hall, client: Client) -> None:
    device, _ = paired(hall)
    client.force_login(hall.supervisor)
    assert "配对码" in client.post(reverse("access:device_code", args=[device.pk])).content.decode()
    client.post(reverse("access:device_revoke", args=[device.pk]))
    device.refresh_from_db()
    assert device.revoked_at is not None
    response = client.post(reverse("access:device_code", args=[device.pk]), follow=True)
    assert "已经停用" in response.content.decode()


def test_a_device_of_elsewhere_is_not_there(hall: Hall, client: Client) -> None:
    device, _ = registered(Hall())
    client.force_login(hall.supervisor)
    for name in ("device_code", "device_revoke"):
        assert client.post(reverse(f"access:{name}", args=[device.pk])).status_code == 404


def test_the_list_asks_as_often_for_three_devices_as_for_one(hall: Hall, client: Client) -> None:
    client.force_login(hall.supervisor)
    registered(hall)
    counts = []
    client.get(reverse("access:devices"))
    for name in ("乙", "丙"):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("access:devices"))
        counts.append(len(asked))
        registered(hall, name=name)
        registered(hall, name=name + "二")
    assert counts[0] == counts[1]


def test_guessing_is_limited_by_address(hall: Hall) -> None:
    _, code = registered(hall)
    browser = Client()
    for _ in range(10):
        assert browser.post(PAIR, {"code": "AAAA AAAA"}).status_code == 422
    response = browser.post(PAIR, {"code": code})
    assert (response.status_code, "15 分钟" in response.content.decode()) == (422, True)
    assert Client(REMOTE_ADDR="198.51.100.7").post(PAIR, {"code": code}).status_code == 302


@pytest.mark.parametrize("code", ["", "\x00", "Ａ" * 20, "x" * 300, "’; DROP TABLE"])
def test_nonsense_is_a_sentence(code: str) -> None:
    assert Client().post(PAIR, {"code": code}).status_code == 422


# Addresses of staff.


def from_address(address: str) -> HttpRequest:
    return RequestFactory().get("/", REMOTE_ADDR=address)


class Nobody:
    is_authenticated = False


def test_logging_in_marks_the_address(hall: Hall) -> None:
    where = {"username": hall.clerk.username, "password": "correct-horse-battery-1"}
    Client(REMOTE_ADDR="203.0.113.5").post(reverse("access:login"), where)
    request, other = from_address("203.0.113.5"), from_address("203.0.113.6")
    request.user = other.user = Nobody()  # type: ignore[assignment]
    day = timedelta(hours=12)
    assert devices.from_staff(request, within=day, at=timezone.now())
    assert not devices.from_staff(other, within=day, at=timezone.now())


def test_the_address_itself_is_not_kept() -> None:
    actions.note_staff_address(address="203.0.113.5", at=timezone.now())
    assert "203.0.113.5" not in StaffAddress.objects.get().address_key


def test_a_second_log_in_moves_the_moment() -> None:
    for hours in (0, 3):
        actions.note_staff_address(address="203.0.113.5", at=MONDAY + timedelta(hours=hours))
    assert StaffAddress.objects.get().seen_at == MONDAY + timedelta(hours=3)


def test_what_is_no_address_marks_nothing() -> None:
    actions.note_staff_address(address=client_key(from_address("pipe")), at=MONDAY)
    assert not StaffAddress.objects.exists()


@pytest.mark.parametrize(("hours", "within", "staff"), [(11, 12, True), (12, 12, False), (1, 0, False)])
def test_a_mark_fades(hours: int, within: int, staff: bool) -> None:
    actions.note_staff_address(address="203.0.113.5", at=MONDAY)
    request = from_address("203.0.113.5")
    request.user = Nobody()  # type: ignore[assignment]
    at = MONDAY + timedelta(hours=hours)
    assert devices.from_staff(request, within=timedelta(hours=within), at=at) is staff


def test_somebody_logged_in_is_staff_wherever_they_are(hall: Hall) -> None:
    request = from_address("198.51.100.1")
    request.user = hall.clerk
    assert devices.from_staff(request, within=timedelta(0), at=MONDAY)
