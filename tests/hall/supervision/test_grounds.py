"""Cards whose ground is gone are withdrawn by themselves, and what the room announces to others."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hall.facts import periods, sources
from hall.facts.models import Setting
from hall.facts.slices import Slice
from hall.facts.sources import EVERYTHING
from hall.ledger.models import Event
from hall.outbox.models import Message
from hall.supervision import watching
from hall.supervision.actions import cards
from hall.supervision.actions import rules as rule_actions
from hall.supervision.enums import STANDING, CardState, Colour, Ground
from hall.supervision.models import Card, SuperviseRule
from tests.builders import Hall
from tests.hall.supervision.builders import (
    NOW,
    TOO_LATE,
    Facts,
    announced,
    card_in,
    fact,
    hand_card,
    make_rule,
    second_supervisor,
    switched_on,
    tried,
)

LATER = NOW + timedelta(minutes=10)


def raised(hall: Hall, source: Facts, *keys: str) -> list[Card]:
    switched_on(hall)
    source.rows = [fact(hall, key) for key in keys]
    watching.watch(at=NOW)
    return list(Card.objects.order_by("fact_key"))


def test_a_card_whose_fact_is_gone_is_withdrawn_with_a_trail(hall: Hall, source: Facts) -> None:
    raised(hall, source, "stays", "goes")
    source.rows = [row for row in source.rows if row.key.endswith("stays")]
    assert watching.review_grounds(at=LATER) == 1
    card = Card.objects.get(state=CardState.WITHDRAWN)
    assert (card.fact_key, card.ground, card.withdrawn_at) == ("test.facts:goes", Ground.GROUND_GONE, LATER)
    event = Event.objects.get(kind="supervision.card_withdraw")
    assert (event.actor, event.data["ground"], event.data["from"]) == (None, "ground_gone", "awaiting")
    told = Message.objects.filter(template="supervision_withdrawn").values_list("recipient_ref", flat=True)
    assert set(told) == {str(hall.clerk.staff_id), str(hall.chief.staff_id)}


def test_reviewing_twice_withdraws_nothing_more(hall: Hall, source: Facts) -> None:
    raised(hall, source, "goes")
    source.rows = []
    assert [watching.review_grounds(at=LATER) for _ in range(2)] == [1, 0]


def test_an_upheld_card_is_withdrawn_too(hall: Hall, source: Facts) -> None:
    (card,) = raised(hall, source, "goes")
    cards.answer(card, text="x", plea="", by=hall.clerk, at=NOW)
    cards.uphold(card, text="x", by=second_supervisor(hall), at=NOW)
    source.rows = []
    assert watching.review_grounds(at=LATER) == 1


def test_a_card_that_was_taken_back_is_left_alone(hall: Hall, source: Facts) -> None:
    (card,) = raised(hall, source, "goes")
    cards.revoke(card, text="x", ground="mistaken", by=second_supervisor(hall), at=NOW)
    source.rows = []
    assert watching.review_grounds(at=LATER) == 0


def test_cards_by_hand_have_no_ground_a_machine_could_look_up(hall: Hall) -> None:
    hand_card(hall)
    assert watching.review_grounds(at=LATER) == 0


def test_cards_of_a_source_nobody_announces_are_left_alone(hall: Hall) -> None:
    with announced() as source:
        raised(hall, source, "a")
    assert watching.review_grounds(at=LATER) == 0


def test_only_cards_of_the_last_days_are_looked_at(hall: Hall, source: Facts) -> None:
    fewer = {"value": 60, "source": "测试", "effective_from": date(2026, 1, 1)}
    Setting.objects.create(key="supervision.ground_days", **fewer)
    raised(hall, source, "old")
    source.rows = []
    assert watching.review_grounds(at=NOW + timedelta(days=61)) == 0
    assert watching.review_grounds(at=NOW + timedelta(days=59)) == 1


def test_many_are_asked_for_in_batches(hall: Hall, source: Facts) -> None:
    raised(hall, source, *(str(n) for n in range(5)))
    source.rows = source.rows[:2]
    assert watching.review_grounds(at=LATER, batch=2) == 3


@pytest.mark.parametrize("colour", [Colour.YELLOW, Colour.RED])
def test_standing_cards_are_announced_and_taken_back_ones_are_not(hall: Hall, colour: str) -> None:
    made = {state: card_in(hall, state, colour=colour) for state in CardState.values}
    source = sources.source_of(f"supervision.{colour}")
    assert {found.key for found in source.find(EVERYTHING)} == {
        f"supervision.{colour}:{card.pk}" for state, card in made.items() if state in STANDING
    }
    keys = {f"supervision.{colour}:{card.pk}": state for state, card in made.items()}
    assert {keys[key] for key in source.standing(keys)} == set(STANDING)


def test_a_card_counts_where_and_when_it_happened(hall: Hall) -> None:
    card = hand_card(hall, happened_at=NOW - timedelta(days=40))
    source = sources.source_of("supervision.yellow")
    here = {"centers": frozenset({hall.center.pk}), "department": hall.department.pk, "staff": hall.clerk.staff_id}
    assert source.count(Slice(periods.parse("2026-04"), **here)) == 1
    assert source.count(Slice(periods.parse("2026-05"), **here)) == 0
    assert source.count(Slice(periods.parse("2026-05"), by_record=True, **here)) == 1
    assert source.count(Slice(periods.parse("2026-04"), frozenset())) == 0
    (found,) = source.find(Slice(periods.parse("2026-04"), **here))
    assert found.url == f"/supervision/cards/{card.pk}/"
    assert hall.clerk.staff is not None
    assert hall.clerk.staff.name not in found.text


def late_keys() -> set[str]:
    return {found.key for found in sources.source_of("supervision.feedback_late").find(EVERYTHING)}


def test_a_yellow_card_not_answered_in_time_is_a_fact_of_its_own(hall: Hall) -> None:
    waiting, answered, late = hand_card(hall), hand_card(hall), hand_card(hall)
    red = hand_card(hall, colour=Colour.RED)
    cards.answer(answered, text="x", plea="", by=hall.clerk, at=NOW)
    cards.answer(late, text="x", plea="", by=hall.clerk, at=TOO_LATE)
    assert late_keys() == {f"supervision.feedback_late:{card.pk}" for card in (waiting, late)}
    assert red.late_at == waiting.late_at


def test_a_card_still_within_its_time_is_not_late(hall: Hall) -> None:
    from django.utils import timezone  # noqa: PLC0415 - the source asks the database's own clock

    hand_card(hall, at=timezone.now())
    assert late_keys() == set()


def test_late_feedback_leads_to_a_red_card_which_goes_with_the_yellow_one(hall: Hall) -> None:
    rule = SuperviseRule.objects.get(code="feedback_late")
    draft = rule_actions.draft(rule, by=hall.supervisor, at=NOW)
    tried(draft, hall.supervisor)
    rule_actions.switch_on(draft, applies_from=NOW.date(), by=hall.supervisor, at=NOW)
    yellow = hand_card(hall)
    assert watching.watch(at=TOO_LATE - timedelta(hours=1)).cards == 0
    assert watching.watch(at=TOO_LATE).cards == 1
    red = Card.objects.get(colour=Colour.RED)
    assert (red.staff, red.happened_at) == (yellow.staff, TOO_LATE)
    cards.revoke(yellow, text="x", ground="mistaken", by=second_supervisor(hall), at=TOO_LATE)
    assert watching.review_grounds(at=TOO_LATE) == 1
    red.refresh_from_db()
    assert red.state == CardState.WITHDRAWN


class Broken(Facts):
    """A source that answers for its facts until it is asked whether they stand."""

    def standing(self, keys: object) -> set[str]:
        raise RuntimeError("broken source")


def test_a_source_that_breaks_keeps_no_card_of_another_up(hall: Hall, source: Facts) -> None:
    with announced(Broken(code="test.broken")) as broken:
        switched_on(hall, make_rule("broken", "test.broken"))
        broken.rows = [replace(fact(hall), key="test.broken:a")]
        raised(hall, source, "goes")
        source.rows = []
        assert watching.review_grounds(at=LATER) == 1
    assert set(Card.objects.values_list("source", "state")) == {
        ("test.broken", CardState.AWAITING), ("test.facts", CardState.WITHDRAWN),
    }  # fmt: skip


def test_the_review_leaves_its_beat_though_a_source_is_broken(hall: Hall) -> None:
    from hall.ledger.queries import last_beat  # noqa: PLC0415 - the only test that asks

    with announced(Broken()) as broken:
        raised(hall, broken, "a")
        assert watching.review_grounds(at=LATER) == 0
    assert last_beat("supervision.grounds") == LATER


@pytest.mark.parametrize("state", [CardState.CONFIRMED, CardState.APPEALING])
def test_an_appeal_under_way_ends_with_the_ground(hall: Hall, source: Facts, state: str) -> None:
    (card,) = raised(hall, source, "goes")
    cards.answer(card, text="x", plea="", by=hall.clerk, at=NOW)
    cards.uphold(card, text="x", by=second_supervisor(hall), at=NOW)
    cards.appeal(card, text="x", by=hall.clerk, at=NOW)
    if state == CardState.CONFIRMED:
        cards.confirm(card, text="x", by=second_supervisor(hall), at=NOW)
    source.rows = []
    assert watching.review_grounds(at=LATER) == 1
    card.refresh_from_db()
    assert (card.ground, card.ruled_at is None) == (Ground.GROUND_GONE, state == CardState.APPEALING)


def test_a_card_withdrawn_counts_nowhere_any_more(hall: Hall, source: Facts) -> None:
    raised(hall, source, "goes", "stays")
    announced_cards = sources.source_of("supervision.yellow")
    assert announced_cards.count(EVERYTHING) == 2
    source.rows = source.rows[1:]
    watching.review_grounds(at=LATER)
    assert announced_cards.count(EVERYTHING) == 1
    assert Card.objects.standing().count() == 1
