"""Blind indexes: find a row by a value nobody can read (C40, P04, P05).

Exact match only. Equal values have equal indexes, by design: that is what makes them findable. The key stays off the
database host. Never index part of a value (last digits, sex, year of birth).
"""

import hashlib
import hmac
from functools import lru_cache

from hall.privacy.keys import index_key


def blind_index(purpose: str, value: str) -> str:
    """Hex HMAC-SHA-256 of a value in canonical form (hall.privacy.canonical), under a key of its own per purpose."""
    return keyed_digest(purpose, value.encode())


def keyed_digest(purpose: str, value: bytes) -> str:
    """The same for bytes: digests of request bodies and query codes. Useless without the key."""
    hasher = keyed_hasher(purpose)
    hasher.update(value)
    return hasher.hexdigest()


def keyed_hasher(purpose: str) -> hmac.HMAC:
    """The same for what is too long to hold at once: feed it with `update`, end with `hexdigest`."""
    if not purpose:
        raise ValueError("a blind index needs a purpose")
    return hmac.new(_purpose_key(index_key(), purpose), digestmod=hashlib.sha256)


@lru_cache(maxsize=256)
def _purpose_key(key: bytes, purpose: str) -> bytes:
    """Purposes are words of our code, so there are few; a look-up alone asks for three of them."""
    return hmac.digest(key, b"hall.privacy.indexes|" + purpose.encode(), hashlib.sha256)


def same_digest(one: str, other: str) -> bool:
    """Compare two digests in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
