"""The calendar that ships with the product, read without a database; the database is seeded from the same rows."""

import csv
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from hall.workdays.arithmetic import Calendar, Day, DayKind, Notice
from hall.workdays.statutory import statutory_days

DATA = Path(__file__).parent / "data"
SEED_SOURCE = "chinesecalendar"


class ShippedNotice(NamedTuple):
    """One line of notices.csv; before 2018 the library stands in its place and `source` names it."""

    year: int
    document_no: str
    title: str
    url: str
    amends: str
    source: str


class ShippedDay(NamedTuple):
    """One line of calendar.csv with the notice it belongs to."""

    on: date
    kind: str
    name: str
    notice: ShippedNotice


def notice_year(on: date, name: str) -> int:
    """The year whose notice names a day: December days of 元旦 stand in the notice of the year after."""
    return on.year + 1 if on.month == 12 and name == "元旦" else on.year


def _read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def shipped_notices() -> dict[tuple[int, str], ShippedNotice]:
    """Every notice by year and number. A number that is not known is empty."""
    listed = [
        ShippedNotice(int(r["year"]), r["document_no"], r["title"], r["url"], r["amends"], "国务院办公厅")
        for r in _read("notices.csv")
    ]
    found = {(notice.year, notice.document_no): notice for notice in listed}
    first = min(notice.year for notice in listed)
    years = {notice_year(date.fromisoformat(r["date"]), r["name"]) for r in _read("calendar.csv")}
    for year in sorted(y for y in years if y < first):
        title = f"{year}年放假安排（{SEED_SOURCE} 数据）"
        found[year, ""] = ShippedNotice(year, "", title, "", "", SEED_SOURCE)
    return found


@lru_cache(maxsize=1)
def shipped_days() -> list[ShippedDay]:
    """Every row in file order: of two rows for one day the later amends the earlier."""
    rows = []
    for row in _read("calendar.csv"):
        on = date.fromisoformat(row["date"])
        notice = shipped_notices()[notice_year(on, row["name"]), row["document_no"]]
        rows.append(ShippedDay(on, row["kind"], row["name"], notice))
    return rows


def day_of(kind: str, name: str, notice: Notice) -> Day:
    """A stored row as the arithmetic sees it."""
    return Day(DayKind.HOLIDAY if kind == "off" else DayKind.MAKE_UP, name, notice)


def build_calendar(days: Iterable[tuple[date, Day]], years: Iterable[int]) -> Calendar:
    """A calendar from rows in rising precedence and the years that notices cover without a hole."""
    covered = sorted(set(years))
    last = covered[0]
    for year in covered[1:]:
        if year != last + 1:
            break
        last = year
    return Calendar(
        dict(days),
        published_from=date(covered[0], 1, 1),
        published_through=date(last, 12, 31),
        statutory=statutory_days,
    )


@lru_cache(maxsize=1)
def shipped_calendar() -> Calendar:
    """The national calendar of the data files."""
    days = (
        (d.on, day_of(d.kind, d.name, Notice(d.notice.title, d.notice.document_no, d.notice.url)))
        for d in shipped_days()
    )
    return build_calendar(days, (notice.year for notice in shipped_notices().values()))
