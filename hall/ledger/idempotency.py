"""What makes two posts the same post. Pure."""

from hall.privacy.indexes import keyed_digest


class KeyReused(Exception):
    """The key was used before with another body: a 409, never a silent replay (N07)."""


def digest_of(body: bytes) -> str:
    """What is stored of a body: a keyed digest, since a form holds personal data (P01)."""
    return keyed_digest("idempotency", body)
