"""The calendar that ships: every day against chinesecalendar, later years against `holidays`, the sky for the moon."""

import csv
import math
import os
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import holidays
import pytest

from hall.workdays import shipped
from hall.workdays.arithmetic import DayKind
from hall.workdays.data import build
from hall.workdays.shipped import DATA, build_calendar, notice_year, shipped_calendar, shipped_days, shipped_notices
from hall.workdays.statutory import _lunar, regulation_of, statutory_days
from tests.hall.workdays import oracle

CALENDAR = shipped_calendar()
BEIJING = timezone(timedelta(hours=8))


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", range(2004, 2027))
def test_every_day_agrees_with_chinesecalendar(year):
    assert [day for day in days_of(year) if CALENDAR.is_working(day) != oracle.is_working(day)] == []


@pytest.mark.parametrize("year", range(2010, 2027))
def test_every_day_agrees_with_holidays(year):
    other = holidays.China(years=(year,))
    # That package knows 2020 as first published and has no memory of a working 31 January becoming a holiday.
    known = {date(2020, 1, 31)}
    differ = [day for day in days_of(year) if CALENDAR.is_working(day) != other.is_working_day(day)]
    assert set(differ) <= known


@pytest.mark.parametrize("year", range(2027, 2100))
def test_unpublished_years_agree_with_the_statutory_days_of_holidays(year):
    """Without the days that package adds where a holiday falls on a weekend: which day that is, the notice decides."""
    fixed = {day for day, name in holidays.China(years=(year,)).items() if not name.endswith("(observed)")}
    weekdays = [day for day in days_of(year) if day.weekday() < 5]
    assert [day for day in weekdays if CALENDAR.is_working(day) != (day not in fixed)] == []


@pytest.mark.parametrize(
    ("year", "count"),
    list(enumerate([250, 250, 249, 250, 249, 249, 251, 248, 248], start=2018)),
)
def test_working_days_a_year(year, count):
    assert CALENDAR.count(date(year - 1, 12, 31), date(year, 12, 31)) == count


