"""The holidays the regulation itself fixes, for years whose notice is not out yet.

Source: 《全国年节及纪念日放假办法》 as revised in 1999, 2007, 2013 and 2024; article 2 lists the days. Its lunar days
come from data/lunar.csv (data/build.py says how). Make-up days, and the working day that stands in for a holiday
falling on a weekend (article 6), are fixed by the yearly notice only and are not known here.
"""

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from hall.workdays.arithmetic import Day, DayKind, Notice

LUNAR_FILE = Path(__file__).parent / "data" / "lunar.csv"


class Feast(NamedTuple):
    """A holiday of the regulation: days `first` to `last` counted from its feast, 0 being the feast itself."""

    name: str
    feast: str  # "MM-DD", or a column of lunar.csv
    first: int
    last: int


class Regulation(NamedTuple):
    """One wording of the regulation and the year from which it holds."""

    from_year: int
    notice: Notice
    feasts: tuple[Feast, ...]


def _regulation(from_year: int, number: str, spring: tuple[int, int], labour: int, *, minor: bool = True) -> Regulation:
    lunar = (Feast("清明节", "qingming", 0, 0), Feast("端午节", "duanwu", 0, 0), Feast("中秋节", "zhongqiu", 0, 0))
    feasts = (
        Feast("元旦", "01-01", 0, 0),
        Feast("春节", "chunjie", *spring),
        *(lunar if minor else ()),
        Feast("劳动节", "05-01", 0, labour),
        Feast("国庆节", "10-01", 0, 2),
    )
    return Regulation(from_year, Notice("全国年节及纪念日放假办法", number), feasts)


# Newest first. The number is that of the State Council decree which brought the wording.
REGULATIONS = (
    _regulation(2025, "国务院令第795号", (-1, 2), 1),
    _regulation(2014, "国务院令第644号", (0, 2), 0),
    _regulation(2008, "国务院令第513号", (-1, 1), 0),
    _regulation(0, "国务院令第270号", (0, 2), 2, minor=False),
)


@lru_cache(maxsize=1)
def _lunar() -> dict[int, dict[str, date]]:
    with LUNAR_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {int(row["year"]): {k: date.fromisoformat(v) for k, v in row.items() if k != "year"} for row in rows}


def regulation_of(year: int) -> Regulation:
    """The wording in force in `year`."""
    return next(r for r in REGULATIONS if r.from_year <= year)


def statutory_days(year: int) -> Mapping[date, Day]:
    """The statutory days of one year, 1990 to 2100."""
    regulation = regulation_of(year)
    found: dict[date, Day] = {}
    for name, feast, first, last in regulation.feasts:
        day = _lunar()[year][feast] if feast in _lunar()[year] else date.fromisoformat(f"{year}-{feast}")
        for offset in range(first, last + 1):
            found[day + timedelta(days=offset)] = Day(DayKind.HOLIDAY, name, regulation.notice)
    return found
