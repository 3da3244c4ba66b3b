"""The registry: rooms above announce what depends on the calendar; this one asks them and tells them."""

from datetime import date

import pytest

from hall.workdays import recalculation
from hall.workdays.recalculation import Moved
from hall.workdays.trial import whole
from tests.hall.workdays.builders import AT


def moved(docket: str, clock: str = "decision") -> Moved:
    return Moved(docket, clock, date(2026, 5, 13), date(2026, 5, 14))


@pytest.fixture
def two_rooms(monkeypatch):
    """Two rooms, and none of those that registered at start."""
    monkeypatch.setattr(recalculation, "_registered", {})
    told: list[dict] = []
    recalculation.register("b", lambda *_: [moved("2"), moved("1", "notice")], lambda **k: told.append(k) or 3)
    recalculation.register("a", lambda *_: [moved("1")], lambda **k: told.append(k) or 4)
    return told


def test_all_rooms_are_asked_and_the_answer_is_in_order(two_rooms):
    asked = whole(lambda _: None, lambda _: None)
    assert [(item.docket, item.clock) for item in asked.first] == [
        ("1", "decision"),
        ("1", "notice"),
        ("2", "decision"),
    ]


def test_asking_tells_nobody(two_rooms):
    whole(lambda _: None, lambda _: None)
    assert two_rooms == []


def test_all_rooms_are_told_who_when_and_why(two_rooms):
    assert recalculation.recalculate(by=None, at=AT, reason="日历变更") == 7
    assert two_rooms == [{"by": None, "at": AT, "reason": "日历变更"}] * 2


def test_a_room_registers_once(two_rooms):
    recalculation.register("a", lambda *_: [], lambda **_: 0)
    assert recalculation.recalculate(by=None, at=AT, reason="x") == 3


def test_a_room_may_leave(two_rooms):
    recalculation.unregister("a")
    recalculation.unregister("never there")
    assert [item.docket for item in whole(lambda _: None, lambda _: None).first] == ["1", "2"]


def test_the_cases_room_is_registered_at_start():
    assert "cases" in recalculation._registered
