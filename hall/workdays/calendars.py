"""Calendars of regions from the database, coherent across processes (law 3)."""

from functools import lru_cache
from typing import Final
from uuid import UUID

from hall.prepared import PreparedQuery
from hall.workdays.arithmetic import Calendar, Notice
from hall.workdays.calendar_set import CalendarSet, Row
from hall.workdays.models import CalendarDay, CalendarNotice, CalendarVersion
from hall.workdays.shipped import shipped_calendar

_TOKEN: Final = PreparedQuery("calendar_token", lambda: CalendarVersion.objects.order_by("pk").values_list("token")[:1])

__all__ = ["CalendarSet", "Row", "calendar_for", "calendars", "rows_in_force", "shipped_calendar"]


def rows_in_force() -> tuple[list[Row], list[int]]:
    """The rows no later notice replaced, and the years that have a national notice."""
    days = CalendarDay.objects.in_force().select_related("notice").order_by("date", "region")
    rows = [
        Row(d.date, d.region, d.kind, d.name, Notice(d.notice.title, d.notice.document_no, d.notice.url)) for d in days
    ]
    return rows, list(CalendarNotice.objects.filter(region="").values_list("year", flat=True))


def calendars() -> CalendarSet | None:
    """All calendars as of now, from the cache while the token is unchanged; None where nothing was ever loaded."""
    token = _token()
    return None if token is None else _load(token)


def calendar_for(region_code: str = "") -> Calendar:
    """The calendar that holds in a region. One small query; a list asks once per region, not once per row.

    A database that was never seeded answers from the shipped file, which holds the same published days.
    """
    return under(_token(), region_code)


def under(token: UUID | None, region_code: str = "") -> Calendar:
    """The region's calendar of the state of the table with this token, for a caller who read it beside other things."""
    return shipped_calendar() if token is None else _load(token).for_region(region_code)


def _token() -> UUID | None:
    return next((token for (token,) in _TOKEN.rows()), None)


@lru_cache(maxsize=4)
def _load(_token_read: UUID) -> CalendarSet:
    """Kept under a token read before the rows: if an import comes between, nobody reads that token again."""
    return CalendarSet(*rows_in_force())
