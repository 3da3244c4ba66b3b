"""The dashboard: the front page, its tables, one item, and the cases behind a number."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from approvals.catalogue.models import ServiceItem
from hall.access.loading import StaffRequest, right_required
from hall.access.rules import has_right
from hall.dashboard import board, filters, handlers, lists, queries, tables
from hall.dashboard.addresses import Links
from hall.dashboard.enums import Split
from hall.dashboard.lists import Counted
from hall.dashboard.measures import Measure
from hall.exports import views as exports
from hall.exports.tables import Table
from hall.pledges import asking
from hall.pledges.asking import OutOfScope, Question

PAGE_SIZE = 50
FRONT_LINES = 10
may_look = right_required("dashboard.view")
may_take = right_required("dashboard.export")


@never_cache
@may_look
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """Today and the period, for all the person sees or the part the address names."""
    at, question = timezone.now(), _question(request)
    shown = board.build(request.user, question, at)
    links = Links(question)
    found = tables.lines(shown["read"], links)
    context = shown | {
        "lines": found[:FRONT_LINES],
        "more": len(found) - FRONT_LINES,
        "more_url": links.split(Split.DEPARTMENT),
        "longest": tables.most(found),
    }
    return render(request, "dashboard/home.html", _frame(request, question) | context)


@never_cache
@may_look
@require_safe
def split(request: StaffRequest, kind: str) -> HttpResponse:
    """One line a center, department, window or item."""
    chosen, question = _split(kind), _question(request)
    read = tables.read(chosen, question.part)
    found = tables.lines(read, Links(question))
    page: Any = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "split": chosen,
        "page": page,
        "lines": page.object_list,
        "longest": tables.most(found),
        "sum": tables.Line(tables.Place("合计", whole=True), *read.sums, Links(question)),
        "export_url": f"{reverse('dashboard:split_export', args=[chosen.value])}?{question.encoded}",
    }
    return render(request, "dashboard/split.html", _frame(request, question, chosen) | context)


@may_take
def split_export(request: StaffRequest, kind: str) -> HttpResponseBase:
    """The same table as a workbook or on paper."""
    chosen, question, at = _split(kind), _question(request), timezone.now()

    def build() -> Table:
        rows = (line.cells for line in tables.lines(tables.read(chosen, question.part), Links(question)))
        notes = [lists.as_of(queries.as_of() or at)]
        return Table(f"{chosen.label}办件情况", tables.COLUMNS, rows, notes, filters=question.chosen)

    back = f"{reverse('dashboard:split', args=[chosen.value])}?{question.encoded}"
    return exports.offer(request, title=f"{chosen.label}办件情况", build=build, back=back)


@never_cache
@may_look
@require_safe
def item(request: StaffRequest) -> HttpResponse:
    """One item: its figures, and how far the people who decide it lie apart."""
    at, question = timezone.now(), _question(request)
    found = ServiceItem.objects.filter(code=question.item).select_related("department").first()
    if found is None:
        raise Http404
    shown = board.build(request.user, question, at)
    people = handlers.by_handler(request.user, question.part.but(period=shown["window"].now), at)
    context = shown | {
        "item": found,
        "handlers": [(one, Links(question).cases("timed", staff=str(one.staff))) for one in people],
        "apart": handlers.apart(people),
        "fewest": handlers.FEWEST,
    }
    return render(request, "dashboard/item.html", _frame(request, question, Split.ITEM) | context)


@never_cache
@may_look
@require_safe
def cases(request: StaffRequest) -> HttpResponse:
    """The cases a number counts."""
    at, question, counted = timezone.now(), _question(request, person=True), _counted(request)
    page: Any = lists.Pages(request.user, question.part, counted, at).get_page(request.GET.get("page"))
    query = Links(question).query(measure=counted.code)
    context = {
        "counted": counted,
        "by_day": isinstance(counted, Measure),
        "page": page,
        "rows": lists.rows(page.object_list, at),
        "query": query,
        "at": at,
        "home_url": Links(question).home(),
        "export_url": f"{reverse('dashboard:cases_export')}?{query}",
    }
    return render(request, "dashboard/cases.html", _frame(request, question) | context)


@may_take
def cases_export(request: StaffRequest) -> HttpResponseBase:
    """The same list as a workbook or on paper."""
    at, question, counted = timezone.now(), _question(request, person=True), _counted(request)
    back = f"{reverse('dashboard:cases')}?{Links(question).query(measure=counted.code)}"
    return exports.offer(
        request, title=counted.label, build=lambda: lists.table(request.user, question, counted, at), back=back
    )


def _question(request: StaffRequest, *, person: bool = False) -> Question:
    """What the address asks. Tallies know no person: only a list of cases can be narrowed to one."""
    try:
        found = asking.read(request.user, request.GET.dict(), timezone.localdate())
    except OutOfScope as error:
        raise Http404 from error
    return found if person else replace(found, staff=None, part=found.part.but(staff=None))


def _counted(request: StaffRequest) -> Counted:
    found = lists.measure_of(request.GET.get("measure", "open"))
    if found is None:
        raise Http404
    return found


def _split(kind: str) -> Split:
    if kind not in Split.values:
        raise Http404
    return Split(kind)


def _frame(request: StaffRequest, question: Question, shown: Split | None = None) -> dict[str, Any]:
    """What every page of the dashboard carries: filters, tabs, and as of when."""
    return filters.frame(request.user, question, shown, timezone.localdate()) | {
        "question": question,
        "as_of": queries.as_of(),
        "may_take": has_right(request.user, "dashboard.export"),
    }
