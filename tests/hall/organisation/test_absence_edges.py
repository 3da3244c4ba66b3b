"""The edges of absence and leaving: people who are gone, the same moment twice, chains of deputies."""

from datetime import timedelta

import pytest

from hall.access.enums import Role
from hall.access.models import User
from hall.organisation import actions, queries
from hall.organisation.errors import Refused
from hall.organisation.models import Absence, Post, Staff
from tests.builders import MONDAY, make_department, make_staff, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return make_user(Role.ADMIN)


def test_who_has_left_is_not_marked_absent(admin: User) -> None:
    person = make_staff(name="王丽", left_on=MONDAY.date() - timedelta(days=1))
    with pytest.raises(Refused, match="王丽已于 2026-04-12 离岗"):
        actions.mark_absent(staff=person, reason="培训", by=admin, at=MONDAY)
    assert not Absence.objects.exists()


def test_on_the_last_day_one_may_still_be_absent(admin: User) -> None:
    person = make_staff(left_on=MONDAY.date())
    assert actions.mark_absent(staff=person, reason="公出", by=admin, at=MONDAY).pk


def test_coming_back_in_the_same_moment_is_refused_not_an_error(admin: User) -> None:
    person = make_staff()
    actions.mark_absent(staff=person, reason="公出", by=admin, at=MONDAY)
    with pytest.raises(Refused):
        actions.return_to_post(staff=person, by=admin, at=MONDAY)


def test_a_deputy_who_has_left_does_not_act(admin: User) -> None:
    department = make_department()
    a, b = make_staff(department), make_staff(department, left_on=MONDAY.date() - timedelta(days=1))
    Post.objects.create(department=department, name="食品许可", holder_a=a, holder_b=b)
    assert actions.mark_absent(staff=a, reason="公出", by=admin, at=MONDAY).acting is None
    assert queries.acting_staff(a, MONDAY) == a


# Who works for A at the moment, by who is away; B is A's deputy and C is B's.
CHAIN = [
    ((), "a"),
    (("a",), "b"),
    (("a", "b"), "a"),
    (("b",), "a"),
    (("a", "c"), "b"),
    (("a", "b", "c"), "a"),
]


@pytest.mark.parametrize(("away", "worker"), CHAIN)
def test_a_deputy_hands_on_no_further(admin: User, away: tuple[str, ...], worker: str) -> None:
    department = make_department()
    people = {name: make_staff(department) for name in "abc"}
    for first, second in (("a", "b"), ("b", "c")):
        Post.objects.create(department=department, name=first, holder_a=people[first], holder_b=people[second])
    for name in away:
        actions.mark_absent(staff=people[name], reason="公出", by=admin, at=MONDAY)
    assert queries.acting_staff(people["a"], MONDAY) == people[worker]


@pytest.mark.parametrize("away", [True, False])
def test_a_list_of_people_says_who_is_away(admin: User, away: bool) -> None:
    person = make_staff()
    if away:
        actions.mark_absent(staff=person, reason="公出", by=admin, at=MONDAY)
    found = queries.with_presence(Staff.objects.filter(pk=person.pk), MONDAY).get()
    assert found.away is away


def test_an_absence_of_yesterday_is_over(admin: User) -> None:
    person = make_staff()
    actions.mark_absent(staff=person, reason="公出", by=admin, at=MONDAY)
    actions.return_to_post(staff=person, by=admin, at=MONDAY + timedelta(hours=1))
    later = MONDAY + timedelta(days=1)
    assert queries.open_absence(person, later) is None
    assert actions.mark_absent(staff=person, reason="培训", by=admin, at=later).pk


def test_the_record_keeps_every_absence(admin: User) -> None:
    person = make_staff()
    for day in range(3):
        at = MONDAY + timedelta(days=day)
        actions.mark_absent(staff=person, reason="公出", by=admin, at=at)
        actions.return_to_post(staff=person, by=admin, at=at + timedelta(hours=2))
    assert person.absences.count() == 3
