"""The pages of requests that are refused before or beside any page: whole sentences instead of an empty answer."""

import logging
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views import defaults

from hall import busy
from hall.serving import REFUSED

logger = logging.getLogger(__name__)
PAGES: Final = {400: "400.html", 405: "405.html", 408: "408.html", 413: "413.html"}


class RefusalPages:
    """Answers what the server would not take in whole (hall/serving.py), and fills in the empty 405 of Django.

    The pages ask neither database nor session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if refused := request.META.get(REFUSED):
            return answer(refused)
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            response.content = _text(405)
        return response


def answer(status: int) -> HttpResponse:
    """The page of this status; too much at once is 503 and passes."""
    if status == 503:
        return busy.answer()
    return HttpResponse(_text(status), status=status, headers={"Cache-Control": "no-store"})


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of 403. Who was refused what is a line of the log (ASVS 16.3.2): account and page, no data."""
    match = getattr(request, "resolver_match", None)
    account = getattr(getattr(request, "user", None), "pk", None)
    logger.warning("refused: %s %s account %s", request.method, match.view_name if match else "-", account or "-")
    return defaults.permission_denied(request, exception)


def _text(status: int) -> str:
    return loader.get_template(PAGES[status]).render()
