"""The page of one case, and the full data of its parties for whoever says why."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from approvals.cases import actions
from approvals.cases.attachments import ACCEPT
from approvals.cases.case_page import page
from approvals.cases.forms.acts import HiddenDetailsForm
from approvals.cases.forms.acts_materials import AttachForm
from approvals.cases.situations import Situation, visible_case
from hall.access.loading import StaffRequest, right_required
from hall.facts.errors import NotPermitted, Refused

VIEWS = ("cases.view.department", "cases.view.center")


def show(
    request: StaffRequest,
    situation: Situation,
    *,
    revealed: bool = False,
    unmask: HiddenDetailsForm | None = None,
    upload: AttachForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with whichever of its two small forms came back with an error."""
    context = {"page": page(situation, revealed=revealed), "case": situation.case, "accept": ACCEPT}
    context |= {"unmask_form": unmask or HiddenDetailsForm(), "upload_form": upload or AttachForm()}
    return render(request, "cases/detail.html", context, status=status)


@require_safe
@right_required(*VIEWS)
def detail(request: StaffRequest, docket: str) -> HttpResponse:
    """Everything about one case; 404 for one the person may not see."""
    return show(request, Situation(visible_case(request.user, docket), request.user, timezone.now()))


@require_POST
@right_required("unmask")
def unmask(request: StaffRequest, docket: str) -> HttpResponse:
    """The same page with the full data, once, after reason and person are on the record."""
    situation = Situation(visible_case(request.user, docket), request.user, timezone.now())
    form = HiddenDetailsForm(request.POST)
    if not form.is_valid():
        return show(request, situation, unmask=form, status=422)
    try:
        actions.unmask(situation.case, by=request.user, at=situation.at, reason=form.cleaned_data["reason"])
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refused as refusal:
        form.add_error("reason", refusal.sentence)
        return show(request, situation, unmask=form, status=422)
    return show(request, situation, revealed=True)
