"""The page of the working calendar: what is published, and importing a notice with a dry run before it.

It stands in this room and not in hall.workdays because it has to know who may, and workdays knows nobody.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hall.access.forms.calendar import NoticeForm
from hall.access.loading import StaffRequest, right_required
from hall.access.models import User
from hall.access.rules import has_right
from hall.workdays import queries
from hall.workdays.actions import ImportReport, import_notice
from hall.workdays.notice_file import BadNotice


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
    """The dry run: what would change and which open deadlines would move. Writes nothing."""
    return _run(request, dry_run=True)


@require_POST
@right_required("calendar.import")
def commit(request: StaffRequest) -> HttpResponseBase:
    """The import itself, with the text that was tried before."""
    return _run(request, dry_run=False)


def _run(request: StaffRequest, *, dry_run: bool) -> HttpResponse:
    form = NoticeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, 422)
    given = {name: value for name, value in form.cleaned_data.items() if name != "file"}
    try:
        report = _import(given, by=request.user, dry_run=dry_run)
    except BadNotice as error:
        return _page(request, form, 422, faults=error.faults)
    if dry_run:
        return _page(request, report=report, given=given)
    messages.success(request, f"放假通知已导入。{report.sentence}")
    return redirect("access:calendar")


def _import(given: dict[str, str], *, by: User, dry_run: bool) -> ImportReport:
    return import_notice(
        text=given["text"],
        title=given["heading"],
        url=given["url"],
        region=given["region"],
        region_name=given["region_name"],
        by=by,
        at=timezone.now(),
        dry_run=dry_run,
    )
