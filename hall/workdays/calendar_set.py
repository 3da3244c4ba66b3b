"""The calendars of all regions, built from rows wherever they were read. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from hall.workdays.arithmetic import Calendar, Notice
from hall.workdays.shipped import build_calendar, day_of

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
