"""The screen in the hall: for a paired screen or somebody who may see the dashboard."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hall.access.device_actions import note_seen
from hall.access.devices import device_of
from hall.access.enums import DeviceKind
from hall.access.loading import to_login
from hall.access.rules import has_right
from hall.access.scope import centers_of
from hall.dashboard import wall
from hall.organisation.models import Center


@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponseBase:
    """Today and this month of the center the screen hangs in; it asks again every minute."""
    at = timezone.now()
    device = device_of(request, DeviceKind.WALL)
    if device is not None:
        note_seen(device=device, at=at)
        return _page(request, device.center)
    if not request.user.is_authenticated:
        return to_login(request)
    if not has_right(request.user, "dashboard.view"):
        return render(request, "access/device_unknown.html", status=403)
    center = _own(request)
    return _page(request, center) if center else render(request, "access/device_unknown.html", status=403)


def _own(request: HttpRequest) -> Center | None:
    """The center of the person who looks; the topmost for an account of no person."""
    staff = getattr(request.user, "staff", None)
    seen = centers_of(request.user)  # type: ignore[arg-type] # logged in, as asked above
    return staff.center if staff else seen.filter(parent__isnull=True).first() or seen.first()


def _page(request: HttpRequest, center: Center) -> HttpResponse:
    return render(request, "dashboard/wall.html", wall.build(center, timezone.now()))
