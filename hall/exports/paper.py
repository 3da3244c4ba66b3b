"""A table as a PDF for the file or the notice board."""

from pathlib import Path
from typing import Final

from hall.exports import glyphs, typeset
from hall.exports.tables import Row, Table, written

PRINTED: Final = Path(__file__).resolve().parent / "printed"
# More columns than this do not fit an upright page.
UPRIGHT_COLUMNS: Final = 6


def render(table: Table, rows: list[Row], *, mark: str, center: str) -> bytes:
    """Set the table on A4, on its side where it is wide; PDF/A-2b where every character has a glyph."""
    cells = [[written(value, column.kind) for value, column in zip(row, table.columns, strict=True)] for row in rows]
    data = {
        "title": table.title,
        "center": center,
        "mark": mark,
        "notes": table.head,
        "wide": len(table.columns) > UPRIGHT_COLUMNS,
        "columns": [{"label": column.label, "right": column.right} for column in table.columns],
        "rows": [[_plain(text) for text in row] for row in cells],
    }
    shown = "".join([table.title, mark, center, *table.head, *(text for row in cells for text in row)])
    archivable = not glyphs.missing(_plain(shown))
    return typeset.compile_pdf(PRINTED / "table.typ", data, root=PRINTED, archivable=archivable)


def _plain(text: str) -> str:
    """Without control characters: no font has them."""
    return "".join(c for c in text if c.isprintable() or c == " ")
