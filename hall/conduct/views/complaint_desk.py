"""Complaints as staff handle them: the list, one of them, and each deed of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access.loading import StaffRequest, right_required, staff_required
from hall.access.rules import has_right
from hall.access.views.pages import page_of
from hall.conduct import queries, rules
from hall.conduct.actions import complaints as actions
from hall.conduct.enums import OPEN_COMPLAINTS, ComplaintState
from hall.conduct.forms.complaints import (
    AcceptForm,
    DecideForm,
    DeclineForm,
    ObjectForm,
    ReassignForm,
    ReportForm,
    ReviewForm,
    SendBackForm,
)
from hall.conduct.models import Complaint
from hall.conduct.views.places import chosen, in_center, one_of
from hall.exports import views as exporting
from hall.exports.tables import Column, Table
from hall.facts.errors import NotPermitted
from hall.supervision.views.attempts import attempted

LATE = "late"
STATES = (*ComplaintState.choices, (LATE, "已逾期"))


def _found(request: StaffRequest) -> Any:
    rows = in_center(queries.complaints_for(request.user), request, request.user)
    state, today = one_of(request, "state", [*ComplaintState.values, LATE]), timezone.localdate()
    if state == LATE:
        waiting = Q(state=ComplaintState.RECEIVED, accept_due_on__lt=today)
        return rows.filter(waiting | Q(state__in=OPEN_COMPLAINTS, decide_due_on__lt=today))
    return rows.filter(state=state) if state else rows


@never_cache
@require_safe
@staff_required
def complaints(request: StaffRequest) -> HttpResponse:
    """What the person has to do with: handled, looked into, or decided about themselves."""
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page_of(request, _found(request)),
        "query": query.urlencode(),
        "states": STATES,
        "state": one_of(request, "state", [value for value, _ in STATES]),
        "today": timezone.localdate(),
        "may_handle": has_right(request.user, "complaints.handle"),
    }
    return render(request, "conduct/complaints.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("complaints.handle")
def complaints_export(request: StaffRequest) -> HttpResponseBase:
    """The list as a file: no text and no name of a complainant leaves the house with it."""
    columns = [
        Column("number", "投诉编号"), Column("center", "中心"), Column("channel", "来源"),
        Column("received", "收到", "datetime"), Column("state", "状态"), Column("department", "部门"),
        Column("accept", "受理期限", "date"), Column("decide", "裁定期限", "date"), Column("verdict", "结论"),
        Column("decided", "裁定", "datetime"),
    ]  # fmt: skip

    def build() -> Table:
        rows = (
            (
                r.number, r.center.name, r.get_channel_display(), r.received_at, r.get_state_display(),
                r.department.name if r.department else "", r.accept_due_on, r.decide_due_on, r.outcome_label,
                r.decided_at,
            )
            for r in _found(request)
        )  # fmt: skip
        asked = chosen(request, request.user, state=("状态", STATES))
        return Table("投诉", columns, rows, notes=["不含投诉内容和投诉人信息。"], filters=asked)

    back = f"{reverse('conduct:complaints')}?{request.GET.urlencode()}"
    return exporting.offer(request, title="投诉", build=build, back=back)


@never_cache
@require_safe
@staff_required
def complaint(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One complaint, as much of it as the person may see."""
    return _show(request, _row(request, pk))


def _row(request: StaffRequest, pk: UUID) -> Complaint:
    return get_object_or_404(queries.complaints_for(request.user), pk=pk)


def _forms(user: Any, row: Complaint) -> dict[str, BaseForm]:
    """What this person may do now, each with an empty form."""
    forms: dict[str, BaseForm] = {}
    if rules.may_take(user, row):
        investigators = queries.investigators_for(row)
        forms["accept"] = AcceptForm(center=row.center, investigators=investigators)
        forms["decline"] = DeclineForm()
    if rules.may_reassign(user, row):
        forms["reassign"] = ReassignForm(investigators=queries.investigators_for(row))
    if rules.may_investigate(user, row):
        forms["report"] = ReportForm()
    if rules.may_decide(user, row):
        forms |= {"decide": DecideForm(), "send_back": SendBackForm()}
    if rules.may_object(user, row):
        forms["object"] = ObjectForm()
    if rules.may_review(user, row):
        forms["review"] = ReviewForm()
    return forms


