"""The window's pad: it waits, shows one question after another, and clears itself."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from hall.access.device_actions import note_seen
from hall.access.devices import DeviceRequest, device_required
from hall.access.enums import DeviceKind
from hall.evaluation import actions, queries
from hall.evaluation.enums import Via
from hall.evaluation.errors import Closed
from hall.evaluation.views.sitting import ONE_BY_ONE, PAD, Sitting, answer


@never_cache
@require_safe
@device_required(DeviceKind.PAD)
def idle(request: DeviceRequest) -> HttpResponse:
    """Nobody is asked anything. Without a script the page asks again by itself, and goes on where a question waits."""
    at = timezone.now()
    note_seen(device=request.device, at=at)
    if address := _waiting(request):
        return redirect(address)
    return render(request, "evaluation/pad_idle.html", {"window": request.device.window})


@never_cache
@require_safe
@device_required(DeviceKind.PAD)
def next_question(request: DeviceRequest) -> HttpResponse:
    """The address of the question that waits, for the script of the idle page; an empty one while none does."""
    note_seen(device=request.device, at=timezone.now())
    return JsonResponse({"url": _waiting(request)})


@never_cache
@sensitive_post_parameters("text", "phone", "anonymous", "grade", "reasons")
@require_http_methods(["GET", "HEAD", "POST"])
@device_required(DeviceKind.PAD)
def question(request: DeviceRequest, pk: UUID) -> HttpResponse:
    """The questions to whoever stands at the window. A question of somebody before, or of elsewhere, is not shown."""
    at = timezone.now()
    asking = queries.asking_on_pad(request.device, pk, at=at)
    if asking is None:
        return redirect("evaluation:pad")
    actions.mark_shown(asking=asking, at=at)
    try:
        sitting = Sitting(asking.invitation, Via.PAD, PAD, ONE_BY_ONE, leave=reverse("evaluation:pad"))
        return answer(request, sitting)
    except Closed:
        return redirect("evaluation:pad")


def _waiting(request: DeviceRequest) -> str:
    asking = queries.waiting_on_pad(request.device, at=timezone.now())
    return reverse("evaluation:pad_question", args=[asking.pk]) if asking else ""
