"""The seven working styles: each found by what was done and when, at the edges of days, hours and calendars."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.cases import actions
from approvals.cases.enums import Channel, DeliveryMethod
from approvals.cases.models import Case, QueryCode
from approvals.cases.sources import daytime, styles
from approvals.catalogue.enums import CaseKind
from approvals.catalogue.models import ItemVersion, LegalBasis, StepLimit
from hall.facts import sources
from hall.organisation.enums import ExceptionKind
from hall.organisation.models import OpeningException, OpeningHours
from hall.workdays.calendars import calendar_for
from hall.workdays.models import CalendarDay, CalendarNotice
from tests.approvals.cases.sources.pledge_builders import count, delivered, part_of
from tests.builders import Hall, accepted_case, make_item_version, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(house: Hall) -> Hall:
    """The hall of the file; what a test changes is undone after it."""
    return house


APRIL_TO_MAY = "2026-04-01..2026-05-31"
POSTED, BROUGHT, COLLECTED = DeliveryMethod.POSTED, DeliveryMethod.BROUGHT, DeliveryMethod.COLLECTED


def shown(code: str, hall: Hall) -> int:
    return count(f"cases.style_{code}", hall, APRIL_TO_MAY)


# --- 马上办 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filed", "handed", "at_once"),
    [
        ("2026-04-13 10:08", "2026-04-13 11:00", 1),
        ("2026-04-13 00:05", "2026-04-13 23:55", 1),
        ("2026-04-13 23:30", "2026-04-14 00:10", 0),
        # One day by Greenwich, two in Beijing; and the other way round.
        ("2026-04-13 22:00", "2026-04-14 02:00", 0),
        ("2026-04-13 06:00", "2026-04-13 10:00", 1),
    ],
)
def test_at_once_is_the_beijing_day_of_filing(hall: Hall, filed: str, handed: str, at_once: int) -> None:
    delivered(hall, filed, handed)
    assert shown("at_once", hall) == at_once


def test_what_ended_without_a_decision_shows_no_style(hall: Hall) -> None:
    at = moment("2026-04-18 10:00")
    actions.withdraw(accepted_case(hall, at=at), by=hall.clerk, at=at)
    actions.void(accepted_case(hall, at=at), by=hall.chief, at=at, reason="重复登记")
    assert [source.count(part_of(hall)) for source in styles.STYLES] == [0] * len(styles.STYLES)


# --- 主动办 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handed", "method", "proactive"),
    [
        # Twenty working days from Monday 4/13 end on Wednesday 5/13, thirty days on: half is 4/28.
        ("2026-04-28 10:00", POSTED, 1),
        ("2026-04-28 10:00", BROUGHT, 1),
        ("2026-04-29 10:00", POSTED, 0),
        ("2026-04-14 10:00", COLLECTED, 0),
    ],
)
def test_proactive_is_early_and_taken_to_the_applicant(hall: Hall, handed: str, method: str, proactive: int) -> None:
    delivered(hall, handed=handed, method=DeliveryMethod(method))
    assert shown("proactive", hall) == proactive


def test_an_instant_item_is_not_proactive_by_being_instant(hall: Hall) -> None:
    version = make_item_version(hall.department, case_kind=CaseKind.INSTANT, promise=None)
    case = accepted_case(hall, version)
    Case.objects.filter(pk=case.pk).update(delivery_method=POSTED)
    assert shown("proactive", hall) == 0


# --- 上门办 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "method", "at_door"),
    [
        (Channel.OUTREACH, COLLECTED, 1),
        (Channel.WINDOW, BROUGHT, 1),
        (Channel.OUTREACH, BROUGHT, 1),
        (Channel.WINDOW, POSTED, 0),
        (Channel.ONLINE, COLLECTED, 0),
        (Channel.AGENT, COLLECTED, 0),
    ],
)
def test_at_the_door_is_filed_or_brought_there(hall: Hall, channel: str, method: str, at_door: int) -> None:
    delivered(hall, method=DeliveryMethod(method), channel=Channel(channel))
    assert shown("at_door", hall) == at_door


# --- 公开办 -------------------------------------------------------------------------------------------------------


def printed(case: Case) -> Case:
    QueryCode.objects.filter(case=case).update(sealed="", sealed_until=None, printed_at=case.received_at)
    return case


def test_open_is_a_whole_guide_and_a_receipt_in_hand(hall: Hall) -> None:
    printed(delivered(hall))
    delivered(hall)  # its receipt was never printed
    assert shown("open", hall) == 1


def without_basis(version: ItemVersion) -> None:
    LegalBasis.objects.filter(version=version).delete()


def without_steps(version: ItemVersion) -> None:
    StepLimit.objects.filter(version=version).delete()


def with_unknown_fee(version: ItemVersion) -> None:
    ItemVersion.objects.filter(pk=version.pk).update(is_free=False)


def without_materials(version: ItemVersion) -> None:
    version.materials.all().delete()


@pytest.mark.parametrize("spoil", [without_basis, without_steps, with_unknown_fee, without_materials])
def test_a_guide_that_lacks_one_element_is_not_open(hall: Hall, spoil: Any) -> None:
    version = make_item_version(hall.department, publish=False)
    spoil(version)
    ItemVersion.objects.filter(pk=version.pk).update(status="published", published_at=moment("2026-03-01 09:00"))
    assert not styles.whole_guides().filter(pk=version.pk).exists()


def test_a_guide_that_needs_no_materials_and_a_whole_one_are_open(hall: Hall) -> None:
    bare = make_item_version(hall.department, materials=(), no_materials=True)
    whole = make_item_version(hall.department)
    draft = make_item_version(hall.department, publish=False)
    found = styles.whole_guides().filter(pk__in=[bare.pk, whole.pk, draft.pk])
    assert set(found) == {bare, whole}


# --- 延时办、节假日预约办 -----------------------------------------------------------------------------------------


def open_hall(hall: Hall) -> Hall:
    """Open Monday to Friday 9–12 and 13–17, and on Saturday mornings."""
    for weekday in range(1, 6):
        OpeningHours.objects.create(center=hall.center, weekday=weekday, opens=time(9), closes=time(12))
        OpeningHours.objects.create(center=hall.center, weekday=weekday, opens=time(13), closes=time(17))
    OpeningHours.objects.create(center=hall.center, weekday=6, opens=time(9), closes=time(12))
    return hall


@pytest.mark.parametrize(
    ("handed", "after_hours", "holiday"),
    [
        ("2026-04-14 09:00", 0, 0),
        ("2026-04-14 11:59", 0, 0),
        ("2026-04-14 12:00", 1, 0),  # the doors close at noon
        ("2026-04-14 08:59", 1, 0),
        ("2026-04-14 17:30", 1, 0),
        ("2026-04-18 10:00", 0, 1),  # Saturday: open, yet no working day
        ("2026-04-19 10:00", 0, 1),
        ("2026-05-01 10:00", 0, 1),  # 劳动节, a Friday
        ("2026-05-09 10:00", 0, 0),  # a Saturday worked in its stead, with the hours of a Monday
        ("2026-05-09 18:00", 1, 0),
    ],
)
def test_after_hours_and_days_off_are_told_apart(hall: Hall, handed: str, after_hours: int, holiday: int) -> None:
    open_hall(hall)
    delivered(hall, handed=handed)
    assert (shown("after_hours", hall), shown("holiday", hall)) == (after_hours, holiday)


@pytest.mark.parametrize(
    ("channel", "expected"), [(Channel.WINDOW, 1), (Channel.OUTREACH, 1), (Channel.ONLINE, 0), (Channel.POST, 0)]
)
def test_filing_in_person_counts_and_filing_by_wire_does_not(hall: Hall, channel: str, expected: int) -> None:
    open_hall(hall)
    delivered(hall, filed="2026-04-18 10:00", handed="2026-04-20 10:00", channel=Channel(channel))
    delivered(hall, filed="2026-04-16 19:00", handed="2026-04-20 10:00", channel=Channel(channel))
    assert (shown("holiday", hall), shown("after_hours", hall)) == (expected, expected)


@pytest.mark.parametrize(
    ("kind", "hours", "handed", "after_hours"),
    [
        (ExceptionKind.CLOSED, None, "2026-04-14 10:00", 1),
        (ExceptionKind.OPEN, (time(18), time(20)), "2026-04-14 19:00", 0),
        (ExceptionKind.OPEN, (time(18), time(20)), "2026-04-14 10:00", 1),  # instead of the usual hours
        (ExceptionKind.APPOINTMENT, (time(18), time(20)), "2026-04-14 19:00", 1),  # by appointment is after hours
        (ExceptionKind.APPOINTMENT, (time(18), time(20)), "2026-04-14 10:00", 0),
    ],
)
def test_a_day_that_differs_has_its_own_hours(hall: Hall, kind: str, hours: Any, handed: str, after_hours: int) -> None:
    open_hall(hall)
    opens, closes = hours or (None, None)
    OpeningException.objects.create(center=hall.center, on=date(2026, 4, 14), kind=kind, opens=opens, closes=closes)
    delivered(hall, handed=handed)
    assert shown("after_hours", hall) == after_hours


def test_without_opening_hours_nothing_is_after_them(hall: Hall) -> None:
    delivered(hall, handed="2026-04-14 23:00")
    assert shown("after_hours", hall) == 0


def test_a_day_off_of_the_region_is_a_day_off_and_the_nearest_word_holds(hall: Hall) -> None:
    open_hall(hall)
    elsewhere = open_hall(Hall())
    for region, kind in (("130000000000", "off"), (hall.center.region_id, "off"), ("140000000000", "off")):
        notice = CalendarNotice.objects.create(year=2026, region=region, title="地方放假")
        CalendarDay.objects.create(date=date(2026, 4, 14), region=region, kind=kind, name="地方节日", notice=notice)
    delivered(hall, handed="2026-04-14 10:00")
    delivered(elsewhere, handed="2026-04-15 10:00")
    assert (shown("holiday", hall), shown("holiday", elsewhere)) == (1, 0)


def test_the_database_knows_the_same_days_off_as_the_calendar(hall: Hall) -> None:
    case = accepted_case(hall)
    calendar = calendar_for(hall.center.region_id)
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    wrong = []
    for day in (day for day in days if day.month in (1, 2, 5, 10)):
        at = moment(f"{day} 00:30")
        Case.objects.filter(pk=case.pk).update(received_at=at, accepted_at=at)
        rows = daytime.with_day(Case.objects.all(), "filed", "received_at")
        off = daytime.with_day_off(rows, "filed", region="center__region_id").filter(daytime.is_off("filed"))
        if off.exists() == calendar.is_working(day):
            wrong.append(day)
    assert not wrong


# --- every one of them --------------------------------------------------------------------------------------------


def test_nobody_claims_what_no_fact_proves() -> None:
    assert not sources.known("cases.style_special")


@pytest.mark.parametrize("source", styles.STYLES, ids=lambda source: source.code)
def test_a_style_counts_in_one_query_and_tells_where(hall: Hall, source: Any) -> None:
    open_hall(hall)
    case = printed(delivered(hall, "2026-04-18 10:00", "2026-04-18 11:00", method=BROUGHT))
    late = delivered(hall, handed="2026-04-14 20:00")
    part = part_of(hall)
    with CaptureQueriesContext(connection) as asked:
        number = source.count(part)
    assert (number, len(asked)) == (1, 1)
    (fact,) = source.find(part)
    assert fact.docket == (late if source.code == "cases.style_after_hours" else case).docket
    assert fact.occurred_at == Case.objects.get(docket=fact.docket).closed_at
    assert source.standing([fact.key]) == {fact.key}
