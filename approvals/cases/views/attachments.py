"""Scans and uploads of a case: in by whoever works on it, out to whoever may see the parties in full."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from approvals.cases import actions, attachments
from approvals.cases.forms.acts_materials import AttachForm
from approvals.cases.models import Attachment, Case
from approvals.cases.situations import Situation, visible_case
from approvals.cases.views.case import show
from approvals.cases.views.files import file_response
from hall.access.loading import StaffRequest, right_required
from hall.facts.errors import NotPermitted, Refused


@require_POST
@right_required("cases.view.department")
def attach(request: StaffRequest, docket: str) -> HttpResponse:
    """Keep one file; what is wrong with it stands beside the field, and nothing is kept."""
    situation = Situation(visible_case(request.user, docket), request.user, timezone.now())
    case = situation.case
    form = AttachForm(request.POST, request.FILES, materials=case.version_filed.materials.all())
    try:
        if form.is_valid():
            row = actions.attach(case, by=request.user, at=situation.at, **form.facts())
            messages.success(request, f"“{row.label}”已上传。")
            return redirect("cases:detail", docket=docket)
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
    return show(request, situation, upload=form, status=422)


@require_safe
@right_required("unmask")
def attachment(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One file; a scan shows a whole identity card, so it needs the right to see the parties in full."""
    seen = Case.objects.visible_to(request.user)
    row = get_object_or_404(Attachment.objects.select_related("case"), pk=pk, case__in=seen)
    kind = attachments.BY_MEDIA_TYPE[row.content_type]
    name = f"{row.case.docket}-{row.label}.{kind.extension}"
    return file_response(attachments.content_of(row), kind.media_type, name, inline=kind.inline)
