"""Every address of the site with everybody who could come: what the table says and no more (A01, A02, W02, W04)."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from approvals.cases.doings import BY_NAME as DEEDS
from hall.access.models import User
from hall.access.roles import rights_of
from hall.outbox.models import InboxEntry
from tests.guards.route import CASEWORK, Route
from tests.guards.routes import ROUTES, furnished, routes_of_the_site
from tests.guards.world import EVERYBODY, Place, browser_of, undone

pytestmark = pytest.mark.django_db
DONE = frozenset({200, 204, 302, 400, 409, 422})
# A form that names a kind, not an object: an empty one comes back.
FORMS_OF_MY_OWN = {
    "access:place_new": (422,),
    "evaluation:evaluate": (422,),
    "facts:parameter_new": (422,),
    "exports:parameter": (422,),
    "exports:places": (422,),
    "cases:list-export": (422,),
    "pledges:facts_export": (422,),
    "dashboard:split_export": (422,),
    "conduct:complaint_numbered": (422,),
}
HEADERS = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options")


@pytest.fixture(scope="module")
def both(file_tables: bool) -> tuple[Place, Place]:
    """Two places that know nothing of each other, made once; whatever a test changes is undone after it."""
    return furnished(), furnished()


@pytest.fixture
def place(both: tuple[Place, Place]) -> Place:
    """In a copy: what is made for an address while a test asks for it is gone after the test."""
    return deepcopy(both[0])


@pytest.fixture
def elsewhere(both: tuple[Place, Place]) -> Place:
    return deepcopy(both[1])


def address(name: str, place: Place, user: User) -> str:
    return reverse(name, kwargs=ROUTES[name].kwargs(place, user))


def expected(route: Route, role: str | None) -> frozenset[int]:
    """What a visit is answered: to the public, to those who must log in first, to those who may not, and who may."""
    if route.who is None:
        return frozenset(route.answers)
    if role is None:
        return frozenset({302})
    return frozenset(route.answers) if role in route.who else frozenset({403})


def visitors(place: Place) -> Iterator[tuple[str | None, User, Client]]:
    """Nobody in particular, then one person of every role."""
    yield None, place.clerk, browser_of(None)
    for role, user in place.by_role.items():
        yield role, user, browser_of(user)


def read(response: Any) -> None:
    """To the end, so that a file is closed."""
    if response.streaming:
        b"".join(response)


def to_login(response: HttpResponse) -> bool:
    return response.status_code == 302 and response["Location"].startswith(reverse("access:login"))


def test_a01_every_route_stands_in_the_table() -> None:
    assert {name for name, _ in routes_of_the_site()} == set(ROUTES)


def test_the_table_says_what_the_gates_say() -> None:
    for name, pattern in routes_of_the_site():
        rights = getattr(pattern.callback, "required_rights", None)
        allowed = None if rights is None else {r for r in EVERYBODY if not rights or rights_of(r) & set(rights)}
        assert allowed == ROUTES[name].who, name


def test_a01_everybody_reads_what_the_table_says_and_nothing_else(place: Place) -> None:
    wrong = []
    for role, user, browser in visitors(place):
        for name, route in ROUTES.items():
            if not route.reads:
                continue
            response = browser.get(address(name, place, user))
            read(response)
            if response.status_code not in expected(route, role):
                wrong.append((name, role, response.status_code))
            if role is None and route.who is not None and not to_login(response):
                wrong.append((name, role, response["Location"]))
            wrong.extend((name, role, header) for header in HEADERS if header not in response)
    assert not wrong


def test_a01_everybody_acts_where_the_table_says_and_nowhere_else(place: Place) -> None:
    wrong = []
    for role, user, browser in visitors(place):
        for name, route in ROUTES.items():
            if not route.writes or name == "access:logout":
                continue
            with undone():
                response = browser.post(address(name, place, user))
            allowed = DONE | set(route.answers) if route.who is None or role in route.who else expected(route, role)
            if response.status_code not in allowed or (role is None and route.who and not to_login(response)):
                wrong.append((name, role, response.status_code))
    assert not wrong


def test_a01_a02_what_belongs_to_another_center_is_not_there(place: Place, elsewhere: Place) -> None:
    wrong = []
    for role, user in place.by_role.items():
        browser, stranger = browser_of(user), elsewhere.by_role[role]
        for name, route in ROUTES.items():
            if route.own is None or (route.who is not None and role not in route.who):
                continue
            for method in route.methods.lower().split():
                with undone():
                    response = getattr(browser, method)(address(name, elsewhere, stranger))
                    read(response)
                if response.status_code not in (route.foreign, *FORMS_OF_MY_OWN.get(name, ())):
                    wrong.append((name, role, method, response.status_code))
    assert not wrong


def test_a02_reading_somebody_elses_message_does_nothing(place: Place, elsewhere: Place) -> None:
    entry = elsewhere.messages[elsewhere.clerk.pk]
    browser_of(place.clerk).post(reverse("access:inbox_read", args=[entry]))
    assert InboxEntry.objects.get(pk=entry).read_at is None


def test_w04_no_route_answers_a_method_it_does_not_know(place: Place) -> None:
    wrong = []
    for name, route in ROUTES.items():
        user = place.by_role[min(route.who or {"admin"})]
        browser, url = browser_of(user), address(name, place, user)
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(route.methods.split()):
            response = getattr(browser, method.lower())(url)
            if response.status_code != 405:
                wrong.append((name, method, response.status_code))
    assert not wrong


def test_w04_nothing_is_changed_without_the_token_of_our_own_page(place: Place) -> None:
    wrong = []
    for name, route in ROUTES.items():
        if not route.writes:
            continue
        user = place.by_role[min(route.who or {"admin"})]
        response = browser_of(user, enforce_csrf_checks=True).post(address(name, place, user))
        if response.status_code != 403:
            wrong.append((name, response.status_code))
    assert not wrong


@pytest.mark.parametrize("method", ["get", "post"])
def test_a02_every_deed_is_closed_to_strangers_and_to_those_who_only_watch(
    place: Place, elsewhere: Place, method: str
) -> None:
    """Whose deed it is at home, the tests of the acts say; here nobody gets further than the door."""
    wrong = []
    for role in EVERYBODY:
        browser, status = browser_of(place.by_role[role]), 404 if role in CASEWORK else 403
        for deed in DEEDS:
            url = reverse("cases:act", kwargs={"docket": elsewhere.case.docket, "action": deed})
            if (got := getattr(browser, method)(url).status_code) != status:
                wrong.append((deed, role, got))
    assert not wrong
