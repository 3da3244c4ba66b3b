"""What makes two posts the same post. Pure."""

from collections.abc import Iterable, Mapping

from hall.privacy.indexes import keyed_digest

# Change between two renderings of one form without changing what the person said.
_NOISE = frozenset({"csrfmiddlewaretoken"})


class KeyReused(Exception):
    """The key was used before with another body: a 409, never a silent replay (N07)."""


def body_of(fields: Mapping[str, Iterable[str]] | Iterable[tuple[str, Iterable[str]]]) -> bytes:
    """The body of a form for comparing: its fields in order without the CSRF token.

    Pass `request.POST.lists()`. Names and lengths frame each value, so that no two forms read the same.
    """
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    parts = [
        f"{len(name)}:{name}={len(value)}:{value}"
        for name, values in sorted((name, list(values)) for name, values in pairs)
        if name not in _NOISE
        for value in values
    ]
    return "&".join(parts).encode()


def digest_of(body: bytes) -> str:
    """What is stored of a body: a keyed digest, since a form holds personal data (P01)."""
    return keyed_digest("idempotency", body)
