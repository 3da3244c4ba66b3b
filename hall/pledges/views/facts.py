"""The list behind any number of the house: one page for every source that somebody announced."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hall.access.loading import StaffRequest, right_required
from hall.exports import views as exporting
from hall.exports.chosen import Chosen
from hall.exports.tables import Column, Table
from hall.facts.found import Found
from hall.facts.slices import Slice
from hall.facts.sources import Fact, NotForReader, Source, UnknownSource, source_of, within_reach
from hall.pledges import asking, lists
from hall.pledges.asking import OutOfScope, Question

may_look = right_required("pledges.view")
COLUMNS = (
    Column("at", "时间", kind="datetime"), Column("docket", "办件编号"), Column("text", "情况"),
    Column("center", "中心"), Column("department", "部门"), Column("window", "窗口"), Column("staff", "人员"),
)  # fmt: skip


@may_look
@require_safe
def facts(request: StaffRequest, code: str) -> HttpResponseBase:
    """The facts of one source, within the person's scope, newest first."""
    try:
        source = _source(request, code)
    except UnknownSource:
        return _unknown(request)
    question = _question(request, source)
    found = Found(source, _part(request, source, question))
    page: Page[Fact] = Paginator(found, lists.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "source": source,
        "question": question,
        "page": page,
        "lines": lists.lines(page.object_list),
        "query": question.encoded,
        "longer": f"?{asking.over_the_year(question)}",
        "neighbours": _neighbours(question),
        "at": timezone.now(),
    }
    return render(request, "pledges/facts.html", context)


@may_look
def export(request: StaffRequest, code: str) -> HttpResponseBase:
    """The same list as a workbook or on paper, with purpose and trail."""
    try:
        source = _source(request, code)
    except UnknownSource:
        return _unknown(request)
    question = _question(request, source)
    part = _part(request, source, question)
    back = f"{reverse('pledges:facts', args=[code])}?{question.encoded}"
    return exporting.offer(request, title=source.label, build=lambda: table(source, question, part), back=back)


def table(source: Source, question: Question, part: Slice) -> Table:
    """The list of a slice as a table, with its definition and the filters it was asked for by."""
    return Table(
        source.label,
        columns=COLUMNS,
        rows=_rows(source, part),
        notes=[f"定义：{source.definition}"],
        filters=[*question.chosen, *_thresholds(source, part)],
    )


def _thresholds(source: Source, part: Slice) -> Iterator[Chosen]:
    """The thresholds the address sets otherwise than the source does."""
    for option in source.options:
        if option.name in part.options:
            yield Chosen(option.label, f"{part.options[option.name]} {option.unit}".strip())


def _rows(source: Source, part: Slice) -> Iterator[list[Any]]:
    for chunk in Found(source, part).chunks():
        for line in lists.lines(chunk):
            fact = line.fact
            yield [fact.occurred_at, fact.docket, fact.text, line.center, line.department, line.window, line.staff]


def _source(request: StaffRequest, code: str) -> Source:
    """The source, if this person may open its list. Raises UnknownSource, or PermissionDenied with a sentence."""
    source = source_of(code)
    if not lists.may_open(request.user, source):
        raise PermissionDenied(f"“{source.label}”的名单只有督查和审计人员能看，看板上的数字不受影响。")
    return source


def _question(request: StaffRequest, source: Source) -> Question:
    try:
        return asking.read(request.user, request.GET.dict(), timezone.localdate(), source=source)
    except OutOfScope as error:
        raise Http404 from error


def _part(request: StaffRequest, source: Source, question: Question) -> Slice:
    """What of the question this person may open. Raises PermissionDenied with the sentence of the source."""
    try:
        return within_reach(source, request.user, question.part)
    except NotForReader as refusal:
        raise PermissionDenied(str(refusal)) from refusal


def _unknown(request: StaffRequest) -> HttpResponse:
    return render(request, "pledges/no_source.html", status=404)


def _neighbours(question: Question) -> list[dict[str, str]]:
    """The same list in the period before and the one after, up to the one that is going on."""
    period, today = question.part.period, timezone.localdate()
    beside = [period.previous(), *([period.following()] if period.last < today else [])]
    return [{"url": f"?{asking.in_period(question, each)}", "label": each.label} for each in beside]
