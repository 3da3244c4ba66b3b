"""Lists of cases, saved filters, hand-over of several, and the one search box."""

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.cases import actions, listing, queries, row_reading
from approvals.cases.clock import LampKind
from approvals.cases.forms.filters import FilterForm
from approvals.cases.forms.lists import FindForm, HandOverForm, SaveFilterForm
from approvals.cases.models import Case, SavedFilter
from hall.access.loading import StaffRequest, right_required
from hall.access.models import User
from hall.access.rules import has_right
from hall.exports import views as exporting
from hall.exports.chosen import set_in
from hall.exports.tables import Table
from hall.facts.errors import Refused
from hall.ledger import numbers
from hall.ledger.retrying import again_on_conflict

PAGE_SIZE = 50
MOST_FILTERS = 20
MOST_PICKED = 100
MOST_OFFERS = 50


class Counted(Paginator):
    """Pages of a list whose length is known already: the tabs have counted it."""

    def __init__(self, rows: QuerySet[Case], per_page: int, *, total: int) -> None:
        super().__init__(rows, per_page)
        self.total = total

    @property
    def count(self) -> int:
        """How many rows all pages have together."""
        return self.total


may_look = right_required("cases.view.department", "cases.view.center")


@never_cache
@may_look
@require_safe
def case_list(request: StaffRequest, preset: str) -> HttpResponse:
    """One of the lists of the rail, filtered by the address."""
    at, shown = timezone.now(), listing.PRESETS[preset]
    form = FilterForm(request.GET, user=request.user)
    found = form.narrow(listing.base(request.user, shown, at))
    by_lamp, chosen = listing.counts(found, at), _lit(found, form, at)
    total = by_lamp.get(form.lamp_chosen, 0) if form.lamp_chosen else sum(by_lamp.values())
    page = Counted(listing.ordered(chosen, form.order), PAGE_SIZE, total=total).get_page(request.GET.get("page"))
    context = {
        "preset": shown,
        "form": form,
        "page": page,
        "rows": row_reading.rows(cast("QuerySet[Case]", page.object_list), at),
        "tabs": _tabs(request, by_lamp, form.lamp_chosen),
        "total": sum(by_lamp.values()),
        "query": _query(request, drop=("page",)),
        "saved": SavedFilter.objects.filter(user=request.user),
        "may_hand_over": shown.mine,
        "offers": queries.offers_to(request.user)[:MOST_OFFERS] if shown.mine else (),
        "may_register": has_right(request.user, "cases.register"),
        "may_export": has_right(request.user, "cases.export"),
        "at": at,
    }
    return render(request, "cases/list.html", context)


def _lit(found: QuerySet[Case], form: FilterForm, at: datetime) -> QuerySet[Case]:
    """With their lamps, and under the chosen one only."""
    lit = listing.with_lamp(found, at)
    return listing.under(lit, form.lamp_chosen) if form.lamp_chosen else lit


@never_cache
@right_required("cases.export")
@require_http_methods(["GET", "HEAD", "POST"])
def list_export(request: StaffRequest, preset: str) -> HttpResponseBase:
    """The same list as a workbook or on paper, names as masked as on the page."""
    if preset not in listing.PRESETS:
        raise Http404
    at, shown = timezone.now(), listing.PRESETS[preset]

    def build() -> Table:
        form = FilterForm(request.GET, user=request.user)
        found = _lit(form.narrow(listing.base(request.user, shown, at)), form, at)
        rows = row_reading.cells(listing.ordered(found, form.order), at)
        notes = [f"截至：{timezone.localtime(at):%Y-%m-%d %H:%M}"]
        return Table(shown.title, row_reading.COLUMNS, rows, notes, personal=True, filters=set_in(form))

    back = f"{reverse(f'cases:{preset}')}?{_query(request, drop=('page',))}"
    return exporting.offer(request, title=shown.title, build=build, back=back)


