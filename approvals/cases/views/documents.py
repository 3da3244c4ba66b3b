"""Official documents and the arithmetic of deadlines as PDF, in the browser."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from approvals.cases import actions, clock_paper, papers, receipts, rules
from approvals.cases.clock import ClockKind
from approvals.cases.enums import DocumentKind
from approvals.cases.models import Case, OfficialDocument
from approvals.cases.situations import Situation, visible_case
from approvals.cases.views.case import VIEWS
from approvals.cases.views.files import file_response
from hall.access.loading import StaffRequest, right_required


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(*VIEWS)
def document(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The bytes as they were issued, to whoever may see the case. POST records that it is printed again."""
    seen = Case.objects.visible_to(request.user)
    kept = OfficialDocument.objects.exclude(snapshot="")  # what was kept long enough is emptied (hall.retention)
    row = get_object_or_404(kept.select_related("case__center"), pk=pk, case__in=seen)
    if request.method == "POST":
        actions.note_reprint(row, by=request.user, at=timezone.now())
        return redirect("cases:document", pk=pk)
    return file_response(_content(row, request), "application/pdf", f"{row.number}.pdf", inline=True)


def _content(row: OfficialDocument, request: StaffRequest) -> bytes:
    """A receipt carries the query code until it is confirmed printed, for whoever hands it out and nobody else."""
    hands_out = row.kind == DocumentKind.RECEIPT and row.voided_at is None
    if hands_out and rules.may_hand_out_code.test(request.user, row.case):
        return receipts.receipt_bytes(row.case, timezone.now())
    return papers.content_of(row)


@require_safe
@right_required(*VIEWS)
def clock(request: StaffRequest, docket: str, kind: str) -> HttpResponse:
    """打印算式: one deadline day by day, as it stands now."""
    situation = Situation(visible_case(request.user, docket), request.user, timezone.now())
    step = request.GET.get("step", "")[:40]
    content = clock_paper.paper(situation, kind, step) if kind in ClockKind.values else None
    if content is None:
        raise Http404
    return file_response(content, "application/pdf", f"{docket}-{ClockKind(kind).label}期限算式.pdf", inline=True)
