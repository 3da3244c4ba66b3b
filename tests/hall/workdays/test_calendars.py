"""Calendars of regions from the database, coherent across processes; and what the database itself refuses."""

import uuid
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from hall.workdays import queries
from hall.workdays.arithmetic import Notice
from hall.workdays.calendar_set import CalendarSet, Row, lineage
from hall.workdays.calendars import calendar_for, calendars
from hall.workdays.models import CalendarDay, CalendarNotice, CalendarVersion
from hall.workdays.shipped import shipped_calendar, shipped_days, shipped_notices
from tests.hall.workdays.builders import amending, take_in, whole_year

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_calendar")]


def test_the_database_holds_what_ships():
    assert CalendarDay.objects.count() == len(shipped_days())
    assert CalendarNotice.objects.count() == len(shipped_notices())


def test_the_seeded_calendar_is_the_shipped_one():
    days = [date.fromordinal(o) for o in range(date(2004, 1, 1).toordinal(), date(2027, 12, 31).toordinal())]
    ours, theirs = calendar_for(""), shipped_calendar()
    assert [ours.day(day) for day in days] == [theirs.day(day) for day in days]


def test_regions_without_days_of_their_own_share_one_calendar():
    assert calendar_for("130302000000") is calendar_for("")


def test_asking_again_takes_one_small_query(django_assert_num_queries):
    calendar_for("")
    with django_assert_num_queries(1):
        calendar_for("130302000000")


def test_another_process_sees_an_import():
    """It reads the token with every question; here the token is changed as another process would."""
    calendar_for("")
    CalendarDay.objects.in_force().filter(date=date(2026, 5, 1)).delete()
    CalendarVersion.objects.update(token=uuid.uuid4())
    assert calendar_for("").is_working(date(2026, 5, 1))


def test_a_database_never_seeded_answers_from_what_ships():
    CalendarVersion.objects.all().delete()
    assert calendars() is None
    assert calendar_for("130302000000") is shipped_calendar()


@pytest.mark.parametrize(
    ("code", "ancestors"),
    [
        ("", [""]),
        ("130000000000", ["", "130000000000"]),
        ("130321000000", ["", "130000000000", "130300000000", "130321000000"]),
        (
            "130321100201",
            ["", "130000000000", "130300000000", "130321000000", "130321100000", "130321100201"],
        ),
    ],
)
def test_the_lineage_of_a_region(code, ancestors):
    assert lineage(code) == ancestors


def test_the_nearest_region_has_the_last_word():
    day, notice = date(2026, 8, 15), Notice("x")  # a Saturday
    rows = [
        Row(day, "130321000000", "work", "试", notice),
        Row(day, "130300000000", "off", "试", notice),
        Row(day, "", "off", "试", notice),
    ]
    found = CalendarSet(rows, [2026])
    assert [found.for_region(code).is_working(day) for code in ("", "130300000000", "130321000000")] == [
        False,
        False,
        True,
    ]


def notice(**facts) -> CalendarNotice:
    return CalendarNotice.objects.create(**{"year": 2030, "title": "试", **facts})


def refused(make) -> bool:
    try:
        with transaction.atomic():
            make()
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    "facts",
    [
        {"date": date(2030, 5, 1), "kind": "work"},  # Wednesday
        {"date": date(2026, 5, 1), "kind": "off"},  # already named
    ],
)
def test_the_database_refuses_a_day(facts):
    made = notice()
    assert refused(lambda: CalendarDay.objects.create(name="试", notice=made, **facts))


@pytest.mark.parametrize(
    "facts", [{"year": 1980}, {"region": "1303"}, {"year": 2026}, {"document_no": "国办发明电〔2020〕1号"}]
)
def test_the_database_refuses_a_notice(facts):
    assert refused(lambda: notice(**facts))


def test_the_database_refuses_a_second_version_row():
    assert refused(lambda: CalendarVersion.objects.create(pk=2))


def test_regions_to_choose_from_are_those_with_own_days():
    assert queries.regions() == []
    take_in(amending("2026-08-12,off,颁金节"), region="130321000000", region_name="青龙满族自治县", title="试")
    assert queries.regions() == [("130321000000", "青龙满族自治县")]


def test_what_is_published_reaches_to_the_end_of_the_last_year():
    assert queries.published_through() == date(2026, 12, 31)
    take_in(whole_year(2027))
    assert queries.published_through() == date(2027, 12, 31)


@pytest.mark.parametrize(
    ("today", "missing"),
    [("2026-11-30", None), ("2026-12-01", 2027), ("2027-01-05", 2027), ("2025-12-31", None)],
)
def test_from_december_a_missing_year_is_named(today, missing):
    assert queries.year_missing(date.fromisoformat(today)) == missing


def test_days_of_a_year_tell_replaced_and_replacing_rows():
    days = [(day.kind, bool(day.superseded_by)) for day in queries.days_of(2020) if day.date == date(2020, 2, 1)]
    assert days == [("work", True), ("off", False)]
