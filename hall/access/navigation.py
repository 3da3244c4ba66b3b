"""The rail of plain words at the left of staff pages. Rooms add their lines in AppConfig.ready."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from hall.access.roles import BY_NAME
from hall.access.rules import has_right


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: its word, the page it opens, and the rights any of which shows it (none: everybody logged in)."""

    label: str
    url_name: str
    rights: tuple[str, ...]
    order: int


_entries: dict[str, Entry] = {}


def register(label: str, url_name: str, right: str | tuple[str, ...] | None = None, order: int = 100) -> None:
    """Add a line once; registering the same page again replaces it."""
    rights = (right,) if isinstance(right, str) else right or ()
    _entries[url_name] = Entry(label, url_name, tuple(BY_NAME[name].name for name in rights), order)


def entries_for(user: Any) -> list[Entry]:
    """The lines this account may open, in order."""
    shown = (e for e in _entries.values() if not e.rights or any(has_right(user, name) for name in e.rights))
    return sorted(shown, key=lambda e: (e.order, e.label))


def links_for(user: Any, path: str) -> list[dict[str, Any]]:
    """What the template draws: label, url, and which one is open (the longest address that begins the path)."""
    links = [(entry.label, reverse(entry.url_name)) for entry in entries_for(user)]
    opened = max((url for _, url in links if path.startswith(url)), key=len, default="")
    return [{"label": label, "url": url, "active": url == opened} for label, url in links]


_pages: dict[str, str] = {}


def register_docket_page(url_name: str) -> None:
    """The page a docket number leads to: `url_name` takes the number as `docket`."""
    _pages["docket"] = url_name


def docket_url(docket: str) -> str:
    """Where a docket number leads, or an empty text where it leads nowhere."""
    try:
        return reverse(_pages["docket"], kwargs={"docket": docket}) if docket and "docket" in _pages else ""
    except NoReverseMatch:
        return ""
