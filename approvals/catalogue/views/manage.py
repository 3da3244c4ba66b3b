"""Management of items: list, draft by sections, publish gate, versions."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.catalogue import actions, queries
from approvals.catalogue.enums import VersionStatus
from approvals.catalogue.errors import CatalogueError, StaleDraftError
from approvals.catalogue.forms import (
    SECTIONS,
    AbolishForm,
    BasicForm,
    FilterForm,
    NewItemForm,
    PartFormSet,
    SectionForms,
)
from approvals.catalogue.guide import materials_by_need
from approvals.catalogue.models import ItemVersion, Part, Regime, ServiceItem
from approvals.catalogue.publishing import Finding, Section, blocking
from hall.access.loading import StaffRequest, right_required
from hall.access.rules import has_right
from hall.access.views.pages import ask, page_of, query_of
from hall.exports import views as exporting
from hall.exports.chosen import set_in
from hall.exports.tables import Column, Table
from hall.forms import HallModelForm, formset_error_links
from hall.organisation.models import Department

COLUMNS = (
    Column("name", "事项"), Column("department", "部门"), Column("center", "中心"), Column("code", "编码"),
    Column("version", "现行版本", "number"), Column("promise", "承诺"), Column("draft", "草稿"),
)  # fmt: skip
form_page = require_http_methods(["GET", "HEAD", "POST"])


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also where it is nothing; None while the page is only read."""
    return request.POST if request.method == "POST" else None


def _load(request: StaffRequest, pk: int) -> ServiceItem:
    items = queries.visible_to(request.user).select_related("current", "department__center__region")
    return get_object_or_404(items, pk=pk)


def _draft(item: ServiceItem) -> ItemVersion:
    return get_object_or_404(queries.with_parts(item.versions.filter(status=VersionStatus.DRAFT)))


@require_safe
@right_required("catalogue.view")
def items(request: StaffRequest) -> HttpResponse:
    """The items of one's departments, by name, pinyin, state and department."""
    form = _filter(request)
    page = page_of(request, queries.managed(request.user, **form.chosen))
    context = {"form": form, "page": page, "query": _query(form), **_may(request)}
    return render(request, "catalogue/items.html", context)


def _filter(request: StaffRequest) -> FilterForm:
    seen = Department.objects.filter(items__in=queries.visible_to(request.user)).distinct().order_by("name")
    return FilterForm(request.GET, departments=seen)


def _query(form: FilterForm) -> str:
    asked = form.chosen
    return query_of(q=asked["text"], status=asked["status"], department=str(asked["department"] or ""))


@form_page
@right_required("catalogue.view")
def items_export(request: StaffRequest) -> HttpResponseBase:
    """The same list as a workbook or on paper."""
    form = _filter(request)

    def build() -> Table:
        found = queries.managed(request.user, **form.chosen)
        return Table("事项目录", COLUMNS, map(_cells, found.iterator(chunk_size=500)), filters=set_in(form))

    return exporting.offer(request, title="事项目录", build=build, back=f"{reverse('catalogue:items')}?{_query(form)}")


def _cells(item: Any) -> tuple[Any, ...]:
    current = item.current
    return (
        item.name, item.department.name, item.department.center.name, item.code, current.number if current else None,
        str(current.promise) if current and current.promise else "", "有" if item.drafts else "",
    )  # fmt: skip


def _may(request: StaffRequest) -> dict[str, bool]:
    """What the page offers; each address asks again."""
    return {
        "may_edit": has_right(request.user, "catalogue.edit"),
        "may_publish": has_right(request.user, "catalogue.publish"),
        "may_import": has_right(request.user, "catalogue.import"),
    }


@form_page
@right_required("catalogue.edit")
def item_new(request: StaffRequest) -> HttpResponse:
    """Add one item; its draft opens."""
    form = NewItemForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        version = actions.create_item(by=request.user, **form.cleaned_data)
        return redirect("catalogue:item", pk=version.item_id)
    return ask(request, "catalogue/item_new.html", form)


@require_safe
@right_required("catalogue.view")
def item(request: StaffRequest, pk: int) -> HttpResponse:
    """One item: its draft with what stands against publishing it, and every version with what it changed."""
    found = _load(request, pk)
    history = queries.history_of(found)
    draft = next((version for version, _ in history if version.is_draft), None)
    findings = queries.gate(draft, timezone.localdate()) if draft else ()
    context = {
        "item": found,
        "draft": draft,
        "sections": _sections(findings),
        "blocked": bool(blocking(findings)),
        "history": history,
        "abolish_form": AbolishForm(),
        **_may(request),
    }
    return render(request, "catalogue/item.html", context)


