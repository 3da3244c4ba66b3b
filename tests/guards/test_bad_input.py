"""Nonsense in every parameter and every field: a sentence or a plain page, never a failure, nothing half-saved.

The worst of it goes everywhere. Of the rest each page and each form gets a share, another one than the page before it,
so that together they get all; with HALL_EVERY_INPUT=1 each of them gets everything.
"""

import os
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hall.access.models import User
from tests.guards.corpus import ALONE, AT_ONCE, CORPUS, NASTY, TEXTS
from tests.guards.harvest import FoundForm, encode
from tests.guards.routes import ROUTES
from tests.guards.site import Browsers, Site, read_site
from tests.guards.world import Place, browser_of, undone
from tests.guards.writes import watched

pytestmark = pytest.mark.django_db
UNASKED = ("NUL", "invalid UTF-8", "a long digit string", "the last day")
FORM = "application/x-www-form-urlencoded"
EVERYTHING = os.environ.get("HALL_EVERY_INPUT") == "1"
SEARCH = ("page", "q", "sort", "center", "region", "kind", "row", "step", "item", "next", "ended", "_connector")


@pytest.fixture(scope="module")
def site(file_tables: bool) -> Site:
    """Read once; whatever a test changes is undone after it, and what is sent to a form at once."""
    return read_site(Place())


@pytest.fixture
def place(site: Site) -> Place:
    """In a copy: what is made for an address while a test asks for it is gone after the test."""
    return deepcopy(site.place)


def test_the_site_was_read(site: Site) -> None:
    """The tests below say nothing of what was not found."""
    assert len(site.pages) > 150
    assert len(site.forms) > 120
    assert sum(bool(parameters) for _, _, parameters in site.pages) > 40


def sent(browser: Client, form: FoundForm, body: str) -> tuple[int, set[str], str]:
    """The status, the tables written although it was refused, and everything that was written. Nothing stays."""
    with undone(), watched() as writes:
        response = browser.post(form.action, body, content_type=FORM)
    refused = response.status_code >= 400
    assert b"<script>alert(1)" not in b"".join(response)
    return response.status_code, writes.tables if refused else set(), "".join(writes.values)


def send(browser: Client, form: FoundForm, body: str) -> tuple[int, set[str]]:
    return sent(browser, form, body)[:2]


def share(labels: Sequence[str], number: int, of: int) -> list[str]:
    """Every so-and-so-many-th of them, beginning elsewhere for every page."""
    return list(labels) if EVERYTHING else list(labels[number % of :: of])


def page_inputs(site: Site) -> Iterator[tuple[User | None, str, str]]:
    """Nonsense in every parameter of a page at once."""
    for number, (user, path, own) in enumerate(site.pages):
        for label in dict.fromkeys((*UNASKED, *share(list(CORPUS), number, 3))) if own else UNASKED:
            query = "&".join(f"{name}={CORPUS[label]}" for name in sorted({*SEARCH, *own}))
            yield user, f"{path}?{query}", label


def lone_inputs(site: Site) -> Iterator[tuple[User | None, str, str]]:
    """The worst of it in one parameter alone, which comes twice."""
    for user, path, own in site.pages:
        for name in sorted(own):
            for label in NASTY:
                yield user, f"{path}?{name}={CORPUS[label]}&{name}=2", label


def form_inputs(site: Site) -> Iterator[tuple[User | None, FoundForm, str, str]]:
    """Nonsense in every field of a form at once."""
    for number, (user, form) in enumerate(site.forms):
        for label in share(AT_ONCE, number, 2):
            yield user, form, label, encode({}, **dict.fromkeys(form.open_fields, CORPUS[label]))


def field_inputs(site: Site) -> Iterator[tuple[User | None, FoundForm, str, str]]:
    """Nonsense in one field of a form that is filled in well."""
    for user, form in site.forms:
        for name in form.different_fields:
            for label in ALONE.get(form.kinds.get(name, "text"), ALONE["text"]):
                yield user, form, f"{name}: {label}", encode(form.fields, **{name: CORPUS[label]})


