"""The window's pad: waits, asks one question after another, shows each once, and nothing of anybody before."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hall.access import device_actions
from hall.access.models import Device
from hall.evaluation import actions
from hall.evaluation.enums import Origin
from hall.evaluation.models import Asking, Evaluation
from hall.facts.models import Setting
from hall.organisation.models import Window
from tests.builders import Hall, make_window
from tests.hall.evaluation.builders import given, invited

pytestmark = pytest.mark.django_db
PAD, NEXT = "/pad/", "/pad/next/"


def pad_at(hall: Hall, window: Window | None = None, name: str = "评价器") -> Client:
    """The browser of a paired pad."""
    facts = {"window": window or hall.window, "by": hall.supervisor, "at": timezone.now()}
    _, code = device_actions.register_device(kind="pad", name=name, center=hall.center, **facts)
    browser = Client()
    assert browser.post("/devices/pair/", {"code": code})["Location"] == PAD
    return browser


def asked(hall: Hall, *, ago: timedelta = timedelta(0)) -> Asking:
    """The clerk pressed the button for a case just closed."""
    at = timezone.now() - ago
    return actions.ask(invitation=invited(hall, at=at - timedelta(minutes=1)), by=hall.clerk, at=at)


def at(asking: Asking) -> str:
    return reverse("evaluation:pad_question", args=[asking.pk])


def text(response: HttpResponse) -> str:
    return response.content.decode()


def test_nothing_is_asked_of_nobody(hall: Hall) -> None:
    pad = pad_at(hall)
    response = pad.get(PAD)
    assert (response.status_code, f"{hall.window.number} 号窗口" in text(response)) == (200, True)
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in text(response)
    assert pad.get(NEXT).json() == {"url": ""}


def test_a_question_comes_up_at_its_window_with_and_without_a_script(hall: Hall) -> None:
    pad = pad_at(hall)
    asking = asked(hall)
    assert pad.get(NEXT).json() == {"url": at(asking)}
    assert pad.get(PAD)["Location"] == at(asking)


def test_and_nowhere_else(hall: Hall) -> None:
    other = pad_at(hall, make_window(hall.center), name="另一台")
    asking = asked(hall)
    assert other.get(NEXT).json() == {"url": ""}
    assert other.get(at(asking))["Location"] == PAD
    assert other.post(at(asking), {"grade": 5, "screen": "who", "anonymous": "yes"})["Location"] == PAD
    assert not Evaluation.objects.exists()


def test_a_question_is_put_on_the_screen_once(hall: Hall) -> None:
    pad, asking = pad_at(hall), asked(hall)
    assert pad.get(at(asking)).status_code == 200
    assert pad.get(NEXT).json() == {"url": ""}
    assert pad.get(PAD).status_code == 200


def test_a_question_nobody_saw_goes_away(hall: Hall) -> None:
    pad = pad_at(hall)
    asked(hall, ago=timedelta(minutes=3, seconds=1))
    assert pad.get(NEXT).json() == {"url": ""}


def test_the_last_question_is_the_one_that_waits(hall: Hall) -> None:
    pad = pad_at(hall)
    asked(hall, ago=timedelta(seconds=20))
    newest = asked(hall)
    assert pad.get(NEXT).json() == {"url": at(newest)}


def test_what_is_evaluated_meanwhile_is_not_asked(hall: Hall) -> None:
    pad, asking = pad_at(hall), asked(hall)
    given(asking.invitation, at=timezone.now())
    assert pad.get(NEXT).json() == {"url": ""}
    assert pad.get(at(asking))["Location"] == PAD


def test_one_question_after_another(hall: Hall) -> None:
    pad, asking = pad_at(hall), asked(hall)
    first = text(pad.get(at(asking)))
    assert first.count('type="radio"') == 5
    assert " checked" not in first
    why = text(pad.post(at(asking), {"grade": 2, "screen": "grade"}))
    assert ("为什么这样评" in why, "是否留名" in why) == (True, False)
    who = text(pad.post(at(asking), {"grade": 2, "screen": "why", "reasons": ["b1", "b7"], "text": "等得久"}))
    assert ("是否留名" in who, "没有提供材料样本" in who) == (True, False)
    assert re.findall(r'name="reasons" value="(b\d+)"', who) == ["b1", "b7"]
    sent = {"grade": 2, "screen": "who", "reasons": ["b1", "b7"], "text": "等得久", "anonymous": "yes"}
    thanks = text(pad.post(at(asking), sent))
    assert "谢谢" in thanks
    evaluation = Evaluation.objects.get()
    assert (evaluation.grade, evaluation.reasons, evaluation.text) == (2, ["b1", "b7"], "等得久")
    assert (evaluation.via, evaluation.origin, evaluation.active) == ("pad", Origin.CITIZEN, True)


def test_nothing_is_kept_before_the_last_question(hall: Hall) -> None:
    pad, asking = pad_at(hall), asked(hall)
    pad.post(at(asking), {"grade": 2, "screen": "grade"})
    pad.post(at(asking), {"grade": 2, "screen": "why", "anonymous": "yes"})
    assert not Evaluation.objects.exists()


def test_a12_afterwards_the_pad_shows_nothing_of_it(hall: Hall) -> None:
    pad, asking = pad_at(hall), asked(hall)
    pad.post(at(asking), {"grade": 1, "screen": "who", "anonymous": "yes"})
    assert pad.get(at(asking))["Location"] == PAD
    assert pad.post(at(asking), {"grade": 5, "screen": "who", "anonymous": "yes"})["Location"] == PAD
    assert asking.invitation.item_name not in text(pad.get(PAD))


def test_the_clerk_cannot_cut_an_answer_off_by_asking_for_the_next(hall: Hall) -> None:
    pad, asking = pad_at(hall), asked(hall, ago=timedelta(minutes=2))
    pad.get(at(asking))
    asked(hall)
    pad.post(at(asking), {"grade": 1, "screen": "who", "anonymous": "yes"})
    assert Evaluation.objects.get().invitation == asking.invitation


@pytest.mark.parametrize(("minutes", "answered"), [(29, True), (30, False)])
def test_a_question_left_standing_is_over_after_half_an_hour(hall: Hall, minutes: int, answered: bool) -> None:
    pad, asking = pad_at(hall), asked(hall, ago=timedelta(minutes=minutes))
    pad.post(at(asking), {"grade": 4, "screen": "who", "anonymous": "yes"})
    assert Evaluation.objects.exists() is answered


def test_a12_the_page_clears_itself_after_the_seconds_of_the_setting(hall: Hall) -> None:
    pad, asking = pad_at(hall), asked(hall)
    page = text(pad.get(at(asking)))
    assert 'content="60;url=/pad/"' in page
    assert 'data-home="/pad/" data-seconds="60"' in page
    facts = {"source": "本中心规定", "effective_from": timezone.localdate()}
    Setting.objects.create(key="evaluation.pad_seconds", center=hall.center, value=90, **facts)
    assert 'data-seconds="90"' in text(pad.get(at(asking)))


def test_nothing_of_the_pad_is_stored_by_its_browser(hall: Hall) -> None:
    pad, asking = pad_at(hall), asked(hall)
    for address in (PAD, NEXT, at(asking)):
        assert "no-store" in pad.get(address)["Cache-Control"], address


def test_the_pad_shows_no_menu_and_no_docket(hall: Hall) -> None:
    pad, asking = pad_at(hall), asked(hall)
    page = text(pad.get(at(asking)))
    assert asking.invitation.docket not in page
    assert "<nav" not in page


@pytest.mark.parametrize("address", [PAD, NEXT, "/pad/019a0000-0000-7000-8000-000000000000/"])
def test_a_browser_that_is_no_pad_is_told_so(address: str) -> None:
    response = Client().get(address)
    assert (response.status_code, "还没有配对" in text(response)) == (403, True)


def test_a_wall_is_no_pad(hall: Hall) -> None:
    facts = {"window": None, "by": hall.supervisor, "at": timezone.now()}
    _, code = device_actions.register_device(kind="wall", name="大屏", center=hall.center, **facts)
    browser = Client()
    browser.post("/devices/pair/", {"code": code})
    assert browser.get(PAD).status_code == 403


def test_a_revoked_pad_stops(hall: Hall) -> None:
    pad = pad_at(hall)
    device_actions.revoke_device(device=Device.objects.get(), by=hall.supervisor, at=timezone.now())
    assert pad.get(NEXT).status_code == 403


def test_a_pad_somebody_logged_in_on_is_a_staff_device(hall: Hall) -> None:
    pad, asking = pad_at(hall), asked(hall)
    pad.force_login(hall.clerk)
    pad.post(at(asking), {"grade": 5, "screen": "who", "anonymous": "yes"})
    assert Evaluation.objects.get().origin == Origin.STAFF_DEVICE


def test_waiting_asks_the_database_little(hall: Hall, django_assert_max_num_queries: object) -> None:
    pad = pad_at(hall)
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        pad.get(NEXT)
