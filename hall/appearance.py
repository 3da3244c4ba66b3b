"""How pages look to one person: normal, large text, high contrast. A cookie, no account, no script."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "theme"
THEMES = frozenset({"normal", "elder", "contrast"})
_YEAR = 365 * 24 * 3600


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Remember the theme named in the form and go back to the page it came from."""
    theme = request.POST.get("theme", "normal")
    response = HttpResponseRedirect(_back(request))
    if theme in THEMES - {"normal"}:
        response.set_cookie(
            COOKIE, theme, max_age=_YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _back(request: HttpRequest) -> str:
    """An address of this site only; anything else leads home."""
    address = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts=None) and address.startswith("/")
    return address if safe and address.isprintable() else "/"
