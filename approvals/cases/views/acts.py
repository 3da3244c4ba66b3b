"""The page of one deed: GET asks, POST does. Which form and which action stands in act_table.py."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from approvals.cases import door
from approvals.cases.case_page import clocks, header, told
from approvals.cases.consequences import consequence, legal_ground
from approvals.cases.doings import Verdict, judge, permitted
from approvals.cases.errors import Stale
from approvals.cases.forms.acts import ActForm
from approvals.cases.rules import who_may
from approvals.cases.situations import Situation, visible_case
from approvals.cases.views.act_table import TABLE, Act
from hall.access.loading import StaffRequest, right_required
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.retrying import again_on_conflict


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("cases.view.department")
def act(request: StaffRequest, docket: str, action: str) -> HttpResponse:
    """Ask for a deed, or do it. 404 for a case one may not see, 403 for a deed that is not one's own."""
    wanted = TABLE[action]
    situation = Situation(visible_case(request.user, docket), request.user, timezone.now())
    if not permitted(wanted.deed, situation):
        raise PermissionDenied(who_may(wanted.deed.moves[0]) if wanted.deed.moves else "查询码由本中心的收件窗口换发。")
    if request.method == "POST":
        return _do(request, wanted, situation)
    verdict, why = judge(wanted.deed, situation)
    if verdict != Verdict.READY:
        messages.error(request, f"现在不能办“{wanted.deed.label}”：{why}")
        return redirect("cases:detail", docket=docket)
    return _show(request, wanted, situation, wanted.form(situation=situation))


def _do(request: StaffRequest, wanted: Act, situation: Situation) -> HttpResponse:
    form = wanted.form(request.POST, situation=situation)
    case, seen = situation.case, form.seen
    try:
        if seen is not None and seen != case.version:
            raise Stale(door.events_since(case, seen))
        if form.is_valid():
            saw, facts = form.cleaned_data["version"], form.facts()
            again_on_conflict(lambda: wanted.do(case, by=request.user, at=situation.at, seen=saw, **facts))
            messages.success(request, wanted.done)
            return redirect(wanted.then, docket=case.docket)
    except Stale as stale:
        return _stale(request, wanted, situation, stale)
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refused as refusal:
        form.refuse(refusal)
    return _show(request, wanted, situation, form, status=422)


def _show(request: StaffRequest, wanted: Act, situation: Situation, form: ActForm, status: int = 200) -> HttpResponse:
    context = {
        "act": wanted,
        "form": form,
        "case": situation.case,
        "head": header(situation),
        "consequence": consequence(wanted.deed.name, situation),
        "ground": legal_ground(wanted.deed, situation),
        "clock": next(clocks(situation), None) if wanted.ruler else None,
    }
    return render(request, wanted.template, context, status=status)


def _stale(request: StaffRequest, wanted: Act, situation: Situation, stale: Stale) -> HttpResponse:
    """What changed, and by whom; nothing of what was typed is applied."""
    own = bool(stale.events) and all(event.actor_id == request.user.pk for event in stale.events)
    events = [told(event) for event in reversed(stale.events)]
    context = {"act": wanted, "case": situation.case, "head": header(situation), "events": events, "own": own}
    return render(request, "cases/stale.html", context, status=409)
