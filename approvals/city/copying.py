"""COPY into a table by its model: columns by name, defaults for what is not given, indexes put away while it lasts."""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import connection, models

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Sheet:
    """Rows on their way into one table."""

    def __init__(self, model: type[models.Model], names: Sequence[str]) -> None:
        self.table = model._meta.db_table
        given = [_column(model, name) for name in names]
        constants = dict(_constants(model, set(given)))
        self.columns = [*given, *constants]
        self._tail = "".join("\t" + _text(value) for value in constants.values()) + "\n"
        self._lines: list[str] = []
        self.count = 0

    def add(self, *values: Any) -> None:
        """One row, in the order of the names."""
        self._lines.append("\t".join(map(_text, values)) + self._tail)

    def flush(self) -> None:
        """Send what has gathered, and forget it."""
        with connection.cursor() as cursor:
            columns = ", ".join(f'"{column}"' for column in self.columns)
            cursor.copy_expert(f'COPY "{self.table}" ({columns}) FROM STDIN', io.StringIO("".join(self._lines)))
        self.count += len(self._lines)
        self._lines.clear()


def _column(model: type[models.Model], name: str) -> str:
    column = getattr(model._meta.get_field(name), "column", None)
    if not column:
        raise ValueError(f"{model.__name__}.{name} has no column of its own")
    return str(column)


def _constants(model: type[models.Model], given: set[str]) -> Iterator[tuple[str, Any]]:
    """What Django would fill in for the columns nobody names; the database knows its own defaults."""
    for column in model._meta.concrete_fields:
        if (
            column.column is None
            or column.column in given
            or column.has_db_default()
            or isinstance(column, models.AutoField)
        ):
            continue
        if column.has_default():
            yield column.column, column.get_default()
        elif not column.null:
            yield column.column, ""


def _text(value: Any) -> str:
    """The text form of COPY."""
    if value is None:
        return "\\N"
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


@contextmanager
def unindexed(tables: Iterable[str]) -> Iterator[None]:
    """Drop the indexes no constraint needs and switch the tables' own triggers off; put both back, whatever happens.

    Only for a scratch database: readers would find nothing fast meanwhile. Triggers guard against changes the product
    never makes; what is written here obeys the same constraints.
    """
    names = list(tables)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
            " LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid"
            " WHERE i.indrelid::regclass::text = ANY(%s) AND c.oid IS NULL AND NOT i.indisunique",
            [names],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        for table in names:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for table in names:
                cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
            for _, definition in indexes:
                cursor.execute(definition)
            for table in names:
                cursor.execute(f'ANALYZE "{table}"')
