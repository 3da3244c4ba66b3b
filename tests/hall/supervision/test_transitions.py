"""The tables of moves, and the database's copies of them, over every pair of states."""

import itertools
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from hall.supervision import transitions
from hall.supervision.actions import rules as rule_actions
from hall.supervision.enums import STANDING, TAKEN_BACK, CardState, RecordState, VersionStatus
from hall.supervision.models import Card, RuleVersion
from tests.builders import Hall
from tests.hall.supervision.builders import NOW, Facts, card_in, hand_card, make_draft, make_rule, switched_on
from tests.hall.supervision.test_accountability import record_in


def moved(sql: str, *values: object) -> bool:
    """Whether the trigger let a change through; the constraints on columns are another matter."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            transaction.set_rollback(True)
    except IntegrityError as error:
        return "no way from" not in str(error)
    return True


@pytest.mark.parametrize("source", CardState.values)
def test_the_database_knows_the_same_moves_of_a_card(hall: Hall, source: str) -> None:
    card, known = card_in(hall, source), set(transitions.pairs(transitions.CARD))
    for target in CardState.values:
        went = moved("UPDATE supervision_card SET state = %s WHERE id = %s", target, card.pk)
        assert went == (source == target or (source, target) in known), (source, target)


@pytest.mark.parametrize("source", RecordState.values)
def test_the_database_knows_the_same_moves_of_a_record(hall: Hall, source: str) -> None:
    record, known = record_in(hall, source), set(transitions.pairs(transitions.RECORD))
    for target in RecordState.values:
        went = moved("UPDATE supervision_accountabilityrecord SET state = %s WHERE id = %s", target, record.pk)
        assert went == (source == target or (source, target) in known), (source, target)


def test_the_database_knows_the_same_moves_of_a_version(hall: Hall, source: Facts) -> None:
    known = set(transitions.pairs(transitions.VERSION))
    on = switched_on(hall)
    versions = {"on": on, "template": on.rule.versions.get(status="template")}
    versions["draft"] = make_draft(make_rule("other"), hall.supervisor)
    versions["off"] = rule_actions.switch_off(switched_on(hall, make_rule("off")), by=hall.supervisor, at=NOW)
    for (status, version), target in itertools.product(versions.items(), VersionStatus.values):
        went = moved("UPDATE supervision_ruleversion SET status = %s WHERE id = %s", target, version.pk)
        assert went == (status == target or (status, target) in known), (status, target)


def test_every_state_of_a_card_either_stands_or_is_taken_back() -> None:
    assert {*STANDING, *TAKEN_BACK} == set(CardState)
    assert not set(STANDING) & set(TAKEN_BACK)


def test_no_way_leads_out_of_a_card_that_was_taken_back() -> None:
    sources = {source for source, _ in transitions.pairs(transitions.CARD)}
    assert not sources & {state.value for state in TAKEN_BACK}


def test_a_card_begins_as_awaiting(hall: Hall) -> None:
    card = hand_card(hall)
    card.pk, card.number, card.fact_key, card.state = None, "130302-黄-2026-00099", "hand:x", CardState.UPHELD
    with pytest.raises(IntegrityError, match="begins as awaiting"), transaction.atomic():
        card.save(force_insert=True)


@pytest.mark.parametrize(
    ("column", "value"), [("reason", "另一个事由"), ("colour", "red"), ("basis", "另一个依据"), ("number", "x")]
)
def test_a_card_stays_as_it_was_raised(hall: Hall, column: str, value: str) -> None:
    card = hand_card(hall)
    with pytest.raises(IntegrityError, match="stays as it was raised"), transaction.atomic():
        Card.objects.filter(pk=card.pk).update(**{column: value})


def test_the_day_of_a_card_never_moves_forward(hall: Hall) -> None:
    card = hand_card(hall)
    with pytest.raises(IntegrityError, match="only to a later one"), transaction.atomic():
        Card.objects.filter(pk=card.pk).update(feedback_due=card.feedback_due - timedelta(days=1))


def test_a_card_and_a_record_are_never_deleted(hall: Hall) -> None:
    card, record = hand_card(hall), record_in(hall, RecordState.FOUND)
    for row in (card, record):
        with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
            row.delete()


@pytest.mark.parametrize(
    ("column", "value"),
    [("colour", "red"), ("options", {"days": 9}), ("reason", "x"), ("basis", "x"), ("applies_from", "2026-01-01"),
     ("feedback_days", 9)],
)  # fmt: skip
def test_a_version_that_was_on_never_changes(hall: Hall, source: Facts, column: str, value: object) -> None:
    version = switched_on(hall)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        RuleVersion.objects.filter(pk=version.pk).update(**{column: value})


def test_the_mark_of_the_watch_may_move(hall: Hall, source: Facts) -> None:
    version = switched_on(hall)
    assert RuleVersion.objects.filter(pk=version.pk).update(watched_until=NOW) == 1


def test_only_a_draft_is_thrown_away(hall: Hall, source: Facts) -> None:
    with pytest.raises(IntegrityError, match="only a draft"), transaction.atomic():
        RuleVersion.objects.filter(pk=switched_on(hall).pk).delete()
