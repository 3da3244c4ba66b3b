"""Two centers side by side (A02, A03), and what no form and no list asks for (A04, A05): read from the site itself."""

import re
from collections.abc import Iterator
from datetime import timedelta
from difflib import ndiff
from typing import Any, Final

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hall.access.models import User
from hall.dashboard import tasks
from tests.guards.harvest import FoundForm, encode
from tests.guards.routes import ROUTES
from tests.guards.site import Browsers, Site, read_site
from tests.guards.world import Place, undone
from tests.guards.writes import watched

pytestmark = pytest.mark.django_db
FORM: Final = "application/x-www-form-urlencoded"
# Values that differ between two places and name nothing: keys against double posts, versions, moments, free words.
NOT_NAMES: Final = re.compile(r"csrf|key|seen|version|token|signature|tried|digest|_at$|_on$|date|time|note|text|name")
CHOICES: Final = ("hidden", "select", "radio", "checkbox")
# What an intruder adds to a form, each with a value found nowhere else.
EXTRAS: Final = {
    "is_staff": "zz-staff", "is_superuser": "zz-super", "is_active": "zz-active", "role": "zz-role", "user": "98765431",
    "center": "98765432", "center_id": "98765433", "department_id": "98765434", "hall": "98765435", "id": "98765436",
    "pk": "98765437", "status": "zz-status", "state": "zz-state", "due_date": "2187-06-05", "due_on": "2187-06-06",
    "version": "98765438", "created_by": "98765439", "created_by_id": "98765441", "by": "98765442",
    "recorded_at": "2187-06-07", "docket": "zz-docket", "password": "zz-password", "demonstration": "zz-demo",
}  # fmt: skip
KEYS: Final = (
    "owner__password__startswith=a", "_connector=OR", "_negated=1", "__proto__=1", "constructor.prototype.x=1",
    "user.password=a", "case__parties__name__contains=a", "id__in=1", "docket__regex=.*", "%25s=1", "a%00b=1",
    "pk__gt=0", "order_by=password", "fields=*",
)  # fmt: skip


@pytest.fixture(scope="module")
def both(file_tables: bool) -> tuple[Site, Site]:
    """Two places that know nothing of each other, each read by its own people."""
    return read_site(Place()), read_site(Place())


def plain(response: Any) -> str:
    """The text of a page without what is random for everybody."""
    body = b"".join(response) if response.streaming else response.content
    text = body.decode(errors="replace")
    text = re.sub(r'<input type="hidden"[^>]*>|nonce="[^"]*"', "", text)
    return re.sub(r"\d+(?:\.\d+)? 毫秒", "", text)


def pairs(both: tuple[Site, Site]) -> Iterator[tuple[User | None, FoundForm, FoundForm]]:
    """The same form at both places."""
    mine, other = both
    theirs = {form.key: form for _, form in other.forms}
    for user, form in mine.forms:
        if user is not None and form.key in theirs:
            yield user, form, theirs[form.key]


def foreign_names(form: FoundForm, other: FoundForm) -> Iterator[tuple[str, str]]:
    """Fields that name an object here and another one there."""
    for name, value in form.fields.items():
        there = other.fields.get(name, "")
        if there and there != value and re.search(r"\d", there) and not NOT_NAMES.search(name):
            yield name, there


def test_a02_no_form_takes_an_object_of_another_center(both: tuple[Site, Site]) -> None:
    """Each choice and hidden field in turn: what it named elsewhere is refused, or nothing is written."""
    wrong, tried, browsers = [], 0, Browsers()
    for user, form, other in pairs(both):
        for name, value in foreign_names(form, other):
            tried += 1
            with undone(), watched() as writes:
                response = browsers[user].post(form.action, encode({**form.fields, name: value}), content_type=FORM)
                b"".join(response)
            if response.status_code == 500 or (response.status_code < 400 and writes.tables):
                wrong.append((form.action, name, response.status_code, writes.tables))
    assert not wrong
    assert tried > 10


