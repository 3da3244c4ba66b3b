"""What people and machines send by mistake or on purpose, percent-encoded as it arrives (I01 to I15)."""

from typing import Final
from urllib.parse import quote

BYTES: Final = {
    "NUL": "a%00b",
    "a lone surrogate": "%ED%A0%80",
    "invalid UTF-8": "%FF%FE%C0%80",
    "GBK": "%D5%C5%C8%FD",
    "a broken escape": "%zz%",
    "nothing": "",
}
TEXTS: Final = {
    "blank": "\u3000 \t",
    "far too long": "长" * 3000,
    "rare Hanzi": "𠮷\U00030ede家",
    "an emoji family": "👨‍👩‍👧",
    "hidden directions": "\u202e\u200b\ufeff张\u0301",
    "SQL": "'\") OR 1=1;--%_\\",
    "markup": "<script>alert(1)</script>{{ 7 }}",
    "a list": "[]",
    "an object": '{"__proto__": 1}',
    "no UUID": "0190-zz",
    "a long digit string": "9" * 40,
    "the edge of a column": str(2**63),
    "minus one": "-1",
    "zero": "0",
    "not a number": "NaN",
    "endless": "Infinity",
    "a power": "1e400",
    "full-width digits": "１２",
    "a superscript digit": "²",
    "Arabic digits": "٣",
    "hexadecimal": "0x10",
    "underscored": "1_000",
    "no such day": "2026-02-30",
    "day nought": "0000-00-00",
    "the first day": "0001-01-01",
    "the last day": "9999-12-31",
    "the first moment": "0001-01-01T00:00",
    "the last moment": "9999-12-31T23:59",
    "no such hour": "2026-05-18T25:61",
    "a lookup of Django": "owner__password__startswith",
}
CORPUS: Final[dict[str, str]] = {**BYTES, **{name: quote(text) for name, text in TEXTS.items()}}
# What is sent to every field of a form at once, and to one field alone where the others are filled in well.
AT_ONCE: Final = (
    "NUL", "invalid UTF-8", "GBK", "nothing", "blank", "rare Hanzi", "markup", "SQL", "the edge of a column",
    "minus one",
)  # fmt: skip
ALONE: Final[dict[str, tuple[str, ...]]] = {
    "number": ("the edge of a column", "a superscript digit", "not a number"),
    "date": ("the first day", "the last day", "no such day"),
    "datetime-local": ("the first moment", "the last moment", "no such hour"),
    "hidden": ("the edge of a column", "a superscript digit"),
    "text": ("far too long", "rare Hanzi"),
}
NASTY: Final = ("NUL", "the edge of a column", "a superscript digit", "the first day", "the last day", "SQL")
