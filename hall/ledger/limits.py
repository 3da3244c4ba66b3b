"""What a limiter counts: windows of time, and keys that name nobody. Pure."""

import ipaddress
from datetime import UTC, datetime, timedelta

from hall.privacy.indexes import blind_index


def window_start(at: datetime, window: timedelta) -> datetime:
    """The beginning of the fixed window a moment falls into; windows are counted from the epoch."""
    seconds = int(window.total_seconds())
    if seconds <= 0:
        raise ValueError("a window must last at least a second")
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=UTC)


def key_hash(scope: str, key: str) -> str:
    """What is stored of a key: a keyed digest, different in every scope."""
    return blind_index(f"limit:{scope}", key)


def address_key(address: str) -> str:
    """A client address as a limiter counts it: IPv4 whole, IPv6 by its /64 (L05); all else is one key."""
    try:
        parsed = ipaddress.ip_address(address.strip().split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
