"""The keys that protect personal data: from settings, never from the database or the backup beside it (C39, P08)."""

import base64
import binascii
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


@dataclass(frozen=True)
class Keyring:
    """`current` encrypts; every key in `keys` still decrypts what it once encrypted."""

    current: str
    keys: dict[str, bytes]

    def __repr__(self) -> str:
        return f"Keyring({', '.join(self.keys)})"


def keyring() -> Keyring:
    """The field keys of settings.FIELD_KEYS. Raises ImproperlyConfigured when one is missing or malformed."""
    return _read_keyring(settings.FIELD_KEYS)


def index_key() -> bytes:
    """The key of the blind index (settings.INDEX_KEY). It never encrypts anything."""
    return _read_key("HALL_INDEX_KEY", settings.INDEX_KEY)


@lru_cache(maxsize=8)
def _read_keyring(text: str) -> Keyring:
    keys: dict[str, bytes] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        key_id, _, encoded = part.partition(":")
        if not key_id.isalnum() or key_id in keys:
            raise ImproperlyConfigured("HALL_FIELD_KEYS: every key needs its own id of letters and digits (id:base64).")
        keys[key_id] = _read_key(f"HALL_FIELD_KEYS ({key_id})", encoded)
    if not keys:
        raise ImproperlyConfigured("HALL_FIELD_KEYS names no key; personal data would be stored in clear.")
    return Keyring(current=next(iter(keys)), keys=keys)


@lru_cache(maxsize=16)
def _read_key(name: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} must be {KEY_BYTES} random bytes in base64.")
    return key
