"""Who asks, and of which house: what the frame of every page of staff names, in one statement."""

from functools import cache
from typing import Final

from django.db import connection

from hall.json_rows import made, pointing
from hall.organisation.models import Center, Installation, Staff, Window
from hall.prepared import Prepared

_READ: Final = """
SELECT (SELECT row_to_json(i) FROM {house} i ORDER BY i.id LIMIT 1), row_to_json(s),
    (SELECT row_to_json(c) FROM {center} c WHERE c.id = s.center_id),
    (SELECT row_to_json(w) FROM {window} w WHERE w.id = s.window_id)
FROM (SELECT $1 AS id) asked LEFT JOIN {staff} s ON s.id = asked.id
"""
_TABLES: Final = {"house": Installation, "center": Center, "window": Window, "staff": Staff}


def house_and_person(key: int | None) -> tuple[Installation, Staff | None]:
    """The installation (its defaults before the first start), and the person of this key with center and window."""
    with connection.cursor() as cursor:
        _statement().execute(cursor, (key,))
        house, staff, center, window = cursor.fetchone()
    person = None
    if staff is not None:
        at = made(Window, window) if window else None
        person = pointing(made(Staff, staff), center=made(Center, center), window=at)
    return made(Installation, house) if house else Installation(), person


@cache
def _statement() -> Prepared:
    tables = {name: model._meta.db_table for name, model in _TABLES.items()}
    return Prepared("house_and_person", ("bigint",), _READ.format(**tables))
