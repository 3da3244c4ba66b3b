"""Every constraint of the room, each broken once: the database refuses it by name, and it has a sentence for a person.

The table is complete on purpose: a constraint added without a line here fails the first test.
"""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import DataError, IntegrityError, models, transaction

from hall.organisation.enums import ExceptionKind, Level
from hall.organisation.models import (
    Absence,
    Center,
    Department,
    Installation,
    OpeningException,
    OpeningHours,
    Post,
    Region,
    Staff,
    Window,
)
from tests.builders import MONDAY, make_center, make_department, make_region, make_staff, make_window

pytestmark = pytest.mark.django_db
ROOM = (Region, Center, OpeningHours, OpeningException, Department, Window, Staff, Post, Absence, Installation)


def center(**facts: Any) -> Center:
    """A center that would be accepted, but for what the test changes."""
    region = facts.pop("region", None) or make_region("130324000000", "卢龙县")
    defaults = {"name": "卢龙县政务服务中心", "level": Level.COUNTY, "region6": region.code6, "center_no": "0001"}
    return Center(region=region, **{**defaults, **facts})


def second_main() -> Center:
    taken = make_center()
    return center(region=taken.region, center_no="0044")


def same_number() -> Center:
    taken = make_center()
    return center(region=taken.region, center_no=taken.center_no, main=False, parent=taken)


def overlapping_hours() -> OpeningHours:
    place = make_center()
    OpeningHours.objects.create(center=place, weekday=3, opens=time(8), closes=time(12))
    return OpeningHours(center=place, weekday=3, opens=time(11, 59), closes=time(13))


def hours(**facts: Any) -> OpeningHours:
    return OpeningHours(**{"center": make_center(), "weekday": 1, "opens": time(8), "closes": time(12), **facts})


def second_closure() -> OpeningException:
    place, day = make_center(), date(2026, 5, 1)
    OpeningException.objects.create(center=place, on=day, kind=ExceptionKind.CLOSED)
    return OpeningException(center=place, on=day, kind=ExceptionKind.CLOSED)


def closure_with_times() -> OpeningException:
    times = {"opens": time(8), "closes": time(9)}
    return OpeningException(center=make_center(), on=date(2026, 5, 1), kind=ExceptionKind.CLOSED, **times)


def same_department() -> Department:
    taken = make_department()
    return Department(center=taken.center, name=taken.name)


def same_window() -> Window:
    taken = make_window(make_center())
    return Window(center=taken.center, number=taken.number, name="另一个")


def post(**facts: Any) -> Post:
    department = facts.pop("department", None) or make_department()
    holder = facts.pop("holder_a", None) or make_staff(department)
    return Post(department=department, name="食品许可", holder_a=holder, **facts)


def same_post() -> Post:
    taken = post()
    taken.save()
    return post(department=taken.department)


def second_post() -> Post:
    taken = post()
    taken.save()
    return Post(department=taken.department, name="药品许可", holder_a=taken.holder_a)


def both_holders() -> Post:
    person = make_staff(make_department())
    return post(department=person.department, holder_a=person, holder_b=person)


def overlapping_absence() -> Absence:
    person = make_staff()
    span = {"from_at": MONDAY, "until_at": MONDAY + timedelta(days=2)}
    Absence.objects.create(staff=person, reason="培训", **span)
    return Absence(staff=person, reason="公出", from_at=MONDAY + timedelta(days=1))


def absence_backwards() -> Absence:
    return Absence(staff=make_staff(), reason="培训", from_at=MONDAY, until_at=MONDAY - timedelta(hours=1))


