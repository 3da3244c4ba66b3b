"""Screens of the hall at which nobody is logged in: which one a request comes from, and the gate of their pages.

A device carries a random key in a signed cookie no script can read; the database keeps a digest of it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from hall.access.addresses import client_key
from hall.access.models import Device, StaffAddress
from hall.privacy.indexes import blind_index

COOKIE: Final = "__Host-device" if settings.PRODUCTION else "device"
KEPT: Final = timedelta(days=400)  # the longest a browser keeps a cookie
_SALT: Final = "hall.access.device"
NOWHERE: Final = "unknown"

P = ParamSpec("P")


class DeviceRequest(HttpRequest):
    """A request that passed the gate: it comes from a paired device."""

    device: Device


View = Callable[Concatenate[DeviceRequest, P], HttpResponseBase]
Gate = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def key_digest(key: str) -> str:
    """What is kept of a device's key."""
    return blind_index("device.key", key)


def carried_key(request: HttpRequest) -> str:
    """The key in the device's cookie; empty where there is none or somebody touched it."""
    value = request.get_signed_cookie(COOKIE, default="", salt=_SALT)
    return str(value)


def carry(response: HttpResponseBase, key: str) -> None:
    """Give the device its key."""
    response.set_signed_cookie(
        COOKIE,
        key,
        salt=_SALT,
        max_age=int(KEPT.total_seconds()),
        secure=settings.PRODUCTION,
        httponly=True,
        samesite="Lax",
    )


def any_device_of(request: HttpRequest) -> Device | None:
    """The device a request comes from, whatever it is for; None for everybody else. Asked once a request."""
    if not hasattr(request, "_device"):
        key = carried_key(request)
        found = Device.objects.filter(key_digest=key_digest(key), revoked_at__isnull=True) if key else None
        device = found.select_related("center", "window").first() if found is not None else None
        request._device = device  # type: ignore[attr-defined]
    return cast("Device | None", request._device)  # type: ignore[attr-defined]


def device_of(request: HttpRequest, kind: str) -> Device | None:
    """The device of this kind a request comes from; None for everybody else."""
    device = any_device_of(request)
    return device if device is not None and device.kind == kind else None


def device_required(kind: str) -> Callable[[View[P]], Gate[P]]:
    """The page is for paired devices of this kind; everybody else is told how to pair one, with status 403.

    A view behind the gate carries `required_device`. No right and no log-in is asked: the table of addresses counts
    such a page as public, answered 200 or 403.
    """

    def gate(view: View[P]) -> Gate[P]:
        @wraps(view)
        def gated(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            device = device_of(request, kind)
            if device is None:
                return render(request, "access/device_unknown.html", status=403)
            cast(Any, request).device = device
            return view(cast(DeviceRequest, request), *args, **kwargs)

        cast(Any, gated).required_device = kind
        return gated

    return gate


def from_staff(request: HttpRequest, *, within: timedelta, at: datetime) -> bool:
    """Whether somebody of the staff is logged in at this browser, or logged in from this address not long ago."""
    if request.user.is_authenticated:
        return True
    digest = address_digest(client_key(request))
    return bool(within) and StaffAddress.objects.filter(address_key=digest, seen_at__gt=at - within).exists()


def address_digest(address: str) -> str:
    """What is kept of an address somebody of the staff logged in from."""
    return blind_index("staff.address", address)
