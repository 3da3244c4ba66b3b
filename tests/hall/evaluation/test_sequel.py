"""What the public pages say of what follows a grade comes through a registry, and is nothing where nobody filled it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.template.loader import render_to_string

from hall.evaluation import sequel
from hall.evaluation.enums import Grade
from hall.evaluation.sequel import Sequel
from tests.builders import MONDAY, Hall
from tests.hall.evaluation.builders import given, invited

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Days:
    """A promise of this test."""

    contact: date | None = None
    rectify: date = date(2026, 4, 20)


@pytest.fixture
def silence() -> Iterator[None]:
    """Nobody follows; who did is put back afterwards."""
    kept = sequel._sequels[:]
    sequel._sequels.clear()
    yield
    sequel._sequels[:] = kept


def speak(progress: object) -> None:
    sequel.tell_by(Sequel(promise=lambda *_: Days(), progress=lambda _: progress, template="x.html"))


@pytest.mark.usefixtures("silence")
def test_where_nobody_follows_nothing_is_promised_or_told(hall: Hall) -> None:
    assert sequel.promised(given(invited(hall), Grade.BAD), MONDAY) is None
    assert sequel.told("1303020012") == {}


@pytest.mark.usefixtures("silence")
def test_the_one_who_follows_speaks(hall: Hall) -> None:
    speak("整改中")
    assert sequel.promised(given(invited(hall), Grade.BAD), MONDAY) == Days()
    assert sequel.told("1303020012") == {"progress": "整改中", "progress_template": "x.html"}


@pytest.mark.usefixtures("silence")
def test_what_may_not_be_told_is_not_told() -> None:
    speak(None)
    assert sequel.told("1303020012") == {}


@pytest.mark.usefixtures("silence")
def test_the_last_to_come_speaks_alone() -> None:
    speak("一")
    speak("二")
    assert sequel.told("1303020012")["progress"] == "二"


def test_the_room_of_rectifications_speaks() -> None:
    assert [one.template for one in sequel._sequels] == ["rectification/progress.html"]


def test_the_thanks_promise_no_day_where_nobody_said_one(hall: Hall) -> None:
    context = {"center": hall.center, "bad": True, "named": True}
    assert "核实" not in render_to_string("evaluation/_thanks.html", {**context, "due": None})
    assert "4月20日" in render_to_string("evaluation/_thanks.html", {**context, "due": Days(contact=date(2026, 4, 14))})
