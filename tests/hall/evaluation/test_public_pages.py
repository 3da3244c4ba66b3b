"""Evaluating from a link: two screens without a script, nothing chosen beforehand, and calm sentences for all else."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hall.evaluation import actions, tokens
from hall.evaluation.enums import BadReason, GoodReason, Grade, Origin, Via
from hall.evaluation.models import Evaluation, Invitation
from hall.ledger.models import RateCounter
from tests.builders import Hall
from tests.hall.evaluation.builders import given, invited

pytestmark = pytest.mark.django_db
DAY = r'<strong class="nowrap">\d+月\d+日</strong>'


@pytest.fixture
def invitation(hall: Hall) -> Invitation:
    return invited(hall, at=timezone.now() - timedelta(minutes=5))


def url(invitation: Invitation, via: str = Via.QR) -> str:
    return tokens.link(invitation.docket, via).split("8000", 1)[1]


def text(response: HttpResponse) -> str:
    return response.content.decode()


def last(grade: int, **more: Any) -> dict[str, Any]:
    return {"grade": grade, "screen": "last", "anonymous": "yes", **more}


def test_the_first_screen_says_what_is_evaluated_and_chooses_nothing(invitation: Invitation, client: Client) -> None:
    response = client.get(url(invitation))
    page = text(response)
    assert response.status_code == 200
    assert "公共场所卫生许可" in page
    assert invitation.center.name in page
    assert invitation.docket not in page
    assert page.count('type="radio"') == 5
    assert not re.search(r'<input type="radio"[^>]*checked', page)
    assert [label for label in Grade.labels if label not in page] == []


def test_the_page_needs_no_script_and_is_kept_by_nobody(invitation: Invitation, client: Client) -> None:
    response = client.get(url(invitation))
    assert "pad.js" not in text(response)
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("grade", Grade.values)
def test_the_second_screen_asks_for_the_reasons_of_the_half(invitation: Invitation, client: Client, grade: int) -> None:
    page = text(client.post(url(invitation), {"grade": grade, "screen": "grade"}))
    shown = (all(label in page for label in GoodReason.labels), all(label in page for label in BadReason.labels))
    assert shown == ((True, False) if grade >= 3 else (False, True))
    assert " checked" not in page
    assert Grade(grade).label in page
    assert not Evaluation.objects.exists()


def test_an_answer_in_two_screens(invitation: Invitation, client: Client) -> None:
    more = {"reasons": ["b3", "b8"], "text": "说好三天，等了十天", "anonymous": "no", "phone": "0335-3000002"}
    response = client.post(url(invitation, Via.MESSAGE), last(1, **more))
    assert response.status_code == 200
    evaluation = Evaluation.objects.get()
    assert (evaluation.grade, evaluation.reasons, evaluation.via) == (1, ["b3", "b8"], "message")
    assert (evaluation.text, evaluation.anonymous, evaluation.phone) == ("说好三天，等了十天", False, "0335-3000002")
    assert evaluation.origin == Origin.CITIZEN


def test_after_a_signed_bad_grade_the_days_are_named(invitation: Invitation, client: Client) -> None:
    page = text(client.post(url(invitation), last(2, anonymous="no")))
    assert len(re.findall(DAY, page)) == 2
    assert "联系您核实" in page
    assert "回访" in page


def test_after_an_anonymous_one_nobody_promises_to_call(invitation: Invitation, client: Client) -> None:
    page = text(client.post(url(invitation), last(2)))
    assert "没有人知道是您评的" in page
    assert "联系您核实" not in page


@pytest.mark.parametrize("grade", [3, 4, 5])
def test_after_a_good_one_there_is_only_thanks(invitation: Invitation, client: Client, grade: int) -> None:
    page = text(client.post(url(invitation), last(grade)))
    assert "谢谢" in page
    assert not re.search(DAY, page)


def test_without_a_grade_the_first_screen_comes_back(invitation: Invitation, client: Client) -> None:
    for sent in ({}, {"grade": ""}, {"grade": "6"}, {"grade": "x", "screen": "last"}, {"grade": "\x00"}):
        response = client.post(url(invitation), sent)
        assert (response.status_code, "请在五个评价里选一个" in text(response)) == (422, True)


def test_without_a_word_on_signing_the_second_screen_comes_back_with_what_was_written(
    invitation: Invitation, client: Client
) -> None:
    sent = {"grade": 2, "screen": "last", "reasons": ["b1"], "text": "材料样本找不到"}
    response = client.post(url(invitation), sent)
    page = text(response)
    assert (response.status_code, "请选匿名或者实名" in page, "材料样本找不到" in page) == (422, True, True)
    assert re.search(r'value="b1"[^>]*checked', page)


@pytest.mark.parametrize(
    "more",
    [
        {"text": "长" * 1001},
        {"text": "a\x00b"},
        {"reasons": ["g1"]},
        {"reasons": ["x"]},
        {"phone": "打我手机"},
        {"anonymous": "?"},
    ],
)
def test_l11_nonsense_is_a_sentence_and_nothing_is_kept(
    invitation: Invitation, client: Client, more: dict[str, Any]
) -> None:
    assert client.post(url(invitation), last(1, **more)).status_code == 422
    assert not Evaluation.objects.exists()


@pytest.mark.parametrize("screen", ["why", "who", "x", "\x00", "grade"])
def test_a_screen_of_elsewhere_is_the_second(invitation: Invitation, client: Client, screen: str) -> None:
    response = client.post(url(invitation), {"grade": 4, "screen": screen, "anonymous": "yes"})
    assert (response.status_code, Evaluation.objects.count()) == (200, 0)
    assert 'name="screen" value="last"' in text(response)


def test_l11_a_link_is_good_for_one_answer(invitation: Invitation, client: Client) -> None:
    client.post(url(invitation), last(1))
    response = client.post(url(invitation), last(5))
    assert (response.status_code, "已经评价过了" in text(response)) == (410, True)
    assert "非常不满意" not in text(response)
    assert Evaluation.objects.get().grade == 1


@pytest.mark.parametrize(("grade", "status"), [(1, 200), (5, 410)])
def test_only_who_signed_a_bad_grade_is_told_what_became_of_it(
    invitation: Invitation, client: Client, grade: int, status: int
) -> None:
    given(invitation, grade, at=timezone.now(), anonymous=False)
    response = client.get(url(invitation))
    assert (response.status_code, Grade(grade).label in text(response)) == (status, status == 200)


def main(response: HttpResponse) -> str:
    """What the page says, without the token of the form."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text(response))


