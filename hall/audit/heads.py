"""The heads of the ledger's chains as they were last published, for a page that is printed and locked away (U04)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hall.access.models import User
from hall.access.scope import centers_of
from hall.audit.scope import at_the_top
from hall.ledger import publishing
from hall.ledger.publishing import UnreadableHeads

_NAME = re.compile(r"heads-(\d{4}-\d\d-\d\d)\.jsonl", re.ASCII)


@dataclass(frozen=True, slots=True)
class Head:
    """The last link of one chain on the day it was published; the value in groups of eight, as people compare it."""

    place: str
    code: str
    number: int
    value: str


def days() -> list[date]:
    """The days heads were published on, the newest first."""
    folder = publishing.folder()
    if not folder.is_dir():
        return []
    return sorted((day for path in folder.iterdir() if (day := _day(path.name))), reverse=True)


def of_day(day: date, user: User) -> list[Head]:
    """The heads of a day, as far as they concern the user's centers. Raises UnreadableHeads."""
    names = {center.code: center.name for center in centers_of(user)}
    if at_the_top(user):
        names[""] = "不属于任何中心的事件"
    return sorted(_heads(day, names), key=lambda head: head.code)


def _heads(day: date, names: dict[str, str]) -> Iterator[Head]:
    for head in publishing.published(publishing.folder() / f"heads-{day}.jsonl"):
        code, value = str(head["center"]), str(head["hash"])
        if code in names:
            grouped = " ".join(value[start : start + 8] for start in range(0, len(value), 8))
            yield Head(names[code], code, int(head["number"]), grouped)


def _day(name: str) -> date | None:
    found = _NAME.fullmatch(name)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


__all__ = ["Head", "UnreadableHeads", "days", "of_day"]
