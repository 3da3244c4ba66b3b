"""Holidays of a region beside those of the nation: whose day it is, for whom, and what the page says about it (law 3).

青龙满族自治县 (130321) keeps 颁金节; its towns and villages with it, its neighbours not.
"""

from datetime import date

import pytest
from django.test import Client

from hall.workdays.actions import BadNotice
from hall.workdays.arithmetic import DayKind
from hall.workdays.calendars import calendar_for
from hall.workdays.models import CalendarDay, CalendarNotice
from tests.hall.workdays.builders import amending, take_in, whole_year

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_calendar")]
QINGLONG = {"region": "130321000000", "region_name": "青龙满族自治县", "title": "关于颁金节放假的通知"}
WEDNESDAY = date(2026, 8, 12)


@pytest.fixture
def festival() -> None:
    take_in(amending("2026-08-12,off,颁金节"), **QINGLONG)


WHERE = [
    # region, is it a working day there
    ("", True),
    ("130000000000", True),
    ("130300000000", True),
    ("130321000000", False),
    ("130321100000", False),
    ("130321100201", False),
    ("130302000000", True),
    ("130322000000", True),
    ("999999999999", True),
]


@pytest.mark.parametrize(("region", "working"), WHERE)
def test_where_the_festival_is_kept(festival: None, region: str, working: bool) -> None:
    assert calendar_for(region).is_working(WEDNESDAY) is working


TERMS = [
    # start, working days, due in the nation, due in the county
    ("2026-08-10", 1, "2026-08-11", "2026-08-11"),
    ("2026-08-10", 2, "2026-08-12", "2026-08-13"),
    ("2026-08-11", 1, "2026-08-12", "2026-08-13"),
    ("2026-08-12", 1, "2026-08-13", "2026-08-13"),
    ("2026-08-07", 20, "2026-09-04", "2026-09-07"),
    ("2026-07-01", 20, "2026-07-29", "2026-07-29"),
]


@pytest.mark.parametrize(("start", "count", "nation", "county"), TERMS)
def test_a_term_moves_only_where_the_festival_is_kept(
    festival: None, start: str, count: int, nation: str, county: str
) -> None:
    begin = date.fromisoformat(start)
    dues = [calendar_for(region).add(begin, count).on.isoformat() for region in ("", "130321000000")]
    assert dues == [nation, county]


def test_the_day_names_its_festival_and_its_notice(festival: None) -> None:
    day = calendar_for("130321000000").day(WEDNESDAY)
    assert (day.kind, day.name) == (DayKind.HOLIDAY, "颁金节")


def test_the_nation_keeps_its_own_holidays_in_the_county(festival: None) -> None:
    """A county's notice adds to the national one; it does not stand in its place."""
    county = calendar_for("130321000000")
    for day in (date(2026, 5, 1), date(2026, 10, 1)):
        assert not county.is_working(day)
    assert county.is_working(date(2026, 5, 9))  # the make-up Saturday


def test_a_county_makes_no_year_published(festival: None) -> None:
    """The nation's notice of 2027 is not out because a county's is."""
    take_in(amending("2027-08-11,off,颁金节"), **{**QINGLONG, "title": "2027"})
    assert calendar_for("130321000000").add(date(2027, 1, 4), 5).provisional


def test_an_amendment_of_the_nation_leaves_the_county_alone(festival: None) -> None:
    take_in(amending("2026-08-13,off,临时"), title="x")
    county = calendar_for("130321000000")
    assert [county.is_working(date(2026, 8, day)) for day in (12, 13)] == [False, False]


def test_rows_of_the_county_carry_its_code(festival: None) -> None:
    row = CalendarDay.objects.in_force().get(date=WEDNESDAY)
    assert (row.region, row.notice.region_name) == ("130321000000", "青龙满族自治县")


@pytest.mark.parametrize("code", ["130321", "13032100000", "13032100000x", "１３０３２１００００００", " 130321000000"])
def test_a_county_is_named_by_its_whole_code(code: str) -> None:
    with pytest.raises(BadNotice):
        take_in(amending("2026-08-12,off,颁金节"), **{**QINGLONG, "region": code})
    assert not CalendarNotice.objects.filter(region_name="青龙满族自治县").exists()


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"region_name": ""}, "请填写地区名称"),
        ({"region_name": "长" * 61}, "地区名称最多"),
        ({"title": "长" * 121}, "通知标题最多"),
        ({"region": "130321"}, "12 位数字"),
    ],
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_what_does_not_fit_is_refused_in_words(facts: dict[str, str], sentence: str, dry_run: bool) -> None:
    """From the command too, which has no form before it."""
    with pytest.raises(BadNotice, match=sentence):
        take_in(amending("2026-08-12,off,颁金节"), **{**QINGLONG, **facts}, dry_run=dry_run)