def test_rows_are_what_the_builder_writes():
    with (DATA / "calendar.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row) for row in csv.reader(file)]
    assert rows[1:] == [tuple(row) for row in build.calendar_rows()]


def test_lunar_rows_are_what_the_builder_writes():
    with (DATA / "lunar.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row) for row in csv.reader(file)]
    assert rows[1:] == build.lunar_rows()


def test_t02_2020_holds_both_notices_of_the_first_of_february():
    rows = [(day.kind, day.notice.document_no) for day in shipped_days() if day.on == date(2020, 2, 1)]
    assert rows == [("work", "国办发明电〔2019〕16号"), ("off", "国办发明电〔2020〕1号")]


def test_t02_before_the_amendment_the_first_of_february_was_worked():
    first = [day for day in shipped_days() if day.notice.document_no != "国办发明电〔2020〕1号"]
    rows = [(day.on, shipped.day_of(day.kind, day.name, shipped.Notice(day.notice.title))) for day in first]
    assert build_calendar(rows, range(2004, 2027)).is_working(date(2020, 2, 1))  # a Saturday, made up


def test_numbers_are_only_those_known():
    numbers = {notice.document_no for notice in shipped_notices().values()} - {""}
    assert numbers == {"国办发明电〔2019〕16号", "国办发明电〔2020〕1号"}


@pytest.mark.real_data
def test_notices_agree_with_the_real_list():
    with (Path(os.environ["HALL_REAL_DATA"]) / "holiday_notices.csv").open(encoding="utf-8", newline="") as file:
        listed = {(int(r["year"]), r["document_no"]): r["notice_url"] for r in csv.DictReader(file)}
    ours = {key: notice.url for key, notice in shipped_notices().items() if notice.year >= 2018}
    assert ours == listed


@pytest.mark.parametrize("year", [2004, 2010, 2017])
def test_years_before_2018_cite_the_library(year):
    assert shipped_notices()[year, ""].source == "chinesecalendar"


@pytest.mark.parametrize(
    ("day", "name", "year"),
    [
        ("2022-12-31", "元旦", 2023),
        ("2018-12-29", "元旦", 2019),
        ("2024-12-31", "春节", 2024),
        ("2026-05-01", "劳动节", 2026),
    ],
)
def test_december_days_of_new_year_stand_in_the_next_notice(day, name, year):
    assert notice_year(date.fromisoformat(day), name) == year


def test_a_hole_in_the_published_years_ends_what_is_certain():
    assert build_calendar([], [2024, 2025, 2027]).published_through == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("year", "names"),
    [
        (2026, {"元旦": 1, "春节": 4, "清明节": 1, "劳动节": 2, "端午节": 1, "中秋节": 1, "国庆节": 3}),
        (2020, {"元旦": 1, "春节": 3, "清明节": 1, "劳动节": 1, "端午节": 1, "国庆节": 3}),  # 中秋 fell on 1 October
        (2010, {"元旦": 1, "春节": 3, "清明节": 1, "劳动节": 1, "端午节": 1, "中秋节": 1, "国庆节": 3}),
        (2000, {"元旦": 1, "春节": 3, "劳动节": 3, "国庆节": 3}),
    ],
)
def test_the_regulation_fixes_these_days(year, names):
    found: dict[str, int] = {}
    for entry in statutory_days(year).values():
        found[entry.name] = found.get(entry.name, 0) + 1
    assert found == names


@pytest.mark.parametrize(
    ("year", "number"), [(2026, "795"), (2024, "644"), (2013, "513"), (2007, "270"), (1990, "270")]
)
def test_the_regulation_in_force_is_named(year, number):
    assert regulation_of(year).notice.document_no == f"国务院令第{number}号"


@pytest.mark.parametrize("year", range(2014, 2027))
def test_every_statutory_day_of_a_published_year_is_off(year):
    assert [day for day in statutory_days(year) if CALENDAR.is_working(day)] == []


def new_moon(near: date) -> datetime:
    """The new moon nearest a day, by the principal terms of Meeus, Astronomical Algorithms, ch. 49; good to minutes."""
    k = round((near.toordinal() - date(2000, 1, 6).toordinal()) / 29.530588861)
    t = k / 1236.85
    jde = 2451550.09766 + 29.530588861 * k + 0.00015437 * t * t
    sun, moon, lat = (
        math.radians(a + b * k) for a, b in ((2.5534, 29.1053567), (201.5643, 385.81693528), (160.7108, 390.67050284))
    )
    node = math.radians(124.7746 - 1.56375588 * k)
    e = 1 - 0.002516 * t
    terms = (
        (-0.4072, moon), (0.17241 * e, sun), (0.01608, 2 * moon), (0.01039, 2 * lat), (0.00739 * e, moon - sun),
        (-0.00514 * e, moon + sun), (0.00208 * e * e, 2 * sun), (-0.00111, moon - 2 * lat), (-0.00057, moon + 2 * lat),
        (0.00056 * e, 2 * moon + sun), (-0.00042, 3 * moon), (0.00042 * e, sun + 2 * lat), (0.00038 * e, sun - 2 * lat),
        (-0.00024 * e, 2 * moon - sun), (-0.00017, node), (-0.00007, moon + 2 * sun),
    )  # fmt: skip
    jde += sum(factor * math.sin(angle) for factor, angle in terms)
    delta_t = 62.92 + 32.217 * t + 55.89 * t * t if t < 0.5 else 93 + 110 * (t - 0.5)  # seconds, near enough
    moment = datetime(2000, 1, 1, 12, tzinfo=UTC) + timedelta(days=jde - 2451545, seconds=-delta_t)
    return moment.astimezone(BEIJING)


@pytest.mark.parametrize("feast", ["chunjie", "duanwu", "zhongqiu"])
def test_lunar_days_follow_the_new_moon(feast):
    """The 1st, the 5th and the 15th of a lunar month; the day is the one on which the moon is new in Beijing."""
    offset = {"chunjie": 0, "duanwu": 4, "zhongqiu": 14}[feast]
    wrong = []
    for row in _lunar().values():
        first = row[feast] - timedelta(days=offset)
        moon = new_moon(first)
        near_midnight = min(moon.hour * 60 + moon.minute, 1440 - moon.hour * 60 - moon.minute) < 15
        if moon.date() != first and not near_midnight:
            wrong.append(row[feast])
    assert wrong == []


def sun_longitude(moment: datetime) -> float:
    """Apparent longitude of the sun in degrees, Meeus ch. 25, good to a hundredth of a degree."""
    t = (moment - datetime(2000, 1, 1, 12, tzinfo=UTC)).total_seconds() / 86400 / 36525
    anomaly = math.radians(357.52911 + 35999.05029 * t)
    centre = (1.914602 - 0.004817 * t) * math.sin(anomaly) + 0.019993 * math.sin(2 * anomaly)
    centre += 0.000289 * math.sin(3 * anomaly)
    node = math.radians(125.04 - 1934.136 * t)
    return (280.46646 + 36000.76983 * t + centre - 0.00569 - 0.00478 * math.sin(node)) % 360


def test_qingming_is_when_the_sun_stands_at_fifteen_degrees():
    wrong = []
    for row in _lunar().values():
        begins = datetime.combine(row["qingming"], datetime.min.time(), BEIJING)
        before, after = sun_longitude(begins), sun_longitude(begins + timedelta(days=1))
        if not before - 0.02 <= 15 <= after + 0.02:
            wrong.append(row["qingming"])
    assert wrong == []


def test_the_shipped_calendar_is_built_once():
    assert shipped_calendar() is CALENDAR


def test_a_row_becomes_the_day_it_says():
    kinds = [shipped.day_of(kind, "春节", shipped.Notice("x")).kind for kind in ("off", "work")]
    assert kinds == [DayKind.HOLIDAY, DayKind.MAKE_UP]
