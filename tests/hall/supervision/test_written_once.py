"""What the database itself refuses, asked in plain SQL by somebody who gets around the actions."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from hall.supervision import simulation, watching
from hall.supervision.actions import accountability, cards
from hall.supervision.actions import rules as rule_actions
from hall.supervision.enums import CardState, Colour, RecordState
from hall.supervision.models import AccountabilityNote, AccountabilityRecord, Card, RuleVersion
from tests.builders import Hall
from tests.hall.supervision.builders import (
    NOW,
    Facts,
    card_in,
    fact,
    hand_card,
    make_draft,
    make_rule,
    second_supervisor,
    switched_on,
    tried,
)
from tests.hall.supervision.test_accountability import open_one, record_in
from tests.hall.supervision.test_simulation import APRIL


def refused(sql: str, *values: object, by: str) -> bool:
    """Whether the database says no, in the words of that guard."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            transaction.set_rollback(True)
    except IntegrityError as error:
        return by in str(error)
    return False


def set_one(table: str, row: Any, column: str, value: object, *, by: str) -> bool:
    return refused(f'UPDATE supervision_{table} SET "{column}" = %s WHERE id = %s', value, row.pk, by=by)


WORDING = [
    ("colour", "red"), ("options", '{"days": 9}'), ("feedback_days", 9), ("feedback_source", "x"), ("reason", "x"),
    ("basis", "x"), ("applies_from", "2026-01-01"), ("number", 77), ("enabled_at", "2026-01-01"),
    ("drafted_at", "2026-01-01"), ("center_id", None),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value"), WORDING)
def test_no_column_of_a_version_that_was_on_changes(hall: Hall, source: Facts, column: str, value: object) -> None:
    version = switched_on(hall)
    make = "never changes"
    assert set_one("ruleversion", version, column, value, by=make)
    off = rule_actions.switch_off(version, by=hall.supervisor, at=NOW)
    assert set_one("ruleversion", off, column, value, by=make)


@pytest.mark.parametrize("column", ["applies_until", "stopped_at"])
def test_the_end_of_a_version_is_written_once(hall: Hall, source: Facts, column: str) -> None:
    off = rule_actions.switch_off(switched_on(hall), by=hall.supervisor, at=NOW)
    assert set_one("ruleversion", off, column, "2027-01-01", by="never changes")


def test_a_replaced_version_does_not_live_longer_by_sql(hall: Hall, source: Facts) -> None:
    old = switched_on(hall)
    new = make_draft(old.rule, hall.supervisor)
    tried(new, hall.supervisor)
    rule_actions.switch_on(new, applies_from=NOW.date(), by=hall.supervisor, at=NOW)
    assert set_one("ruleversion", old, "applies_until", "2027-01-01", by="never changes")
    assert set_one("ruleversion", old, "status", "on", by="no way from superseded to on")


@pytest.mark.parametrize("column", ["watched_until", "parked_until"])
def test_the_marks_of_the_watch_move_on_any_version(hall: Hall, source: Facts, column: str) -> None:
    off = rule_actions.switch_off(switched_on(hall), by=hall.supervisor, at=NOW)
    assert not set_one("ruleversion", off, column, "2026-06-01", by="")


@pytest.mark.parametrize(("column", "value"), [w for w in WORDING if w[0] not in ("enabled_at", "center_id")])
def test_the_words_of_a_template_are_those_it_shipped_with(hall: Hall, column: str, value: object) -> None:
    template = make_rule().versions.get()
    assert set_one("ruleversion", template, column, value, by="never changes")


def test_a_version_is_not_born_switched_on(hall: Hall, source: Facts) -> None:
    version = switched_on(hall)
    for status in ("on", "superseded", "off"):
        born = RuleVersion.objects.get(pk=version.pk)
        born.pk, born.number, born.center, born.status = None, 99, None, status
        with pytest.raises(IntegrityError, match="begins as draft or template"), transaction.atomic():
            born.save(force_insert=True)


def test_neither_a_template_nor_what_was_on_is_deleted(hall: Hall, source: Facts) -> None:
    version = switched_on(hall)
    for row in (version, version.rule.versions.get(status="template")):
        assert refused("DELETE FROM supervision_ruleversion WHERE id = %s", row.pk, by="only a draft")


RAISED = [
    ("number", "x"), ("colour", "red"), ("fact_key", "x"), ("fact_text", "x"), ("fact_url", "/x/"), ("docket", "1"),
    ("source", "x"), ("reason", "x"), ("basis", "x"), ("happened_at", "2026-01-01"), ("raised_at", "2026-01-01"),
    ("staff_id", None), ("chief_id", None),
    ("window_id", None), ("raised_by_id", None),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value"), RAISED)
def test_no_column_a_card_was_raised_with_changes(hall: Hall, column: str, value: object) -> None:
    card = hand_card(hall)
    assert set_one("card", card, column, value, by="a card")


@pytest.mark.parametrize(
    ("state", "column", "value"),
    [
        (CardState.ANSWERED, "answered_at", "2026-05-01"),
        (CardState.ANSWERED, "plea", "mistaken"),
        (CardState.UPHELD, "decided_at", "2026-05-01"),
        (CardState.APPEALING, "appealed_at", "2026-05-01"),
        (CardState.CONFIRMED, "ruled_at", "2026-05-01"),
        (CardState.OVERTURNED, "ground", "other"),
        (CardState.REVOKED, "withdrawn_at", "2026-05-01"),
        (CardState.WITHDRAWN, "ground", "other"),
    ],
)
def test_what_was_done_about_a_card_is_written_once(hall: Hall, state: str, column: str, value: str) -> None:
    assert set_one("card", card_in(hall, state), column, value, by="written once")


def test_nobody_else_is_put_into_a_decision(hall: Hall) -> None:
    card, other = card_in(hall, CardState.CONFIRMED), second_supervisor(hall)
    for column in ("answered_by_id", "decided_by_id", "appealed_by_id", "ruled_by_id"):
        assert set_one("card", card, column, other.pk, by="written once"), column


def test_texts_of_a_card_may_be_encrypted_anew(hall: Hall) -> None:
    card = card_in(hall, CardState.CONFIRMED)
    for column in ("feedback", "decision", "appeal", "ruling"):
        assert not set_one("card", card, column, "anew", by="")


def test_the_first_reader_never_rules_whatever_the_code_says(hall: Hall) -> None:
    card = card_in(hall, CardState.APPEALING)
    sql = "UPDATE supervision_card SET state = 'confirmed', ruled_at = now(), ruled_by_id = decided_by_id WHERE id = %s"
    assert refused(sql, card.pk, by="card_second_reader")


@pytest.mark.parametrize(
    ("sql", "guard"),
    [
        ("answered_at = now()", "card_answered_pair"),
        ("decided_at = now()", "card_decided_pair"),
        ("appealed_at = now()", "card_appealed_pair"),
        ("ruled_at = now()", "card_ruled_pair"),
        ("withdrawn_at = now()", "card_taken_back_whole"),
        ("ground = 'other'", "card_taken_back_whole"),
        ("state = 'withdrawn'", "card_taken_back_whole"),
        ("state = 'nonsense'", "no way from"),
    ],
)
def test_no_half_of_a_deed_is_written(hall: Hall, sql: str, guard: str) -> None:
    assert refused(f"UPDATE supervision_card SET {sql} WHERE id = %s", hand_card(hall).pk, by=guard)


def born(card: Card, **facts: object) -> Card:
    """Another card like this one, not saved."""
    other = Card.objects.get(pk=card.pk)
    for name, value in {"pk": None, "number": "130302-黄-2026-09999", "fact_key": "hand:other", **facts}.items():
        setattr(other, name, value)
    return other


@pytest.mark.parametrize(
    ("facts", "guard"),
    [
        ({"colour": "signal"}, "card_words_known"),
        ({"reason": ""}, "card_has_reason"),
        ({"fact_key": ""}, "card_has_reason"),
        ({"staff": None, "department": None}, "card_has_subject"),
        ({"raised_by": None}, "card_by_rule_or_hand"),
    ],
)
def test_a_card_that_says_nothing_is_not_written(hall: Hall, facts: dict[str, object], guard: str) -> None:
    card = born(hand_card(hall), **facts)
    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        card.save(force_insert=True)


def test_a_card_has_a_number_of_its_own(hall: Hall) -> None:
    card = hand_card(hall)
    with pytest.raises(IntegrityError, match="number"), transaction.atomic():
        born(card, number=card.number).save(force_insert=True)


FOUND = [("number", "x"), ("origin", "hand"), ("origin_ref", "x"), ("found_at", "2026-01-01"), ("staff_id", None)]


@pytest.mark.parametrize(("column", "value"), FOUND)
@pytest.mark.parametrize("state", [RecordState.FOUND, RecordState.FINAL])
def test_what_was_found_stays_as_it_was_found(hall: Hall, state: str, column: str, value: object) -> None:
    assert set_one("accountabilityrecord", record_in(hall, state), column, value, by="written once")


@pytest.mark.parametrize(
    ("state", "column", "value"),
    [
        (RecordState.MEASURED, "measure", "criticism"),
        (RecordState.MEASURED, "basis", "x"),
        (RecordState.SERVED, "served_at", "2026-01-01"),
        (RecordState.OBJECTED, "objected_at", "2026-01-01"),
        (RecordState.FINAL, "ended_at", "2026-01-01"),
        (RecordState.CANCELLED, "ended_at", "2026-01-01"),
    ],
)
def test_what_followed_is_written_once(hall: Hall, state: str, column: str, value: str) -> None:
    assert set_one("accountabilityrecord", record_in(hall, state), column, value, by="written once")


def test_who_set_the_measure_never_judges_the_objection_whatever_the_code_says(hall: Hall) -> None:
    record = record_in(hall, RecordState.OBJECTED)
    sql = (
        "UPDATE supervision_accountabilityrecord SET state = 'final', ended_at = now(), ended_by_id = measured_by_id"
        " WHERE id = %s"
    )
    assert refused(sql, record.pk, by="accountability_second_reader")


@pytest.mark.parametrize(
    ("sql", "guard"),
    [
        ("measure = 'criticism'", "accountability_measured_whole"),
        ("measured_at = now()", "accountability_measured_whole"),
        ("served_at = now()", "accountability_served_pair"),
        ("objected_at = now()", "accountability_objected_pair"),
        ("ended_at = now()", "accountability_ended_pair"),
    ],
)
def test_no_half_of_a_deed_is_written_into_a_record(hall: Hall, sql: str, guard: str) -> None:
    record = open_one(hall)
    whole = f"UPDATE supervision_accountabilityrecord SET {sql} WHERE id = %s"
    assert refused(whole, record.pk, by=guard)


def test_a_note_stays(hall: Hall) -> None:
    card = card_in(hall, CardState.UPHELD, colour=Colour.RED)
    open_one(hall, card)
    cards.withdraw(card, at=NOW)
    note = AccountabilityNote.objects.get()
    assert set_one("accountabilitynote", note, "text", "x", by="written once")
    assert refused("DELETE FROM supervision_accountabilitynote WHERE id = %s", note.pk, by="written once")


def test_the_outcome_of_a_trial_is_written_once(hall: Hall, source: Facts) -> None:
    draft = make_draft(make_rule(), hall.supervisor)
    (line,) = simulation.try_on([draft], APRIL, by=hall.supervisor, at=NOW).lines.all()
    for column, value in (("colour", "red"), ("count", 0), ("options", "{}")):
        assert set_one("trialline", line, column, value, by="written once")


def test_a_signal_is_raised_once_a_fact(hall: Hall, source: Facts) -> None:
    switched_on(hall, colour=Colour.SIGNAL)
    source.rows = [fact(hall)]
    watching.watch(at=NOW)
    sql = (
        "INSERT INTO supervision_signal (id, rule_id, version_id, fact_key, docket, fact_url, fact_text, happened_at,"
        " raised_at, center_id) SELECT gen_random_uuid(), rule_id, version_id, fact_key, docket, fact_url, fact_text,"
        " happened_at, raised_at, center_id FROM supervision_signal"
    )
    assert refused(sql, by="signal_once_a_fact")


@pytest.mark.parametrize(
    ("facts", "guard"),
    [
        ({"basis": ""}, "rule_version_says_why"),
        ({"reason": ""}, "rule_version_says_why"),
        ({"feedback_source": ""}, "rule_version_says_why"),
        ({"feedback_days": 0}, "rule_version_feedback_days"),
        ({"feedback_days": 31}, "rule_version_feedback_days"),
        ({"colour": "blue"}, "rule_version_words_known"),
        ({"enabled_at": NOW}, "rule_version_enabled_pair"),
        ({"stopped_at": NOW}, "rule_version_stopped_pair"),
        ({"drafted_at": None}, "rule_version_drafted_pair"),
    ],
)
def test_a_draft_that_makes_no_sense_is_not_written(
    hall: Hall, source: Facts, facts: dict[str, object], guard: str
) -> None:
    draft = make_draft(make_rule(), hall.supervisor)
    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        RuleVersion.objects.filter(pk=draft.pk).update(**facts)


def test_a_center_has_one_draft_and_one_version_on(hall: Hall, source: Facts) -> None:
    draft = make_draft(make_rule(), hall.supervisor)
    draft.pk, draft.number = None, 50
    with pytest.raises(IntegrityError, match="rule_one_draft"), transaction.atomic():
        draft.save(force_insert=True)


def test_a_record_whose_objection_was_heard_is_over(hall: Hall) -> None:
    record = record_in(hall, RecordState.OBJECTED)
    accountability.finish(record, text="不成立。", by=second_supervisor(hall), at=NOW)
    assert AccountabilityRecord.objects.get().state == RecordState.FINAL
    assert set_one("accountabilityrecord", record, "state", "cancelled", by="no way from final")
