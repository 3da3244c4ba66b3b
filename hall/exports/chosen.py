"""What a list was narrowed by: said on the file as people say it, kept in the trail without words somebody typed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.db.models import Model

from hall.facts.periods import Period
from hall.organisation.models import Staff

# Nothing that is longer says more on the first lines of a file.
LONGEST: Final = 80
# What the ledger keeps of words somebody typed.
UNKEPT: Final = "（输入的词不入账）"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One filter that was set: its label and what was chosen, both in Chinese.

    `trail` is what the ledger keeps of it: the same words, unless they may name a person (privacy: the ledger erases
    nothing).
    """

    label: str
    words: str
    trail: str = ""

    @property
    def kept(self) -> str:
        return self.trail or self.words


Filters = Sequence[Chosen]


def typed(label: str, words: str) -> list[Chosen]:
    """What somebody typed to search by, on the file only: it may be a name."""
    return [Chosen(label, words[:LONGEST], UNKEPT)] if words else []


def picked(label: str, value: str, choices: Iterable[tuple[Any, Any]]) -> list[Chosen]:
    """One of a list of choices, by its label; nothing for what is none of them."""
    words = {str(key): str(words) for key, words in choices}.get(value, "") if value else ""
    return [Chosen(label, words)] if words else []


def named(label: str, row: Any) -> list[Chosen]:
    """A row, by its name; the ledger knows a person by key alone."""
    if row is None:
        return []
    return [Chosen(label, str(row), f"人员 {row.pk}" if isinstance(row, Staff) else "")]


def set_in(form: forms.Form) -> list[Chosen]:
    """Every field of a filter form that was filled in and understood."""
    return [one for name, value in form.cleaned_data.items() if value for one in _field(form.fields[name], value)]


def _field(field: forms.Field, value: Any) -> Iterator[Chosen]:
    label = str(field.label)
    if isinstance(value, Period):
        yield Chosen(label, value.label)
    elif isinstance(value, date):
        yield Chosen(label, value.isoformat())
    elif isinstance(value, Model):
        yield from named(label, value)
    elif isinstance(field, forms.ChoiceField):
        choices: Any = field.choices  # flat in every filter of the house
        yield from picked(label, str(value), choices)
    elif isinstance(value, bool):
        yield Chosen(label, "是")
    else:
        yield from typed(label, str(value))


def said(filters: Filters) -> str:
    """The line every file has: what it was narrowed by, or that it was not."""
    if not filters:
        return "筛选：没有，是全部。"
    return f"筛选：{'；'.join(f'{one.label} {one.words}' for one in filters)}。"


def kept(filters: Filters) -> dict[str, str]:
    """The same for the ledger."""
    return {one.label: one.kept for one in filters}