def test_a02_no_parameter_of_a_page_leads_to_another_center(both: tuple[Site, Site]) -> None:
    """Every parameter of every staff page, filled with what it could name elsewhere."""
    mine, other = both
    names = [other.place.case.docket, str(other.place.department.pk), str(other.place.clerk.staff_id)]
    wrong, browsers = [], Browsers()
    for user, path, parameters in mine.pages:
        if user is None:
            continue
        for value in names if parameters else ():
            query = "&".join(f"{name}={value}" for name in sorted(parameters))
            response = browsers[user].get(f"{path}?{query}")
            text = plain(response)
            found = other.place.clerk.staff.name in text or f"/{other.place.case.docket}/" in text
            if response.status_code == 500 or found:
                wrong.append((path, value, response.status_code))
    assert not wrong


# Time stands still below, and this page tells how far this machine's clock is from the database's.
OF_THE_MACHINE = {"access:health"}


def readable(place: Place) -> Iterator[tuple[User, str]]:
    """Every page of staff, as a clerk, one who watches, one who keeps the house and one who audits."""
    for user in (place.clerk, place.chief, place.supervisor, place.admin, place.auditor):
        for name, route in ROUTES.items():
            if name in OF_THE_MACHINE or route.who is None:
                continue
            if user.role in route.who and route.reads:
                yield user, reverse(name, kwargs=route.kwargs(place, user))


def test_a03_no_row_and_no_count_of_another_center_shows_anywhere(transactional_off: None) -> None:
    """Lists, counts, exports, suggestions and dashboards read the same before and after the other center has work."""
    with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False):
        place, browsers = Place(), Browsers()
        list(readable(place))  # what addresses name is made when they are asked for
        tasks.roll()
        before = {(user.role, path): plain(browsers[user].get(path)) for user, path in readable(place)}
        Place()
        tasks.roll()
        after = {(user.role, path): plain(browsers[user].get(path)) for user, path in readable(place)}
    changed = {key: difference(before[key], after[key]) for key in before if before[key] != after[key]}
    assert not changed
    assert len(before) > 300


def difference(one: str, other: str) -> list[str]:
    """The lines that are not in both, for the report of a failure."""
    return [line for line in ndiff(one.splitlines(), other.splitlines()) if line[0] in "+-"][:6]


@pytest.fixture
def transactional_off(file_tables: bool) -> None:
    """Inside the transaction of the file."""


def test_a04_a_form_applies_no_field_it_does_not_ask_for(both: tuple[Site, Site]) -> None:
    site, _ = both
    wrong, browsers = [], Browsers()
    for user, form in site.forms:
        extra = {name: value for name, value in EXTRAS.items() if name not in form.fields}
        with undone(), watched() as writes:
            response = browsers[user].post(form.action, encode({**form.fields, **extra}), content_type=FORM)
            b"".join(response)
        written = " ".join(writes.values)
        if response.status_code == 500 or any(value in written for value in extra.values()):
            wrong.append((form.action, response.status_code, [name for name in extra if extra[name] in written]))
    assert not wrong


def test_a05_a_filter_nobody_offers_changes_nothing(both: tuple[Site, Site]) -> None:
    """Look-ups of the framework, operators and prototypes as keys of the query are no filters: the page is the same."""
    site, _ = both
    wrong, browsers = [], Browsers()
    with time_machine.travel(timezone.now(), tick=False):
        for user, path, parameters in site.pages:
            if not parameters:
                continue
            usual = browsers[user].get(path)
            text = without_address(plain(usual))
            response: Any = browsers[user].get(f"{path}?{'&'.join(KEYS)}")
            if response.status_code != usual.status_code or without_address(plain(response)) != text:
                wrong.append((path, response.status_code))
    assert not wrong


def without_address(text: str) -> str:
    """Links of a page may carry its own address on; those say nothing about its rows."""
    return re.sub(r'(?:href|value|action)="[^"]*"', "", text)


@pytest.mark.parametrize("header", ["x-remote-user", "remote-user", "x-forwarded-user", "x-user-id", "authorization"])
def test_a06_a_header_logs_nobody_in(both: tuple[Site, Site], header: str) -> None:
    """Neither one value nor two; nothing of the site reads them (no RemoteUserMiddleware)."""
    username = both[0].place.admin.username
    for value in (username, f"{username}, {username}", f"Basic {username}", f"Bearer {username}"):
        assert Client(headers={header: value}).get("/work/").status_code == 302
