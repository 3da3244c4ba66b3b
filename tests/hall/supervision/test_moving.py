"""A calendar that changes moves the days of open cards: to later ones only, with an event, and nobody else's."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from hall.ledger.models import Event
from hall.supervision import watching
from hall.supervision.actions import cards
from hall.supervision.enums import CardState
from hall.supervision.models import Card
from hall.workdays.actions import import_notice
from tests.builders import Hall, moment
from tests.hall.supervision.builders import NOW, Facts, card_in, fact, hand_card, switched_on

pytestmark = pytest.mark.django_db
HEAD = "date,kind,name,document_no\n"
OFF = f"{HEAD}2026-05-18,off,临时放假,测试〔2026〕9号\n"
WORKED = f"{HEAD}2026-05-16,work,临时上班,测试〔2026〕8号\n"
MOVED = "supervision.card_deadline_moved"


def fresh(card: Card) -> Card:
    return Card.objects.get(pk=card.pk)


def test_a_card_that_waits_moves_with_its_event(hall: Hall) -> None:
    card = hand_card(hall)
    import_notice(text=OFF, by=None, at=NOW)
    assert fresh(card).feedback_due == date(2026, 5, 21)
    event = Event.objects.get(kind=MOVED)
    assert (event.docket, event.data["old"], event.data["new"]) == (card.number, "2026-05-20", "2026-05-21")
    assert "日历变更" in event.data["reason"]


def test_a_card_by_a_rule_counts_the_days_of_its_version(hall: Hall, source: Facts) -> None:
    version = switched_on(hall)
    source.rows = [fact(hall)]
    watching.watch(at=NOW)
    before = Card.objects.get().feedback_due
    import_notice(text=OFF, by=None, at=NOW)
    assert version.feedback_days == 5
    assert (before, Card.objects.get().feedback_due) == (date(2026, 5, 20), date(2026, 5, 21))


def test_nobody_who_was_told_a_day_gets_an_earlier_one(hall: Hall) -> None:
    card = hand_card(hall)
    import_notice(text=WORKED, by=None, at=NOW)
    assert fresh(card).feedback_due == date(2026, 5, 20)
    assert not Event.objects.filter(kind=MOVED).exists()


def test_the_days_of_an_appeal_move_too(hall: Hall) -> None:
    card = card_in(hall, CardState.UPHELD)
    before = card.appeal_due
    import_notice(text=OFF, by=None, at=NOW)
    moved = fresh(card)
    assert (before, moved.appeal_due, moved.feedback_due) == (date(2026, 5, 20), date(2026, 5, 21), date(2026, 5, 20))


@pytest.mark.parametrize("state", [s for s in CardState if s not in (CardState.AWAITING, CardState.UPHELD)])
def test_what_waits_for_nobody_stays(hall: Hall, state: str) -> None:
    card = fresh(card_in(hall, state))
    import_notice(text=OFF, by=None, at=NOW)
    after = fresh(card)
    assert (after.feedback_due, after.appeal_due) == (card.feedback_due, card.appeal_due)
    assert not Event.objects.filter(kind=MOVED).exists()


def test_the_preview_names_what_the_notice_moves_and_moves_nothing(hall: Hall) -> None:
    card = hand_card(hall)
    report = import_notice(text=OFF, by=None, at=NOW, dry_run=True)
    moved = [one for one in report.first_moved if one.docket == card.number]
    assert [(one.old, one.new) for one in moved] == [(date(2026, 5, 20), date(2026, 5, 21))]
    assert fresh(card).feedback_due == date(2026, 5, 20)


def test_whoever_was_late_by_the_old_day_may_answer_in_time(hall: Hall) -> None:
    card = hand_card(hall)
    at = moment("2026-05-21 09:00")
    import_notice(text=OFF, by=None, at=at)
    answered = cards.answer(fresh(card), text="当时在送件。", plea="", by=hall.clerk, at=at)
    assert answered.answered_at is not None
    assert answered.answered_at < answered.late_at


@pytest.mark.parametrize(
    ("state", "facts"),
    [
        (CardState.AWAITING, {"feedback_due": date(2026, 5, 19)}),
        (CardState.ANSWERED, {"feedback_due": date(2026, 5, 30)}),
        (CardState.UPHELD, {"appeal_due": date(2026, 5, 19)}),
        (CardState.UPHELD, {"appeal_due": None}),
        (CardState.APPEALING, {"appeal_due": date(2026, 5, 30)}),
    ],
)
def test_the_database_lets_only_running_days_move_and_only_on(hall: Hall, state: str, facts: dict[str, date]) -> None:
    card = card_in(hall, state)
    with pytest.raises(IntegrityError, match="only to a later one"), transaction.atomic():
        Card.objects.filter(pk=card.pk).update(**facts)