def test_a_county_notice_without_a_title_is_not_ascribed_to_the_state_council() -> None:
    take_in(amending("2026-08-12,off,颁金节"), **{**QINGLONG, "title": ""})
    assert CalendarNotice.objects.get(region="130321000000").title == "青龙满族自治县放假通知"


ASKED = {"start": "2026-08-10", "count": "2", "unit": "workday"}
CALCULATED = [("", "2026年8月12日"), ("130321000000", "2026年8月13日")]


@pytest.mark.parametrize(("region", "due"), CALCULATED)
def test_the_calculator_offers_the_county(client: Client, festival: None, region: str, due: str) -> None:
    page = client.get("/calculator/", {**ASKED, "region": region})
    assert (page.status_code, due in page.content.decode()) == (200, True)


def test_the_calculator_names_the_festival(client: Client, festival: None) -> None:
    page = client.get("/calculator/", {**ASKED, "region": "130321000000"}).content.decode()
    assert all(words in page for words in ("颁金节", "青龙满族自治县", "关于颁金节放假的通知"))


def test_without_festivals_the_calculator_asks_for_no_region(client: Client) -> None:
    assert 'name="region"' not in client.get("/calculator/").content.decode()


@pytest.mark.parametrize("region", ["130302000000", "x", "\x00", "9" * 50])
def test_a_region_that_is_not_offered_is_refused(client: Client, festival: None, region: str) -> None:
    assert client.get("/calculator/", {**ASKED, "region": region}).status_code == 422


MARKS = [
    # start, count, unit; is the answer marked as expected only
    ("2026-12-01", "20", "workday", False),
    ("2026-12-01", "30", "workday", True),
    ("2026-12-30", "1", "workday", False),
    ("2026-12-31", "1", "workday", True),
    ("2026-12-31", "0", "workday", False),
    ("2026-12-31", "1", "day", True),
    ("2026-12-01", "1", "month", True),
    ("2026-11-01", "1", "month", False),
    ("2027-05-10", "3", "workday", True),
    ("2019-12-30", "20", "workday", False),
]


@pytest.mark.parametrize(("start", "count", "unit", "marked"), MARKS)
def test_what_is_only_expected_is_marked(client: Client, start: str, count: str, unit: str, marked: bool) -> None:
    page = client.get("/calculator/", {"start": start, "count": count, "unit": unit})
    assert page.status_code == 200
    assert ("（预计）" in page.content.decode()) is marked


@pytest.mark.parametrize(("start", "count", "unit"), [row[:3] for row in MARKS if row[3]])
def test_the_notice_of_the_year_takes_the_mark_away(client: Client, start: str, count: str, unit: str) -> None:
    take_in(whole_year(2027))
    page = client.get("/calculator/", {"start": start, "count": count, "unit": unit})
    assert "（预计）" not in page.content.decode()


TABLE = [
    # start, count, unit, pauses, due: worked out by hand on the calendar of 2026
    ("2026-04-13", "20", "workday", [], "2026年5月13日"),
    ("2026-04-13", "20", "workday", [("2026-04-17", "2026-04-22")], "2026年5月18日"),
    ("2026-04-13", "20", "workday", [("2026-04-17", "2026-04-17")], "2026年5月13日"),
    ("2026-04-13", "20", "workday", [("2026-04-17", "2026-04-19")], "2026年5月13日"),  # a weekend only
    ("2026-04-13", "20", "workday", [("2026-04-17", "2026-04-20"), ("2026-04-20", "2026-04-22")], "2026年5月18日"),
    ("2026-04-13", "20", "workday", [("2026-04-17", "2026-04-22"), ("2026-04-18", "2026-04-21")], "2026年5月18日"),
    ("2026-04-13", "20", "day", [], "2026年5月6日"),
    ("2026-04-13", "20", "day", [("2026-04-17", "2026-04-22")], "2026年5月8日"),
    ("2026-01-31", "1", "month", [], "2026年2月28日"),
    ("2026-03-31", "1", "month", [], "2026年4月30日"),
    ("2024-01-31", "1", "month", [], "2024年2月29日"),
    ("2026-09-30", "1", "workday", [], "2026年10月8日"),
    ("2026-02-13", "1", "workday", [], "2026年2月14日"),
    ("2026-04-13", "0", "workday", [], "2026年4月13日"),
]


@pytest.mark.parametrize(("start", "count", "unit", "pauses", "due"), TABLE)
def test_the_calculator_by_table(
    client: Client, start: str, count: str, unit: str, pauses: list[tuple[str, str]], due: str
) -> None:
    asked = {"start": start, "count": count, "unit": unit}
    for number, (begin, end) in enumerate(pauses, 1):
        asked |= {f"pause_start_{number}": begin, f"pause_end_{number}": end}
    page = client.get("/calculator/", asked)
    assert (page.status_code, due in page.content.decode()) == (200, True)