BROKEN: dict[str, Callable[[], models.Model]] = {
    "region_code12_digits": lambda: Region(code12="13032400000X", name="卢龙县", level=Level.COUNTY),
    "region_level_known": lambda: Region(code12="130324000000", name="卢龙县", level="planet"),
    "center_number_unique_in_region": same_number,
    "center_one_main_per_region": second_main,
    "center_number_digits": lambda: center(center_no="A001"),
    "center_level_known": lambda: center(level="planet"),
    "center_branch_has_parent": lambda: center(main=False),
    "center_position_whole": lambda: center(latitude="39.9"),
    "opening_weekday_known": lambda: hours(weekday=8),
    "opening_closes_after_opens": lambda: hours(opens=time(12), closes=time(8)),
    "opening_no_overlap": overlapping_hours,
    "opening_exception_one_closure": second_closure,
    "opening_exception_times": closure_with_times,
    "department_name_unique_in_center": same_department,
    "window_number_unique_in_center": same_window,
    "staff_number_and_name": lambda: Staff(center=make_center(), number="", name="王丽"),
    "post_name_unique_in_department": same_post,
    "post_one_per_a_holder": second_post,
    "post_holders_differ": both_holders,
    "absence_ends_after_start": absence_backwards,
    "absence_no_overlap": overlapping_absence,
    "installation_single_row": lambda: Installation(id=2, name="第二个大厅"),
    "installation_idle_minutes": lambda: Installation(idle_minutes=61),
    "installation_password_policy": lambda: Installation(password_policy="none"),
}
CONSTRAINTS = {constraint.name: constraint for model in ROOM for constraint in model._meta.constraints}


def test_no_constraint_is_left_out_of_the_table() -> None:
    assert set(BROKEN) == set(CONSTRAINTS)


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses(name: str) -> None:
    row = BROKEN[name]()
    # A range that ends before it begins is refused by PostgreSQL while it builds the index, before the check by name.
    with pytest.raises((IntegrityError, DataError)) as refused, transaction.atomic():
        row.save(force_insert=True)
    assert name in str(refused.value) or "range lower bound" in str(refused.value)


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_it_has_a_sentence_of_its_own(name: str) -> None:
    constraint = CONSTRAINTS[name]
    sentence = str(constraint.violation_error_message)
    assert sentence != str(constraint.default_violation_error_message)
    assert sentence.endswith("。")
    assert any("一" <= char <= "鿿" for char in sentence)


POSITIONS = [
    # latitude, longitude, accepted
    (None, None, True),
    ("39.90469", "116.40717", True),
    ("-90", "-180", True),
    ("90", "180", True),
    ("90.00001", "0", False),
    ("0", "180.00001", False),
    ("39.9", None, False),
    (None, "119.6", False),
]


@pytest.mark.parametrize(("latitude", "longitude", "accepted"), POSITIONS)
def test_a_position_is_whole_and_on_this_planet(latitude: str | None, longitude: str | None, accepted: bool) -> None:
    place = center(latitude=latitude, longitude=longitude)
    if accepted:
        place.save()
        return
    with pytest.raises(IntegrityError, match="center_position_whole"), transaction.atomic():
        place.save()


# A branch is a center that is not its region's main one.
BRANCHES = [
    # level, main, stub, has a parent, accepted
    (Level.COUNTY, True, False, False, True),
    (Level.COUNTY, False, False, True, True),
    (Level.COUNTY, False, False, False, False),
    (Level.COUNTY, False, True, False, True),
    (Level.CITY, False, False, False, True),
    (Level.TOWN, False, False, False, False),
    (Level.VILLAGE, True, False, False, True),
]


@pytest.mark.parametrize(("level", "main", "stub", "below", "accepted"), BRANCHES)
def test_which_centers_stand_below_another(level: str, main: bool, stub: bool, below: bool, accepted: bool) -> None:
    place = center(level=level, main=main, stub=stub, parent=make_center() if below else None)
    if accepted:
        place.save()
        return
    with pytest.raises(IntegrityError, match="center_branch_has_parent"), transaction.atomic():
        place.save()


