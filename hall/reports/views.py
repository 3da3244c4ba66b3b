"""Pages of reports: the list, asking for one, and one with its progress bar until it is written."""

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hall.access.loading import StaffRequest, right_required
from hall.access.models import User
from hall.access.rules import has_right
from hall.access.scope import centers_of
from hall.access.views.pages import query_of
from hall.exports import views as exporting
from hall.exports.chosen import picked
from hall.exports.tables import Column, Table, written
from hall.facts.errors import Refused
from hall.reports import actions
from hall.reports.chapters import Chapter, typed
from hall.reports.enums import REPORT_KINDS, ReportState
from hall.reports.forms import AskForm
from hall.reports.models import Report

PER_PAGE = 30
COLUMNS = (
    Column("title", "报告"), Column("center", "中心"), Column("state", "状态"), Column("asked", "来由"),
    Column("finished", "写成时间", "datetime"),
)  # fmt: skip


def visible_to(user: User) -> QuerySet[Report]:
    """Reports of the person's centers. A report speaks of every department, so one's own center is the least."""
    return Report.objects.filter(center__in=centers_of(user)).select_related("center", "requested_by__staff")


@require_safe
@right_required("dashboard.view")
def report_list(request: StaffRequest) -> HttpResponseBase:
    """Newest first; `kind` in the URL chooses 周报 or 月报."""
    reports, kind = _asked(request)
    page = Paginator(reports, PER_PAGE).get_page(request.GET.get("page"))
    here = reverse("reports:list")
    tabs = [
        {"url": f"{here}?kind={value}" if value else here, "label": label, "active": kind == value}
        for value, label in (("", "全部"), *REPORT_KINDS)
    ]
    context = {
        "page": page,
        "tabs": tabs,
        "query": query_of(kind=kind),
        "may_ask": has_right(request.user, "dashboard.report"),
        "may_export": has_right(request.user, "dashboard.export"),
    }
    return render(request, "reports/list.html", context)


def _asked(request: StaffRequest) -> tuple[QuerySet[Report], str]:
    """Reports without their chapters, and the kind the address chooses, if any."""
    kind, reports = request.GET.get("kind", ""), visible_to(request.user).defer("chapters")
    return (reports.filter(kind=kind), kind) if kind in dict(REPORT_KINDS) else (reports, "")


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("dashboard.export")
def list_export(request: StaffRequest) -> HttpResponseBase:
    """The list of reports as a workbook or on paper."""
    reports, kind = _asked(request)

    def build() -> Table:
        rows = (
            [one.title, one.center.name, one.get_state_display(),
             f"{one.requested_by.display_name} 要求" if one.requested_by else "定时", one.finished_at]
            for one in reports.iterator(chunk_size=500)
        )  # fmt: skip
        return Table("周报月报", COLUMNS, rows, filters=picked("种类", kind, REPORT_KINDS))

    back = f"{reverse('reports:list')}?{query_of(kind=kind)}"
    return exporting.offer(request, title="周报月报", build=build, back=back)


@never_cache
@right_required("dashboard.report")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: StaffRequest) -> HttpResponseBase:
    """Ask for a report by hand; the next page shows how far it is."""
    form = AskForm(request.POST if request.method == "POST" else None, centers=centers_of(request.user))
    if form.is_bound and form.is_valid():
        try:
            report = actions.ask(
                center=form.cleaned_data["center"], period=form.period(), by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            return redirect("reports:report", pk=report.pk)
    return render(request, "reports/ask.html", {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@require_safe
@right_required("dashboard.view")
def report(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One report. While it is written the page asks again by itself."""
    found = get_object_or_404(visible_to(request.user), pk=pk)
    context = {
        "report": found,
        "writing": found.state == ReportState.WRITING,
        "failed": found.state == ReportState.FAILED,
        "chapters": [_shown(number, chapter) for number, chapter in enumerate(found.chapters, 1)],
        "may_export": has_right(request.user, "dashboard.export") and found.state == ReportState.DONE,
    }
    response = render(request, "reports/report.html", context)
    if found.state == ReportState.WRITING:
        response["Refresh"] = "3"
    return response


def _shown(number: int, chapter: Chapter) -> dict[str, object]:
    """A chapter in words, as a page and a printer take it."""
    columns = [Column(str(n), label, kind) for n, (label, kind) in enumerate(chapter["columns"])]
    rows = [
        [
            {"text": written(value, column.kind), "right": column.right}
            for value, column in zip(row, columns, strict=True)
        ]
        for row in typed(chapter)
    ]
    return {"number": number, "title": chapter["title"], "notes": chapter["notes"], "columns": columns, "rows": rows}


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("dashboard.export")
def export(request: StaffRequest, pk: UUID, number: int) -> HttpResponseBase:
    """One chapter as a workbook or on paper."""
    found = get_object_or_404(visible_to(request.user), pk=pk, state=ReportState.DONE)
    if not 1 <= number <= len(found.chapters):
        raise Http404("报告里没有这一章。")
    chapter = found.chapters[number - 1]
    title = f"{found.title}：{chapter['title']}"

    def build() -> Table:
        columns = [Column(str(n), label, kind) for n, (label, kind) in enumerate(chapter["columns"])]
        finished = f"{found.center.name}，数据截至 {written(found.finished_at, 'datetime')}。"
        notes, code = [finished, *chapter["notes"]], found.center.code
        return Table(title, columns, typed(chapter), notes, center_code=code, filters=None)

    return exporting.offer(request, title=title, build=build, back=reverse("reports:report", kwargs={"pk": pk}))
