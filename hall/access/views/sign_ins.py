"""Where the person is logged in, and ending it from here (ASVS 7.5.2)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hall.access import sign_in_actions
from hall.access import sign_ins as own
from hall.access.forms.account import EndSignInsForm
from hall.access.loading import StaffRequest, staff_required
from hall.access.views.pages import ask, posted


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
@sensitive_post_parameters("password")
def sign_ins(request: StaffRequest) -> HttpResponse:
    """The list; with the password, one of the others is ended, or all."""
    at, here = timezone.now(), request.session.session_key or ""
    idle = request.installation.idle_minutes  # type: ignore[attr-defined]
    lasting = own.of(request.user, here=here, idle_minutes=idle, at=at)
    others = [one for one in lasting if not one.here]
    form = EndSignInsForm(posted(request), user=request.user, others=others)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["which"]
        keys = [one.session_key for one in others if chosen in (0, one.key)]
        ended = sign_in_actions.end(user=request.user, keys=keys, at=at)
        messages.success(request, f"已结束 {ended} 处登录。")
        return redirect("access:sign_ins")
    return ask(request, "access/sign_ins.html", form, lasting=lasting, others=others)
