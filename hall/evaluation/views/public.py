"""The pages somebody evaluates on from a link: a QR code, a text message, the look-up page."""

from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from hall.access.addresses import client_key
from hall.evaluation import queries, sequel
from hall.evaluation.errors import Closed
from hall.evaluation.views.sitting import PUBLIC, TOGETHER, Sitting, answer
from hall.ledger import actions as ledger

# A link has 144 bits; this spares the server, not the secret. A hall's visitors may share one address. See
# docs/security.md, "Guessing".
_PER_ADDRESS: Final = (300, timedelta(hours=1))
UNKNOWN: Final = "这个评价链接不完整，或者已经失效。请从收件凭证、结果或短信上的链接重新打开。"
TOO_MANY: Final = "这个网络地址打开得太多了，请过一会儿再试。"


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """How to evaluate, for those who typed the address."""
    return render(request, "evaluation/start.html")


@never_cache
@sensitive_post_parameters("text", "phone", "anonymous", "grade", "reasons")
@require_http_methods(["GET", "HEAD", "POST"])
def evaluate(request: HttpRequest, via: str, token: str) -> HttpResponse:
    """One case, one answer. A wrong link gets 404, one that is used or over 410, each with one calm sentence."""
    invitation = queries.by_token(token, via)
    if invitation is None or request.method == "POST":
        limit, window = _PER_ADDRESS
        if not ledger.hit("evaluate.address", client_key(request), limit=limit, window=window, at=timezone.now()):
            return _sorry(request, TOO_MANY, 429)
    if invitation is None:
        return _sorry(request, UNKNOWN, 404)
    try:
        return _private(answer(request, Sitting(invitation, via, PUBLIC, TOGETHER)))
    except Closed as closed:
        # Who signed a bad grade comes back by the same link to see what became of it; nobody else learns of it.
        told = sequel.told(invitation.docket)
        return _sorry(request, closed.sentence, 200 if told else 410, **told)


def _sorry(request: HttpRequest, sentence: str, status: int, **more: Any) -> HttpResponse:
    return _private(render(request, "evaluation/closed.html", {"sentence": sentence, **more}, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    """Nobody indexes the address of one case."""
    response["X-Robots-Tag"] = "noindex"
    return response
