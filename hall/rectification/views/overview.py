"""Lists of grades, the nine figures, and the facts behind each number; each may be taken along as a file."""

from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hall.access.loading import StaffRequest, right_required
from hall.access.scope import REACHES_DOWN, centers_of
from hall.evaluation.models import Evaluation
from hall.exports import views as exporting
from hall.exports.chosen import named, set_in
from hall.exports.tables import Table
from hall.facts.found import Found
from hall.facts.slices import Slice
from hall.facts.sources import Fact, Source, UnknownSource, source_of
from hall.organisation.models import Window
from hall.rectification import figures, figures_tables, pages, queries
from hall.rectification.forms import EvaluationFilterForm, FiguresForm, PeriodForm

PAGE_SIZE: Final = 50
may_look = right_required("evaluation.view")


def _query(request: StaffRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


def _found(request: StaffRequest, form: EvaluationFilterForm) -> QuerySet[Evaluation]:
    rows = queries.visible_to(request.user).select_related(
        "invitation", "center", "department", "window", "rectification"
    )
    return form.narrow(rows).order_by("-given_at", "-pk")


@never_cache
@require_safe
@may_look
def evaluations(request: StaffRequest) -> HttpResponse:
    """The grades a person may read, filtered by the address."""
    form = EvaluationFilterForm(request.GET, user=request.user, at=timezone.now())
    page = Paginator(_found(request, form), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [queries.shown(row, request.user) for row in page.object_list]
    context = {"form": form, "page": page, "rows": rows, "query": _query(request)}
    return render(request, "rectification/evaluations.html", context)


@never_cache
@may_look
def evaluations_export(request: StaffRequest) -> HttpResponseBase:
    """The same list as a file."""
    at = timezone.now()
    form = EvaluationFilterForm(request.GET, user=request.user, at=at)
    back = f"{reverse('rectification:evaluations')}?{_query(request)}"
    rows = _found(request, form)

    def build() -> Table:
        return pages.grade_table(rows, request.user, at, filters=set_in(form))

    return exporting.offer(request, title="评价", back=back, build=build)


def _slice(request: StaffRequest, form: PeriodForm) -> Slice:
    """The days and places asked for, inside of what the person may see."""
    part = queries.scope(request.user, Slice(form.period_shown))
    place = form.place
    if "center" in place:
        part = part.but(centers=frozenset([place["center"].pk]))
    if "department" in place:
        part = part.but(department=place["department"].pk)
    return part


@never_cache
@require_safe
@may_look
def indicators(request: StaffRequest) -> HttpResponse:
    """The nine figures of what the person may see, and a table of them by center, department or window."""
    at = timezone.now()
    form = FiguresForm(request.GET, user=request.user, at=at)
    part, by = _slice(request, form), form.cleaned_data.get("by") or "department"
    page = Paginator(figures.lines(by, part, at), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "totals": figures.totals(part, at), "excluded": figures.excluded(part), "page": page,
               "by": figures.BY[by], "period": part.period, "at": at, "query": _query(request)}  # fmt: skip
    return render(request, "rectification/figures.html", context)


@never_cache
@may_look
def indicators_export(request: StaffRequest) -> HttpResponseBase:
    """The table of figures as a file."""
    at = timezone.now()
    form = FiguresForm(request.GET, user=request.user, at=at)
    part, by = _slice(request, form), form.cleaned_data.get("by") or "department"
    back = f"{reverse('rectification:figures')}?{_query(request)}"

    def build() -> Table:
        return figures_tables.figures(by, part, at, filters=set_in(form))

    return exporting.offer(request, title="评价指标", back=back, build=build)


def _source(request: StaffRequest) -> Source:
    code = request.GET.get("source", "evaluation.given")
    try:
        found = source_of(code)
    except UnknownSource as unknown:
        raise Http404 from unknown
    if not code.startswith("evaluation."):
        raise Http404
    return found


def _facts(request: StaffRequest) -> tuple[Source, Slice, PeriodForm]:
    source, form = _source(request), PeriodForm(request.GET, user=request.user, at=timezone.now())
    part = _slice(request, form)
    window = request.GET.get("window", "")
    # A window would tell more of an anonymous grade than its department may know.
    watcher = request.user.role in REACHES_DOWN
    if watcher and window.isascii() and window.isdigit() and len(window) < 19:
        row = get_object_or_404(Window, pk=int(window), center__in=centers_of(request.user))
        part = part.but(window=row.pk)
    return source, part, form


@never_cache
@require_safe
@may_look
def facts(request: StaffRequest) -> HttpResponse:
    """The facts behind one number."""
    source, part, form = _facts(request)
    page: Page[Fact] = Paginator(Found(source, part), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"source": source, "facts": page.object_list, "page": page, "period": part.period, "form": form}
    return render(request, "rectification/facts.html", {**context, "query": _query(request)})


@never_cache
@may_look
def facts_export(request: StaffRequest) -> HttpResponseBase:
    """The same facts as a file."""
    source, part, form = _facts(request)
    back = f"{reverse('rectification:facts')}?{_query(request)}"
    at = timezone.now()

    def build() -> Table:
        window = named("窗口", Window.objects.filter(pk=part.window).first() if part.window is not None else None)
        return figures_tables.facts(source, part, at, filters=[*set_in(form), *window])

    return exporting.offer(request, title=source.label, back=back, build=build)
