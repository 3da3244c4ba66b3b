"""The day somebody began, as a table or a form says it; a table without the column says nothing."""

from datetime import date

import pytest

from hall.access.forms.management import StaffForm
from hall.organisation.models import Center, Staff
from hall.organisation.staff_import import read_rows
from hall.organisation.tables import Row, Table
from tests.builders import Hall, make_staff

pytestmark = pytest.mark.django_db


def table(hall: Hall, **cells: str) -> Table:
    found = {"工号": "J0001", "姓名": "新来的", "中心": hall.center.code, **cells}
    return Table(tuple(found), [Row(1, found)])


@pytest.mark.parametrize(
    ("said", "day"),
    [("2026-10-20", date(2026, 10, 20)), ("2026-10-20 00:00:00", date(2026, 10, 20)), ("", None)],
)
def test_the_day_is_read(hall: Hall, said: str, day: date | None) -> None:
    rows, errors = read_rows(table(hall, 到岗日期=said), Center.objects.all())
    assert not errors
    assert rows[0].values_for(Staff(center=hall.center))["joined_on"] == day


@pytest.mark.parametrize("said", ["十月", "2026-13-01", "20.10.2026", "\x00"])
def test_what_is_no_day_is_said_so(hall: Hall, said: str) -> None:
    rows, errors = read_rows(table(hall, 到岗日期=said), Center.objects.all())
    assert not rows
    assert [error.column for error in errors] == ["到岗日期"]


def test_a_table_without_the_column_leaves_the_day(hall: Hall) -> None:
    rows, _ = read_rows(table(hall), Center.objects.all())
    assert "joined_on" not in rows[0].values_for(Staff(center=hall.center))


def test_the_form_shows_and_keeps_the_day(hall: Hall) -> None:
    person = make_staff(hall.department, joined_on=date(2026, 10, 20))
    data = StaffForm.facts_of(person)
    assert data["joined_on"] == "2026-10-20"
    form = StaffForm(data, centers=Center.objects.all(), person=person, initial=data)
    assert form.is_valid(), form.errors
    assert form.row is not None
    assert form.row.values_for(person)["joined_on"] == date(2026, 10, 20)
