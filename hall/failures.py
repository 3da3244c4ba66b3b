"""What a visitor sees and what the log keeps when a page fails (W09; ASVS 16.5.1): one number on both."""

import logging
import secrets
import sys
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template import loader

from hall import busy

logger = logging.getLogger(__name__)
_SPOKEN: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # survives being read out over the telephone


def page(request: HttpRequest) -> HttpResponse:
    """The page of a failure, with the number under which the log tells the frames; nothing of what went wrong.

    It asks neither the database nor the session, for either may be what failed. Called while the error is handled.
    """
    number = "".join(secrets.choice(_SPOKEN) for _ in range(8))
    match = getattr(request, "resolver_match", None)
    logger.error(
        "failure %s-%s: %s %s", number[:4], number[4:], request.method, match.view_name if match else "-", exc_info=True
    )
    if busy.is_passing(sys.exc_info()[1]):
        return busy.answer()
    text = loader.get_template("500.html").render({"number": f"{number[:4]}-{number[4:]}"})
    return HttpResponseServerError(text)
