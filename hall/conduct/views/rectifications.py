"""Putting right what a patrol found: the list, one of them, the answer, the second look."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access.loading import StaffRequest, right_required
from hall.access.views.pages import page_of
from hall.conduct import queries, rules
from hall.conduct.actions import patrols as actions
from hall.conduct.enums import RectificationState
from hall.conduct.forms.patrols import AnswerForm, RecheckForm
from hall.conduct.models import Rectification
from hall.conduct.views.places import chosen, in_center, one_of
from hall.exports import views as exporting
from hall.exports.tables import Column, Table
from hall.supervision.views.attempts import attempted

may_read = right_required("patrol.record", "patrol.answer", "supervision.view")
LATE = "late"
STATES = (*RectificationState.choices, (LATE, "已逾期"))


def _found(request: StaffRequest) -> Any:
    rows = in_center(queries.rectifications_for(request.user), request, request.user, "finding__center")
    state = one_of(request, "state", [*RectificationState.values, LATE])
    if state == LATE:
        return queries.overdue(rows, timezone.localdate())
    return rows.filter(state=state) if state else rows


@require_safe
@may_read
def rectifications(request: StaffRequest) -> HttpResponse:
    """What is to be put right, the most urgent first."""
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page_of(request, _found(request)),
        "query": query.urlencode(),
        "states": STATES,
        "state": one_of(request, "state", [value for value, _ in STATES]),
        "today": timezone.localdate(),
    }
    return render(request, "conduct/patrol_rectifications.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_read
def rectifications_export(request: StaffRequest) -> HttpResponseBase:
    """The list as a file."""
    columns = [
        Column("center", "中心"), Column("where", "地点"), Column("group", "类别"), Column("text", "情况"),
        Column("severity", "程度"), Column("department", "责任部门"), Column("opened", "发出", "datetime"),
        Column("due", "期限", "date"), Column("state", "状态"), Column("answered", "答复", "datetime"),
        Column("closed", "复查通过", "datetime"),
    ]  # fmt: skip

    def build() -> Table:
        rows = (
            (
                r.finding.center.name, str(r.finding.window or "大厅公共区域"), r.finding.line.group, r.finding.text,
                r.finding.get_severity_display(), r.finding.department.name if r.finding.department else "",
                r.opened_at, r.due_on, r.get_state_display(), r.answered_at, r.closed_at,
            )
            for r in _found(request)
        )  # fmt: skip
        asked = chosen(request, request.user, state=("状态", STATES))
        return Table("巡查整改", columns, rows, notes=["一个问题一行。"], filters=asked)

    back = f"{reverse('conduct:rectifications')}?{request.GET.urlencode()}"
    return exporting.offer(request, title="巡查整改", build=build, back=back)


@require_safe
@may_read
def rectification(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One problem with all that was done about it."""
    return _show(request, _row(request, pk))


def _row(request: StaffRequest, pk: UUID) -> Rectification:
    rows = queries.rectifications_for(request.user).select_related("finding__patrol__started_by__staff")
    return get_object_or_404(rows, pk=pk)


def _show(request: StaffRequest, row: Rectification, form: Any = None) -> HttpResponse:
    context = {
        "row": row,
        "finding": row.finding,
        "steps": row.steps.select_related("done_by__staff", "photo"),
        "answer": form if isinstance(form, AnswerForm) else AnswerForm(),
        "recheck": form if isinstance(form, RecheckForm) else RecheckForm(),
        "may_answer": rules.may_answer(request.user, row),
        "may_recheck": rules.may_recheck(request.user, row),
        "late": row.state == RectificationState.OPEN and row.due_on < timezone.localdate(),
    }
    return render(request, "conduct/patrol_rectification.html", context, status=422 if form else 200)


@require_POST
@right_required("patrol.answer")
def rectification_answer(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The department answers."""
    row, form = _row(request, pk), AnswerForm(request.POST, request.FILES)

    def do(data: dict[str, Any]) -> None:
        actions.answer(rectification=row, by=request.user, at=timezone.now(), **data)

    if attempted(form, do):
        messages.success(request, "整改情况已答复，等待复查。")
        return redirect("conduct:rectification", pk=pk)
    return _show(request, row, form)


@require_POST
@right_required("patrol.record")
def rectification_recheck(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Somebody looks again."""
    row, form = _row(request, pk), RecheckForm(request.POST)

    def do(data: dict[str, Any]) -> None:
        actions.recheck(rectification=row, by=request.user, at=timezone.now(), **data)

    if attempted(form, do):
        messages.success(request, "复查结果已登记。")
        return redirect("conduct:rectification", pk=pk)
    return _show(request, row, form)