SPANS = [
    # opens, closes, weekday, accepted beside Wednesday 8:00-12:00
    (time(12), time(17), 3, True),
    (time(7), time(8), 3, True),
    (time(8), time(12), 4, True),
    (time(8), time(12), 3, False),
    (time(9), time(10), 3, False),
    (time(7), time(17), 3, False),
    (time(11, 59, 59), time(12, 30), 3, False),
]


@pytest.mark.parametrize(("opens", "closes", "weekday", "accepted"), SPANS)
def test_spans_of_one_day_may_touch_but_not_overlap(opens: time, closes: time, weekday: int, accepted: bool) -> None:
    place = make_center()
    OpeningHours.objects.create(center=place, weekday=3, opens=time(8), closes=time(12))
    row = OpeningHours(center=place, weekday=weekday, opens=opens, closes=closes)
    if accepted:
        row.save()
        return
    with pytest.raises(IntegrityError, match="opening_no_overlap"), transaction.atomic():
        row.save()


ABSENCES = [
    # from, until (days after Monday) beside an absence of days 2 to 4; accepted
    (0, 2, True),
    (4, 5, True),
    (4, None, True),
    (0, 1, True),
    (0, 3, False),
    (3, 5, False),
    (1, None, False),
    (2, 4, False),
]


@pytest.mark.parametrize(("start", "end", "accepted"), ABSENCES)
def test_absences_may_touch_but_not_overlap(start: int, end: int | None, accepted: bool) -> None:
    person = make_staff()

    def absence(first: int, last: int | None) -> Absence:
        until = MONDAY + timedelta(days=last) if last is not None else None
        return Absence(staff=person, reason="培训", from_at=MONDAY + timedelta(days=first), until_at=until)

    absence(2, 4).save()
    if accepted:
        absence(start, end).save()
        return
    with pytest.raises(IntegrityError, match="absence_no_overlap"), transaction.atomic():
        absence(start, end).save()


def test_absences_of_two_people_do_not_meet() -> None:
    for person in (make_staff(), make_staff()):
        Absence.objects.create(staff=person, reason="培训", from_at=MONDAY)
    assert Absence.objects.count() == 2


@pytest.mark.parametrize(("minutes", "accepted"), [(4, False), (5, True), (60, True), (61, False)])
def test_idle_minutes(minutes: int, accepted: bool) -> None:
    house = Installation(idle_minutes=minutes)
    if accepted:
        house.save()
        return
    with pytest.raises(IntegrityError, match="installation_idle_minutes"), transaction.atomic():
        house.save()


@pytest.mark.parametrize(("second", "accepted"), [("A2", True), ("A1", False), ("a1", True)])
def test_a_staff_number_belongs_to_one_person(second: str, accepted: bool) -> None:
    place = make_center()
    Staff.objects.create(center=place, name="王丽", number="A1")
    twin = Staff(center=place, name="王丽", number=second)
    if accepted:
        twin.save()
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


# What is pointed at cannot be deleted: the way from each pointing column to the row it protects.
POINTERS: list[tuple[Callable[[], models.Model], str]] = [
    (lambda: Region.objects.create(code12="130324001000", name="镇", level=Level.TOWN, parent=make_region()), "parent"),
    (lambda: _saved(center(main=False, parent=make_center())), "parent"),
    (make_department, "center"),
    (lambda: make_window(make_center()), "center"),
    (lambda: make_staff(make_department()), "department"),
    (lambda: _saved(post()), "department"),
    (lambda: _saved(post()), "holder_a"),
    (lambda: _saved(Absence(staff=make_staff(), reason="培训", from_at=MONDAY)), "staff"),
]


def _saved(row: Any) -> Any:
    row.save()
    return row


@pytest.mark.parametrize(("make", "column"), POINTERS)
def test_what_others_point_at_stays(make: Callable[[], models.Model], column: str) -> None:
    row = make()
    with pytest.raises(models.ProtectedError):
        getattr(row, column).delete()
