"""What the database itself refuses, with the sentence a form shows."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

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
    Window,
)
from tests.builders import MONDAY, make_center, make_department, make_region, make_staff

pytestmark = pytest.mark.django_db


def refused(row: Any, sentence: str) -> None:
    """Both doors are shut: validation speaks, and the database stands behind it."""
    with pytest.raises(ValidationError) as error:
        row.full_clean()
    assert sentence in "".join(error.value.messages)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_region_code_is_twelve_digits() -> None:
    refused(Region(code12="13030200000x", name="某区", level=Level.COUNTY), "12 位数字")


def test_center_number_is_unique_in_its_region() -> None:
    first = make_center()
    twin = Center(
        name="另一个", level=Level.COUNTY, region=first.region, region6=first.region6, center_no=first.center_no,
        main=False, parent=first,
    )  # fmt: skip
    refused(twin, "已有这个中心编号")


def test_a_region_has_one_main_center() -> None:
    first = make_center()
    second = Center(
        name="另一个", level=Level.COUNTY, region=first.region, region6=first.region6, center_no="0099", main=True
    )
    refused(second, "已有本级中心")


def test_a_branch_needs_a_parent() -> None:
    region = make_region()
    branch = Center(
        name="分中心", level=Level.COUNTY, region=region, region6=region.code6, center_no="0099", main=False
    )
    refused(branch, "必须有上级中心")


def test_half_a_position_is_refused() -> None:
    region = make_region()
    place = Center(
        name="某中心", level=Level.COUNTY, region=region, region6=region.code6, center_no="0001", latitude=39
    )
    refused(place, "经度和纬度")


@pytest.mark.parametrize("field", ["region6", "center_no"])
def test_a_center_number_is_assigned_once(field: str) -> None:
    center = make_center()
    with pytest.raises(IntegrityError, match="assigned once"):
        Center.objects.filter(pk=center.pk).update(**{field: "130303" if field == "region6" else "0777"})


def test_opening_hours_of_a_day_do_not_overlap() -> None:
    center = make_center()
    OpeningHours.objects.create(center=center, weekday=1, opens=time(8, 30), closes=time(12))
    refused(OpeningHours(center=center, weekday=1, opens=time(11), closes=time(13)), "重叠")


def test_opening_hours_may_touch_and_repeat_on_another_day() -> None:
    center = make_center()
    for weekday, opens, closes in ((1, time(8), time(12)), (1, time(12), time(17)), (2, time(8), time(12))):
        row = OpeningHours(center=center, weekday=weekday, opens=opens, closes=closes)
        row.full_clean()
        row.save()
    assert center.opening_hours.count() == 3


def test_a_door_closes_after_it_opens() -> None:
    row = OpeningHours(center=make_center(), weekday=1, opens=time(12), closes=time(12))
    with pytest.raises(ValidationError, match="晚于开门"):
        row.full_clean()


def test_an_eighth_weekday_is_refused() -> None:
    refused(OpeningHours(center=make_center(), weekday=8, opens=time(8), closes=time(9)), "不是有效选项")


@pytest.mark.parametrize(
    ("kind", "opens", "closes"),
    [
        (ExceptionKind.CLOSED, time(8), time(9)),
        (ExceptionKind.OPEN, None, None),
        (ExceptionKind.OPEN, time(8), None),
        (ExceptionKind.APPOINTMENT, time(9), time(8)),
    ],
)
def test_an_exception_has_the_times_of_its_kind(kind: ExceptionKind, opens: time | None, closes: time | None) -> None:
    row = OpeningException(center=make_center(), on=date(2026, 5, 1), kind=kind, opens=opens, closes=closes)
    refused(row, "不开门的日子不填时间")


def test_department_names_are_unique_in_a_center() -> None:
    first = make_department()
    refused(Department(center=first.center, name=first.name), "同名部门")


def test_window_numbers_are_unique_in_a_center() -> None:
    center = make_center()
    Window.objects.create(center=center, number="12", name="综合窗口")
    refused(Window(center=center, number="12", name="另一个"), "同号窗口")


def test_one_person_is_not_both_holders() -> None:
    department = make_department()
    person = make_staff(department)
    refused(Post(department=department, name="食品许可", holder_a=person, holder_b=person), "不能是同一个人")


def test_one_person_is_a_holder_once() -> None:
    department = make_department()
    person = make_staff(department)
    Post.objects.create(department=department, name="食品许可", holder_a=person)
    refused(Post(department=department, name="药品许可", holder_a=person), "已是另一个岗位的 A 岗")


def test_absences_of_a_person_do_not_overlap() -> None:
    person, start = make_staff(), MONDAY
    Absence.objects.create(staff=person, from_at=start, reason="培训")
    refused(Absence(staff=person, from_at=start + timedelta(days=3), reason="公出"), "已登记过不在岗")


def test_an_absence_ends_after_it_began() -> None:
    with pytest.raises(ValidationError, match="晚于开始"):
        Absence(staff=make_staff(), from_at=MONDAY, until_at=MONDAY, reason="培训").full_clean()


def test_there_is_one_installation() -> None:
    with pytest.raises(IntegrityError):
        Installation.objects.create(pk=2, name="第二份")


def test_idle_minutes_stay_within_bounds() -> None:
    with pytest.raises(ValidationError, match="5 到 60"):
        Installation(idle_minutes=90).full_clean()
