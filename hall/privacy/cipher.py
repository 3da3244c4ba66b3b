"""Envelopes: AES-256-GCM with the place of the value as associated data, so no ciphertext can be moved (C39, P03).

Text form `v1|key_id|nonce|ciphertext+tag` (the last two in URL-safe base64); binary form for files and PDFs the same
with raw bytes. The version names the algorithm: a hall that must use SM4 adds `v2` to `ALGORITHMS`, and older rows stay
readable.
The length of the plain value can be read off the ciphertext; nothing else can.
"""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hall.privacy.keys import keyring

NONCE_BYTES = 12
VERSION = "v1"


ALGORITHMS: dict[str, type[AESGCM]] = {"v1": AESGCM}


class DecryptionFailed(Exception):
    """The envelope is damaged, was moved from another place, or its key is gone. Carries the place, never a value."""

    def __init__(self, context: str, reason: str) -> None:
        super().__init__(f"{context}: {reason}")


def encrypt(plain: str | bytes, *, context: str) -> str:
    """Seal a value for one place. `context` is `table.column.pk` or another string unique to the place."""
    key_id, nonce, sealed = _seal(plain, context)
    return "|".join((VERSION, key_id, _to_text(nonce), _to_text(sealed)))


def decrypt(envelope: str, *, context: str) -> bytes:
    """Open a text envelope. Raises DecryptionFailed."""
    try:
        version, key_id, nonce, sealed = envelope.split("|")
        raw_nonce, raw = base64.urlsafe_b64decode(nonce), base64.urlsafe_b64decode(sealed)
    except (ValueError, binascii.Error):
        raise DecryptionFailed(context, "not an envelope") from None
    return _open(version, key_id, raw_nonce, raw, context)


def decrypt_text(envelope: str, *, context: str) -> str:
    """Open an envelope that holds text. Raises DecryptionFailed."""
    return decrypt(envelope, context=context).decode()


def encrypt_bytes(plain: bytes, *, context: str) -> bytes:
    """Seal a file for one place, without the third that base64 would add."""
    key_id, nonce, sealed = _seal(plain, context)
    return b"|".join((VERSION.encode(), key_id.encode(), nonce + sealed))


def decrypt_bytes(envelope: bytes | memoryview, *, context: str) -> bytes:
    """Open a binary envelope. Raises DecryptionFailed."""
    parts = bytes(envelope).split(b"|", 2)
    if len(parts) != 3:
        raise DecryptionFailed(context, "not an envelope")
    version, key_id, rest = parts
    return _open(
        version.decode("ascii", "replace"),
        key_id.decode("ascii", "replace"),
        rest[:NONCE_BYTES],
        rest[NONCE_BYTES:],
        context,
    )


def key_id_of(envelope: str) -> str:
    """The id of the key an envelope was sealed with: what a rotation looks for."""
    parts = envelope.split("|")
    return parts[1] if len(parts) == 4 else ""


def key_id_of_bytes(envelope: bytes) -> str:
    """The same of a binary envelope; its first 80 bytes are enough."""
    parts = envelope.split(b"|", 2)
    return parts[1].decode("ascii", "replace") if len(parts) == 3 else ""


def _seal(plain: str | bytes, context: str) -> tuple[str, bytes, bytes]:
    ring = keyring()
    nonce = os.urandom(NONCE_BYTES)
    data = plain.encode() if isinstance(plain, str) else plain
    algorithm = ALGORITHMS[VERSION](ring.keys[ring.current])
    return ring.current, nonce, algorithm.encrypt(nonce, data, context.encode())


def _open(version: str, key_id: str, nonce: bytes, sealed: bytes, context: str) -> bytes:
    algorithm = ALGORITHMS.get(version)
    if algorithm is None:
        raise DecryptionFailed(context, "unknown envelope version")
    key = keyring().keys.get(key_id)
    if key is None:
        raise DecryptionFailed(context, f"key {key_id[:20]} is not in HALL_FIELD_KEYS")
    try:
        return algorithm(key).decrypt(nonce, sealed, context.encode())
    except (InvalidTag, ValueError):
        raise DecryptionFailed(context, "wrong key, damaged, or moved from another place") from None


def _to_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()