def _sections(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [
        {"key": key.value, "title": forms.title, "findings": [f for f in findings if f.section == key]}
        for key, forms in SECTIONS.items()
    ]


@require_safe
@right_required("catalogue.view")
def version(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """One version as it stands or stood, whole."""
    found = get_object_or_404(queries.with_parts(_load(request, pk).versions.all()), number=number)
    context = {"version": found, "item": found.item, "groups": materials_by_need(list(found.materials.all()))}
    return render(request, "catalogue/version.html", context)


@form_page
@right_required("catalogue.edit")
def edit(request: StaffRequest, pk: int, section: str) -> HttpResponse:
    """One section of the draft."""
    if section not in SECTIONS:
        raise Http404
    draft, page = _draft(_load(request, pk)), SECTIONS[Section(section)]
    form = _form(page, draft, request)
    rows = page.formset(draft, posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and _fresh(request, draft) and _valid(form, rows):
        return _save(request, draft, form, rows)
    links = [*(form.error_links if form else ()), *(formset_error_links(rows) if rows is not None else ())]
    stale = request.method == "POST" and not _fresh(request, draft)
    context = {
        "item": draft.item, "draft": draft, "section": section, "page": page, "form": form, "rows": rows,
        "links": links, "stale": StaleDraftError().sentence if stale else "",
    }  # fmt: skip
    return render(request, "catalogue/edit.html", context, status=422 if stale or links else 200)


def _form(page: SectionForms, draft: ItemVersion, request: HttpRequest) -> HallModelForm | None:
    if page.form is None:
        return None
    extra = {"on": timezone.localdate()} if page.form is BasicForm else {}
    return page.form(posted(request), instance=draft, **extra)


def _fresh(request: HttpRequest, draft: ItemVersion) -> bool:
    """Whether the draft is still the one this person opened."""
    return request.POST.get("revision") == str(draft.revision)


def _valid(form: HallModelForm | None, rows: PartFormSet | None) -> bool:
    """Ask both, so that every error is shown at once."""
    form_good = form is None or form.is_valid()
    rows_good = rows is None or rows.is_valid()
    return form_good and rows_good


def _save(
    request: StaffRequest, draft: ItemVersion, form: HallModelForm | None, rows: PartFormSet | None
) -> HttpResponse:
    revision = draft.revision
    changes = dict(form.cleaned_data) if form else {}
    kept, removed = _rows(rows)
    try:
        actions.edit_draft(
            ItemVersion(pk=draft.pk), revision=revision, changes=changes, kept=kept, removed=removed, by=request.user
        )
    except CatalogueError as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, "草稿已保存。")
    return redirect("catalogue:item", pk=draft.item_id)


def _rows(rows: PartFormSet | None) -> tuple[list[Part], list[Part]]:
    """Rows to keep, each with its files stored, and rows to take away."""
    if rows is None:
        return [], []
    kept: list[Part] = rows.save(commit=False)
    for form in rows.forms:
        for column, checked in (
            getattr(form, "uploads", {}).items() if form in rows.forms and form.has_changed() else ()
        ):
            setattr(form.instance, column, actions.keep_file(checked) if checked else None)
    return kept, list(rows.deleted_objects)


def _do(request: StaffRequest, pk: int, done: str, verb: Callable[[ServiceItem, datetime], object]) -> HttpResponse:
    """Do one thing to an item and go back to its page with the answer."""
    found = _load(request, pk)
    try:
        verb(found, timezone.now())
    except CatalogueError as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, done)
    return redirect("catalogue:item", pk=pk)


@require_POST
@right_required("catalogue.publish")
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Publish the draft this person looked at."""
    revision = request.POST.get("revision", "")
    seen = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0
    return _do(
        request, pk, "已发布，指南和窗口即刻使用新版本。",
        lambda item, at: actions.publish(_draft(item), by=request.user, at=at, revision=seen),
    )  # fmt: skip


@require_POST
@right_required("catalogue.edit")
def draft_new(request: StaffRequest, pk: int) -> HttpResponse:
    """A new draft out of the newest version."""
    return _do(request, pk, "已新建草稿，内容与上一版相同。", lambda item, _: actions.new_draft(item, by=request.user))


@require_POST
@right_required("catalogue.edit")
def draft_discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Throw the draft away."""
    return _do(request, pk, "草稿已丢弃。", lambda item, _: actions.discard_draft(_draft(item), by=request.user))


@require_POST
@right_required("catalogue.publish")
def abolish(request: StaffRequest, pk: int) -> HttpResponse:
    """Abolish the item, naming the basis."""
    form = AbolishForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _do(
        request, pk, "事项已取消，不再收件；在办的继续办完。",
        lambda item, at: actions.abolish(item, reason=reason, by=request.user, at=at),
    )  # fmt: skip


@require_safe
@right_required("catalogue.view")
def regimes(request: StaffRequest) -> HttpResponse:
    """The regimes with their numbers, articles and grounds: read only, since published versions rest on them."""
    found = Regime.objects.prefetch_related("pause_grounds")
    return render(request, "catalogue/regimes.html", {"regimes": found})
