"""The page every list is exported through: GET asks for purpose and form, POST sends the file and leaves a trail."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import timezone

from hall.access.loading import StaffRequest
from hall.exports import actions
from hall.exports.enums import Format
from hall.exports.forms import TakeForm
from hall.exports.tables import Table
from hall.facts.errors import Refused


def offer(request: StaffRequest, *, title: str, build: Callable[[], Table], back: str) -> HttpResponseBase:
    """Answer a view's request for an export. `build` makes the table, within the person's scope and with the filters
    of the URL; it is called only when the file is asked for. `back` is the list the person came from.
    """
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    request.rail_path = urlsplit(back).path
    form = TakeForm(request.POST if request.method == "POST" else None)
    if not (form.is_bound and form.is_valid()):
        return _ask(request, form, title, back)
    at, chosen = timezone.now(), Format(form.cleaned_data["form"])
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / f"list.{chosen.value}"
        try:
            actions.take(path, build(), form=chosen, purpose=form.cleaned_data["purpose"], by=request.user, at=at)
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            return _ask(request, form, title, back)
        file = path.open("rb")  # stays readable after the folder is gone
    name = f"{title}_{timezone.localdate(at):%Y%m%d}.{chosen.value}"
    response = FileResponse(file, as_attachment=True, filename=name, content_type=chosen.content_type)
    response["Cache-Control"] = "no-store"
    return response


def _ask(request: StaffRequest, form: TakeForm, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "back": back}
    return render(request, "exports/offer.html", context, status=422 if form.is_bound else 200)
