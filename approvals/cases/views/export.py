"""The export page: purpose first, then one workbook."""

import tempfile
from pathlib import Path
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from approvals.cases.actions.exporting import export_cases
from approvals.cases.forms.export import ExportForm
from hall.access.loading import StaffRequest, right_required
from hall.access.views.pages import posted
from hall.exports import views as exporting
from hall.facts.errors import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@right_required("cases.export")
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: StaffRequest) -> HttpResponseBase:
    """Ask, then send the file; it is not kept."""
    at = timezone.now()
    asked = {name: request.GET[name][:10] for name in ("since", "until") if name in request.GET}
    form = ExportForm(posted(request), initial={**asked, **exporting.granted(request, request.get_full_path(), at)})
    if not (form.is_bound and form.is_valid()):
        return _ask(request, form)
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / "cases.xlsx"
        try:
            export_cases(path, by=request.user, at=at, address=_address(form), **form.cleaned_data)
        except Refused as refusal:
            return exporting.refused(request, refusal, form, at) or _ask(request, form)
        file = path.open("rb")  # stays readable after the folder is gone
    name = f"办件_{form.cleaned_data['since']:%Y%m%d}-{form.cleaned_data['until']:%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _address(form: ExportForm) -> str:
    """Where the same file is asked for again: its days stand in the form already."""
    days = {name: form.cleaned_data[name].isoformat() for name in ("since", "until")}
    return f"{reverse('cases:export')}?{urlencode(days)}"


def _ask(request: StaffRequest, form: ExportForm) -> HttpResponse:
    return render(request, "cases/export.html", {"form": form}, status=422 if form.is_bound else 200)
