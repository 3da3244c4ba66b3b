"""One written form per identity number, phone and name, so that equal things have equal indexes (P06). Pure."""

import re

# Full-width ASCII, the ideographic space, the dashes people paste. Not NFKC: it would replace rare characters of names.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－﹣ー"), "-")
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xAD])
_MIDDLE_DOTS = dict.fromkeys(map(ord, "•‧・･∙⋅"), "·")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d\d))-?(\d{7,8})(?:-(\d{1,6}))?", re.ASCII)


def half_width(text: str) -> str:
    """Full-width letters, digits, signs and spaces become ASCII; invisible characters go; dashes become `-`."""
    if text.isascii():
        return text
    return text.translate(_DASHES).translate(_INVISIBLE).translate(_HALF_WIDTH)


def canonical_identity(number: str) -> str:
    """Half-width capitals without spaces, dashes and dots; a 15-digit resident ID in its 18-digit form."""
    compact = re.sub(r"[\s\-.·]", "", half_width(number)).upper()
    if re.fullmatch(r"\d{15}", compact, re.ASCII):
        digits = f"{compact[:6]}19{compact[6:]}"
        return digits + identity_check_character(digits)
    return compact


def identity_check_character(digits: str) -> str:
    """The 18th character of a citizen identification number from its first 17 digits (GB 11643-1999, MOD 11-2)."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def canonical_phone(number: str) -> str:
    """`13812340921`, `0335-3602345`, `0335-3602345-801`, `400…` or `+85291234567`; else the text without spaces."""
    text = re.sub(r"[\s().]", "", half_width(number))
    text = re.sub(r"转|分机|ext\.?|#", "-", text, flags=re.IGNORECASE)
    text = re.sub(r"^(?:\+?86-?|0086-?)(?=1[3-9]|0?[1-9]\d{1,2}-?\d{7})", "", text)
    digits = text.replace("-", "")
    if MOBILE.fullmatch(digits):
        return digits
    landline = _LANDLINE.fullmatch(text)
    if landline:
        return "-".join(part for part in landline.groups() if part)
    return digits


def canonical_name(name: str) -> str:
    """For the index of a name: half-width, one kind of middle dot, single spaces, capitals; no spaces between Han."""
    text = " ".join(half_width(name).translate(_MIDDLE_DOTS).split())
    text = text.replace(" ·", "·").replace("· ", "·")
    return re.sub(r"(?<=[^\x00-\u02ff]) (?=[^\x00-\u02ff])", "", text).upper()
