"""Departments, windows, posts and centers with their opening hours: one list and one form for each kind."""

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access.forms import management as forms
from hall.access.loading import StaffRequest, right_required
from hall.access.scope import centers_of
from hall.access.views.pages import ask, page_of, posted, query_of, words
from hall.organisation import actions, opening, queries
from hall.organisation.enums import Level
from hall.organisation.models import Center, Department, OpeningException, OpeningHours, Post, Window

form_page = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of place is listed and asked for."""

    slug: str
    title: str
    model: type[Model]
    form: type[forms.PlaceForm]
    center: str  # the lookup from the row to its center
    related: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]  # heading, attribute path


_DEPARTMENT = (("部门", "name"), ("中心", "center.name"), ("本机关负责人", "head.name"))
_CHIEF = (("首席代表", "chief_representative.name"),)
_WINDOW = (("窗口号", "number"), ("名称", "name"), ("中心", "center.name"), ("部门", "department.name"))
_POST = (("岗位", "name"), ("部门", "department.name"), ("A 岗", "holder_a.name"), ("B 岗", "holder_b.name"))
_CENTER = (("中心", "name"), ("编号", "code"), ("级别", "get_level_display"), ("电话", "phone"), ("地址", "address"))
_OFFICERS = ("center", "head", "chief_representative")
_HOLDERS = ("department__center", "holder_a", "holder_b")
KINDS: Final = {
    kind.slug: kind
    for kind in (
        Kind("departments", "部门", Department, forms.DepartmentForm, "center", _OFFICERS, _DEPARTMENT + _CHIEF),
        Kind("windows", "窗口", Window, forms.WindowForm, "center", ("center", "department"), _WINDOW),
        Kind("posts", "岗位", Post, forms.PostForm, "department__center", _HOLDERS, _POST),
        Kind("centers", "中心", Center, forms.CenterForm, "pk", ("parent",), _CENTER),
    )
}


def _kind(slug: str) -> Kind:
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


def _rows(request: HttpRequest, kind: Kind) -> QuerySet[Any]:
    reach = {f"{kind.center}__in": centers_of(request.user).values("pk")}  # type: ignore[arg-type]
    return kind.model._default_manager.filter(**reach).select_related(*kind.related)


def cell(row: Any, path: str) -> str:
    """The text of an attribute path; a dash where a link of it is missing."""
    value: Any = row
    for name in path.split("."):
        value = getattr(value, name, None)
        value = value() if callable(value) else value
        if value is None:
            return "—"
    return str(value) or "—"


def found(request: HttpRequest, slug: str) -> tuple[Kind, QuerySet[Any], str]:
    """The kind of the address, its rows, and the text they are searched by."""
    kind, q = _kind(slug), words(request)
    rows = _rows(request, kind)
    if q:
        named = Q(name__icontains=q)
        if hasattr(kind.model, "initials"):
            named |= Q(initials__startswith=q.lower()) | Q(pinyin__startswith=q.lower())
        rows = rows.filter(named)
    return kind, rows, q


@require_safe
@right_required("organisation.edit")
def place_list(request: StaffRequest, slug: str) -> HttpResponse:
    """One kind of place, searchable."""
    kind, rows, q = found(request, slug)
    page = page_of(request, rows)
    lines = [(row.pk, [(heading, cell(row, path)) for heading, path in kind.columns]) for row in page]
    tabs = [
        {"url": reverse("access:place_list", args=[k.slug]), "label": k.title, "active": k is kind}
        for k in KINDS.values()
    ]
    context = {"kind": kind, "page": page, "lines": lines, "q": q, "query": query_of(q=q), "tabs": tabs}
    return render(request, "access/place_list.html", context)


def _home(request: StaffRequest) -> Center:
    """The center a new row belongs to: the one named in the address, else the person's own."""
    reach = centers_of(request.user)
    number = request.GET.get("center", "")
    if number.isdecimal() and len(number) == 10:
        return get_object_or_404(reach, region6=number[:6], center_no=number[6:])
    person = request.user.staff
    return person.center if person else get_object_or_404(reach.order_by("pk")[:1])


@form_page
@right_required("organisation.edit")
def place_new(request: StaffRequest, slug: str) -> HttpResponse:
    """Add a department, window or post."""
    kind, center = _kind(slug), _home(request)
    form = kind.form(posted(request), center=center)
    if request.method == "POST" and form.is_valid():
        actions.save(form.save(commit=False), by=request.user, reason="新增")
        messages.success(request, "已保存。")
        return redirect("access:place_list", slug=slug)
    return ask(request, "access/place.html", form, kind=kind, center=center)


@form_page
@right_required("organisation.edit")
def branch_new(request: StaffRequest) -> HttpResponse:
    """Open a branch of a center. Main centers come from the import of regions."""
    above = _home(request)
    form = forms.BranchForm(posted(request))
    if request.method == "POST" and form.is_valid():
        level = Level(above.level)
        made = actions.add_center(region=above.region, level=level, parent=above, by=request.user, **form.cleaned_data)
        messages.success(request, f"已设立 {made.name}，编号 {made.code}。")
        return redirect("access:place", slug="centers", pk=made.pk)
    return ask(request, "access/place.html", form, kind=KINDS["centers"], center=above)


@form_page
@right_required("organisation.edit")
def place_edit(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """Change one."""
    kind = _kind(slug)
    row = get_object_or_404(_rows(request, kind), pk=pk)
    center = _center_of(row)
    form = kind.form(posted(request), instance=row, center=center)
    if request.method == "POST" and form.is_valid():
        actions.save(form.save(commit=False), by=request.user, reason="修改")
        messages.success(request, "已保存。")
        return redirect("access:place_list", slug=slug)
    return ask(request, "access/place.html", form, kind=kind, center=center, row=row)


def _center_of(row: Any) -> Center:
    if isinstance(row, Center):
        return row
    return row.department.center if isinstance(row, Post) else row.center


@form_page
@right_required("organisation.edit")
def hours(request: StaffRequest, pk: int) -> HttpResponse:
    """The usual week of a center and the days that differ from it."""
    center = get_object_or_404(centers_of(request.user), pk=pk)
    special = request.POST.get("form") == "exception"
    data = posted(request)
    usual = forms.OpeningHoursForm(
        None if special else data, instance=OpeningHours(center=center), center=center, auto_id="usual_%s"
    )
    other = forms.OpeningExceptionForm(
        data if special else None, instance=OpeningException(center=center), center=center, auto_id="other_%s"
    )
    form = other if special else usual
    if data is not None and form.is_valid():
        actions.save(form.save(commit=False), by=request.user, reason="开放时间")
        return redirect("access:hours", pk=pk)
    table = queries.timetable_of(center)
    rows = {
        "hours": center.opening_hours.all(),
        "exceptions": center.opening_exceptions.all(),
        "week": opening.week(table),
    }
    return ask(request, "access/hours.html", form, center=center, usual=usual, other=other, **rows)


@require_POST
@right_required("organisation.edit")
def hours_remove(request: StaffRequest, pk: int, what: str, row: int) -> HttpResponse:
    """Take away one span or one exception."""
    center = get_object_or_404(centers_of(request.user), pk=pk)
    rows: QuerySet[Any] = center.opening_hours.all() if what == "usual" else center.opening_exceptions.all()
    actions.remove(get_object_or_404(rows, pk=row), by=request.user, reason="开放时间")
    return redirect("access:hours", pk=pk)