def _tabs(request: HttpRequest, by_lamp: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    everything = {"url": f"?{_query(request, drop=('lamp', 'page'))}", "label": "全部", "count": sum(by_lamp.values())}
    tabs: list[dict[str, Any]] = [{**everything, "active": not chosen}]
    for kind, label in listing.LAMP_LABELS.items():
        query = _query(request, drop=("page",), lamp=kind.value)
        tabs.append(
            {
                "url": f"?{query}",
                "label": label,
                "lamp": row_reading.LAMP_CSS[LampKind(kind)],
                "count": by_lamp.get(kind.value, 0),
                "active": chosen == kind.value,
            }
        )
    return tabs


def _query(request: HttpRequest, *, drop: tuple[str, ...] = (), **replace: str) -> str:
    query: QueryDict = request.GET.copy()
    for name in drop:
        query.pop(name, None)
    for name, value in replace.items():
        query[name] = value
    return query.urlencode()


@may_look
@require_POST
def save_filter(request: StaffRequest, preset: str) -> HttpResponse:
    """Keep the filter that is set under a name; the same name replaces it."""
    if preset not in listing.PRESETS:
        raise Http404
    form = SaveFilterForm(request.POST)
    back = reverse(f"cases:{preset}")
    if not form.is_valid():
        messages.error(request, "请给筛选起个名字，最多 30 个字。")
        return redirect(back)
    query = QueryDict(form.cleaned_data["query"]).urlencode()
    if SavedFilter.objects.filter(user=request.user).exclude(name=form.cleaned_data["name"]).count() >= MOST_FILTERS:
        messages.error(request, f"最多保存 {MOST_FILTERS} 个筛选，请先删去不用的。")
        return redirect(f"{back}?{query}")
    actions.save_filter(user=request.user, name=form.cleaned_data["name"], query=f"{back}?{query}")
    messages.success(request, "筛选已保存。")
    return redirect(f"{back}?{query}")


@may_look
@require_POST
def drop_filter(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget one of one's own filters."""
    saved = get_object_or_404(SavedFilter, pk=pk, user=request.user)
    actions.drop_filter(saved)
    messages.success(request, "筛选已删除。")
    return redirect("cases:worklist")


@never_cache
@right_required("cases.handover", "cases.handover.department")
@require_POST
def hand_over(request: StaffRequest) -> HttpResponse:
    """Hand over the chosen cases: first who and why, then all of them or none."""
    picked = [docket for docket in request.POST.getlist("case") if docket.isprintable()][:MOST_PICKED]
    cases = list(
        Case.objects.visible_to(request.user).filter(docket__in=picked).select_related("version_filed", "handler")
    )
    if not cases:
        messages.error(request, "请先勾选要移交的办件。")
        return redirect("cases:worklist")
    form = HandOverForm(request.POST if "reason" in request.POST else None, user=request.user)
    if form.is_bound and form.is_valid():
        try:
            facts, at = form.cleaned_data, timezone.now()
            count = again_on_conflict(lambda: actions.hand_over_many(cases, by=request.user, at=at, **facts))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _handed_over(request.user, count))
            return redirect("cases:worklist")
    return render(request, "cases/hand_over.html", {"form": form, "cases": cases}, status=422 if form.is_bound else 200)


def _handed_over(user: User, count: int) -> str:
    if has_right(user, "cases.handover.department"):
        return f"已移交 {count} 件，期限不变。"
    return f"已移交 {count} 件，等对方接收；接收以前仍由您负责，期限不变。"


@never_cache
@may_look
@require_POST
def find(request: StaffRequest) -> HttpResponse:
    """A docket opens its case; a name, a document number or an item lists what the person may see. POST: names are
    personal and do not belong in an address."""
    form = FindForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请输入编号、姓名或事项。")
        return redirect("cases:worklist")
    word, at = form.cleaned_data["q"], timezone.now()
    docket = _docket(word)
    if docket and Case.objects.visible_to(request.user).filter(docket=docket).exists():
        return redirect("cases:detail", docket=docket)
    cases = listing.with_lamp(queries.find(request.user, word), at)
    page = Paginator(cases, PAGE_SIZE).get_page(1)
    return render(
        request,
        "cases/found.html",
        {"word": word, "page": page, "rows": row_reading.rows(cast("QuerySet[Case]", page.object_list), at)},
    )


def _docket(word: str) -> str:
    try:
        return str(numbers.parse(word))
    except numbers.InvalidDocket:
        return ""
