"""The answer while the database is away, full, out of connections or too slow: 503, nothing was taken in, try again.

That is no fault of the page, and passes by itself; Retry-After tells browsers and proxies when to come back
(reliability D03-D05, D08, D10).
"""

from typing import Final

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template import loader

RETRY_AFTER: Final = 10  # seconds


def is_passing(error: BaseException | None) -> bool:
    """Whether the database was the matter, and the same request may succeed in a moment."""
    return isinstance(error, OperationalError | InterfaceError)


def answer() -> HttpResponse:
    """The page, rendered without context, session and database."""
    response = HttpResponse(loader.get_template("503.html").render(), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response
