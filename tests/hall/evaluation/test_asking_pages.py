"""The clerk asks, and learns neither whether an answer came nor what it was."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hall.access import device_actions
from hall.evaluation import actions
from hall.evaluation.enums import BadReason, Grade
from hall.evaluation.models import Asking, Invitation
from tests.builders import Hall, make_department
from tests.hall.evaluation.builders import given, invited

pytestmark = pytest.mark.django_db
LIST = "/work/evaluations/ask/"


@pytest.fixture
def clerk(hall: Hall, client: Client) -> Client:
    client.force_login(hall.clerk)
    return client


def closed(hall: Hall, *, days: int = 0, **facts: object) -> Invitation:
    return invited(hall, at=timezone.now() - timedelta(days=days, minutes=5), **facts)


def page_of(invitation: Invitation) -> str:
    return reverse("evaluation:ask", args=[invitation.docket])


def text(response: HttpResponse) -> str:
    return response.content.decode()


def main_of(response: HttpResponse) -> str:
    """What the page itself says, without the frame and what is new in every answer."""
    return text(response).partition("<main")[2].partition("</main>")[0]


def test_the_list_holds_the_last_seven_days_of_the_department(hall: Hall, clerk: Client) -> None:
    mine, old = closed(hall), closed(hall, days=8, item_name="很久以前的事")
    other = closed(hall, department=make_department(hall.center, "税务局"), item_name="别的部门的事")
    page = text(clerk.get(LIST))
    assert page_of(mine) in page
    assert old.item_name not in page
    assert other.item_name not in page


@pytest.mark.parametrize("anonymous", [True, False])
def test_the_list_does_not_change_when_a_case_is_evaluated(hall: Hall, clerk: Client, anonymous: bool) -> None:
    invitation = closed(hall)
    before = main_of(clerk.get(LIST))
    given(invitation, Grade.VERY_BAD, at=timezone.now(), anonymous=anonymous, reasons=("b8",))
    assert main_of(clerk.get(LIST)) == before
    assert "没有请过" in before


def test_the_list_says_when_the_pad_asked(hall: Hall, clerk: Client) -> None:
    clerk.post(page_of(closed(hall)))
    assert "已请评" in text(clerk.get(LIST))


def test_an_empty_list_says_when_there_will_be_something(clerk: Client) -> None:
    assert "办结一件，这里就出现一件" in text(clerk.get(LIST))


def test_the_list_asks_as_often_for_three_as_for_one(hall: Hall, clerk: Client) -> None:
    counts = []
    clerk.get(LIST)
    for _ in range(2):
        closed(hall)
        with CaptureQueriesContext(connection) as asked:
            clerk.get(LIST)
        counts.append(len(asked))
        closed(hall)
    assert counts[0] == counts[1]


def test_a_withdrawn_invitation_is_not_listed_nor_opened(hall: Hall, clerk: Client) -> None:
    invitation = closed(hall)
    actions.revoke(docket=invitation.docket, at=timezone.now())
    assert page_of(invitation) not in text(clerk.get(LIST))
    assert clerk.get(page_of(invitation)).status_code == 404


def test_pressing_the_button_asks_on_the_pad(hall: Hall, clerk: Client) -> None:
    invitation = closed(hall)
    response = clerk.post(page_of(invitation), follow=True)
    assert f"{hall.window.number} 号窗口的评价器" in text(response)
    assert Asking.objects.get().invitation == invitation


def test_the_button_is_there_where_a_pad_is_paired(hall: Hall, clerk: Client) -> None:
    invitation = closed(hall)
    assert "没有配对的评价器" in text(clerk.get(page_of(invitation)))
    facts = {"center": hall.center, "window": hall.window, "by": hall.supervisor, "at": timezone.now()}
    _, code = device_actions.register_device(kind="pad", name="1 号评价器", **facts)
    assert "没有配对的评价器" in text(clerk.get(page_of(invitation)))
    device_actions.pair(code=code, at=timezone.now())
    page = text(clerk.get(page_of(invitation)))
    assert ("1 号评价器" in page, "没有配对的评价器" in page) == (True, False)


def test_a_clerk_without_a_window_is_told_what_is_missing(hall: Hall, client: Client) -> None:
    client.force_login(hall.other_clerk)
    response = client.post(page_of(closed(hall)), follow=True)
    assert "没有登记所在窗口" in text(response)


@pytest.mark.parametrize("anonymous", [True, False])
def test_after_the_answer_the_page_does_not_say_what_it_was(hall: Hall, clerk: Client, anonymous: bool) -> None:
    invitation = closed(hall)
    given(invitation, Grade.VERY_BAD, at=timezone.now(), reasons=tuple(BadReason.values), anonymous=anonymous)
    page = text(clerk.get(page_of(invitation)))
    assert ("现在不能请评" in page) is not anonymous
    shown = [word for word in (*Grade.labels, *BadReason.labels, "实名") if word in page]
    assert shown == []


def below_the_title(response: HttpResponse) -> str:
    """The page without its head, which names the case."""
    return main_of(response).partition('class="page-actions"')[2]


@pytest.mark.parametrize("who", ["clerk", "approver", "chief"])
def test_an_anonymous_answer_changes_nothing_anybody_at_the_window_sees(hall: Hall, client: Client, who: str) -> None:
    client.force_login(getattr(hall, who))
    invitation = closed(hall)
    before = main_of(client.get(page_of(invitation)))
    given(invitation, Grade.VERY_BAD, at=timezone.now(), anonymous=True, reasons=("b8",))
    assert main_of(client.get(page_of(invitation))) == before


@pytest.mark.parametrize("who", ["clerk", "approver", "chief"])
def test_signed_and_over_look_the_same_to_everybody_at_the_window(hall: Hall, client: Client, who: str) -> None:
    client.force_login(getattr(hall, who))
    answered, over = closed(hall), closed(hall, days=200)
    given(answered, at=timezone.now(), anonymous=False)
    first, second = client.get(page_of(answered)), client.get(page_of(over))
    assert first.status_code == second.status_code
    assert ("不能请评" in text(first)) is (first.status_code == 200)
    assert below_the_title(first) == below_the_title(second)


def test_asking_again_after_the_answer_is_a_sentence(hall: Hall, clerk: Client) -> None:
    invitation = closed(hall)
    given(invitation, at=timezone.now(), anonymous=False)
    assert "现在不能请评" in text(clerk.post(page_of(invitation), follow=True))
    assert not Asking.objects.exists()


def test_the_code_on_the_screen_is_of_this_case_and_way(hall: Hall, clerk: Client) -> None:
    invitation = closed(hall)
    response = clerk.get(reverse("evaluation:ask_qr", args=[invitation.docket]))
    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<?xml")
    other = clerk.get(reverse("evaluation:ask_qr", args=[closed(hall).docket]))
    assert response.content != other.content


@pytest.mark.parametrize("name", ["ask", "ask_qr"])
def test_a_case_of_another_department_is_not_there(hall: Hall, clerk: Client, name: str) -> None:
    other = closed(hall, department=make_department(hall.center, "税务局"))
    assert clerk.get(reverse(f"evaluation:{name}", args=[other.docket])).status_code == 404


@pytest.mark.parametrize("docket", ["x", "1" * 300, "130302-0012"])
def test_a_number_nobody_has_is_not_there(clerk: Client, docket: str) -> None:
    for method in (clerk.get, clerk.post):
        assert method(f"{LIST}{docket}/").status_code == 404
