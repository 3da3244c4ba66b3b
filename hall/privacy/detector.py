"""Does this text hold somebody's number? The guard before events, messages and public replies (law 13, P15)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hall.privacy.canonical import half_width, identity_check_character

_ALONE = r"(?<![0-9A-Za-z]){}(?![0-9A-Za-z])"
_IDENTITY = re.compile(_ALONE.format(r"\d{17}[\dXx]"), re.ASCII)
_MOBILE = re.compile(_ALONE.format(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}"), re.ASCII)
_CARD = re.compile(_ALONE.format(r"(?:62|4|5[1-5])\d{14,17}"), re.ASCII)
# Keys that announce a personal value, whatever it looks like.
_KEYS = frozenset(
    {"applicant", "applicant_name", "person_name", "proxy_name", "phone", "mobile", "telephone", "email", "address"}
    | {
        "identity",
        "identity_number",
        "id_number",
        "id_card",
        "passport",
        "birth",
        "birthday",
        "bank_card",
        "query_code",
    }
)
REDACTED = "［已隐去］"


def personal_kinds(text: str) -> set[str]:
    """The kinds of personal numbers found in a text: identity, mobile, card."""
    plain = half_width(text)
    found = set()
    if any(identity_check_character(hit[:17]) == hit[17].upper() for hit in _IDENTITY.findall(plain)):
        found.add("identity")
    if _MOBILE.search(plain):
        found.add("mobile")
    if any(_luhn(hit) for hit in _CARD.findall(plain)):
        found.add("card")
    return found


def personal_paths(data: Mapping[str, Any]) -> list[str]:
    """Paths in a JSON object whose key or value looks personal (`phone`, `reasons.0`). None: it may be stored."""
    return [path for path, key, value in _leaves(data, "") if _is_personal(key, value)]


class Sieve:
    """`personal_paths` for many objects of one kind: a key and value found impersonal once is not looked at again."""

    def __init__(self) -> None:
        self._clean: set[tuple[str, Any]] = set()

    def paths(self, data: Mapping[str, Any]) -> list[str]:
        """The same answer as `personal_paths`."""
        try:
            unseen = {key: value for key, value in data.items() if (key, value) not in self._clean}
        except TypeError:  # a list or an object inside: looked at every time
            return personal_paths(data)
        found = personal_paths(unseen)
        if not found:
            self._clean.update(unseen.items())
        return found


def without_personal(data: Any, key: str = "") -> Any:
    """The same JSON value with everything personal replaced by a mark."""
    if isinstance(data, Mapping):
        return {name: without_personal(value, str(name)) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [without_personal(value, key) for value in data]
    return REDACTED if _is_personal(key, data) else data


def redact(text: str) -> str:
    """A text for a log or an error column: numbers that look personal replaced."""
    return _CARD.sub(REDACTED, _MOBILE.sub(REDACTED, _IDENTITY.sub(REDACTED, half_width(text))))


def _is_personal(key: str, value: Any) -> bool:
    if value is None or value == "" or isinstance(value, bool):
        return False
    return key in _KEYS or bool(personal_kinds(str(value)))


def _leaves(data: Any, path: str, key: str = "") -> Iterator[tuple[str, str, Any]]:
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield from _leaves(value, f"{path}.{name}".lstrip("."), str(name))
    elif isinstance(data, Sequence) and not isinstance(data, str | bytes):
        for position, value in enumerate(data):
            yield from _leaves(value, f"{path}.{position}", key)
    else:
        yield path, key, data


def _luhn(digits: str) -> bool:
    doubled = (int(d) * 2 if place % 2 else int(d) for place, d in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
