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
from approvals.cases.public_reading import Read, read
from hall.access.addresses import client_key
from hall.ledger import limit_actions, numbers
from hall.ledger.limit_actions import Allowance

# Tries allowed: per number, per address (a hall's own network shares one), and in all. A code has 44 bits, so with
# every limit used up for a day the expected number of hits on 100,000 numbers stays below one in a million.
# In all only what failed is counted: half a city may look up its cases in a minute, and one row that every answer had
# to write would make them wait for each other. Why these numbers, and why in code: docs/security.md, "Guessing".
_PER_NUMBER: Final = Allowance("lookup.number", 10, timedelta(minutes=15))
_PER_ADDRESS: Final = Allowance("lookup.address", 60, timedelta(hours=1))
_IN_ALL: Final = Allowance("lookup.all", 3000, timedelta(minutes=1))
_ALL: Final = (_IN_ALL, "all")
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
    found = _found(request, form, at) if form.is_valid() else None
    if found is None:
        if form.is_valid():
            form.error_title = "没有查到"
            form.add_error(None, FAILED)
        return _private(render(request, "cases/lookup.html", {"form": form}, status=422))
    request.installation = found.house  # type: ignore[attr-defined] # the frame need not ask for it
    page = public_page.build(found.case, at=at, known=found)
    return _private(render(request, "cases/progress.html", {"page": page, "at": at}))


def _private(response: HttpResponse) -> HttpResponse:
    """Nobody keeps or indexes it. The hall's own referrer policy stands: with `no-referrer` a browser sends the form
    with `Origin: null`, and no citizen would ever get past the check against forged requests."""
    response["X-Robots-Tag"] = "noindex"
    return response


def _found(request: HttpRequest, form: LookupForm, at: datetime) -> Read | None:
    """The case, if number and code belong together and nobody has tried too often. Every failure does the same work."""
    docket = _canonical(form.cleaned_data["docket"])
    tries = ((_PER_NUMBER, docket), (_PER_ADDRESS, client_key(request)))
    *counts, failed = limit_actions.count(*tries, read=(_ALL,), at=at)
    within = failed < _IN_ALL.tries and all(
        count <= allowed.tries for (allowed, _), count in zip(tries, counts, strict=True)
    )
    right = codes.matches(docket, form.cleaned_data["code"], codes.stored(docket))
    if right and within:
        return read(docket, kinds=public_page.KINDS)
    limit_actions.count(_ALL, at=at)
    return None


def _canonical(typed: str) -> str:
    try:
        return str(numbers.parse(typed))
    except numbers.InvalidDocket:
        return typed[:25].upper()
