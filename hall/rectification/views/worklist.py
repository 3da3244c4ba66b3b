"""The worklist of bad grades, the page of one, its deeds, and the telephone number for whoever has to call."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access.loading import StaffRequest, right_required
from hall.exports import views as exporting
from hall.exports.chosen import picked
from hall.exports.tables import Table
from hall.facts.errors import NotPermitted, Refused
from hall.rectification import pages, queries, rules
from hall.rectification.actions import rectifying
from hall.rectification.deeds import DEEDS, Deed, why_not
from hall.rectification.forms import DeedForm, RevealForm
from hall.rectification.models import Rectification

PAGE_SIZE = 50
DOING = (
    "evaluation.rectify", "evaluation.revisit", "evaluation.close", "evaluation.appeal", "evaluation.appeal.decide",
)  # fmt: skip
TABS = {"open": "在办", "late": "逾期", "appeals": "申诉待裁定", "closed": "已办结"}


def _row(request: StaffRequest, pk: UUID) -> Rectification:
    return get_object_or_404(queries.rectifications(request.user), pk=pk)


def _tab(request: StaffRequest) -> str:
    tab = request.GET.get("tab", "open")
    return tab if tab in TABS else "open"


@never_cache
@require_safe
@right_required("evaluation.view")
def worklist(request: StaffRequest) -> HttpResponse:
    """Bad grades by what is to be done, the most urgent first."""
    at, tab = timezone.now(), _tab(request)
    rows, today = queries.rectifications(request.user), timezone.localdate(at)
    tabs = [
        {"url": f"?tab={name}", "label": label, "active": name == tab,
         "count": queries.worklist(rows, name, today).count()}
        for name, label in TABS.items()
    ]  # fmt: skip
    page = Paginator(queries.worklist(rows, tab, today), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"tabs": tabs, "tab": tab, "page": page, "rows": pages.work_rows(page, request.user, today)}
    return render(request, "rectification/worklist.html", {**context, "query": f"tab={tab}", "at": at})


@never_cache
@right_required("evaluation.view")
def worklist_export(request: StaffRequest) -> HttpResponseBase:
    """The same list as a file."""
    at, tab = timezone.now(), _tab(request)
    rows = queries.worklist(queries.rectifications(request.user), tab, timezone.localdate(at))
    back = f"{reverse('rectification:worklist')}?tab={tab}"
    title = f"差评整改（{TABS[tab]}）"

    def build() -> Table:
        return pages.work_table(title, rows, request.user, at, filters=picked("环节", tab, TABS.items()))

    return exporting.offer(request, title=title, back=back, build=build)


@never_cache
@require_safe
@right_required("evaluation.view")
def detail(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Everything about one bad grade that this person may see."""
    return _show(request, _row(request, pk))


def _show(request: StaffRequest, row: Rectification, *, status: int = 200, **more: Any) -> HttpResponse:
    context = pages.detail(row, request.user, timezone.now())
    return render(request, "rectification/detail.html", {"reveal": RevealForm(), **context, **more}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@right_required(*DOING)
def deed(request: StaffRequest, pk: UUID, deed: str) -> HttpResponse:
    """Ask for a deed, or do it. 404 for what one may not see, 403 for what is not one's own to do."""
    row, wanted, at = _row(request, pk), DEEDS.get(deed), timezone.now()
    if wanted is None:
        raise Http404
    if not rules.may(request.user, deed, row):
        raise PermissionDenied(rules.WHO[deed])
    if request.method == "POST":
        return _do(request, row, wanted)
    if why := why_not(deed, row, at):
        messages.error(request, f"现在不能办“{wanted.label}”：{why}")
        return redirect("rectification:detail", pk=pk)
    return _ask(request, row, wanted, wanted.form())


def _do(request: StaffRequest, row: Rectification, wanted: Deed) -> HttpResponse:
    form: DeedForm = wanted.form(request.POST)
    if form.is_valid():
        try:
            wanted.do(row, by=request.user, at=timezone.now(), **form.cleaned_data)
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"已记录：{wanted.label}。")
            return redirect("rectification:detail", pk=row.pk)
    return _ask(request, row, wanted, form, status=422)


def _ask(request: StaffRequest, row: Rectification, wanted: Deed, form: DeedForm, status: int = 200) -> HttpResponse:
    context = pages.detail(row, request.user, timezone.now())
    return render(request, "rectification/deed.html", {**context, "deed": wanted, "form": form}, status=status)


@never_cache
@require_POST
@right_required("evaluation.rectify", "evaluation.revisit")
def reveal(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The same page with the number, once, after reason and person are on record."""
    row, form = _row(request, pk), RevealForm(request.POST)
    if not rules.may(request.user, "reveal", row):
        raise PermissionDenied(rules.WHO["reveal"])
    if not form.is_valid():
        return _show(request, row, reveal=form, status=422)
    try:
        phone = rectifying.reveal(row, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refused as refusal:
        form.refuse(refusal)
        return _show(request, row, reveal=form, status=422)
    return _show(request, row, revealed=phone or "评价人没有留电话。")
