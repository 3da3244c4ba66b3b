"""Abuse of the citizen's look-up (L01 to L13): failures nobody can tell apart, and no way to guess."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from approvals.cases import actions, codes
from approvals.cases.models import Case
from hall.evaluation import tokens
from hall.evaluation.enums import Via
from hall.ledger.models import RateCounter
from tests.builders import Hall, accepted_case, identity_number, make_case, moment, person
from tests.guards.writes import watched
from tests.hall.evaluation.builders import invited
from tests.security.timing import tell_apart

pytestmark = pytest.mark.django_db
URL = "/lookup/"
WRONG = "AAAAAAAAA"
UNKNOWN = "130302001220260413999990"
IDENTITY, PHONE, NAME = identity_number(876), "13812345678", "张小明"


@pytest.fixture
def case(hall: Hall) -> Case:
    return make_case(hall, applicant=person(NAME, identity=IDENTITY, phone=PHONE))


def code_of(case: Case) -> str:
    return codes.pending(case, at=moment("2026-04-13 11:00"))


def look(docket: str, code: str = WRONG, address: str = "203.0.113.9", **headers: str) -> HttpResponse:
    browser = Client(REMOTE_ADDR=address, headers=headers)
    response: Any = browser.post(URL, {"docket": docket, "code": code})
    return response


def shape(response: HttpResponse, *typed: str) -> tuple[int, str, int, list[tuple[str, str]]]:
    """All a visitor can see of an answer but their own words and the token, which is random for everybody."""
    text = re.sub(r'(?:csrfmiddlewaretoken" value|nonce)="[^"]+"', "", response.content.decode())
    for word in typed:
        text = text.replace(word, "·" * len(word))
    return response.status_code, text, len(response.content), sorted(response.items())


def withdrawn(hall: Hall) -> Case:
    case = accepted_case(hall)
    return actions.withdraw(case, by=hall.clerk, at=moment("2026-04-14 09:00"), reason="申请人撤回")


FAILURES: dict[str, Callable[[Hall, Case], tuple[str, str]]] = {
    "a wrong code": lambda _, case: (case.docket, WRONG),
    "a number that is none": lambda *_: (UNKNOWN, WRONG),
    "a case withdrawn": lambda hall, _: (withdrawn(hall).docket, WRONG),
    "a case of another hall": lambda *_: (make_case(Hall()).docket, WRONG),
    "the code of another case": lambda hall, case: (make_case(hall).docket, code_of(case)),
    "a number of the right length with letters": lambda *_: ("X" * 24, WRONG),
}


@pytest.mark.parametrize("kind", [pytest.param(kind, id=f"l01-{kind.replace(' ', '-')}") for kind in FAILURES])
def test_l01_every_failure_has_the_same_bytes_lengths_and_headers(hall: Hall, case: Case, kind: str) -> None:
    typed = FAILURES[kind](hall, case)
    assert shape(look(*typed), *typed) == shape(look(UNKNOWN), UNKNOWN, WRONG)


def test_l01_a_limit_that_is_used_up_looks_the_same(case: Case) -> None:
    for _ in range(12):
        look(case.docket)
    typed = (case.docket, code_of(case))
    assert shape(look(*typed), *typed) == shape(look(UNKNOWN), UNKNOWN, WRONG)


@pytest.mark.slow
def test_l01_the_clock_does_not_tell_which_numbers_exist(hall: Hall, case: Case) -> None:
    ways = [lambda docket=docket: look(docket) for docket in (case.docket, UNKNOWN)]
    assert not tell_apart(*ways, pairs=150)


@pytest.mark.slow
def test_l01_nor_which_are_withdrawn(hall: Hall, case: Case) -> None:
    ways = [lambda docket=docket: look(docket) for docket in (withdrawn(hall).docket, case.docket)]
    assert not tell_apart(*ways, pairs=80)


def all_failures_of_a_minute(number: int) -> None:
    """As if so many had failed in this minute: one real failure, counted up."""
    look(UNKNOWN, address="198.51.100.200")
    assert RateCounter.objects.filter(scope="lookup.all").update(count=number)


def test_l02_the_brake_over_all_trips_for_every_address(case: Case) -> None:
    all_failures_of_a_minute(1_000_000)
    assert look(case.docket, code_of(case)).status_code == 422


def test_l02_looking_up_with_the_right_code_counts_as_no_failure(case: Case) -> None:
    for number in range(5):
        assert look(case.docket, code_of(case), f"203.0.113.{number}").status_code == 200
    assert not RateCounter.objects.filter(scope="lookup.all").exists()


def test_l02_a_day_at_the_limit_hits_less_than_once_in_a_million(time_machine: Any) -> None:
    """P9: every number known, a thousand addresses or a million, and the whole day used up to the brake over all."""
    time_machine.move_to(timezone.now(), tick=False)  # all tries within one minute
    allowed = highest_allowed()
    guesses = allowed * 24 * 60
    assert guesses / len(codes.ALPHABET) ** codes.LENGTH < 1e-6


def highest_allowed() -> int:
    """What the brake lets through a minute, found by trying: the largest count after which a right code still opens."""
    case = make_case(Hall())
    code, low, high = code_of(case), 1, 10_000_000
    while low < high - 1:
        middle = (low + high) // 2
        all_failures_of_a_minute(middle)
        opened = look(case.docket, code, "198.51.100.7").status_code == 200
        RateCounter.objects.all().delete()
        low, high = (middle, high) if opened else (low, middle)
    return high


def test_l04_the_limit_needs_no_redis(case: Case, settings: Any) -> None:
    """The counters are rows: with the broker away the look-up works and is limited all the same."""
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/redis.sock"
    assert look(case.docket, code_of(case)).status_code == 200
    for number in range(12):
        look(case.docket, address=f"203.0.113.{number}")
    assert look(case.docket, code_of(case), "198.51.100.1").status_code == 422


@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_l05_an_invented_header_does_not_escape_the_limit(case: Case, settings: Any, proxies: int) -> None:
    settings.TRUSTED_PROXIES = proxies
    behind = ", ".join(["203.0.113.9", "10.0.0.1"][:proxies])
    for number in range(61):
        invented = f"198.51.100.{number}" + (f", {behind}" if behind else "")
        look(f"13030200122026041300{number:03d}0", **{"x-forwarded-for": invented})
    assert look(case.docket, code_of(case), **{"x-forwarded-for": f"1.2.3.4, {behind}"}).status_code == 422


def test_l05_a_network_of_ipv6_is_one_visitor(case: Case) -> None:
    for number in range(61):
        look(f"13030200122026041300{number:03d}0", address=f"2001:db8:1:2::{number:x}")
    assert look(case.docket, code_of(case), "2001:db8:1:2:ffff::1").status_code == 422
    assert look(case.docket, code_of(case), "2001:db8:1:3::1").status_code == 200


def test_l06_the_page_shows_no_more_than_it_says(hall: Hall, case: Case) -> None:
    """Every byte of it: no number, no phone, no name, no code, nobody of the staff but by the rule of the page."""
    actions.accept(case, by=hall.clerk, at=moment("2026-04-13 10:30"))
    code = code_of(case)
    response = look(case.docket, code)
    whole = response.content.decode() + repr(response.items())
    assert response.status_code == 200
    hidden = (NAME, "小明", IDENTITY, IDENTITY[-4:], IDENTITY[6:14], PHONE, PHONE[-4:], code, codes.spoken(code))
    assert [word for word in hidden if word in whole] == []
    assert "张*" in whole


def test_l06_nobody_keeps_indexes_frames_or_passes_it_on(case: Case) -> None:
    response = look(case.docket, code_of(case))
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert "Location" not in response  # the answer comes to the post itself, so no address ever names the code
    assert not re.findall(r'(?:src|href|action)="https?://', response.content.decode())


def test_a12_the_next_visitor_at_the_same_screen_sees_nothing_of_the_one_before(case: Case) -> None:
    """No session is made, so there is none to clear; the form forgets, and Back asks the server again."""
    screen = Client()
    shown = screen.post(URL, {"docket": case.docket, "code": code_of(case)})
    assert shown.status_code == 200
    assert "session" not in screen.cookies
    after = screen.get(URL)
    assert case.docket not in after.content.decode()
    assert "no-store" in after["Cache-Control"]
    fields = re.findall(r'<input[^>]+name="(?:docket|code)"[^>]*>', after.content.decode())
    assert len(fields) == 2
    assert all('autocomplete="off"' in field for field in fields)


def test_a12_a_form_of_another_page_is_refused_and_no_page_may_frame_ours(case: Case) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(URL, {"docket": case.docket, "code": code_of(case)}).status_code == 403
    assert strict.get(URL)["X-Frame-Options"] == "DENY"


def test_l08_l09_nobody_can_make_the_hall_send_a_code() -> None:
    """The secret is printed on the receipt. No address takes a telephone number to send anything to."""
    words = re.compile(r"sms|captcha|send.?code|otp.?request")
    assert not [str(name) for name in get_resolver().reverse_dict if isinstance(name, str) and words.search(name)]


def test_l10_the_address_on_the_receipt_opens_nothing_by_itself(case: Case) -> None:
    """It is the same for everybody; a preview of it changes nothing, and without the code it shows nothing."""
    with watched() as writes:
        page = Client().get(URL, {"docket": case.docket, "code": code_of(case)})
    assert "已经收件" not in page.content.decode()
    assert writes.tables == set()


def test_l10_l12_a_preview_of_the_link_to_evaluate_changes_nothing(hall: Hall) -> None:
    invitation = invited(hall, at=timezone.now() - timedelta(minutes=5))
    address = reverse("evaluation:evaluate", kwargs={"via": "qr", "token": tokens.token_of(invitation.docket, Via.QR)})
    for method in ("get", "head"):
        with watched() as writes:
            assert getattr(Client(), method)(address).status_code == 200
        assert writes.tables == set()
