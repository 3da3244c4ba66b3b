"""谁改了什么: rows of simple-history as sentences, one query a page and no more for the names behind foreign keys."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from django.db import models
from django.db.models import QuerySet

from hall.access.models import User
from hall.organisation.models import (
    Absence,
    Center,
    Department,
    Installation,
    OpeningException,
    OpeningHours,
    Post,
    Region,
    Staff,
    Window,
)

KINDS: Final[dict[str, type[models.Model]]] = {
    "staff": Staff, "accounts": User, "departments": Department, "windows": Window, "posts": Post,
    "absences": Absence, "centers": Center, "hours": OpeningHours, "exceptions": OpeningException,
    "regions": Region, "settings": Installation,
}  # fmt: skip
# The way from a row of history to its center; kinds without one are the same for the whole house.
_CENTER: Final = {
    "staff": "center", "accounts": "staff__center", "departments": "center", "windows": "center",
    "posts": "department__center", "absences": "staff__center", "centers": "id", "hours": "center",
    "exceptions": "center",
}  # fmt: skip
_TYPES: Final = {"+": "新增", "~": "修改", "-": "删除"}
_HIDDEN: Final = {"pinyin", "initials"}


@dataclass(frozen=True, slots=True)
class Change:
    """One line: when, who, why, which row, and the fields that differ from the version before."""

    at: datetime
    who: str
    what: str
    reason: str
    pk: Any
    name: str
    fields: Sequence[tuple[str, str, str]]  # label, before, after


def rows_within(kind: str, centers: QuerySet[Center]) -> QuerySet[Any]:
    """The history of one kind in the centers somebody keeps or audits, newest first."""
    rows = rows_of(kind)
    return rows.filter(**{f"{_CENTER[kind]}__in": centers.values("pk")}) if kind in _CENTER else rows


def rows_of(kind: str) -> QuerySet[Any]:
    """The history of one kind, newest first."""
    model: Any = KINDS[kind]
    rows: QuerySet[Any] = model.history.select_related("history_user__staff").order_by("-history_date", "-history_id")
    return rows


def describe(kind: str, records: Sequence[Any]) -> list[Change]:
    """Sentences for a page of records."""
    before = _versions_before(kind, records)
    deltas = [_deltas(record, before.get(record.history_id)) for record in records]
    names = _Names(pair for delta in deltas for pair in delta)
    return [_change(record, delta, names) for record, delta in zip(records, deltas, strict=True)]


def _versions_before(kind: str, records: Sequence[Any]) -> dict[int, Any]:
    """For each record the next older one of the same row, with one query."""
    key = KINDS[kind]._meta.pk.attname
    rows = {getattr(record, key) for record in records}
    older = rows_of(kind).filter(**{f"{key}__in": rows}).select_related(None)
    by_row: dict[Any, list[Any]] = defaultdict(list)
    for record in older:
        by_row[getattr(record, key)].append(record)
    pairs: dict[int, Any] = {}
    for versions in by_row.values():
        for newer, previous in pairwise(versions):
            pairs[newer.history_id] = previous
    return pairs


Delta = tuple[Any, Any, Any]  # field, value before, value after


def _deltas(record: Any, previous: Any) -> list[Delta]:
    if previous is None or record.history_type != "~":
        return []
    fields = [f for f in record.tracked_fields if f.name not in _HIDDEN]
    pairs = ((f, getattr(previous, f.attname), getattr(record, f.attname)) for f in fields)
    return [(field, old, new) for field, old, new in pairs if old != new]


class _Names:
    """The rows behind foreign keys, fetched once per model."""

    def __init__(self, deltas: Iterable[Delta]) -> None:
        wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        for field, old, new in deltas:
            if isinstance(field, models.ForeignKey):
                wanted[field.related_model] |= {old, new} - {None}
        self._found = {model: model._default_manager.in_bulk(list(keys)) for model, keys in wanted.items()}

    def words(self, field: Any, value: Any) -> str:
        if value is None or value == "":
            return "（空）"
        if isinstance(field, models.ForeignKey):
            return str(self._found[field.related_model].get(value, f"已不存在（{value}）"))
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, datetime):
            return f"{value.astimezone():%Y-%m-%d %H:%M}"
        return str(dict(field.flatchoices).get(value, value))


def _change(record: Any, delta: Sequence[Delta], names: _Names) -> Change:
    user = record.history_user
    fields = [(str(f.verbose_name), names.words(f, old), names.words(f, new)) for f, old, new in delta]
    return Change(
        at=record.history_date,
        who=user.display_name if user else "系统",
        what=_TYPES[record.history_type],
        reason=record.history_change_reason or "",
        pk=getattr(record, record.instance_type._meta.pk.attname),
        name=str(record.instance),
        fields=fields,
    )
