"""The page of the working calendar: what is published, and importing a notice with a dry run before it.

The dry run is counted by a worker; its page is there at once, asks again while it is counted, and offers the import.

It stands in this room and not in hall.workdays because it has to know who may, and workdays knows nobody.
"""

from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hall.access.forms.calendar import NoticeForm
from hall.access.loading import StaffRequest, right_required
from hall.access.rules import has_right
from hall.workdays import queries, trial_actions
from hall.workdays.actions import import_notice, planned
from hall.workdays.models import CalendarTrial
from hall.workdays.notice_file import BadNotice

# A field called title would be the heading of the form.
_IN_THE_FORM: Final = {"title": "heading"}
_IN_THE_ACTION: Final = {"heading": "title"}


def _page(request: HttpRequest, form: NoticeForm | None = None, status: int = 200, **more: Any) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "notices": queries.notices(),
        "published_through": queries.published_through(),
        "year_missing": queries.year_missing(today),
        "form": form or NoticeForm(),
        "may_import": has_right(request.user, "calendar.import"),
        **more,
    }
    return render(request, "workdays/calendar.html", context, status=status)


@require_safe
@right_required("calendar.view")
def calendar(request: StaffRequest) -> HttpResponseBase:
    """Notices with the days they name, newest first; the form for those who may import."""
    return _page(request)


@require_safe
@right_required("calendar.view")
def year(request: StaffRequest, year: int) -> HttpResponseBase:
    """Every named day of one year, with those a later notice replaced."""
    days = queries.days_of(year)
    return render(request, "workdays/year.html", {"year": year, "days": days}, status=200 if days else 404)


@require_POST
@right_required("calendar.import")
def preview(request: StaffRequest) -> HttpResponseBase:
    """Ask for a dry run: what would change and which open deadlines would move. Takes nothing in."""
    form = NoticeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        asked = trial_actions.ask(**_given(form), by=request.user, at=timezone.now())
    except BadNotice as error:
        return _page(request, form, 422, faults=error.faults)
    return redirect("access:calendar_trial", pk=asked.pk)


@never_cache
@require_safe
@right_required("calendar.import")
def trial(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One dry run: how far it is, and in the end what would move and the button that takes the notice in."""
    found = get_object_or_404(CalendarTrial.objects.select_related("asked_by__staff"), pk=pk)
    given = {_IN_THE_FORM.get(name, name): value for name, value in found.given.items()}
    context: dict[str, Any] = {"asked": found, "given": given}
    try:
        plan = planned(text=found.text, title=found.title, region=found.region, region_name=found.region_name)
    except BadNotice as error:
        return render(request, "workdays/trial.html", {**context, "faults": error.faults})
    context["report"] = replace(plan.report, trial=found.trial)
    context["stale"] = found.finished_at and found.token != queries.token()
    response = render(request, "workdays/trial.html", context)
    if not found.finished_at:
        response["Refresh"] = "2"
    return response


@require_POST
@right_required("calendar.import")
def commit(request: StaffRequest) -> HttpResponseBase:
    """The import itself, with the text that was tried before."""
    form = NoticeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        report = import_notice(**_given(form), by=request.user, at=timezone.now())
    except BadNotice as error:
        return _page(request, form, 422, faults=error.faults)
    messages.success(request, f"放假通知已导入。{report.sentence}")
    return redirect("access:calendar")


def _given(form: NoticeForm) -> dict[str, Any]:
    """The notice in the words of the actions; the file has become its text."""
    return {_IN_THE_ACTION.get(name, name): value for name, value in form.cleaned_data.items() if name != "file"}
