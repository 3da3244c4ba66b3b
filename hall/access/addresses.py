"""Whose request it is, as far as our own proxies can be trusted (L05, ASVS 4.1.3)."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

from hall.ledger.limits import address_key


def client_key(request: HttpRequest) -> str:
    """The client's address as limiters count it."""
    return address_key(client_address(request))


def client_address(request: HttpRequest) -> str:
    """The client's address.

    With `n` trusted proxies in front, the address is the n-th from the right of X-Forwarded-For; what stands further
    left was written by the client and means nothing. Without proxies the header is ignored.
    """
    depth = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    if depth and len(forwarded) >= depth:
        return forwarded[-depth]
    return str(request.META.get("REMOTE_ADDR", ""))


def lockout_address(request: HttpRequest) -> str | None:
    """The same for the lock of the log-in, which keeps it in a column of addresses; None where it is none."""
    address = client_address(request).split("%")[0]
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None
