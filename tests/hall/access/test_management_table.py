"""Role by page by method on rows that are there: who reads, who writes, and that nobody else changed a thing (A01).

tests/guards walks every route; here stand the rows of this room with what each is worth, so that a page that opens for
the wrong role is seen with its reason.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import pytest
from django.test import Client

from hall.access.enums import Role
from hall.access.models import User
from hall.organisation.enums import ExceptionKind
from hall.organisation.models import (
    Center,
    Department,
    Installation,
    OpeningException,
    OpeningHours,
    Post,
    Staff,
    Window,
)
from tests.builders import make_center, make_department, make_staff, make_user, make_window
from tests.hall.access.builders import house

pytestmark = pytest.mark.django_db
C, A, H, S, M, U = Role.CLERK, Role.APPROVER, Role.CHIEF, Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR


@dataclass
class World:
    """One center with a row of each kind, and somebody of every role in it."""

    center: Center
    department: Department
    window: Window
    post: Post
    person: Staff
    account: User
    hours: OpeningHours
    exception: OpeningException

    def user(self, role: Role) -> User:
        return make_user(role, make_staff(center=self.center))


@pytest.fixture
def world() -> World:
    house(name="海港区政务服务中心")
    center = make_center()
    department = make_department(center)
    person = make_staff(department, name="王丽")
    return World(
        center=center,
        department=department,
        window=make_window(center, department=department),
        post=Post.objects.create(department=department, name="食品许可", holder_a=make_staff(department)),
        person=person,
        account=make_user(C, person, username="wangli"),
        hours=OpeningHours.objects.create(center=center, weekday=1, opens=time(9), closes=time(17)),
        exception=OpeningException.objects.create(center=center, on=date(2026, 5, 1), kind=ExceptionKind.CLOSED),
    )


# Pages that are read: address, roles that open it.
READ: dict[str, tuple[Callable[[World], str], set[Role]]] = {
    "people": (lambda _: "/manage/staff/", {M, U}),
    "a person": (lambda w: f"/manage/staff/{w.person.pk}/", {M}),
    "a new person": (lambda _: "/manage/staff/new/", {M}),
    "the import": (lambda _: "/manage/staff/import/", {M}),
    "roles": (lambda _: "/manage/roles/", {M, U}),
    "settings": (lambda _: "/manage/settings/", {M}),
    "history": (lambda _: "/manage/history/", {M, U}),
    "history of a person": (lambda w: f"/manage/history/?kind=staff&row={w.person.pk}", {M, U}),
    "departments": (lambda _: "/manage/places/departments/", {M}),
    "a department": (lambda w: f"/manage/places/departments/{w.department.pk}/", {M}),
    "a window": (lambda w: f"/manage/places/windows/{w.window.pk}/", {M}),
    "a post": (lambda w: f"/manage/places/posts/{w.post.pk}/", {M}),
    "a center": (lambda w: f"/manage/places/centers/{w.center.pk}/", {M}),
    "opening hours": (lambda w: f"/manage/places/centers/{w.center.pk}/hours/", {M}),
    "a new post": (lambda _: "/manage/places/posts/new/", {M}),
    "a new branch": (lambda _: "/manage/places/centers/new/", {M}),
    "the calendar": (lambda _: "/manage/calendar/", {C, A, H, S, M, U}),
    "health": (lambda _: "/health/", {S, M, U}),
    "the inbox": (lambda _: "/inbox/", {C, A, H, S, M, U}),
    "the own absence": (lambda _: "/account/absence/", {C, A, H, S}),
    "the own password": (lambda _: "/account/password/", {C, A, H, S, M, U}),
}


@pytest.mark.parametrize("page", READ)
def test_who_reads(client: Client, world: World, page: str) -> None:
    address, roles = READ[page]
    answers: dict[Role, int] = {}
    for role in Role:
        client.force_login(world.user(role))
        answers[role] = client.get(address(world)).status_code
    assert answers == {role: 200 if role in roles else 403 for role in Role}


PERSON = {"name": "王莉", "phone": "", "email": "", "department": "", "window": ""}
# Deeds of the administrator: address, what is sent, and what it would change.
DEEDS: dict[str, tuple[Callable[[World], str], Callable[[World], dict[str, str]], Callable[[World], Any]]] = {
    "rename a person": (
        lambda w: f"/manage/staff/{w.person.pk}/",
        lambda w: {**PERSON, "number": w.person.number, "center": w.center.code},
        lambda w: Staff.objects.get(pk=w.person.pk).name,
    ),
    "add a person": (
        lambda _: "/manage/staff/new/",
        lambda w: {**PERSON, "number": "NEW1", "center": w.center.code},
        lambda _: Staff.objects.count(),
    ),
    "change a role": (
        lambda w: f"/manage/staff/{w.person.pk}/account/role/",
        lambda _: {"role": "approver"},
        lambda w: User.objects.get(pk=w.account.pk).role,
    ),
    "disable an account": (
        lambda w: f"/manage/staff/{w.person.pk}/account/active/",
        lambda _: {"active": "0"},
        lambda w: User.objects.get(pk=w.account.pk).is_active,
    ),
    "reset a password": (
        lambda w: f"/manage/staff/{w.person.pk}/account/password/",
        lambda _: {},
        lambda w: User.objects.get(pk=w.account.pk).password,
    ),
    "reset a second factor": (
        lambda w: f"/manage/staff/{w.person.pk}/account/second-factor/",
        lambda _: {},
        lambda w: User.objects.get(pk=w.account.pk).session_epoch,
    ),
    "let a person leave": (
        lambda w: f"/manage/staff/{w.person.pk}/leave/",
        lambda _: {"on": date.today().isoformat()},  # noqa: DTZ011 - the form asks for a day near today
        lambda w: Staff.objects.get(pk=w.person.pk).left_on,
    ),
    "rename a department": (
        lambda w: f"/manage/places/departments/{w.department.pk}/",
        lambda _: {"name": "民政局", "code": "", "phone": "", "head": "", "chief_representative": ""},
        lambda w: Department.objects.get(pk=w.department.pk).name,
    ),
    "close a window": (
        lambda w: f"/manage/places/windows/{w.window.pk}/",
        lambda _: {"number": "77", "name": "综合", "department": "", "floor": "", "closed_on": "2026-04-13"},
        lambda w: Window.objects.get(pk=w.window.pk).closed_on,
    ),
    "name a deputy": (
        lambda w: f"/manage/places/posts/{w.post.pk}/",
        lambda w: {
            "department": str(w.department.pk), "name": "食品许可", "holder_a": str(w.post.holder_a_id),
            "holder_b": str(w.person.pk),
        },
        lambda w: Post.objects.get(pk=w.post.pk).holder_b,
    ),
    "move a center": (
        lambda w: f"/manage/places/centers/{w.center.pk}/",
        lambda w: {
            "name": w.center.name, "address": "新路 2 号", "phone": "", "off_hours_phone": "", "latitude": "",
            "longitude": "", "closed_on": "",
        },
        lambda w: Center.objects.get(pk=w.center.pk).address,
    ),
    "open a branch": (
        lambda _: "/manage/places/centers/new/",
        lambda _: {"name": "分中心", "address": "", "phone": ""},
        lambda _: Center.objects.count(),
    ),
    "open on Tuesdays": (
        lambda w: f"/manage/places/centers/{w.center.pk}/hours/",
        lambda _: {"weekday": "2", "opens": "09:00", "closes": "17:00"},
        lambda _: OpeningHours.objects.count(),
    ),
    "open on a holiday": (
        lambda w: f"/manage/places/centers/{w.center.pk}/hours/",
        lambda _: {
            "form": "exception", "on": "2026-10-01", "kind": "open", "opens": "09:00", "closes": "12:00", "note": "",
        },
        lambda _: OpeningException.objects.count(),
    ),
    "close on Mondays": (
        lambda w: f"/manage/places/centers/{w.center.pk}/hours/usual/{w.hours.pk}/",
        lambda _: {},
        lambda _: OpeningHours.objects.count(),
    ),
    "drop an exception": (
        lambda w: f"/manage/places/centers/{w.center.pk}/hours/exception/{w.exception.pk}/",
        lambda _: {},
        lambda _: OpeningException.objects.count(),
    ),
    "rename the house": (
        lambda _: "/manage/settings/",
        lambda _: {"name": "新大厅", "password_policy": "asvs", "idle_minutes": "10"},
        lambda _: Installation.objects.get().name,
    ),
}  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
def test_the_administrator_does_it(client: Client, world: World, deed: str) -> None:
    address, data, look = DEEDS[deed]
    before = look(world)
    client.force_login(world.user(M))
    assert client.post(address(world), data(world)).status_code in (200, 302)
    assert look(world) != before


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_else_does_it(client: Client, world: World, deed: str) -> None:
    address, data, look = DEEDS[deed]
    payload = data(world)
    for role in (C, A, H, S, U):
        client.force_login(world.user(role))
        before = look(world)
        assert client.post(address(world), payload).status_code == 403
        assert look(world) == before


# The house is one, and a branch is opened below whatever center one keeps.
OF_A_CENTER = [deed for deed in DEEDS if deed not in ("rename the house", "open a branch")]


@pytest.mark.parametrize("deed", OF_A_CENTER)
def test_an_administrator_of_another_center_does_not_do_it(client: Client, world: World, deed: str) -> None:
    address, data, look = DEEDS[deed]
    stranger = make_user(M, make_staff(center=make_center("邻区政务服务中心")))
    client.force_login(stranger)
    before = look(world)
    assert client.post(address(world), data(world)).status_code in (404, 422)
    assert look(world) == before


@pytest.mark.parametrize("deed", DEEDS)
def test_a_visitor_does_not_do_it(client: Client, world: World, deed: str) -> None:
    address, data, look = DEEDS[deed]
    before = look(world)
    assert client.post(address(world), data(world))["Location"].startswith("/login/")
    assert look(world) == before


@pytest.mark.parametrize("deed", DEEDS)
def test_reading_the_address_does_nothing(client: Client, world: World, deed: str) -> None:
    address, data, look = DEEDS[deed]
    client.force_login(world.user(M))
    before = look(world)
    assert client.get(address(world), data(world)).status_code in (200, 405)
    assert look(world) == before


@pytest.mark.parametrize("deed", DEEDS)
def test_without_the_token_nothing_happens(world: World, deed: str) -> None:
    address, data, look = DEEDS[deed]
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.user(M))
    before = look(world)
    assert strict.post(address(world), data(world)).status_code == 403
    assert look(world) == before
