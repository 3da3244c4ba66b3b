"""Nonsense in every parameter and every field: a sentence or a plain page, never a failure, nothing half-saved."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from approvals.cases.doings import BY_NAME as DEEDS
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


@pytest.fixture
def place() -> Place:
    return Place()


def pages(place: Place) -> Iterator[tuple[Client, str]]:
    """Every page with the first person who may open it: the public, then one of each role."""
    seen = set()
    for user in (None, *place.everybody()):
        browser = browser_of(user)
        for name, route in ROUTES.items():
            welcome = route.who is None if user is None else user.role in (route.who or ())
            if name not in seen and route.reads and welcome:
                seen.add(name)
                yield browser, reverse(name, kwargs=route.kwargs(place, user or place.clerk))


def more_pages(place: Place) -> Iterator[tuple[Client, str]]:
    """Pages that appear by what was chosen before: an item's form, every deed, every section."""
    window, desk, house = browser_of(place.clerk), browser_of(place.approver), browser_of(place.admin)
    yield window, f"{reverse('cases:register')}?item={place.item.code}"
    for case in (place.case, make_case(place, place.version)):
        for browser in (window, desk):
            for deed in DEEDS:
                yield browser, reverse("cases:act", kwargs={"docket": case.docket, "action": deed})
    for section in ("limits", "steps", "materials", "fees", "service", "basis", "conditions"):
        yield house, reverse("catalogue:edit", kwargs={"pk": place.item.pk, "section": section})
    for slug in ("windows", "posts", "centers"):
        yield house, reverse("access:place_new", kwargs={"slug": slug})


def forms(place: Place) -> list[tuple[Client, FoundForm]]:
    """Every form that posts, once, with the browser it was found in."""
    found: dict[tuple[str, ...], tuple[Client, FoundForm]] = {}
    for browser, path in (*pages(place), *more_pages(place)):
        for form in harvest(path, browser.get(path)).forms:
            if form.method == "post" and "logout" not in form.action:
                found.setdefault(form.key, (browser, form))
    return list(found.values())


def send(browser: Client, form: FoundForm, body: str) -> tuple[int, set[str]]:
    """The status, and the tables written although it was refused. Nothing stays."""
    with undone(), watched() as writes:
        response = browser.post(form.action, body, content_type=FORM)
    refused = response.status_code >= 400
    assert b"<script>alert(1)" not in b"".join(response)
    return response.status_code, writes.tables if refused else set()


def test_no_parameter_of_any_page_breaks_it(place: Place) -> None:
    wrong = []
    for browser, path in pages(place):
        own = harvest(path, browser.get(path)).parameters
        for label in CORPUS if own else UNASKED:
            query = "&".join(f"{name}={CORPUS[label]}" for name in sorted({*SEARCH, *own}))
            response: Any = browser.get(f"{path}?{query}")
            if response.status_code == 500 or b"<script>alert(1)" in b"".join(response):
                wrong.append((path, label, response.status_code))
    assert not wrong


def test_a_parameter_alone_breaks_nothing_either(place: Place) -> None:
    """Where one bad filter would hide another."""
    wrong = []
    for browser, path in pages(place):
        for name in sorted(harvest(path, browser.get(path)).parameters):
            for label in NASTY:
                if (status := browser.get(f"{path}?{name}={CORPUS[label]}&{name}=2").status_code) == 500:
                    wrong.append((path, name, label, status))
    assert not wrong


def test_no_form_breaks_or_saves_half_when_every_field_is_nonsense(place: Place) -> None:
    wrong = []
    for browser, form in forms(place):
        for label in AT_ONCE:
            status, saved = send(browser, form, encode({}, **dict.fromkeys(form.open_fields, CORPUS[label])))
            if status == 500 or saved:
                wrong.append((form.action, label, status, saved))
    assert not wrong


def test_no_single_field_breaks_a_form_that_is_filled_in_well(place: Place) -> None:
    wrong = []
    for browser, form in forms(place):
        for name in form.different_fields:
            for label in ALONE.get(form.kinds.get(name, "text"), ALONE["text"]):
                status, saved = send(browser, form, encode(form.fields, **{name: CORPUS[label]}))
                if status == 500 or saved:
                    wrong.append((form.action, name, label, status, saved))
    assert not wrong


def test_no_form_breaks_when_fields_are_missing_or_come_twice(place: Place) -> None:
    """A page left open over two releases sends other fields than today's (I15)."""
    wrong = []
    for browser, form in forms(place):
        whole, names = encode(form.fields), list(form.fields)
        halves = [encode({name: form.fields[name] for name in names[start::2]}) for start in (0, 1)]
        for body in (whole, f"{whole}&{whole}", *halves):
            status, saved = send(browser, form, body)
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
