"""The desk at which somebody asks for a copy of their data. The number is posted, never part of an address."""

import tempfile
from pathlib import Path

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hall.access.loading import StaffRequest, right_required
from hall.access.views.pages import ask, posted
from hall.facts.errors import Refused
from hall.retention import copy_actions
from hall.retention.copies import RIGHTS, TITLE
from hall.retention.enums import CopyForm as Form
from hall.retention.forms import CopyForm


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("retention.copy")
def copy(request: StaffRequest) -> HttpResponseBase:
    """Show what is known of a person and how long it stays, or give them the copy."""
    form = CopyForm(posted(request))
    if not (form.is_bound and form.is_valid()):
        return _page(request, form)
    try:
        if form.cleaned_data["deed"] == CopyForm.GIVE:
            return _file(request, form)
        found = copy_actions.look(form.asked, by=request.user, at=timezone.now())
    except Refused as refusal:
        form.refuse(refusal)
        return _page(request, form)
    return _page(request, form, found=found, looked=True)


def _page(request: StaffRequest, form: CopyForm, **context: object) -> HttpResponse:
    return ask(request, "retention/copy.html", form, rights=RIGHTS, **context)


def _file(request: StaffRequest, form: CopyForm) -> FileResponse:
    at, chosen = timezone.now(), Form(form.cleaned_data["form"])
    with tempfile.TemporaryDirectory(prefix="copy-") as folder:
        path = Path(folder) / f"copy.{chosen.value}"
        copy_actions.give(path, form.asked, form=chosen, by=request.user, at=at)
        file = path.open("rb")  # stays readable after the folder is gone
    name = f"{TITLE}_{timezone.localdate(at):%Y%m%d}.{chosen.value}"
    response = FileResponse(file, as_attachment=True, filename=name, content_type=chosen.content_type)
    response["Cache-Control"] = "no-store"
    return response
