"""Nonsense in every parameter and every field: a sentence or a plain page, never a failure, nothing half-saved."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from approvals.cases.doings import BY_NAME as DEEDS
from hall.access.models import User
from tests.builders import make_case
from tests.guards.corpus import ALONE, AT_ONCE, CORPUS, NASTY
from tests.guards.harvest import FoundForm, encode, harvest
from tests.guards.routes import ROUTES
from tests.guards.world import Place, browser_of, undone
from tests.guards.writes import watched

pytestmark = pytest.mark.django_db
UNASKED = ("NUL", "invalid UTF-8", "a long digit string", "the last day")
FORM = "application/x-www-form-urlencoded"
SEARCH = ("page", "q", "sort", "center", "region", "kind", "row", "step", "item", "next", "ended", "_connector")


@dataclass(frozen=True)
class Site:
    """Every page as the first person who may open it sees it, and every form that posts, once, with who found it."""

    place: Place
    pages: list[tuple[User | None, str, set[str]]]
    forms: list[tuple[User | None, FoundForm]]


def pages(place: Place) -> Iterator[tuple[User | None, str]]:
    """Every page with the first person who may open it: the public, then one of each role."""
    seen = set()
    for user in (None, *place.everybody()):
        for name, route in ROUTES.items():
            welcome = route.who is None if user is None else user.role in (route.who or ())
            if name not in seen and route.reads and welcome:
                seen.add(name)
                yield user, reverse(name, kwargs=route.kwargs(place, user or place.clerk))


def more_pages(place: Place) -> Iterator[tuple[User | None, str]]:
    """Pages that appear by what was chosen before: an item's form, every deed, every section."""
    yield place.clerk, f"{reverse('cases:register')}?item={place.item.code}"
    for case in (place.case, make_case(place, place.version)):
        for user in (place.clerk, place.approver):
            for deed in DEEDS:
                yield user, reverse("cases:act", kwargs={"docket": case.docket, "action": deed})
    for section in ("limits", "steps", "materials", "fees", "service", "basis", "conditions"):
        yield place.admin, reverse("catalogue:edit", kwargs={"pk": place.item.pk, "section": section})
    for slug in ("windows", "posts", "centers"):
        yield place.admin, reverse("access:place_new", kwargs={"slug": slug})


@pytest.fixture(scope="module")
def site(file_tables: bool) -> Site:
    """Read once; whatever a test changes is undone after it, and what is sent to a form at once."""
    place, browsers = Place(), Browsers()
    opened = [(user, path, harvest(path, browsers[user].get(path))) for user, path in pages(place)]
    more = [(user, path, harvest(path, browsers[user].get(path))) for user, path in more_pages(place)]
    found: dict[tuple[str, ...], tuple[User | None, FoundForm]] = {}
    for user, _, reader in opened + more:
        for form in reader.forms:
            if form.method == "post" and "logout" not in form.action:
                found.setdefault(form.key, (user, form))
    return Site(place, [(user, path, reader.parameters) for user, path, reader in opened], list(found.values()))


@pytest.fixture
def place(site: Site) -> Place:
    """In a copy: what is made for an address while a test asks for it is gone after the test."""
    return deepcopy(site.place)


class Browsers(dict[User | None, Client]):
    """One for each person, logged in when first used."""

    def __missing__(self, user: User | None) -> Client:
        return self.setdefault(user, browser_of(user))


def test_the_site_was_read(site: Site) -> None:
    """The tests below say nothing of what was not found."""
    assert len(site.pages) > 150
    assert len(site.forms) > 120
    assert sum(bool(parameters) for _, _, parameters in site.pages) > 40


def send(browser: Client, form: FoundForm, body: str) -> tuple[int, set[str]]:
    """The status, and the tables written although it was refused. Nothing stays."""
    with undone(), watched() as writes:
        response = browser.post(form.action, body, content_type=FORM)
    refused = response.status_code >= 400
    assert b"<script>alert(1)" not in b"".join(response)
    return response.status_code, writes.tables if refused else set()


