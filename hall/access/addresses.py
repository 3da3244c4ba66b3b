"""Whose request it is, as far as our own proxies can be trusted (L05, ASVS 4.1.3)."""

from django.conf import settings
from django.http import HttpRequest

from hall.ledger.limits import address_key


def client_key(request: HttpRequest) -> str:
    """The client's address as limiters count it.

    With `n` trusted proxies in front, the address is the n-th from the right of X-Forwarded-For; what stands further
    left was written by the client and means nothing. Without proxies the header is ignored.
    """
    depth = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    if depth and len(forwarded) >= depth:
        return address_key(forwarded[-depth])
    return address_key(request.META.get("REMOTE_ADDR", ""))
