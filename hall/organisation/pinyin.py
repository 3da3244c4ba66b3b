"""How a Chinese name is typed on a Latin keyboard: full pinyin and initials, both without tones or spaces."""

from functools import lru_cache
from typing import NamedTuple


class Spelling(NamedTuple):
    """`full` is "haigangqu", `initials` is "hgq"."""

    full: str
    initials: str


@lru_cache(maxsize=4096)
def spell(name: str) -> Spelling:
    """Spell `name`; Latin letters and digits stay as they are, in lower case."""
    # The table of phrases takes half a second to read, and most processes never spell a name.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - the reason above

    full = "".join(lazy_pinyin(name)).lower()
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
    return Spelling("".join(full.split())[:400], "".join(initials.split())[:100])
