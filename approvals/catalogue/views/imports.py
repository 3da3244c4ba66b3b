"""Lists of items: upload, dry run, confirmation."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from approvals.catalogue import actions, queries
from approvals.catalogue.errors import CatalogueError
from approvals.catalogue.forms import ListForm
from approvals.catalogue.importing import HEADINGS, ItemImport
from approvals.catalogue.models import ImportBatch
from approvals.catalogue.views.manage import form_page, posted
from hall.access.loading import StaffRequest, right_required
from hall.access.views.pages import ask
from hall.organisation.errors import ImportRefused
from hall.organisation.tables import MAX_BYTES, Table, TableError

SHOWN = 20


@dataclass(frozen=True, slots=True)
class DryRun:
    """A dry run as components/dry_run.html shows it."""

    total: int
    created: int
    unchanged: int
    errors: list[dict[str, Any]]
    updated: int = 0


def shown(plan: ItemImport, table: Table) -> DryRun:
    """The words of a bad line go back to their author, under the heading the author wrote."""
    cells = {row.line: row.cells for row in table}
    written = {HEADINGS.get(heading, heading): heading for heading in table.header}
    errors = [
        {
            "row": error.line, "field": (heading := written.get(error.column, error.column)),
            "value": cells.get(error.line, {}).get(heading, ""), "reason": error.sentence,
        }
        for error in plan.errors
    ]  # fmt: skip
    return DryRun(len(table), len(plan.new), len(plan.known), errors)


@form_page
@right_required("catalogue.import")
def upload(request: StaffRequest) -> HttpResponse:
    """Hand in a list; its dry run opens."""
    form = ListForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            data = file.read(MAX_BYTES + 1)
            batch = actions.hand_in(name=file.name or "", data=data, by=request.user, at=timezone.now())
        except TableError as error:
            form.add_error("file", str(error))
        else:
            return redirect("catalogue:import_batch", batch_id=batch.pk)
    recent = ImportBatch.objects.filter(imported_at__isnull=False).select_related("imported_by__staff")[:SHOWN]
    return ask(request, "catalogue/import.html", form, recent=recent)


@form_page
@right_required("catalogue.import")
def batch(request: StaffRequest, batch_id: UUID) -> HttpResponse:
    """The dry run of one list; confirming it imports exactly these bytes."""
    waiting = ImportBatch.objects.filter(uploaded_by=request.user)
    found = get_object_or_404(waiting, pk=batch_id)
    if found.content is None:
        messages.info(request, "这份清单已经导入过了。")
        return redirect("catalogue:items")
    if request.method == "POST":
        return _confirm(request, found)
    return _dry_run(request, found)


def _confirm(request: StaffRequest, found: ImportBatch) -> HttpResponse:
    centers = queries.import_centers(request.user)
    try:
        done = actions.confirm_import(found, by=request.user, at=timezone.now(), centers=centers)
    except ImportRefused:
        return _dry_run(request, found, status=422)  # the world moved since the dry run: say what is wrong now
    except TableError as error:  # a list handed in under the rules of an earlier release
        messages.error(request, str(error))
        return redirect("catalogue:import")
    except CatalogueError as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, f"已导入 {len(done.new)} 项，都是草稿；已有 {len(done.known)} 项没有改动。")
    return redirect("catalogue:items")


def _dry_run(request: StaffRequest, found: ImportBatch, status: int = 200) -> HttpResponse:
    table = actions.table_of(found)
    try:
        plan = actions.import_items(table, by=request.user, centers=queries.import_centers(request.user), dry_run=True)
    except TableError as error:
        messages.error(request, str(error))
        return redirect("catalogue:import")
    result = shown(plan, table)
    context = {"batch": found, "plan": plan, "result": result}
    return render(request, "catalogue/import_batch.html", context, status=422 if plan.errors else status)
