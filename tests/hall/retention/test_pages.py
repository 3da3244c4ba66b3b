"""The page of what goes when; placing and lifting a hold."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hall.access.enums import Role
from hall.access.models import User
from hall.retention import actions
from hall.retention.models import Hold
from tests.builders import MONDAY, Hall, make_staff, make_user

pytestmark = pytest.mark.django_db
OVERVIEW = reverse("retention:overview")
NEW = reverse("retention:hold_new")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def held(hall: Hall, reference: str = "A1") -> Hold:
    return actions.place_hold(reference=reference, center=hall.center, reason="行政复议", by=hall.supervisor, at=MONDAY)


def page_of(hold: Hold) -> str:
    return reverse("retention:hold", kwargs={"pk": hold.pk})


def test_the_page_names_years_and_sources(hall: Hall) -> None:
    page = browser(hall.auditor).get(OVERVIEW).content.decode()
    assert "行政许可办件" in page
    assert "国家档案局令第8号" in page
    assert "没有暂停清除的编号" in page
    assert NEW not in page


def test_who_may_hold_is_offered_it(hall: Hall) -> None:
    assert NEW in browser(hall.supervisor).get(OVERVIEW).content.decode()


@pytest.mark.parametrize("role", [Role.CLERK, Role.APPROVER, Role.CHIEF])
def test_others_are_refused(hall: Hall, role: str) -> None:
    user = {user.role: user for user in hall.everybody()}[role]
    assert browser(user).get(OVERVIEW).status_code == 403


def test_a_hold_is_placed(hall: Hall) -> None:
    answer = browser(hall.supervisor).post(NEW, {"reference": " A 1 ", "reason": "行政复议"})
    assert answer.status_code == 302
    assert Hold.objects.get().reference == "A1"


@pytest.mark.parametrize(
    ("sent", "words"),
    [({}, "请填写编号"), ({"reference": "A1"}, "请填写理由"), ({"reference": "A1", "reason": "13800000000"}, "不要写")],
)
def test_what_is_missing_is_said_at_its_field(hall: Hall, sent: dict[str, str], words: str) -> None:
    answer = browser(hall.supervisor).post(NEW, sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_number_held_already_is_said_at_its_field(hall: Hall) -> None:
    held(hall)
    answer = browser(hall.supervisor).post(NEW, {"reference": "A1", "reason": "又"})
    assert answer.status_code == 422
    assert "已经暂停清除" in answer.content.decode()


def test_one_proposes_and_another_agrees(hall: Hall) -> None:
    hold = held(hall)
    first, other = browser(hall.supervisor), browser(make_user(Role.SUPERVISOR, make_staff(center=hall.center)))
    assert first.post(page_of(hold), {"reason": "复议终结"}).status_code == 302
    assert "等另一个人同意" in first.get(page_of(hold)).content.decode()
    assert "以外的人" in first.post(page_of(hold), follow=True).content.decode()
    assert "同意恢复清除" in other.get(page_of(hold)).content.decode()
    assert other.post(page_of(hold)).status_code == 302
    hold.refresh_from_db()
    assert hold.lifted_at is not None
    assert "恢复" in other.get(OVERVIEW).content.decode()


def test_a_proposal_without_a_reason_is_refused(hall: Hall) -> None:
    assert browser(hall.supervisor).post(page_of(held(hall)), {}).status_code == 422


def test_a_foreign_hold_is_no_page(hall: Hall) -> None:
    hold = held(hall)
    assert browser(Hall().supervisor).get(page_of(hold)).status_code == 404


def test_the_page_asks_as_often_for_three_as_for_one(hall: Hall) -> None:
    client = browser(hall.supervisor)
    held(hall)
    _queries(client)  # the first visit reads what the next ones remember
    before = _queries(client)
    held(hall, "A2")
    held(hall, "A3")
    assert _queries(client) == before


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as seen:
        client.get(OVERVIEW)
    return len(seen)
