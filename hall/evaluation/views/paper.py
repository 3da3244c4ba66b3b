"""Paper: the boxes, the log of their openings, and the forms typed in twenty to a page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access.loading import StaffRequest, right_required
from hall.access.scope import centers_of
from hall.access.views.pages import page_of, posted
from hall.evaluation import actions, queries
from hall.evaluation.forms import paper as forms
from hall.exports import views as exports
from hall.exports.tables import Column, Table
from hall.facts.errors import NotPermitted, Refused
from hall.forms import formset_error_links

form_page = require_http_methods(["GET", "HEAD", "POST"])
_BOXES = (
    Column("name", "评价箱"),
    Column("center", "中心"),
    Column("placed", "启用", kind="date"),
    Column("opened", "开箱次数", kind="number"),
    Column("retired", "停用", kind="date"),
)
_LOG = (
    Column("opened_at", "开箱时间", kind="datetime"),
    Column("center", "中心"),
    Column("box", "评价箱"),
    Column("opener", "开箱人"),
    Column("witness", "见证人"),
    Column("found", "取出张数", kind="number"),
    Column("entered", "已录张数", kind="number"),
    Column("note", "备注"),
)


@require_safe
@right_required("evaluation.paper")
def boxes(request: StaffRequest) -> HttpResponse:
    """The boxes of the person's centers."""
    return render(request, "evaluation/boxes.html", {"page": page_of(request, queries.boxes_of(request.user))})


@form_page
@right_required("evaluation.paper")
def boxes_export(request: StaffRequest) -> HttpResponseBase:
    """The boxes as a file."""

    def build() -> Table:
        rows = map(_box_row, queries.boxes_of(request.user).iterator(chunk_size=500))
        return Table("评价箱", _BOXES, rows, filters=())

    return exports.offer(request, title="评价箱", build=build, back=reverse("evaluation:boxes"))


def _box_row(box: Any) -> tuple[Any, ...]:
    return box.name, box.center.name, box.placed_on, box.opened, box.retired_on


@form_page
@right_required("evaluation.paper")
def box_new(request: StaffRequest) -> HttpResponse:
    """Put up a box."""
    form = forms.BoxForm(posted(request), centers=centers_of(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            actions.place_box(**form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, "已启用评价箱。")
            return redirect("evaluation:boxes")
        except Refused as refusal:
            form.refuse(refusal)
    return _ask(request, "evaluation/box_new.html", form)


@require_POST
@right_required("evaluation.paper")
def box_retire(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a box away."""
    box = get_object_or_404(queries.boxes_of(request.user), pk=pk)
    actions.retire_box(box=box, by=request.user, at=timezone.now())
    messages.success(request, f"“{box.name}”已停用，开箱记录和录入的评价不变。")
    return redirect("evaluation:boxes")


@form_page
@right_required("evaluation.paper")
def box_open(request: StaffRequest, pk: int) -> HttpResponse:
    """Record an opening, with the second person."""
    at = timezone.now()
    box = get_object_or_404(queries.boxes_of(request.user), pk=pk)
    people = queries.witnesses(request.user, box, on=timezone.localdate(at))
    form = forms.OpeningForm(posted(request), people=people, initial={"opened_at": timezone.localtime(at)})
    if request.method == "POST" and form.is_valid():
        try:
            opening = actions.open_box(box=box, **form.cleaned_data, by=request.user, at=at)
            messages.success(request, "开箱已登记，可以录入评价表。")
            return redirect("evaluation:opening", pk=opening.pk)
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except Refused as refusal:
            form.refuse(refusal)
    return _ask(request, "evaluation/box_open.html", form, box=box)


@require_safe
@right_required("evaluation.paper")
def openings(request: StaffRequest) -> HttpResponse:
    """The log: who opened which box with whom, and what was found."""
    return render(request, "evaluation/openings.html", {"page": page_of(request, queries.openings_of(request.user))})


@form_page
@right_required("evaluation.paper")
def openings_export(request: StaffRequest) -> HttpResponseBase:
    """The log as a file."""
    rows = queries.openings_of(request.user)

    def build() -> Table:
        cells, notes = map(_log_row, rows.iterator()), ["开箱须两人在场；已录张数不超过取出张数。"]
        return Table("开箱记录", columns=list(_LOG), rows=cells, notes=notes, filters=())

    return exports.offer(request, title="开箱记录", build=build, back=reverse("evaluation:openings"))


def _log_row(row: Any) -> tuple[Any, ...]:
    people = (row.opener.name, row.witness.name)
    return (row.opened_at, row.box.center.name, row.box.name, *people, row.forms_found, row.entered, row.note)


@require_safe
@right_required("evaluation.paper")
def opening(request: StaffRequest, pk: int) -> HttpResponse:
    """One opening and what was typed in of it."""
    found = get_object_or_404(queries.openings_of(request.user), pk=pk)
    page = page_of(request, queries.forms_of(found))
    return render(request, "evaluation/opening.html", {"opening": found, "page": page})


@sensitive_post_parameters()
@form_page
@right_required("evaluation.paper")
def enter(request: StaffRequest, pk: int) -> HttpResponse:
    """Twenty rows to a page; wrong ones come back with a sentence each, and nothing is saved before all are right."""
    found = get_object_or_404(queries.openings_of(request.user), pk=pk)
    rows = forms.sheets(posted(request), center=found.box.center)
    if request.method == "POST" and rows.is_valid():
        filled = rows.filled()
        try:
            if not filled:
                raise Refused("还没有录入任何一张评价表。")
            written = [form.sheet() for form in filled]
            actions.enter_paper(opening=found, sheets=written, by=request.user, at=timezone.now())
            messages.success(request, f"已录入 {len(filled)} 张。")
            return redirect("evaluation:opening", pk=pk)
        except Refused as refusal:
            rows.refuse(refusal)
    bad = rows.is_bound
    context = {
        "opening": found,
        "rows": rows,
        "links": formset_error_links(rows) if bad else (),
        "key": forms.reason_key(),
    }
    return render(request, "evaluation/paper_enter.html", context, status=422 if bad else 200)


def _ask(request: StaffRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
