"""Rows that PostgreSQL wrote as JSON, read back as the objects they would have been read as.

For the few pages where a dozen statements of the object-relational mapper, put together anew for each answer, cost more
than the page: one prepared statement (prepared.py) brings the row and its parts.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.utils.dateparse import parse_datetime

Made = TypeVar("Made", bound=models.Model)
# What JSON writes as text. A column of keys is read as the keys it points at.
_AS_TEXT: Final = (
    models.DateField, models.TimeField, models.UUIDField, models.DecimalField, models.DurationField, models.ForeignKey,
)  # fmt: skip


def pointing(row: Made, **others: models.Model | None) -> Made:
    """The row with what its columns point at."""
    for name, other in others.items():
        setattr(row, name, other)
    return row


def keep(row: models.Model, name: str, parts: list[Any]) -> None:
    """What `prefetch_related` would have left behind, had it read these rows."""
    found = getattr(row, name).model._default_manager.all()
    found._result_cache, found._prefetch_done = parts, True
    row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found


def moment(text: str) -> datetime:
    """A moment as JSON has it."""
    found = parse_datetime(text)
    assert found is not None  # noqa: S101 - PostgreSQL wrote it
    return found


def made(model: type[Made], record: dict[str, Any]) -> Made:
    """A row of JSON as the object it would have been read as."""
    names, readers = _columns(model)
    values = [reader(record[name]) if reader else record[name] for name, reader in zip(names, readers, strict=True)]
    return model.from_db(DEFAULT_DB_ALIAS, names, values)


@cache
def _columns(model: type[models.Model]) -> tuple[tuple[str, ...], tuple[Callable[[Any], Any] | None, ...]]:
    """Columns in the order of the model, and how the text of each is read where JSON has no such value."""
    fields = model._meta.concrete_fields
    return tuple(str(field.column) for field in fields), tuple(_reader(field) for field in fields)


def _reader(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    opened = getattr(field, "from_db_value", None)
    if opened is not None and not isinstance(field, models.JSONField):
        return lambda value: opened(value, None, connection)
    return field.to_python if isinstance(field, _AS_TEXT) else None
