"""The clerk asks for an answer, on the pad of the window or by a QR code. Whether it came is not shown."""

import io

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hall.access.loading import StaffRequest, right_required
from hall.access.views.pages import page_of
from hall.evaluation import actions, queries, rules, tokens
from hall.evaluation.enums import Via
from hall.evaluation.models import Invitation
from hall.facts.errors import NotPermitted, Refused


@require_safe
@right_required("evaluation.collect")
def askable(request: StaffRequest) -> HttpResponse:
    """Cases of the own department closed in the last seven days, and when they were asked about."""
    page = page_of(request, queries.askable(request.user, at=timezone.now()))
    return render(request, "evaluation/askable.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("evaluation.collect")
def ask(request: StaffRequest, docket: str) -> HttpResponse:
    """Ask for an answer to one case, where one may still ask."""
    at, invitation = timezone.now(), _invitation(request, docket)
    if request.method == "POST":
        try:
            asking = actions.ask(invitation=invitation, by=request.user, at=at)
            messages.success(request, f"已在 {asking.window.number} 号窗口的评价器上显示。请让办事人自己选。")
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        return redirect("evaluation:ask", docket=docket)
    state = queries.state_of(invitation, at=at)
    pad = queries.pad_of(request.user)
    asked = invitation.askings.select_related("window").first()
    context = {"invitation": invitation, "state": state, "pad": pad, "asked": asked, "closed": rules.CANNOT_ASK}
    return render(request, "evaluation/ask.html", context)


@require_safe
@right_required("evaluation.collect")
def qr(request: StaffRequest, docket: str) -> HttpResponse:
    """The QR code of the link, as an image for the clerk's screen."""
    invitation = _invitation(request, docket)
    image = io.BytesIO()
    address = tokens.link(invitation.docket, Via.COUNTER)
    segno.make(address, error="m", micro=False).save(image, kind="svg", scale=4, border=2)
    return HttpResponse(image.getvalue(), content_type="image/svg+xml")


def _invitation(request: StaffRequest, docket: str) -> Invitation:
    found = queries.invitations_of(request.user).select_related("center", "department", "window")
    return get_object_or_404(found, docket=docket)
