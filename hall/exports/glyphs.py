"""Which characters the embedded fonts can draw. Names hold rare Hanzi; a paper that cannot show one must say so."""

import functools
import importlib.util
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Final

FONT_PACKAGE: Final = "pylopdf_fonts_zh_cn"
_FULL_UNICODE: Final = 12  # cmap subtable format that reaches beyond the basic plane


def font_folder() -> Path:
    """The folder of the embedded fonts, found without importing the package.

    :raises LookupError: the font package is not installed.
    """
    spec = importlib.util.find_spec(FONT_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"{FONT_PACKAGE} is not installed; official documents need its fonts")
    return Path(spec.submodule_search_locations[0])


def missing(text: Iterable[str]) -> tuple[str, ...]:
    """The distinct characters of `text` that no embedded font can draw, in code point order."""
    return tuple(sorted(set(text) - _covered()))


@functools.cache
def _covered() -> frozenset[str]:
    """Every character some embedded font draws: about thirty thousand."""
    fonts = sorted(font_folder().glob("*.otf"))
    ranges = {pair for font in fonts for pair in _cmap(font.read_bytes())}
    return frozenset(chr(point) for first, last in ranges for point in range(first, last + 1))


def _cmap(font: bytes) -> list[tuple[int, int]]:
    """Ranges of the format-12 character map (OpenType 1.9, table cmap)."""
    (tables,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * n) for n in range(tables))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    (subtables,) = struct.unpack_from(">H", font, cmap + 2)
    for n in range(subtables):
        _, _, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * n)
        if struct.unpack_from(">H", font, cmap + offset)[0] == _FULL_UNICODE:
            (groups,) = struct.unpack_from(">I", font, cmap + offset + 12)
            pairs = (struct.unpack_from(">II", font, cmap + offset + 16 + 12 * g) for g in range(groups))
            return [(first, last) for first, last in pairs]
    return []
