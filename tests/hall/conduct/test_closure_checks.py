"""Checks of closing times: a draw anybody can repeat, who stands beside whom, one verdict, one card."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from hall.conduct import queries
from hall.conduct.actions import closure_checks
from hall.conduct.actions.closure_checks import draw, neighbours
from hall.conduct.enums import CheckVerdict
from hall.conduct.models import ClosureItem, ClosureSample
from hall.facts import indicators, sources
from hall.facts.errors import NotPermitted, Refused
from hall.facts.periods import parse
from hall.facts.sources import Fact
from hall.ledger.models import Event
from hall.supervision.models import Card
from tests.builders import Hall, moment
from tests.hall.conduct.builders import MONDAY, OCTOBER, closings

pytestmark = pytest.mark.django_db
NOVEMBER = moment("2026-11-02 10:00")


@pytest.fixture(autouse=True)
def registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test announces is forgotten after it."""
    monkeypatch.setattr(sources, "_sources", dict(sources._sources))
    monkeypatch.setattr(indicators, "_indicators", dict(indicators._indicators))


def taken(hall: Hall, count: int = 30, **facts: int) -> ClosureSample:
    closings(hall, count, **facts)
    return closure_checks.take(department=hall.department, period=OCTOBER, by=hall.supervisor, at=NOVEMBER, seed="s")


@given(st.sets(st.text(min_size=1, max_size=6), min_size=1, max_size=80), st.integers(1, 100), st.text(max_size=6))
def test_the_draw_is_a_share_rounded_up_and_the_same_again(keys: set[str], percent: int, seed: str) -> None:
    drawn = draw(list(keys), percent, seed)
    assert drawn == draw(sorted(keys, reverse=True), percent, seed)
    assert set(drawn) <= keys
    assert (len(drawn) - 1) * 100 < len(keys) * percent <= len(drawn) * 100


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 600)), max_size=30), st.integers(1, 60))
def test_neighbours_are_counted_as_a_person_would(written: list[tuple[int, int]], minutes: int) -> None:
    facts = [
        Fact(key=str(n), occurred_at=MONDAY + timedelta(minutes=minute), text="", staff=staff or None)
        for n, (staff, minute) in enumerate(written)
    ]
    found = neighbours(facts, timedelta(minutes=minutes))
    for fact in facts:
        beside = [
            other
            for other in facts
            if other is not fact
            and other.staff == fact.staff
            and abs(other.occurred_at - fact.occurred_at) <= timedelta(minutes=minutes)
        ]
        assert found[fact.key] == (len(beside) if fact.staff else 0)


def test_five_percent_of_the_month_is_drawn_and_recorded(hall: Hall) -> None:
    sample = taken(hall)
    assert (sample.population, sample.percent, sample.items.count()) == (30, 5, 2)
    assert closure_checks.repeated(sample) is True
    assert Event.objects.get(kind="check.drawn").data["of"] == 30
    item = sample.items.first()
    assert item is not None
    assert item.recorded_at - item.closed_at == timedelta(minutes=1)
    assert item.staff == hall.clerk.staff


def test_a_crowd_shows_beside_each_case(hall: Hall) -> None:
    sample = taken(hall, 30, minutes=1)
    assert all(item.neighbours >= 5 for item in sample.items.all())
    elsewhere = taken(Hall(), 30, minutes=60)
    assert {item.neighbours for item in elsewhere.items.all()} == {0}


def test_another_month_by_now_is_said_and_not_called_a_fraud(hall: Hall) -> None:
    sample = taken(hall)
    closings(hall, 31)
    assert closure_checks.repeated(sample) is None


def test_a_draw_that_was_tampered_with_shows(hall: Hall) -> None:
    sample = taken(hall)
    ClosureSample.objects.filter(pk=sample.pk).update(seed="another")
    sample.refresh_from_db()
    assert closure_checks.repeated(sample) is False


def test_a_month_is_drawn_once_and_only_when_it_is_over(hall: Hall) -> None:
    taken(hall)
    with pytest.raises(Refused, match="已经抽过"):
        closure_checks.take(department=hall.department, period=OCTOBER, by=hall.supervisor, at=NOVEMBER)
    with pytest.raises(Refused, match="没有过完"):
        closure_checks.take(department=hall.department, period=parse("2026-11"), by=hall.supervisor, at=NOVEMBER)
    with pytest.raises(Refused, match="没有可抽"):
        closure_checks.take(department=hall.department, period=parse("2026-09"), by=hall.supervisor, at=NOVEMBER)


def test_only_supervisors_of_the_place_draw_and_judge(hall: Hall) -> None:
    closings(hall, 3)
    strangers = (hall.clerk, hall.chief, hall.admin, hall.auditor, Hall().supervisor)
    for user in strangers:
        with pytest.raises(NotPermitted):
            closure_checks.take(department=hall.department, period=OCTOBER, by=user, at=NOVEMBER)
    item = taken(hall).items.first()
    assert item is not None
    for user in strangers:
        with pytest.raises(NotPermitted):
            closure_checks.judge(item=item, verdict="genuine", reason="看过材料", by=user, at=NOVEMBER)


def judged(hall: Hall, verdict: str, at: datetime = NOVEMBER) -> ClosureItem:
    item = taken(hall).items.first()
    assert item is not None
    return closure_checks.judge(item=item, verdict=verdict, reason="看过材料和录像", by=hall.supervisor, at=at)


@pytest.mark.parametrize("verdict", CheckVerdict.values)
def test_a_verdict_is_given_once_with_its_reason(hall: Hall, verdict: str) -> None:
    row = judged(hall, verdict)
    assert (row.verdict, row.checked_by) == (verdict, hall.supervisor)
    with pytest.raises(Refused, match="已查验"):
        closure_checks.judge(item=row, verdict="genuine", reason="再看", by=hall.supervisor, at=NOVEMBER)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClosureItem.objects.filter(pk=row.pk).update(verdict="unclear")


def test_a_verdict_without_a_reason_is_none(hall: Hall) -> None:
    item = taken(hall).items.first()
    assert item is not None
    with pytest.raises(Refused) as refusal:
        closure_checks.judge(item=item, verdict="genuine", reason=" ", by=hall.supervisor, at=NOVEMBER)
    assert refusal.value.field == "reason"


@pytest.mark.parametrize("verdict", CheckVerdict.values)
def test_a_card_follows_only_what_was_found_wrong(hall: Hall, verdict: str) -> None:
    row = judged(hall, verdict)
    if verdict in ("genuine", "unclear"):
        with pytest.raises(Refused, match="才能发牌"):
            closure_checks.raise_card(item=row, by=hall.supervisor, at=NOVEMBER)
        return
    card = closure_checks.raise_card(item=row, by=hall.supervisor, at=NOVEMBER)
    assert (card.colour, card.staff, card.docket) == ("yellow", hall.clerk.staff, row.docket)
    with pytest.raises(Refused, match="已经发过牌"):
        closure_checks.raise_card(item=row, by=hall.supervisor, at=NOVEMBER)
    assert Card.objects.count() == 1


def test_draws_are_seen_by_those_who_watch_the_place(hall: Hall) -> None:
    sample = taken(hall)
    for user, sees in ((hall.supervisor, True), (hall.auditor, True), (Hall().supervisor, False), (hall.clerk, True)):
        assert queries.samples_for(user).filter(pk=sample.pk).exists() == sees, user.role
        assert queries.items_for(user).exists() == sees
