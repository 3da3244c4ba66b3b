"""Whom an anonymous grade could be traced by from a list or a number, and that it cannot."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hall.access.models import User
from hall.facts.periods import parse
from hall.facts.slices import Slice
from hall.facts.sources import source_of
from hall.rectification import queries
from tests.builders import Hall
from tests.hall.rectification.builders import bad, grade, invitation

pytestmark = pytest.mark.django_db
HOUSE = ("clerk", "other_clerk", "approver", "chief")
ITEM = "食品经营许可"


def ask(user: User, query: str, code: str = "bad", tail: str = "") -> Any:
    client = Client()
    client.force_login(user)
    return client.get(f"/work/pledges/facts/evaluation.{code}/{tail}?{query}")


@pytest.mark.parametrize("who", HOUSE)
@pytest.mark.parametrize("tail", ["", "export/"])
@pytest.mark.parametrize("query", ["period=2026-04-13", "period=2026-W16", "period=2026-04-10..2026-04-14", "window"])
def test_the_house_asks_no_list_of_grades_by_day_or_window(hall: Hall, who: str, tail: str, query: str) -> None:
    bad(hall, signed=False)
    query = f"period=2026-04&window={hall.window.pk}" if query == "window" else query
    response = ask(getattr(hall, who), query, tail=tail)
    assert response.status_code == 403
    assert "以免认出评价人" in response.content.decode()
    assert ask(hall.supervisor, query, tail=tail).status_code == 200


@pytest.mark.parametrize(("who", "sees"), [("clerk", 1), ("other_clerk", 0), ("approver", 0), ("chief", 1)])
def test_by_month_everybody_finds_what_the_room_itself_shows(hall: Hall, who: str, sees: int) -> None:
    bad(hall, signed=False)
    page = ask(getattr(hall, who), "period=2026-04").content.decode()
    assert page.count(ITEM) == sees


def test_nobody_opens_the_list_of_a_colleague(hall: Hall) -> None:
    bad(hall)
    query = f"period=2026-04&staff={hall.clerk.staff_id}"
    assert ITEM in ask(hall.clerk, query).content.decode()
    assert ITEM not in ask(hall.other_clerk, query).content.decode()
    assert ITEM in ask(hall.supervisor, query).content.decode()


def numbers(hall: Hall, user: User) -> dict[str, int]:
    today = timezone.localdate()
    part = Slice(parse(f"{today:%Y-%m}"), frozenset({hall.center.pk}))
    mine = queries.scope(user, part)
    codes = ("given", "bad", "active", "unrated", "active_of_closed", "evaluable", "rectify_due")
    return {code: source_of(f"evaluation.{code}").count(mine) for code in codes}


@pytest.mark.parametrize("who", ["clerk", "chief"])
def test_no_number_moves_when_somebody_without_a_name_has_just_left(hall: Hall, who: str) -> None:
    user, now = getattr(hall, who), timezone.now()
    invitation(hall, at=now)
    before = numbers(hall, user)
    bad(hall, signed=False, at=now)
    after = numbers(hall, user)
    assert after == before | {"evaluable": before["evaluable"] + 1, "unrated": before["unrated"] + 1}
    assert numbers(hall, hall.supervisor)["bad"] == 1
    client = Client()
    client.force_login(user)
    assert ITEM not in client.get(reverse("rectification:facts") + "?source=evaluation.bad").content.decode()


def test_a_signed_grade_counts_at_once(hall: Hall) -> None:
    now = timezone.now()
    grade(hall, 1, at=now)
    assert numbers(hall, hall.clerk) == numbers(hall, hall.supervisor)
    assert numbers(hall, hall.clerk)["bad"] == 1
