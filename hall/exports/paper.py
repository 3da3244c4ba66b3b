"""A table as a PDF for the file or the notice board."""

import re
from collections.abc import Sequence
from math import sqrt
from pathlib import Path
from typing import Any, Final

from hall.exports import glyphs, typeset
from hall.exports.tables import Column, ColumnKind, Row, Table, written

PRINTED: Final = Path(__file__).resolve().parent / "printed"
# More columns than this do not fit an upright page.
UPRIGHT_COLUMNS: Final = 6
# From here on a moment stands on two lines, so that words have room.
CROWDED: Final = 9
# A row whose cells are shorter than this stays on one page; a longer one may be higher than a page.
WHOLE: Final = 100
_LATIN: Final = 0.56  # how wide a letter or figure is beside a Hanzi
_SHORT, _NARROW, _BROAD = 6.0, 6.0, 30.0
# Numbers of cases and the like, which nobody wants in two pieces.
_CODE: Final = re.compile(r"[!-~]{0,26}")


def render(table: Table, rows: list[Row], *, mark: str, stamp: str, center: str) -> bytes:
    """Set the table on A4, on its side where it is wide; PDF/A-2b where every character has a glyph.

    `mark` stands at the foot of every page, `stamp` (who and when) faintly under the text.
    """
    cells = [
        [_plain(written(value, column.kind)) for value, column in zip(row, table.columns, strict=True)] for row in rows
    ]
    data = {
        "title": table.title,
        "center": center,
        "mark": mark,
        "stamp": stamp,
        "notes": table.head,
        "wide": len(table.columns) > UPRIGHT_COLUMNS,
        "small": len(table.columns) > CROWDED,
        "columns": _columns(table.columns, cells),
        "rows": [{"cells": row, "whole": all(len(text) <= WHOLE for text in row)} for row in cells],
    }
    shown = "".join([table.title, mark, center, *table.head, *(text for row in cells for text in row)])
    archivable = not glyphs.missing(_plain(shown))
    return typeset.compile_pdf(PRINTED / "table.typ", data, root=PRINTED, archivable=archivable)


def _columns(columns: Sequence[Column], cells: list[list[str]]) -> list[dict[str, Any]]:
    """Heads with their widths: figures and short words as wide as they are, longer words a share of the rest."""
    crowded = len(columns) > CROWDED
    return [
        {"label": column.label, "right": column.right, **_width(column, [row[n] for row in cells], crowded=crowded)}
        for n, column in enumerate(columns)
    ]


def _width(column: Column, texts: list[str], *, crowded: bool) -> dict[str, float]:
    """`em` for a fixed width, `fr` for a share of what is left, nothing for as wide as the text."""
    if column.kind == ColumnKind.DATETIME and crowded:
        return {"em": 6.6}
    if column.right or column.kind in (ColumnKind.DATE, ColumnKind.DATETIME):
        return {"em": max(5.0, _em(column.label) / 2)} if crowded and _em(column.label) > 6 else {}
    wide = [_em(text) for text in texts] or [0.0]
    if max(*wide, _em(column.label)) <= _SHORT:
        return {}
    if all(_CODE.fullmatch(text) for text in texts):
        return {}
    share = sqrt(max(wide) * (sum(wide) / len(wide) or 1))
    return {"fr": round(min(max(share, _em(column.label), _NARROW), _BROAD), 1)}


def _em(text: str) -> float:
    """How wide a text is, in Hanzi."""
    return sum(_LATIN if ord(character) < 0x2E80 else 1.0 for character in text)


def _plain(text: str) -> str:
    """Without control characters: no font has them."""
    return "".join(c for c in text if c.isprintable() or c == " ")