@pytest.mark.parametrize("via", [Via.QR, Via.LOOKUP, Via.COUNTER])
def test_an_anonymous_answer_changes_nothing_a_link_shows(invitation: Invitation, client: Client, via: str) -> None:
    before = client.get(url(invitation, via))
    given(invitation, 1, at=timezone.now(), anonymous=True)
    after = client.get(url(invitation, via))
    assert (after.status_code, main(after)) == (before.status_code, main(before))


def test_the_link_of_another_way_is_used_too(invitation: Invitation, client: Client) -> None:
    given(invitation, at=timezone.now(), via=Via.PAD, anonymous=False)
    assert client.get(url(invitation, Via.LOOKUP)).status_code == 410


def test_l10_a_link_that_is_over_or_taken_back_says_so(hall: Hall, client: Client) -> None:
    old = invited(hall, at=timezone.now() - timedelta(days=92))
    undone = invited(hall)
    actions.revoke(docket=undone.docket, at=timezone.now())
    for invitation in (old, undone):
        response = client.get(url(invitation))
        assert (response.status_code, "已经结束" in text(response)) == (410, True)


@pytest.mark.parametrize("via", ["qr", "pad", "paper", "fax", "x" * 200])
@pytest.mark.parametrize("token", ["x", "A" * 32, "-", "a" * 5000])
def test_a_wrong_link_is_one_calm_sentence(client: Client, via: str, token: str) -> None:
    for method in (client.get, client.post):
        response = method(f"/evaluate/{via}/{token}/")
        assert (response.status_code, "不完整，或者已经失效" in text(response)) == (404, True)


def test_l11_the_seal_of_another_way_is_a_wrong_link(invitation: Invitation, client: Client) -> None:
    assert client.get(url(invitation).replace("/qr/", "/message/")).status_code == 404


def test_an_address_that_tries_too_often_has_to_wait(invitation: Invitation, client: Client) -> None:
    client.get("/evaluate/qr/x/")
    RateCounter.objects.update(count=300)
    assert client.get("/evaluate/qr/x/").status_code == 429
    assert client.post(url(invitation), last(1)).status_code == 429
    assert Client(REMOTE_ADDR="198.51.100.7").post(url(invitation), last(1)).status_code == 200


def test_reading_a_right_link_counts_nothing(invitation: Invitation, client: Client) -> None:
    client.get(url(invitation))
    assert not RateCounter.objects.exists()


def test_from_the_browser_of_the_clerk_it_is_kept_and_set_aside(
    hall: Hall, invitation: Invitation, client: Client
) -> None:
    client.force_login(hall.clerk)
    assert client.post(url(invitation), last(5)).status_code == 200
    assert Evaluation.objects.get().origin == Origin.STAFF_DEVICE


def test_how_to_evaluate_is_told_without_a_link(client: Client) -> None:
    page = text(client.get(reverse("evaluation:start")))
    assert 'href="/lookup/"' in page


def test_a_page_asks_little(invitation: Invitation, client: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        client.get(url(invitation))
    assert len(asked) <= 8
