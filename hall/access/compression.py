"""Smaller pages for telephones, and why not for everybody."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CitizensCompression(GZipMiddleware):
    """Compresses HTML for whoever has no session.

    The length of a compressed page tells what is in it to somebody who can have words of his own repeated beside a
    secret (BREACH). Pages of staff repeat filters from their address beside the names of citizens, so they go out as
    they are: a hall's own network is quick. On citizens' pages the one secret of a form is masked anew in every answer
    (django.middleware.csrf), the page of a case is only had by posting its code, and Django adds up to a hundred random
    bytes to each answer (Heal the BREACH), so equal pages do not tell by their length that they are equal either.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Everything but HTML for strangers is left alone."""
        kind = str(response.get("Content-Type", "")).split(";")[0]
        if kind != "text/html" or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return response
        return super().process_response(request, response)
