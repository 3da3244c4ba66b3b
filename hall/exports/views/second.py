"""The pages of second authorisation: what waits, and one request with its decision."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hall.access.loading import StaffRequest, staff_required
from hall.access.views.pages import ask, page_of, posted
from hall.exports import clearing_actions as clearing
from hall.exports import parameters, queries, rules
from hall.exports.forms import DecideForm
from hall.facts.errors import NotPermitted, Refused


@require_safe
@staff_required
def clearances(request: StaffRequest) -> HttpResponse:
    """One's own requests, and those of others one may decide."""
    at = timezone.now()
    page = page_of(request, queries.visible_to(request.user, at))
    lines = [(row, row.state(at)) for row in page]
    alone = parameters.number(parameters.ALONE, by=request.user, at=at)
    return render(request, "exports/clearances.html", {"page": page, "lines": lines, "alone": alone})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def clearance(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One request: the second person decides, who asked goes on to take the list."""
    at = timezone.now()
    row: Any = get_object_or_404(queries.visible_to(request.user, at), pk=pk)
    form = DecideForm(posted(request))
    if form.is_bound and form.is_valid():
        granted = form.cleaned_data["deed"] == "grant"
        told = {"granted": granted, "reason": form.cleaned_data["reason"], "by": request.user, "at": at}
        try:
            clearing.decide(clearance=row, **told)
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            messages.success(request, "已批准，申请人收到消息。" if granted else "没有批准，申请人收到消息。")
            return redirect("exports:clearances")
    return ask(request, "exports/clearance.html", form, row=row, state=row.state(at),
               may_decide=rules.may_decide(request.user, row, at), may_take=rules.may_take(request.user, row, at),
               own=row.asked_by_id == request.user.pk,
               nobody=row.granted is None and not clearing.deciders(row))  # fmt: skip
