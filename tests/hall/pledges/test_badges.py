"""The registry of badges: rooms above fill it, each is asked once, in the order it came."""

from datetime import date

import pytest

from hall.organisation.models import Window
from hall.pledges import badges
from hall.pledges.badges import Badge

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(badges, "_tellers", [])


def flags(window: Window, on: date) -> list[Badge]:
    return [Badge("红旗窗口", f"{window.name} {on:%Y-%m}")]


def posts(window: Window, on: date) -> list[Badge]:
    return [Badge("党员示范岗", "受理岗")]


def test_without_rooms_there_is_nothing_to_be_proud_of() -> None:
    assert badges.badges_of(Window(name="一号"), TODAY) == []


def test_every_room_is_asked_in_the_order_it_came() -> None:
    for teller in (flags, posts, flags):
        badges.register(teller)
    assert badges.badges_of(Window(name="一号"), TODAY) == [
        Badge("红旗窗口", "一号 2026-11"), Badge("党员示范岗", "受理岗")
    ]  # fmt: skip
