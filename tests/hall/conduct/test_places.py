"""Which center a page is about, and lists narrowed to one, over names people type."""

from typing import Any

import pytest
from django.test import RequestFactory

from hall.access.scope import centers_of
from hall.conduct.models import Patrol
from hall.conduct.views.places import chosen_center, in_center, named_center, one_of
from tests.builders import Hall, make_center
from tests.hall.conduct.builders import begun

pytestmark = pytest.mark.django_db


def asked(**query: str) -> Any:
    return RequestFactory().get("/", query)


def test_a_center_is_known_by_its_code_and_by_its_whole_name(hall: Hall) -> None:
    for typed in (hall.center.code, hall.center.name):
        assert named_center(hall.supervisor, typed) == hall.center
    for typed in ("", hall.center.name[:3], "0" * 10, "１" * 10, "9" * 30, "²" * 10):
        assert named_center(hall.supervisor, typed) is None, typed


def test_a_center_out_of_scope_does_not_exist(hall: Hall) -> None:
    other = make_center("别处的中心")
    assert named_center(hall.supervisor, other.code) is None
    assert named_center(hall.supervisor, other.name) is None


def test_without_a_name_a_page_is_about_ones_own_center(hall: Hall) -> None:
    assert chosen_center(asked(), hall.supervisor) == hall.center
    assert chosen_center(asked(center="没有这个中心"), hall.supervisor) == hall.center


def test_a_named_center_comes_before_ones_own(hall: Hall) -> None:
    below = make_center("镇便民服务中心", parent=hall.center)
    assert chosen_center(asked(center=below.code), hall.supervisor) == below


def test_an_account_of_no_person_begins_with_the_first_center_it_sees(hall: Hall) -> None:
    hall.supervisor.staff = None
    assert chosen_center(asked(), hall.supervisor) == centers_of(hall.supervisor).first()


@pytest.mark.parametrize(("typed", "count"), [("", 1), ("own", 1), ("没有这个中心", 0), ("\x00", 1)])
def test_a_list_is_narrowed_to_the_center_that_was_typed(hall: Hall, typed: str, count: int) -> None:
    begun(hall)
    word = hall.center.code if typed == "own" else typed
    assert in_center(Patrol.objects.all(), asked(center=word), hall.supervisor).count() == count


@pytest.mark.parametrize(("value", "taken"), [("open", "open"), ("", ""), ("shut", ""), ("OPEN", ""), ("\x00", "")])
def test_a_choice_is_one_of_those_offered(value: str, taken: str) -> None:
    assert one_of(asked(state=value), "state", ["open", "closed"]) == taken
