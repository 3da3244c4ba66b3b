"""The link somebody evaluates by: derived from the docket with a secret key, so nothing has to be kept in clear.

A link has two parts: the key of the case (144 bits), of which the invitation holds a digest, and a seal of the way it
was handed out by (48 bits), so that an answer from a text message cannot be passed off as one from the result.
"""

from base64 import urlsafe_b64encode
from typing import Final

from django.conf import settings
from django.urls import reverse

from hall.evaluation.enums import LINKED
from hall.privacy.indexes import keyed_digest, same_digest

KEY_LENGTH: Final = 24  # characters; 18 bytes
SEAL_LENGTH: Final = 8  # characters; 6 bytes


def link(docket: str, via: str) -> str:
    """The absolute address under which the case of `docket` is evaluated, for a QR code, a message or a page.

    It can be made at any moment, also before the case is closed; it opens while an invitation stands. Raises ValueError
    for a way that has no link.
    """
    path = reverse("evaluation:evaluate", kwargs={"via": via, "token": token_of(docket, via)})
    return settings.PUBLIC_ORIGIN.rstrip("/") + path


def token_of(docket: str, via: str) -> str:
    """The token of a docket for one way. Raises ValueError for a way that has no link."""
    if via not in LINKED:
        raise ValueError(via)
    key = _short("evaluation.link", docket, KEY_LENGTH)
    return key + _seal(key, via)


def digest_of(docket: str) -> str:
    """What an invitation keeps: enough to find it by a token, too little to make one."""
    return _digest(_short("evaluation.link", docket, KEY_LENGTH))


def read(token: str, via: str) -> str | None:
    """The digest to find the invitation by; None where the token is damaged, made up, or of another way."""
    key, seal = token[:KEY_LENGTH], token[KEY_LENGTH:]
    if via not in LINKED or len(token) != KEY_LENGTH + SEAL_LENGTH or not token.isascii():
        return None
    return _digest(key) if same_digest(seal, _seal(key, via)) else None


def _digest(key: str) -> str:
    return keyed_digest("evaluation.token", key.encode())


def _seal(key: str, via: str) -> str:
    return _short("evaluation.via", f"{key}|{via}", SEAL_LENGTH)


def _short(purpose: str, value: str, length: int) -> str:
    return urlsafe_b64encode(bytes.fromhex(keyed_digest(purpose, value.encode()))).decode()[:length]