def test_no_parameter_of_any_page_breaks_it(site: Site) -> None:
    wrong, browsers = [], Browsers()
    for user, path, own in site.pages:
        for label in CORPUS if own else UNASKED:
            query = "&".join(f"{name}={CORPUS[label]}" for name in sorted({*SEARCH, *own}))
            response: Any = browsers[user].get(f"{path}?{query}")
            if response.status_code == 500 or b"<script>alert(1)" in b"".join(response):
                wrong.append((path, label, response.status_code))
    assert not wrong


def test_a_parameter_alone_breaks_nothing_either(site: Site) -> None:
    """Where one bad filter would hide another."""
    wrong, browsers = [], Browsers()
    for user, path, own in site.pages:
        for name in sorted(own):
            for label in NASTY:
                if (status := browsers[user].get(f"{path}?{name}={CORPUS[label]}&{name}=2").status_code) == 500:
                    wrong.append((path, name, label, status))
    assert not wrong


def test_no_form_breaks_or_saves_half_when_every_field_is_nonsense(site: Site) -> None:
    wrong, browsers = [], Browsers()
    for user, form in site.forms:
        for label in AT_ONCE:
            status, saved = send(browsers[user], form, encode({}, **dict.fromkeys(form.open_fields, CORPUS[label])))
            if status == 500 or saved:
                wrong.append((form.action, label, status, saved))
    assert not wrong


def test_no_single_field_breaks_a_form_that_is_filled_in_well(site: Site) -> None:
    wrong, browsers = [], Browsers()
    for user, form in site.forms:
        for name in form.different_fields:
            for label in ALONE.get(form.kinds.get(name, "text"), ALONE["text"]):
                status, saved = send(browsers[user], form, encode(form.fields, **{name: CORPUS[label]}))
                if status == 500 or saved:
                    wrong.append((form.action, name, label, status, saved))
    assert not wrong


def test_no_form_breaks_when_fields_are_missing_or_come_twice(site: Site) -> None:
    """A page left open over two releases sends other fields than today's (I15)."""
    wrong, browsers = [], Browsers()
    for user, form in site.forms:
        whole, names = encode(form.fields), list(form.fields)
        halves = [encode({name: form.fields[name] for name in names[start::2]}) for start in (0, 1)]
        for body in (whole, f"{whole}&{whole}", *halves):
            status, saved = send(browsers[user], form, body)
            if status == 500 or saved:
                wrong.append((form.action, body, status, saved))
    assert not wrong


def test_no_piece_of_an_address_breaks_it(place: Place) -> None:
    """A number, key or word of the address replaced by nonsense: no such page."""
    wrong = []
    for user in place.everybody():
        browser = browser_of(user)
        for name, route in ROUTES.items():
            if route.own is None or (route.who is not None and user.role not in route.who):
                continue
            facts = route.kwargs(place, user)
            path = reverse(name, kwargs=facts)
            for piece in facts.values():
                for label in ("NUL", "invalid UTF-8", "far too long", "a long digit string", "a superscript digit"):
                    method = browser.get if route.reads else browser.post
                    status = method(path.replace(f"/{piece}/", f"/{CORPUS[label]}/")).status_code
                    if status == 500:
                        wrong.append((path, piece, label, status))
    assert not wrong


@pytest.mark.parametrize(
    "body", [b"[" * 10_000, b'{"a": 1e400}', b"\x00" * 100, b"a=1&" * 2_000, b"a=" + b"x" * 3_000_000]
)
def test_a_body_no_form_sends_is_refused(body: bytes) -> None:
    browser = browser_of(None)
    for path in ("/login/", "/lookup/"):
        for kind in ("application/json", "text/plain", FORM, "multipart/form-data; boundary=x"):
            assert 400 <= browser.post(path, body, content_type=kind).status_code < 500


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:80:80", "a b", "[::", "127.0.0.1, evil.example"])
def test_a_foreign_host_is_refused(host: str) -> None:
    """W01."""
    assert browser_of(None).get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("value", ["", "nonsense", "\x7f", "x" * 5_000, "\xe9"])
def test_a_cookie_of_nonsense_is_no_session(value: str) -> None:
    browser = browser_of(None)
    for name in ("session", "csrf", "messages", "appearance"):
        browser.cookies[name] = value
    assert browser.get("/").status_code == 200
    assert browser.get("/work/").status_code == 302
