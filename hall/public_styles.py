"""The style sheet of citizens' pages, carried by the page itself: a telephone paints after one round trip.

The browser takes it by its hash in the Content-Security-Policy (settings.py). Unlike a nonce a hash leaves the bytes of
two equal pages equal, and what anybody else might get into a page still has no style. Staff pages link the files one by
one: their browsers keep them.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "static" / "css"
SHEETS: Final = ("tokens", "base", "components", "forms", "public", "ruler", "print")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.S)
_BLANKS: Final = re.compile(r"\s+")
_AROUND: Final = re.compile(r" ?([{};]) ?")


@cache
def text() -> str:
    """All of it, without comments and blanks nobody needs. Read once: a changed file shows after a restart."""
    return "".join(shortened((FOLDER / f"{name}.css").read_text("utf-8")) for name in SHEETS)


@cache
def source() -> str:
    """The source expression that lets this style pass, and no other (CSP level 2)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text().encode()).digest()).decode()}'"


def shortened(sheet: str) -> str:
    """A sheet on one line. Strings in our sheets hold no braces, no semicolons and no comments (a guard looks)."""
    line = _BLANKS.sub(" ", _COMMENT.sub("", sheet)).strip()
    return _AROUND.sub(r"\1", line).replace(";}", "}")
