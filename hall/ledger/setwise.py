"""Many rows in one statement: they travel as one JSON value and the database takes them apart.

Django's bulk_create binds every value of every row, which costs several times what the database needs to write them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

Row = Mapping[str, Any]
PORTION: Final = 5000


def insert(
    model: type[models.Model],
    names: tuple[str, ...],
    rows: Sequence[Row],
    *,
    ignore_conflicts: bool = False,
    returning: str = "",
) -> list[tuple[Any, ...]]:
    """Write rows given by field name, in their order; columns not named take the default of the database, or nothing.

    `returning`: SQL of what to answer for each row that was written; with `ignore_conflicts` others are passed over.
    """
    found: list[tuple[Any, ...]] = []
    end = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    sql = _insertion(model, names) + end + (f" RETURNING {returning}" if returning else "")
    with connection.cursor() as cursor:
        for start in range(0, len(rows), PORTION):
            cursor.execute(sql, [as_json(rows[start : start + PORTION])])
            found += cursor.fetchall() if returning else []
    return found


def as_json(rows: Sequence[Any]) -> str:
    """The rows as `json_to_recordset` takes them."""
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"), default=_value)


@cache
def _insertion(model: type[models.Model], names: tuple[str, ...]) -> str:
    typed = list(_typed(model, names))
    columns = ", ".join(f'"{column}"' for column, _ in typed)
    given = ", ".join(f'"{name}" {kind}' for name, (_, kind) in zip(names, typed, strict=True))
    chosen = ", ".join(f'"{name}"' for name in names)
    table = model._meta.db_table
    # Nothing but names of our own models goes into the text; the rows are a parameter.
    return f'INSERT INTO "{table}" ({columns}) SELECT {chosen} FROM json_to_recordset(%s) AS given({given})'  # noqa: S608


def _typed(model: type[models.Model], names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The column of each field and the type its values are read as."""
    for name in names:
        field = model._meta.get_field(name)
        kind = getattr(field, "db_type", lambda _: None)(connection)
        column = getattr(field, "column", None)
        if not column or not kind:
            raise ValueError(f"{model.__name__}.{name} has no column of its own")
        yield str(column), str(kind)


def _value(value: Any) -> Any:
    """What JSON has no word for. Moments keep their microseconds, which Django's own encoder cuts off."""
    return value.isoformat() if isinstance(value, datetime | date) else DjangoJSONEncoder().default(value)
