"""What goes when, and what is held."""

import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hall.access.loading import StaffRequest, right_required
from hall.access.rules import has_right
from hall.access.scope import centers_of
from hall.access.views.pages import ask, page_of, posted
from hall.facts.errors import Refused
from hall.organisation.models import Center
from hall.retention import actions, queries
from hall.retention.forms import HoldForm, LiftForm

may_read = right_required("retention.view", "retention.hold")
may_hold = right_required("retention.hold")
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@may_read
def overview(request: StaffRequest) -> HttpResponse:
    """What tonight's run would erase, by whose rule, and what is held."""
    on, centers = timezone.localdate(), centers_of(request.user).order_by("pk")
    asked = request.GET.get("center", "")
    center = centers.filter(pk=asked).first() if re.fullmatch("[0-9]{1,9}", asked, re.ASCII) else None
    center = center or (request.user.staff.center if request.user.staff else centers.first())
    context = {
        "lines": queries.overview(center, on) if center else [],
        "center": center,
        "centers": centers,
        "page": page_of(request, queries.holds_for(request.user)),
        "on": on,
        "may_hold": has_right(request.user, "retention.hold"),
    }
    return render(request, "retention/overview.html", context)


@form_page
@may_hold
def hold_new(request: StaffRequest) -> HttpResponse:
    """Keep a number from being erased."""
    form = HoldForm(posted(request))
    if form.is_bound and form.is_valid():
        center = _center(request)
        try:
            actions.place_hold(**form.cleaned_data, center=center, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "已暂停清除。")
            return redirect("retention:overview")
    return ask(request, "retention/hold_new.html", form)


def _center(request: StaffRequest) -> Center:
    """The person's own; holds for the whole house are placed where it belongs to."""
    staff = request.user.staff
    if staff is None:
        raise PermissionDenied("这个账号不属于任何中心。")
    return staff.center


@form_page
@may_hold
def hold(request: StaffRequest, pk: int) -> HttpResponse:
    """One hold: propose to lift it, or agree as the second person."""
    row = get_object_or_404(queries.holds_for(request.user), pk=pk)
    waiting = row.lifting_by_id is not None
    form = LiftForm(posted(request) if not waiting else None)
    if request.method == "POST" and (waiting or form.is_valid()):
        try:
            if waiting:
                actions.lift(hold=row, by=request.user, at=timezone.now())
            else:
                actions.propose_lifting(hold=row, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
            return redirect("retention:hold", pk=pk)
        messages.success(request, "已恢复清除。" if waiting else "已提请恢复清除，等另一个人同意。")
        return redirect("retention:overview")
    own = row.lifting_by_id == request.user.pk
    return ask(request, "retention/hold.html", form, hold=row, waiting=waiting, own=own)
