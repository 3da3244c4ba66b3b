"""Official documents as PDF: one pure function from a kind, a template version and a data snapshot to bytes.

The same data give the same bytes (architecture.md law 16), so a document is kept as its snapshot and its SHA-256.
Templates stand in documents/v<version>/; data reach them as one JSON string and are only placed, never evaluated.
Nothing is read outside that folder and nothing is fetched.
"""

import functools
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import segno

from hall.exports import glyphs, typeset
from hall.exports.typeset import TypesettingError

TEMPLATES: Final = Path(__file__).resolve().parent / "documents"
CURRENT_VERSION: Final = 1
BEIJING: Final = ZoneInfo("Asia/Shanghai")

# What a template cannot do without; everything else it reads is optional. `basis` is a list of citations, `remedies`
# and `contact` are mappings; dates are ISO strings (or date objects). See tests/approvals/cases/test_typesetting.py.
_HEAD: Final = frozenset({"number", "issued_on", "organ", "demonstration"})
_LETTER: Final = _HEAD | {"addressee", "docket", "item", "basis"}
REQUIRED: Final[Mapping[str, frozenset[str]]] = {
    "receipt": (_LETTER - {"basis"}) | {"received_at", "materials", "lookup_url", "qr"},
    "acceptance": _LETTER | {"received_on", "accepted_on"},
    "supplement_notice": _LETTER | {"received_on", "items"},
    "not_required": _LETTER | {"received_on", "reason"},
    "refusal": _LETTER | {"received_on", "reason", "competent_organ", "remedies"},
    "promise_supplement": _LETTER | {"materials", "due", "consequence"},
    "extension_notice": _LETTER
    | {"accepted_on", "reason", "approver", "approved_on", "extended_by", "old_due", "new_due"},
    "special_procedure": _LETTER | {"ground", "stops_statute", "starts_on", "needed"},
    "hearing_notice": _LETTER,
    "decision_grant": _LETTER | {"received_on", "accepted_on", "decided_on"},
    "decision_deny": _LETTER | {"received_on", "accepted_on", "decided_on", "reasons", "remedies"},
    "delivery_receipt": (_LETTER - {"basis"}) | {"method", "documents"},
    "termination": _LETTER | {"received_on", "ended_on", "ground"},
    "correction": _LETTER | {"voided_title", "voided_number", "voided_issued_on", "correction"},
    "application_form": _HEAD,
    "clock_explanation": _HEAD | {"title", "sentence", "as_of", "lines", "printed_at"},
}


# A word this long may be wider than its column; the templates then let it break anywhere.
_UNBREAKABLE: Final = re.compile(r"[A-Za-z0-9\u00c0-\u024f_.@]{12}")


def render(kind: str, template_version: int, data: Mapping[str, Any]) -> bytes:
    """Set one document as PDF/A-2b; plain PDF where a character has no glyph, with a footnote naming its code point.

    :param kind: a value of DocumentKind, or `clock_explanation` or `correction`.
    :param data: the snapshot; dates may be date objects or ISO strings, times are shown in Beijing time.
    :raises TypesettingError: unknown kind or version, a missing key, data that are not plain JSON values.
    """
    source = _template(kind, template_version)
    clean = snapshot(data)
    require_complete(kind, clean)
    shown = list(_strings({**clean, "qr": "", "evaluation_qr": ""}))
    unknown = glyphs.missing("".join(shown))
    if any(map(_UNBREAKABLE.search, shown)):
        clean["wide"] = True
    if unknown:
        clean["footnotes"] = [_footnote(unknown)]
    return typeset.compile_pdf(source, clean, root=TEMPLATES, archivable=not unknown)


def require_complete(kind: str, data: Mapping[str, Any]) -> None:
    """Refuse a snapshot its template could not be set from. Raises TypesettingError naming what is missing."""
    absent = sorted(key for key in REQUIRED.get(kind, frozenset()) if data.get(key) is None)
    if absent:
        raise TypesettingError(f"{kind}: missing {', '.join(absent)}")


def _template(kind: str, version: int) -> Path:
    source = TEMPLATES / f"v{version:d}" / f"{kind}.typ"
    if kind not in REQUIRED or not source.is_file():
        raise TypesettingError(f"no template for {kind!r} in version {version}")
    return source


def snapshot(data: Mapping[str, Any]) -> dict[str, Any]:
    """Plain JSON values, as they are stored with the document: what `render` makes of it never changes.

    Control characters are dropped: no font has them and PostgreSQL refuses NUL.

    :raises TypesettingError: a value that is no string, number, boolean, date, list or mapping.
    """
    clean = _plain(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays a mapping
    return clean


@functools.lru_cache(maxsize=64)
def qr_svg(text: str) -> str:
    """A QR code as SVG for the key `qr`; error correction M, four modules of quiet zone as ISO/IEC 18004 asks."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=4, xmldecl=False, svgns=True, nl=False)
    return out.getvalue().decode()


def unprintable(text: str) -> tuple[str, ...]:
    """Characters of `text` no document can show; the window is told while the name can still be checked."""
    return glyphs.missing(text)


def warm() -> None:
    """Load fonts and templates before the first clerk waits for them (about 50 ms)."""
    _covered = glyphs.missing("受")
    typeset.compiler_for(TEMPLATES)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return "".join(c for c in value if c.isprintable() or c == " ")
    if isinstance(value, datetime):
        return (value.astimezone(BEIJING) if value.tzinfo else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypesettingError(f"no document can hold a {type(value).__name__}")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _footnote(unknown: tuple[str, ...]) -> str:
    points = "、".join(f"U+{ord(c):04X}" for c in unknown)
    return f"文中有字库未收的字（{points}），以空框显示，请手写补全并加盖校对章。"
