"""A to B, leaving, placeholders: what the verbs do and what they refuse."""

from datetime import date, timedelta

import pytest

from hall.access.enums import Role
from hall.access.models import User
from hall.ledger.models import Event
from hall.organisation import actions, departure, queries
from hall.organisation.enums import Level
from hall.organisation.errors import Refused
from hall.organisation.models import Absence, Department, Installation, Post, Staff
from tests.builders import MONDAY, make_center, make_department, make_staff, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return make_user(Role.ADMIN)


@pytest.fixture
def pair(admin: User) -> tuple[Staff, Staff]:
    """The A and the B holder of one post."""
    department = make_department(admin.staff.center if admin.staff else None, "市场监管局")
    a, b = make_staff(department, name="王丽"), make_staff(department, name="张强")
    Post.objects.create(department=department, name="食品许可", holder_a=a, holder_b=b)
    return a, b


def away(person: Staff, by: User, hours: int = 0) -> Absence:
    return actions.mark_absent(staff=person, reason="培训", by=by, at=MONDAY + timedelta(hours=hours))


def test_b_acts_while_a_is_away(pair: tuple[Staff, Staff], admin: User) -> None:
    a, b = pair
    away(a, admin)
    acting = [queries.acting_staff(a, MONDAY + timedelta(hours=h)) for h in (-1, 0, 5)]
    assert acting == [a, b, b]


def test_a_acts_again_from_the_moment_of_return(pair: tuple[Staff, Staff], admin: User) -> None:
    a, b = pair
    away(a, admin)
    actions.return_to_post(staff=a, by=admin, at=MONDAY + timedelta(hours=3))
    acting = [queries.acting_staff(a, MONDAY + timedelta(hours=h)) for h in (2, 3)]
    assert acting == [b, a]


def test_with_both_away_the_work_stays_with_a(pair: tuple[Staff, Staff], admin: User) -> None:
    a, b = pair
    away(a, admin)
    away(b, admin)
    assert queries.acting_staff(a, MONDAY) == a
    assert not queries.represented_by(b, MONDAY).exists()


def test_without_a_deputy_the_work_stays(admin: User) -> None:
    person = make_staff()
    assert away(person, admin).acting is None
    assert queries.acting_staff(person, MONDAY) == person


def test_the_deputy_sees_whom_they_act_for(pair: tuple[Staff, Staff], admin: User) -> None:
    a, b = pair
    away(a, admin)
    assert list(queries.represented_by(b, MONDAY)) == [a]
    assert not queries.represented_by(b, MONDAY - timedelta(minutes=1)).exists()


def test_the_deputy_is_the_one_named_then(pair: tuple[Staff, Staff], admin: User) -> None:
    """A post that gets another B later does not rewrite who acted."""
    a, b = pair
    away(a, admin)
    Post.objects.update(holder_b=make_staff(a.department))
    assert queries.acting_staff(a, MONDAY) == b


def test_both_are_on_the_record(pair: tuple[Staff, Staff], admin: User) -> None:
    a, b = pair
    away(a, admin)
    actions.return_to_post(staff=a, by=admin, at=MONDAY + timedelta(hours=3))
    events = Event.objects.order_by("pk")
    assert [(e.kind, e.data["staff"], e.data["acting"]) for e in events] == [
        ("organisation.absence", a.pk, b.pk),
        ("organisation.return", a.pk, b.pk),
    ]


def test_events_name_nobody(pair: tuple[Staff, Staff], admin: User) -> None:
    away(pair[0], admin)
    assert "王丽" not in str(Event.objects.get().data)


def test_one_cannot_be_absent_twice(pair: tuple[Staff, Staff], admin: User) -> None:
    away(pair[0], admin)
    with pytest.raises(Refused, match="已登记不在岗"):
        away(pair[0], admin, hours=1)


def test_one_cannot_return_without_leaving(pair: tuple[Staff, Staff], admin: User) -> None:
    with pytest.raises(Refused, match="没有登记不在岗"):
        actions.return_to_post(staff=pair[0], by=admin, at=MONDAY)


