"""Who asks and of which house, read in one statement, is what is read part by part."""

from typing import Any

import pytest

from hall.organisation.models import Installation, Staff, Window
from hall.organisation.queries import installation
from hall.organisation.reading import house_and_person
from tests.builders import Hall

pytestmark = pytest.mark.django_db


def columns(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_every_column_is_what_the_mapper_reads(hall: Hall, django_assert_num_queries: Any) -> None:
    staff = hall.clerk.staff
    assert staff is not None
    staff.window = Window.objects.create(center=staff.center, number="7", name="综合窗口")
    staff.save()
    theirs = Staff.objects.select_related("center", "window").get(pk=staff.pk)
    with django_assert_num_queries(1):
        house, person = house_and_person(staff.pk)
        assert person is not None
        assert str(person.window) == str(theirs.window)
    assert columns(house) == columns(installation())
    assert columns(person) == columns(theirs)
    assert columns(person.center) == columns(theirs.center)
    assert columns(person.window) == columns(theirs.window)


def test_somebody_without_a_window_has_none(hall: Hall) -> None:
    assert hall.clerk.staff is not None
    Staff.objects.filter(pk=hall.clerk.staff.pk).update(window=None)
    _, person = house_and_person(hall.clerk.staff.pk)
    assert person is not None
    assert person.window is None


def test_an_account_of_no_person_has_a_house() -> None:
    house, person = house_and_person(None)
    assert (columns(house), person) == (columns(installation()), None)


def test_before_the_first_start_the_house_has_its_defaults() -> None:
    Installation.objects.all().delete()
    house, _ = house_and_person(None)
    assert (house.name, house.idle_minutes) == (Installation().name, Installation().idle_minutes)
