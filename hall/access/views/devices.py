"""Screens at which nobody logs in: register, pair, revoke."""

from datetime import datetime, timedelta
from typing import Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access import device_actions as actions
from hall.access import devices
from hall.access.addresses import client_key
from hall.access.enums import DeviceKind
from hall.access.forms.devices import DeviceForm, PairForm
from hall.access.loading import StaffRequest, right_required
from hall.access.models import Device
from hall.access.scope import centers_of
from hall.access.views.pages import ask, page_of, posted
from hall.ledger import actions as ledger
from hall.organisation.errors import Refused

# A code has forty bits and lives ten minutes; with all tries used, a guess meets one of a hundred codes once in
# a hundred thousand years.
TRIES, WINDOW = 10, timedelta(minutes=15)
TRIES_IN_ALL, WINDOW_IN_ALL = 100, timedelta(minutes=15)
PAGES: Final = {DeviceKind.PAD.value: "/pad/", DeviceKind.WALL.value: "/wall/"}


def _devices(request: StaffRequest) -> QuerySet[Device]:
    return Device.objects.filter(center__in=centers_of(request.user).values("pk"))


def listed(request: StaffRequest) -> QuerySet[Device]:
    """With what a row shows, in the order of the list."""
    rows = _devices(request).select_related("center", "window", "registered_by__staff")
    return rows.order_by("-revoked_at", "center_id", "kind", "name")


@require_safe
@right_required("devices.edit")
def device_list(request: StaffRequest) -> HttpResponse:
    """All screens of the person's centers, those in use first."""
    return render(request, "access/devices.html", {"page": page_of(request, listed(request)), "at": timezone.now()})


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("devices.edit")
def device_new(request: StaffRequest) -> HttpResponse:
    """Register a screen; the answer shows its code, which is never shown again."""
    form = DeviceForm(posted(request), centers=centers_of(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            device, code = actions.register_device(**form.cleaned_data, by=request.user, at=timezone.now())
            return render(request, "access/device_code.html", {"device": device, "code": code})
        except Refused as refused:
            form.add_error(None, str(refused))
    return ask(request, "access/device_new.html", form)


@require_POST
@right_required("devices.edit")
def device_code(request: StaffRequest, pk: int) -> HttpResponse:
    """A fresh code for a screen that is there already."""
    device = get_object_or_404(_devices(request), pk=pk)
    try:
        code = actions.renew_code(device=device, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("access:devices")
    return render(request, "access/device_code.html", {"device": device, "code": code})


@require_POST
@right_required("devices.edit")
def device_revoke(request: StaffRequest, pk: int) -> HttpResponse:
    """The screen is gone or broken: its key ends now."""
    device = get_object_or_404(_devices(request), pk=pk)
    actions.revoke_device(device=device, by=request.user, at=timezone.now())
    messages.success(request, f"“{device.name}”已停用，它的钥匙立即失效。")
    return redirect("access:devices")


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def pair(request: HttpRequest) -> HttpResponse:
    """On the screen itself: type the code in, and the browser is the device from then on."""
    form = PairForm(posted(request))
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        try:
            if not _within_limits(request, at):
                raise Refused("试得太多了，请过 15 分钟再试。")
            device, key = actions.pair(code=form.cleaned_data["code"], at=at)
        except Refused as refused:
            form.add_error("code", str(refused))
        else:
            response = redirect(PAGES[device.kind])
            devices.carry(response, key)
            return response
    return ask(request, "access/device_pair.html", form)


def _within_limits(request: HttpRequest, at: datetime) -> bool:
    tried = [
        ledger.hit("device.address", client_key(request), limit=TRIES, window=WINDOW, at=at),
        ledger.hit("device.all", "all", limit=TRIES_IN_ALL, window=WINDOW_IN_ALL, at=at),
    ]
    return all(tried)
