"""The demonstration's own data, written for it: one center, its people, about sixty items.

Limits are those of the statutes named beside them; departments, people, telephones and procedures are invented.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


def organisation() -> dict[str, Any]:
    """Center, opening hours, departments, windows, staff with their accounts, posts."""
    return tomllib.loads((FOLDER / "organisation.toml").read_text())


def regimes() -> list[dict[str, Any]]:
    """Regimes beyond those every hall starts with."""
    return list(tomllib.loads((FOLDER / "regimes.toml").read_text())["regime"])


def items() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every item with the name of its department, in a fixed order."""
    for path in sorted((FOLDER / "items").glob("*.toml")):
        page = tomllib.loads(path.read_text())
        for item in page["item"]:
            yield page["department"], item


def voices() -> dict[str, Any]:
    """What people said of their cases, the paper box, and what became of the bad grades."""
    return tomllib.loads((FOLDER / "voices.toml").read_text())


def watching() -> dict[str, Any]:
    """Rules and cards."""
    return tomllib.loads((FOLDER / "watching.toml").read_text())


def conduct() -> dict[str, Any]:
    """Rounds through the hall, complaints, bulletins, checks of closing times."""
    return tomllib.loads((FOLDER / "conduct.toml").read_text())


def merits() -> dict[str, Any]:
    """Appraisal, honours, attendance, duty."""
    return tomllib.loads((FOLDER / "merits.toml").read_text())
