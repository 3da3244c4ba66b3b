"""Where an account may look."""

import pytest

from hall.access.enums import Role
from hall.access.rules import is_chief_of, is_head_of
from hall.access.scope import centers_of, departments_of
from hall.organisation.enums import Level
from hall.organisation.models import Center, Department, Region, Staff
from tests.builders import make_department, make_staff, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Center]:
    """A city with a county, town and village, and a county beside them."""
    made: dict[str, Center] = {}
    rows = [
        ("city", "130300000000", Level.CITY, None), ("county", "130302000000", Level.COUNTY, "city"),
        ("town", "130302001000", Level.TOWN, "county"), ("village", "130302001002", Level.VILLAGE, "town"),
        ("beside", "130303000000", Level.COUNTY, "city"),
    ]  # fmt: skip
    for number, (name, code, level, above) in enumerate(rows):
        region = Region.objects.create(code12=code, name=name, level=level)
        parent = made.get(above or "")
        made[name] = Center.objects.create(
            name=name, level=level, region=region, parent=parent, region6=code[:6], center_no=f"{number:04d}"
        )
    return made


def names(rows: object) -> set[str]:
    return {str(row) for row in rows}  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR])
def test_watchers_reach_all_levels_below(tree: dict[str, Center], role: Role) -> None:
    user = make_user(role, make_staff(center=tree["city"]))
    assert names(centers_of(user)) == {"city", "county", "town", "village", "beside"}


def test_watchers_reach_neither_up_nor_beside(tree: dict[str, Center]) -> None:
    user = make_user(Role.SUPERVISOR, make_staff(center=tree["county"]))
    assert names(centers_of(user)) == {"county", "town", "village"}


@pytest.mark.parametrize("role", [Role.CLERK, Role.APPROVER, Role.CHIEF])
def test_handlers_work_in_one_center(tree: dict[str, Center], role: Role) -> None:
    user = make_user(role, make_staff(center=tree["county"]))
    assert names(centers_of(user)) == {"county"}


def test_an_account_of_no_person(tree: dict[str, Center]) -> None:
    admin, clerk = make_user(Role.ADMIN), make_user(Role.CLERK)
    for user in (admin, clerk):
        user.staff = None
    assert centers_of(admin).count() == Center.objects.count()
    assert not centers_of(clerk).exists()
    assert not departments_of(clerk).exists()


def test_a_handler_works_in_one_department() -> None:
    own = make_department(name="市场监管局")
    make_department(own.center, "公安局")
    assert names(departments_of(make_user(Role.CLERK, make_staff(own)))) == {"市场监管局"}


def test_a_comprehensive_window_serves_every_department_of_its_center() -> None:
    own = make_department(name="市场监管局")
    make_department(own.center, "公安局")
    make_department(name="别处的局")
    clerk = make_user(Role.CLERK, make_staff(center=own.center))
    assert names(departments_of(clerk)) == {"市场监管局", "公安局"}


def test_watchers_see_departments_of_their_centers(tree: dict[str, Center]) -> None:
    make_department(tree["town"], "乡里的站")
    make_department(tree["beside"], "别处的局")
    assert names(departments_of(make_user(Role.AUDITOR, make_staff(center=tree["county"])))) == {"乡里的站"}


def test_head_and_chief_are_read_from_the_department() -> None:
    department = make_department()
    head, chief = make_staff(department), make_staff(department)
    Department.objects.filter(pk=department.pk).update(head=head, chief_representative=chief)
    department.refresh_from_db()
    as_head, as_chief = make_user(Role.APPROVER, head), make_user(Role.CHIEF, chief)
    assert [is_head_of(as_head, department), is_head_of(as_chief, department)] == [True, False]
    assert [is_chief_of(as_chief, department), is_chief_of(as_head, department)] == [True, False]


def test_an_account_of_no_person_is_head_of_nothing() -> None:
    user = make_user(Role.APPROVER)
    user.staff = None
    assert not is_head_of(user, make_department())
    assert not Staff.objects.filter(heads__isnull=False).exists()
