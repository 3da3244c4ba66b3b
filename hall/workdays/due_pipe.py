"""`manage.py due` without Django: ten thousand rows should not wait for a web framework to load.

The rows are read by one plain query; a test holds it equal to the ORM's answer. The management command of the same name
uses `answer_stream` with the ORM's calendars, for whoever calls it from Python.
"""

import csv
import io
import sys
from collections.abc import Callable
from typing import Any, TextIO

from hall.workdays.arithmetic import Calendar, Notice
from hall.workdays.calendar_set import CalendarSet, Row
from hall.workdays.due_table import Answerer, BadHeader, rows_of
from hall.workdays.shipped import shipped_calendar

DAYS = """
SELECT day.date, day.region, day.kind, day.name, notice.title, notice.document_no, notice.url
FROM workdays_calendarday AS day JOIN workdays_calendarnotice AS notice ON notice.id = day.notice_id
WHERE day.superseded_by_id IS NULL ORDER BY day.date, day.region
"""
YEARS = "SELECT year FROM workdays_calendarnotice WHERE region = ''"


def answer_stream(given: TextIO, out: Any, calendar_of: Callable[[str], Calendar]) -> int:
    """Answer every row as it comes; returns how many were bad. Raises BadHeader before anything is written."""
    rows = rows_of(as_utf8(given))
    answerer = Answerer(next(rows, []), calendar_of)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(answerer.header)
    writer.writerows(answerer.answer(cells) for cells in rows)
    return answerer.bad


def as_utf8(stream: TextIO) -> TextIO:
    """Standard input as UTF-8 whatever the locale says."""
    raw = getattr(stream, "buffer", None)
    return stream if raw is None else io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")


def calendars_of(settings: dict[str, Any]) -> CalendarSet | None:
    """The calendars in the database that Django's `settings` name, or None where there is none yet."""
    import psycopg2  # noqa: PLC0415 - a pipe without a database answers without the driver

    options = {key: value for key, value in settings.get("OPTIONS", {}).items() if key != "pool"}
    place = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    given = {name: settings.get(key) or None for name, key in place.items()}
    try:
        connection = psycopg2.connect(**given, **options)
    except psycopg2.OperationalError:
        return None
    try:
        with connection.cursor() as cursor:
            return read_calendars(cursor)
    except psycopg2.Error:
        return None
    finally:
        connection.close()


def read_calendars(cursor: Any) -> CalendarSet | None:
    """The rows in force and the years published, over any cursor of the DB API; None where nothing was ever loaded."""
    cursor.execute(DAYS)
    rows = [Row(on, region, kind, name, Notice(*notice)) for on, region, kind, name, *notice in cursor.fetchall()]
    cursor.execute(YEARS)
    years = [year for (year,) in cursor.fetchall()]
    return CalendarSet(rows, years) if years else None


def main(settings: dict[str, Any]) -> int:
    """Standard input to standard output; returns the exit status. Without a database the shipped calendar answers."""
    found = calendars_of(settings)
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="", write_through=False)
    try:
        bad = answer_stream(sys.stdin, out, found.for_region if found else lambda _region: shipped_calendar())
        out.flush()
    except BadHeader as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except BrokenPipeError:
        return 1
    return 1 if bad else 0