WORDS = {
    "accept": ("受理并分派", "受理"), "decline": ("不予受理", "不予受理并答复"), "reassign": ("改派", "改派"),
    "report": ("提交调查报告", "提交"), "decide": ("裁定并答复", "裁定"), "send_back": ("退回补充调查", "退回"),
    "object": ("提出异议（只能提一次）", "提出异议"), "review": ("复核异议", "作出复核结论"),
}  # fmt: skip


def _show(
    request: StaffRequest, row: Complaint, failed: tuple[str, BaseForm] | None = None, *, contact: bool = False
) -> HttpResponse:
    forms = _forms(request.user, row)
    if failed:
        forms[failed[0]] = failed[1]
    today = timezone.localdate()
    context = {
        "complaint": row,
        "deeds": [(name, *WORDS[name], form) for name, form in forms.items()],
        "sees_said": rules.sees_what_was_said(request.user, row),
        "contact_shown": contact,
        "sees_complainant": rules.sees_complainant(request.user, row),
        "about_me": rules.is_person(request.user, row.staff_id),
        "accept_late": row.accepted_at is None and row.accept_due_on < today,
        "decide_late": row.state in OPEN_COMPLAINTS and row.decide_due_on is not None and row.decide_due_on < today,
    }
    return render(request, "conduct/complaint.html", context, status=422 if failed else 200)


Do = Callable[[Complaint, dict[str, Any], Any], Any]


def _accept(row: Complaint, data: dict[str, Any], how: dict[str, Any]) -> Any:
    return actions.accept(complaint=row, **data, **how)


def _bound(request: StaffRequest, deed: str, row: Complaint) -> BaseForm:
    if deed == "accept":
        return AcceptForm(request.POST, center=row.center, investigators=queries.investigators_for(row))
    if deed == "reassign":
        return ReassignForm(request.POST, investigators=queries.investigators_for(row))
    plain: dict[str, type[BaseForm]] = {
        "decline": DeclineForm, "report": ReportForm, "decide": DecideForm, "send_back": SendBackForm,
        "object": ObjectForm, "review": ReviewForm,
    }  # fmt: skip
    return plain[deed](request.POST)


DEEDS: dict[str, tuple[Do, str]] = {
    "accept": (_accept, "已受理，并通知了调查人。"),
    "decline": (lambda row, data, how: actions.decline(complaint=row, **data, **how), "已决定不予受理，并写下答复。"),
    "reassign": (lambda row, data, how: actions.reassign(complaint=row, **data, **how), "已改派。"),
    "report": (lambda row, data, how: actions.report(complaint=row, text=data["report"], **how), "报告已提交。"),
    "decide": (lambda row, data, how: actions.decide(complaint=row, **data, **how), "已裁定，投诉人可以查到答复。"),
    "send_back": (lambda row, data, how: actions.send_back(complaint=row, **data, **how), "已退回补充调查。"),
    "object": (
        lambda row, data, how: actions.object_to(complaint=row, text=data["objection"], **how), "异议已提出。"
    ),
    "review": (lambda row, data, how: actions.review(complaint=row, **data, **how), "复核结论已登记。"),
}  # fmt: skip


@never_cache
@require_POST
@staff_required
def complaint_act(request: StaffRequest, pk: UUID, deed: str) -> HttpResponse:
    """Do one deed; who may, the action says."""
    row = _row(request, pk)
    if deed not in _forms(request.user, row):
        raise PermissionDenied(f"“{WORDS[deed][0]}”现在不能由您来办。")
    form, (do, done) = _bound(request, deed, row), DEEDS[deed]
    how = {"by": request.user, "at": timezone.now()}
    if attempted(form, lambda data: do(row, data, how)):
        messages.success(request, done)
        return redirect("conduct:complaints" if deed == "reassign" else "conduct:complaint", **_back(deed, pk))
    return _show(request, row, (deed, form))


def _back(deed: str, pk: UUID) -> dict[str, Any]:
    return {} if deed == "reassign" else {"pk": pk}


@never_cache
@require_POST
@right_required("complaints.handle")
def complaint_contact(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Show who complained and how to reach them; the look stands in the ledger."""
    row = _row(request, pk)
    try:
        actions.show_contact(complaint=row, by=request.user, at=timezone.now())
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    return _show(request, row, contact=True)
