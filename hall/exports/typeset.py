"""PDF by typst: a warm compiler a folder of templates, our own fonts, nothing read outside, nothing fetched."""

import functools
import json
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import typst

from hall.exports import glyphs

ARCHIVABLE: Final = "a-2b"


class TypesettingError(ValueError):
    """The document cannot be set; the message names the template and what is wrong."""


def compile_pdf(source: Path, data: Mapping[str, Any], *, root: Path, archivable: bool) -> bytes:
    """Set `source` with `data` as one JSON string in `sys.inputs.data`: placed, never evaluated.

    The same data give the same bytes. `archivable` asks for PDF/A-2b, which needs a glyph for every character.
    Raises TypesettingError.
    """
    compiler, lock = compiler_for(root)
    payload = json.dumps(data, ensure_ascii=False, sort_keys=True)
    try:
        with lock:
            pdf = compiler.compile(
                input=source,
                format="pdf",
                sys_inputs={"data": payload},
                pdf_standards=[ARCHIVABLE] if archivable else [],
                timestamp=0,
            )
    except typst.TypstError as error:
        raise TypesettingError(f"{source.stem}: {error.message}") from error
    assert isinstance(pdf, bytes)  # noqa: S101 - one PDF, not one file a page
    return pdf


@functools.cache
def compiler_for(root: Path) -> tuple[typst.Compiler, threading.Lock]:
    """One warm compiler a process and folder. Packages are looked for in a folder that does not exist."""
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(glyphs.font_folder())]
    )
    nowhere = Path(tempfile.gettempdir()) / "no-typst-packages"
    compiler = typst.Compiler(
        root=root,
        font_paths=fonts,
        ignore_system_fonts=True,
        package_path=nowhere,
        package_cache_path=nowhere,
    )
    return compiler, threading.Lock()
