"""Filing at the window: choose the item, one form, a receipt."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.cases import actions, codes, queries
from approvals.cases.attachments import ACCEPT
from approvals.cases.forms.register import RegisterForm
from approvals.cases.models import Case, QueryCode
from hall.access.loading import StaffRequest, right_required
from hall.access.views.pages import words
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.idempotency import KeyReused
from hall.ledger.models import IdempotencyKey
from hall.ledger.retrying import again_on_conflict


@never_cache
@right_required("cases.register")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: StaffRequest) -> HttpResponse:
    """GET asks for an item, with `?item=` for its form; POST files, looks up earlier cases, or says why not."""
    typed = words(request, "item", 64)
    version = queries.item_for_window(request.user, typed) if typed else None
    if version is None:
        found = queries.items_for_window(request.user, typed)
        return render(
            request,
            "cases/register_item.html",
            {"typed": typed, "found": found},
            status=404 if typed and not found else 200,
        )
    posted = request.method == "POST"
    form = RegisterForm(version, request.POST if posted else None, request.FILES if posted else None)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    return _file(request, form)


def _file(request: StaffRequest, form: RegisterForm) -> HttpResponse:
    """File once per key; a likely duplicate is shown first, and must be confirmed."""
    earlier = queries.earlier_cases(request.user, form.cleaned_data["identity"])
    likely = [case for case in earlier if case.is_open and case.version_filed.item_id == form.version.item_id]
    asked = "look" in request.POST
    if asked or (likely and not form.cleaned_data["confirm_duplicate"] and not _repeated(request, form)):
        return _page(request, form, earlier=earlier, likely=likely, looked=True, status=200 if asked else 422)
    try:
        docket = again_on_conflict(lambda: _register_once(request, form))
    except KeyReused:
        form.add_error(None, "这张表已经提交过，内容却不同。请从“窗口收件”重新打开一张。")
        return _page(request, form, status=409)
    except NotPermitted as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, form, status=403)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return _page(request, form, status=422)
    _keep_scans(request, form, docket)
    messages.success(request, "已收件，请打印收件凭证交给申请人。")
    return redirect("cases:filed", docket=docket)


def _keep_scans(request: StaffRequest, form: RegisterForm, docket: str) -> None:
    """Keep what was scanned once the case is safely filed: a scan that fails is asked for again, the filing stands."""
    scans = list(form.scans)
    if not scans:
        return
    case = Case.objects.visible_to(request.user).select_related("center", "department").get(docket=docket)
    if case.attachments.exists():
        return  # the same form once more
    for material, content in scans:
        try:
            actions.attach(case, by=request.user, at=timezone.now(), content=content, material=material)
        except Refused as refusal:
            messages.warning(request, f"“{material.name}”的扫描件没有保存：{refusal.sentence}请在办件页重新上传。")


def _repeated(request: StaffRequest, form: RegisterForm) -> bool:
    """This very form was filed before: its own case is no duplicate of it."""
    return IdempotencyKey.objects.filter(key=form.cleaned_data["key"], user=request.user).exists()


def _register_once(request: StaffRequest, form: RegisterForm) -> str:
    key: UUID = form.cleaned_data["key"]
    return actions.register_once(
        form.application(), key=key, body=_answers(request), by=request.user, at=timezone.now()
    )


def _answers(request: StaffRequest) -> bytes:
    """What the clerk answered, in a form that two posts of the same page share; the token differs by page load."""
    answers = [(name, request.POST.getlist(name)) for name in sorted(request.POST) if name != "csrfmiddlewaretoken"]
    return urlencode(answers, doseq=True).encode()


def _page(request: StaffRequest, form: RegisterForm, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(
        request,
        "cases/register.html",
        {"form": form, "version": form.version, "accept": ACCEPT, **context},
        status=status,
    )


@never_cache
@right_required("cases.register")
@require_safe
def filed(request: StaffRequest, docket: str) -> HttpResponse:
    """The number, and the receipt to print; after that what usually comes next."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("version_filed"), docket=docket)
    waiting = bool(codes.pending(case, at=timezone.now()))
    receipt = case.documents.filter(kind="receipt").first()
    context = {
        "case": case,
        "waiting": waiting,
        "handed_out": QueryCode.objects.filter(case=case, printed_at__isnull=False).exists(),
        "receipt": receipt,
        "missing": actions.missing_materials(case),
    }
    return render(request, "cases/filed.html", context)


@right_required("cases.register")
@require_POST
def printed(request: StaffRequest, docket: str) -> HttpResponse:
    """The receipt is in the applicant's hand; the code in clear is forgotten."""
    case = get_object_or_404(Case.objects.visible_to(request.user), docket=docket)
    actions.confirm_printed(case, by=request.user, at=timezone.now())
    messages.success(request, "已确认交付收件凭证，系统不再保留查询码原文。")
    return redirect("cases:detail", docket=docket)
