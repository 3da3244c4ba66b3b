"""Moving somebody to another center or department: what ties a person to the old place is handed over first."""

import io
from collections.abc import Iterator

import pytest
from django.test import Client

from hall.access.enums import Role
from hall.organisation import actions, departure
from hall.organisation.errors import ImportRefused
from hall.organisation.models import Center, Department, Post, Staff
from hall.organisation.tables import read_table
from tests.builders import Hall, make_case, make_center, make_department, make_staff, make_user

pytestmark = pytest.mark.django_db
HEAD = "工号,姓名,中心,部门\n"


@pytest.fixture
def home() -> Department:
    return make_department(make_center(), "市场监管局")


def bring(*lines: str) -> actions.StaffImport:
    table = read_table(io.BytesIO((HEAD + "\n".join(lines)).encode()))
    return actions.import_staff(table, centers=Center.objects.all(), by=None)


def line(person: Staff, center: Center | None = None, department: str = "", name: str = "") -> str:
    place = center or person.center
    return f"{person.number},{name or person.name},{place.code},{department}"


def offices(department: Department, person: Staff, office: str) -> None:
    """Give the person one office of the department."""
    if office == "A 岗":
        Post.objects.create(department=department, name="食品许可", holder_a=person)
    elif office == "B 岗":
        Post.objects.create(department=department, name="食品许可", holder_a=make_staff(department), holder_b=person)
    elif office == "负责人":
        Department.objects.filter(pk=department.pk).update(head=person)
    elif office == "首席代表":
        Department.objects.filter(pk=department.pk).update(chief_representative=person)


@pytest.mark.parametrize("office", ["A 岗", "B 岗", "负责人", "首席代表"])
@pytest.mark.parametrize("where", ["中心", "部门"])
def test_an_office_keeps_a_person_in_place(home: Department, office: str, where: str) -> None:
    person = make_staff(home, name="王丽")
    offices(home, person, office)
    make_department(home.center, "民政局")
    target = line(person, make_center("邻区政务服务中心")) if where == "中心" else line(person, department="民政局")
    with pytest.raises(ImportRefused) as refused:
        bring(target)
    (error,) = refused.value.errors
    assert (error.column, "请先指定接任的人" in error.sentence) == (where, True)
    person.refresh_from_db()
    assert person.department == home


def test_who_holds_nothing_moves_freely(home: Department) -> None:
    person = make_staff(home)
    other = make_department(home.center, "民政局")
    assert len(bring(line(person, department="民政局")).changed) == 1
    person.refresh_from_db()
    assert person.department == other


def test_other_facts_of_an_officer_may_change(home: Department) -> None:
    person = make_staff(home, name="王丽")
    offices(home, person, "首席代表")
    bring(line(person, department=home.name, name="王莉"))
    assert Staff.objects.get(pk=person.pk).name == "王莉"


@pytest.fixture
def busy() -> Iterator[None]:
    """A room above that says the person still has work."""

    def check(person: Staff) -> str:
        return f"{person.name}还有 3 件未办结的办件，请先移交。"

    departure.register(check)
    yield
    departure.unregister(check)


def test_open_work_keeps_a_person_in_place(home: Department, busy: None) -> None:
    person = make_staff(home, name="王丽")
    with pytest.raises(ImportRefused) as refused:
        bring(line(person, make_center("邻区政务服务中心")))
    assert "还有 3 件未办结的办件" in str(refused.value.errors[0])


def test_the_page_says_it_at_its_field(client: Client, home: Department, busy: None) -> None:
    person = make_staff(home, name="王丽")
    make_department(home.center, "民政局")
    client.force_login(make_user(Role.ADMIN, make_staff(center=home.center)))
    facts = {"number": person.number, "name": person.name, "center": home.center.code, "department": "民政局"}
    response = client.post(f"/manage/staff/{person.pk}/", {**facts, "window": "", "phone": "", "email": ""})
    assert (response.status_code, "请先移交" in response.content.decode()) == (422, True)


def test_a_clerk_with_an_open_case_stays_until_it_is_handed_over() -> None:
    hall = Hall()
    make_department(hall.center, "民政局")
    case = make_case(hall)
    clerk = hall.clerk.staff
    assert clerk is not None
    with pytest.raises(ImportRefused, match="1 处错误"):
        bring(line(clerk, department="民政局"))
    assert case.handler == clerk
