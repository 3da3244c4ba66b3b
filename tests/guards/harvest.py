"""The forms and parameters a page offers, read from its HTML as a browser would, with something plausible in each."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

LATER_ROW = re.compile(r"-([1-9]\d*|__prefix__)-|_[1-9]\d*$")
OBJECT = re.compile(r"[0-9a-f-]{36}|[0-9]+X?")
SKIPPED = frozenset({"submit", "button", "reset", "image"})
PLAUSIBLE = {"date": "2026-05-18", "datetime-local": "2026-05-18T09:30", "time": "09:30", "number": "5"}


@dataclass
class FoundForm:
    """One `<form>`: where it goes and what it carries when somebody fills it in without thinking."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def open_fields(self) -> list[str]:
        """What a visitor may fill in at will, hidden fields included: whoever attacks edits those as well."""
        return [name for name in self.fields if name != "csrfmiddlewaretoken"]

    @property
    def different_fields(self) -> list[str]:
        """The same without the second and later rows of a table, which are read like the first."""
        return [name for name in self.open_fields if not LATER_ROW.search(name)]

    @property
    def key(self) -> tuple[str, ...]:
        """Two pages about different objects offer the same form."""
        return (self.method, OBJECT.sub("*", urlsplit(self.action).path), *sorted(self.different_fields))


class Reader(HTMLParser):
    """Collects forms, with the first option of each choice, and the parameters of links to the page itself."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[FoundForm] = []
        self.parameters: set[str] = set()
        self._form: FoundForm | None = None
        self._choice = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if reader := getattr(self, f"_on_{tag}", None):
            reader(facts)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._choice = ""

    def _on_form(self, facts: dict[str, str]) -> None:
        self._form = FoundForm(facts.get("action") or self.path, facts.get("method", "get").lower())
        self.forms.append(self._form)

    def _on_input(self, facts: dict[str, str]) -> None:
        name, kind = facts.get("name", ""), facts.get("type", "text")
        if self._form is None or not name or kind in SKIPPED:
            return
        self._form.kinds[name] = kind
        if kind == "file":
            return
        if kind in ("radio", "checkbox"):
            self._form.fields.setdefault(name, facts.get("value", "on"))
        else:
            self._form.fields[name] = facts.get("value") or ("" if kind == "hidden" else PLAUSIBLE.get(kind, "测试"))

    def _on_textarea(self, facts: dict[str, str]) -> None:
        if self._form is not None and facts.get("name"):
            self._form.fields[facts["name"]] = "测试内容"

    def _on_select(self, facts: dict[str, str]) -> None:
        self._choice = facts.get("name", "")
        if self._form is not None and self._choice:
            self._form.fields.setdefault(self._choice, "")

    def _on_option(self, facts: dict[str, str]) -> None:
        if self._form is not None and self._choice and not self._form.fields[self._choice]:
            self._form.fields[self._choice] = facts.get("value", "")

    def _on_button(self, facts: dict[str, str]) -> None:
        if self._form is not None and facts.get("name"):
            self._form.fields.setdefault(facts["name"], facts.get("value", ""))

    def _on_a(self, facts: dict[str, str]) -> None:
        target = urlsplit(facts.get("href", ""))
        if target.query and target.path in ("", self.path):
            self.parameters.update(name for name, _ in parse_qsl(target.query, keep_blank_values=True))


def harvest(path: str, response: Any) -> Reader:
    """What the page under `path` offers; nothing for what is no page."""
    reader = Reader(path)
    if response.streaming:
        b"".join(response)  # to the end, so that the file is closed
    elif response.status_code == 200 and response["Content-Type"].startswith("text/html"):
        reader.feed(response.content.decode())
    reader.parameters.update(name for form in reader.forms if form.method == "get" for name in form.fields)
    return reader


def encode(fields: dict[str, str], **raw: str) -> str:
    """A body or query; `raw` values are percent-encoded already and may say what no string can."""
    plain = [f"{quote(name)}={quote(value)}" for name, value in fields.items() if name not in raw]
    return "&".join(plain + [f"{quote(name)}={value}" for name, value in raw.items()])