def test_leaving_is_recorded(admin: User) -> None:
    person = make_staff()
    actions.leave(staff=person, on=date(2026, 4, 30), by=admin, at=MONDAY)
    person.refresh_from_db()
    assert (person.left_on, Event.objects.get().kind) == (date(2026, 4, 30), "organisation.departure")
    assert Staff.history.filter(id=person.pk).first().history_user == admin


def test_open_work_must_be_handed_over_first(admin: User) -> None:
    def busy(staff: Staff) -> str:
        return f"{staff.name}还有 3 件未办结的办件，请先移交。"

    person = make_staff(name="王丽")
    departure.register(busy)
    try:
        with pytest.raises(Refused, match="还有 3 件未办结的办件，请先移交"):
            actions.leave(staff=person, on=date(2026, 4, 30), by=admin, at=MONDAY)
    finally:
        departure.unregister(busy)
    person.refresh_from_db()
    assert person.left_on is None


@pytest.mark.parametrize("office", ["a", "b", "head", "chief"])
def test_offices_need_a_successor_first(pair: tuple[Staff, Staff], admin: User, office: str) -> None:
    a, b = pair
    other = make_staff(a.department)
    Department.objects.filter(pk=a.department_id).update(head=other, chief_representative=other)
    person = {"a": a, "b": b, "head": other, "chief": other}[office]
    with pytest.raises(Refused, match="请先指定接任的人"):
        actions.leave(staff=person, on=date(2026, 4, 30), by=admin, at=MONDAY)


def test_one_leaves_once(admin: User) -> None:
    person = make_staff()
    actions.leave(staff=person, on=date(2026, 4, 30), by=admin, at=MONDAY)
    with pytest.raises(Refused, match="已于 2026-04-30 离岗"):
        actions.leave(staff=person, on=date(2026, 5, 30), by=admin, at=MONDAY)


def test_a_person_serves_through_the_last_day(admin: User) -> None:
    person = make_staff()
    actions.leave(staff=person, on=date(2026, 4, 30), by=admin, at=MONDAY)
    serving = [
        Staff.objects.serving(day).filter(pk=person.pk).exists() for day in (date(2026, 4, 30), date(2026, 5, 1))
    ]
    assert serving == [True, False]


def test_a_placeholder_area_is_made_once(admin: User) -> None:
    first = actions.ensure_stub_center(code12="511602000000", name="广安区", by=admin)
    again = actions.ensure_stub_center(code12="511602000000", name="广安区", by=admin)
    assert (first.pk, first.stub, first.level, first.region.stub) == (again.pk, True, Level.COUNTY, True)


def test_a_placeholder_is_not_shown_to_citizens(admin: User) -> None:
    stub = actions.ensure_stub_center(code12="511602000000", name="广安区", by=admin)
    assert stub not in queries.public_centers()


def test_a_department_keeps_every_code_it_was_given() -> None:
    center = make_center()
    for code in ("11511602008", "11511602008", "X-99", ""):
        department = actions.ensure_department(center=center, name="民政局", code=code, by=None)
    assert (department.code, department.other_codes, Department.objects.count()) == ("11511602008", ["X-99"], 1)


def test_a_branch_gets_the_next_number(admin: User) -> None:
    main = make_center()
    branch = actions.add_center(
        name="不动产分中心", level=Level.COUNTY, region=main.region, parent=main, by=admin, address="演示路 9 号"
    )
    assert (branch.center_no, branch.main, branch.code) == ("0013", False, main.region6 + "0013")


def test_the_first_start_writes_the_row_once() -> None:
    actions.set_up_installation(name="海港区政务服务中心", demonstration=True)
    actions.set_up_installation(name="别的", demonstration=False)
    house = Installation.objects.get()
    assert (house.name, house.demonstration, queries.installation()) == ("海港区政务服务中心", True, house)


def test_before_the_first_start_there_are_defaults() -> None:
    assert queries.installation().idle_minutes == 15
