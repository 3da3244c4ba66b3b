"""The page every list is exported through: GET asks for purpose and form, POST sends the file and leaves a trail."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone

from hall.access.loading import StaffRequest
from hall.access.views.pages import posted
from hall.exports import actions
from hall.exports import clearing_actions as clearing
from hall.exports.clearing_actions import SecondNeeded
from hall.exports.enums import Format
from hall.exports.forms import TakeForm
from hall.exports.tables import Table
from hall.facts.errors import Refused
from hall.forms import HallForm


def offer(request: StaffRequest, *, title: str, build: Callable[[], Table], back: str) -> HttpResponseBase:
    """Answer a view's request for an export. `build` makes the table, within the person's scope and with the filters
    of the URL; it is called only when the file is asked for. `back` is the list the person came from.
    """
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    request.rail_path = urlsplit(back).path
    at, address = timezone.now(), request.get_full_path()
    form = TakeForm(posted(request), initial=granted(request, address, at))
    if not (form.is_bound and form.is_valid()):
        return _ask(request, form, title, back)
    chosen, purpose = Format(form.cleaned_data["form"]), form.cleaned_data["purpose"]
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / f"list.{chosen.value}"
        try:
            actions.take(path, build(), form=chosen, purpose=purpose, by=request.user, at=at, address=address)
        except Refused as refusal:
            return refused(request, refusal, form, at) or _ask(request, form, title, back)
        file = path.open("rb")  # stays readable after the folder is gone
    name = f"{title}_{timezone.localdate(at):%Y%m%d}.{chosen.value}"
    response = FileResponse(file, as_attachment=True, filename=name, content_type=chosen.content_type)
    response["Cache-Control"] = "no-store"
    return response


def refused(request: StaffRequest, refusal: Refused, form: HallForm, at: datetime) -> HttpResponse | None:
    """Ask a second person where one is needed and go to what was asked; else put the sentence on the form, and None."""
    if isinstance(refusal, SecondNeeded):
        try:
            clearance = clearing.ask_for(refusal.wanted, by=request.user, at=at)
        except Refused as another:
            refusal = another
        else:
            return redirect("exports:clearance", pk=clearance.pk)
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
    return None


def granted(request: StaffRequest, address: str, at: datetime) -> dict[str, str]:
    """What this person was granted for this very list: it is taken out for the same purpose."""
    found = clearing.granted_for(request.user, address, at)
    return {"purpose": found.purpose, "form": found.form} if found else {}


def _ask(request: StaffRequest, form: TakeForm, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "back": back}
    return render(request, "exports/offer.html", context, status=422 if form.is_bound else 200)
