"""The rules: list, read, copy, edit with a live sum, put in force."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hall.access.loading import StaffRequest, right_required
from hall.access.views.pages import page_of
from hall.appraisal import queries, rules
from hall.appraisal.actions import schemes
from hall.appraisal.enums import SchemeState
from hall.appraisal.forms.schemes import LineFormSet, SchemeForm, lines_in, rows_of, unsaved
from hall.appraisal.models import SchemeVersion
from hall.appraisal.views.common import center_of, done, form_page
from hall.exports import views as exporting
from hall.exports.tables import Column, Table
from hall.facts import indicators, sources
from hall.forms import formset_error_links

may_write = right_required("appraisal.scheme")
COLUMNS = (
    Column("name", "名称"), Column("subject", "对象"), Column("rhythm", "周期"), Column("number", "版本", "number"),
    Column("state", "状态"), Column("center", "中心"), Column("on", "施行", "datetime"),
)  # fmt: skip


@require_safe
@right_required("appraisal.view")
def scheme_list(request: StaffRequest) -> HttpResponse:
    """Every version of the person's centers, and the models to copy."""
    return render(request, "appraisal/schemes.html", {"page": page_of(request, _listed(request))})


def _listed(request: StaffRequest) -> QuerySet[SchemeVersion]:
    rows = queries.schemes_visible_to(request.user)
    return rows.order_by("center_id", "subject", "rhythm", "-number")


@form_page
@right_required("appraisal.view")
def scheme_export(request: StaffRequest) -> HttpResponseBase:
    """The list as a workbook or on paper."""

    def build() -> Table:
        rows = (
            [one.name, one.get_subject_display(), one.get_rhythm_display(), one.number,
             "示例" if one.is_model else one.get_state_display(), one.center.name if one.center else "", one.on_at]
            for one in _listed(request)
        )  # fmt: skip
        return Table("考核细则", COLUMNS, rows, notes=["一个版本一行；施行后不能再改。"], filters=())

    return exporting.offer(request, title="考核细则", build=build, back=reverse("appraisal:schemes"))


def _scheme(request: StaffRequest, pk: int) -> SchemeVersion:
    return get_object_or_404(queries.schemes_visible_to(request.user), pk=pk)


@require_safe
@right_required("appraisal.view")
def scheme(request: StaffRequest, pk: int) -> HttpResponse:
    """What a version says, line by line."""
    version = _scheme(request, pk)
    lines = list(version.lines.all())
    labels = {one.code: one.label for one in sources.all_sources()}
    labels |= {one.code: one.label for one in indicators.all_indicators()}
    writes = rules.may_write_scheme(request.user, version.center_id)
    context = {
        "version": version, "rows": [(line, labels.get(line.source or line.indicator, "")) for line in lines],
        "total": sum(line.weight for line in lines), "amiss": schemes.amiss(lines),
        "may_edit": writes and version.state == SchemeState.DRAFT,
        "may_copy": rules.may_write_scheme(request.user, version.center_id or center_of(request).pk),
    }  # fmt: skip
    return render(request, "appraisal/scheme.html", context)


@require_POST
@may_write
def scheme_copy(request: StaffRequest, pk: int) -> HttpResponse:
    """A draft that begins with what this version says."""
    version, made = _scheme(request, pk), []
    center = version.center or center_of(request)
    at = timezone.now()
    if done(lambda: made.append(schemes.draft_from(version, center=center, by=request.user, at=at)), request=request):
        return redirect("appraisal:scheme_edit", pk=made[0].pk)
    return redirect("appraisal:scheme", pk=pk)


@form_page
@may_write
def scheme_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Edit a draft: the head and its lines, the sum of weights beside them."""
    version = _scheme(request, pk)
    if not rules.may_write_scheme(request.user, version.center_id) or version.state != SchemeState.DRAFT:
        raise PermissionDenied("只能修改本中心的草稿；示例细则和施行中的细则请先复制。")
    head = {"name": version.name, "source": version.source, "bonus_cap": version.bonus_cap}
    data = request.POST if request.method == "POST" else None
    form, lines = SchemeForm(data, initial=head), LineFormSet(data, initial=rows_of(version), prefix="line")
    if data is not None and form.is_valid() and lines.is_valid():
        found = lines_in(lines)
        act: dict[str, Any] = {"head": form.cleaned_data, "lines": found, "by": request.user}
        if done(lambda: schemes.save_draft(version, **act), form, request=request, said="草稿已保存。"):
            return redirect("appraisal:scheme", pk=pk)
    wrong = data is not None
    context = {"version": version, "form": form, "lines": lines, "links": formset_error_links(lines) if wrong else ()}
    if wrong and lines.is_valid():
        context["amiss"] = schemes.amiss(unsaved(lines_in(lines)))
    return render(request, "appraisal/scheme_edit.html", context, status=422 if wrong else 200)


@require_POST
@may_write
def scheme_on(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a draft in force."""
    version = _scheme(request, pk)
    at = timezone.now()
    done(lambda: schemes.put_on(version, by=request.user, at=at), request=request, said="细则已施行，不能再改。")
    return redirect("appraisal:scheme", pk=pk)


@require_POST
@may_write
def scheme_discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    version = _scheme(request, pk)
    if done(lambda: schemes.discard(version, by=request.user), request=request, said="草稿已删除。"):
        return redirect("appraisal:schemes")
    return redirect("appraisal:scheme", pk=pk)