def test_three_thousand_inputs_and_more_are_tried(site: Site) -> None:
    """What the tests below send, counted: none of it may end in a 500."""
    tried = [sum(1 for _ in kind(site)) for kind in (page_inputs, lone_inputs, form_inputs, field_inputs)]
    assert sum(tried) >= 3000, tried
    assert min(tried) > 100, tried
    assert {label for _, _, label in page_inputs(site)} == set(CORPUS)
    assert {label for _, _, label, _ in form_inputs(site)} == set(AT_ONCE)


def test_i13_no_parameter_of_any_page_breaks_it(site: Site) -> None:
    """I01 I02 I03 I04 I05 I08 I09 I10 I12 I13 in the address: a plain page or a 4xx, never markup of the visitor."""
    wrong, browsers = [], Browsers()
    for user, address, label in page_inputs(site):
        response: Any = browsers[user].get(address)
        if response.status_code == 500 or b"<script>alert(1)" in b"".join(response):
            wrong.append((address[:200], label, response.status_code))
    assert not wrong


def test_a_parameter_alone_breaks_nothing_either(site: Site) -> None:
    """Where one bad filter would hide another."""
    wrong, browsers = [], Browsers()
    for user, address, label in lone_inputs(site):
        if (status := browsers[user].get(address).status_code) == 500:
            wrong.append((address, label, status))
    assert not wrong


def test_no_form_breaks_or_saves_half_when_every_field_is_nonsense(site: Site) -> None:
    """I01 I03 I04 I05 I12 X08: a sentence and nothing written, or all of it."""
    wrong, browsers = [], Browsers()
    for user, form, label, body in form_inputs(site):
        status, saved = send(browsers[user], form, body)
        if status == 500 or saved:
            wrong.append((form.action, label, status, saved))
    assert not wrong


def test_no_single_field_breaks_a_form_that_is_filled_in_well(site: Site) -> None:
    """I02 I04 I08 I09 I10 I11: numbers, days and choices that are none, texts far too long; and what is taken of a text
    of rare characters is stored as it was sent (in a sealed column it cannot be seen here: tests/hall/privacy)."""
    wrong, exact, browsers = [], 0, Browsers()
    rare = TEXTS["rare Hanzi"]
    for user, form, label, body in field_inputs(site):
        status, saved, written = sent(browsers[user], form, body)
        if status == 500 or saved or (status < 400 and rare[0] in written and rare not in written):
            wrong.append((form.action, label, status, saved))
        exact += status < 400 and rare in written
    assert not wrong
    assert exact > 40


def test_i15_no_form_breaks_when_fields_are_missing_or_come_twice(site: Site) -> None:
    """W08: A page left open over two releases sends other fields than today's (I15)."""
    wrong, browsers = [], Browsers()
    for user, form in site.forms:
        whole, names = encode(form.fields), list(form.fields)
        halves = [encode({name: form.fields[name] for name in names[start::2]}) for start in (0, 1)]
        for body in (whole, f"{whole}&{whole}", *halves):
            status, saved = send(browsers[user], form, body)
            if status == 500 or saved:
                wrong.append((form.action, body, status, saved))
    assert not wrong


def test_i14_no_piece_of_an_address_breaks_it(place: Place) -> None:
    """I01 I14: a number, key or word of the address replaced by nonsense: no such page."""
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
def test_w08_a_body_no_form_sends_is_refused(body: bytes) -> None:
    browser = browser_of(None)
    for path in ("/login/", "/lookup/"):
        for kind in ("application/json", "text/plain", FORM, "multipart/form-data; boundary=x"):
            assert 400 <= browser.post(path, body, content_type=kind).status_code < 500


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:80:80", "a b", "[::", "127.0.0.1, evil.example"])
def test_w01_a_foreign_host_is_refused(host: str) -> None:
    """W01."""
    assert browser_of(None).get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("value", ["", "nonsense", "\x7f", "x" * 5_000, "\xe9"])
def test_a_cookie_of_nonsense_is_no_session(value: str) -> None:
    browser = browser_of(None)
    for name in ("session", "csrf", "messages", "appearance"):
        browser.cookies[name] = value
    assert browser.get("/").status_code == 200
    assert browser.get("/work/").status_code == 302
