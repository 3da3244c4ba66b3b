"""The citizen's look-up: POST only carries the code; every failure gets the same answer (law 13, L01 to L06)."""

from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from approvals.cases import codes, public_page
from approvals.cases.forms.lookup import LookupForm
from approvals.cases.models import Case, QueryCode
from hall.access.addresses import client_key
from hall.ledger import actions as ledger
from hall.ledger import numbers

# Tries allowed: per number, per address (a hall's own network shares one), and in all. A code has 44 bits, so with
# every limit used up for a day the expected number of hits on 100,000 numbers stays below one in a million.
_PER_NUMBER: Final = (10, timedelta(minutes=15))
_PER_ADDRESS: Final = (60, timedelta(hours=1))
_IN_ALL: Final = (3000, timedelta(minutes=1))
FAILED: Final = (
    "请核对编号和查询码，两样都印在收件凭证上。"
    "连续试了多次的，请过 15 分钟再试；凭证遗失的，请带有效证件到窗口换领查询码。"
)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def lookup(request: HttpRequest) -> HttpResponse:
    """The form, and the answer to it."""
    form = LookupForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _private(render(request, "cases/lookup.html", {"form": form}))
    at = timezone.now()
    case = _found(request, form, at) if form.is_valid() else None
    if case is None:
        if form.is_valid():
            form.error_title = "没有查到"
            form.add_error(None, FAILED)
        return _private(render(request, "cases/lookup.html", {"form": form}, status=422))
    return _private(render(request, "cases/progress.html", {"page": public_page.build(case, at=at), "at": at}))


def _private(response: HttpResponse) -> HttpResponse:
    """Nobody keeps or indexes it. The hall's own referrer policy stands: with `no-referrer` a browser sends the form
    with `Origin: null`, and no citizen would ever get past the check against forged requests."""
    response["X-Robots-Tag"] = "noindex"
    return response


def _found(request: HttpRequest, form: LookupForm, at: datetime) -> Case | None:
    """The case, if number and code belong together and nobody has tried too often. Always the same work."""
    docket = _canonical(form.cleaned_data["docket"])
    within = [
        ledger.hit("lookup.number", docket, limit=_PER_NUMBER[0], window=_PER_NUMBER[1], at=at),
        ledger.hit("lookup.address", client_key(request), limit=_PER_ADDRESS[0], window=_PER_ADDRESS[1], at=at),
        ledger.hit("lookup.all", "all", limit=_IN_ALL[0], window=_IN_ALL[1], at=at),
    ]
    stored = QueryCode.objects.filter(case__docket=docket).values_list("digest", flat=True).first()
    right = codes.matches(docket, form.cleaned_data["code"], stored)
    if not (right and all(within)):
        return None
    return (
        Case.objects.select_related("center", "department", "window", "version_filed__regime", "version_filed__item")
        .filter(docket=docket)
        .first()
    )


def _canonical(typed: str) -> str:
    try:
        return str(numbers.parse(typed))
    except numbers.InvalidDocket:
        return typed[:25].upper()
