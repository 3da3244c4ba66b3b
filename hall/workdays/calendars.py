"""Calendars of regions from the database, coherent across processes (law 3)."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from hall.workdays.arithmetic import Calendar, Notice
from hall.workdays.models import CalendarDay, CalendarNotice, CalendarVersion
from hall.workdays.shipped import build_calendar, day_of, shipped_calendar

__all__ = ["CalendarSet", "Row", "calendar_for", "calendars", "rows_in_force", "shipped_calendar"]

# Lengths of the codes of province, city, county, town; the last three digits are the village.
ANCESTOR_LENGTHS = (2, 4, 6, 9, 12)


class Row(NamedTuple):
    """One day in force: what `CalendarSet` is built from."""

    on: date
    region: str
    kind: str
    name: str
    notice: Notice


class CalendarSet:
    """The calendars of all regions of one state of the table. Regions without own rows share the national one."""

    def __init__(self, rows: Iterable[Row], years: Iterable[int]) -> None:
        self._rows, self._years = tuple(rows), tuple(years)
        self._regions = frozenset(row.region for row in self._rows)
        self._built: dict[tuple[str, ...], Calendar] = {}

    @property
    def regions(self) -> list[str]:
        """Codes of the regions that have days of their own."""
        return sorted(self._regions - {""})

    def for_region(self, code: str) -> Calendar:
        """The calendar of a 12-digit code: national rows, then those of each ancestor, the nearest last."""
        key = tuple(region for region in lineage(code) if region in self._regions)
        if key not in self._built:
            own = sorted((row for row in self._rows if row.region in key), key=lambda row: key.index(row.region))
            self._built[key] = build_calendar(((r.on, day_of(r.kind, r.name, r.notice)) for r in own), self._years)
        return self._built[key]


def lineage(code: str) -> list[str]:
    """'' for the nation, then province, city, county, town, village as 12-digit codes, without repetition."""
    return list(dict.fromkeys(["", *(code[:length].ljust(12, "0") for length in ANCESTOR_LENGTHS if code)]))


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
    found = calendars()
    return shipped_calendar() if found is None else found.for_region(region_code)


def _token() -> UUID | None:
    return CalendarVersion.objects.values_list("token", flat=True).first()


@lru_cache(maxsize=4)
def _load(_token_read: UUID) -> CalendarSet:
    """Kept under a token read before the rows: if an import comes between, nobody reads that token again."""
    return CalendarSet(*rows_in_force())
