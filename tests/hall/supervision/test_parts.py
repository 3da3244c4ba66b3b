"""Who may do what: role by relation by state, through the actions themselves, and what a refusal leaves behind."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from hall.access.models import User
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from hall.supervision import card_page, queries, rules
from hall.supervision.actions import Subject, accountability, cards
from hall.supervision.actions import rules as rule_actions
from hall.supervision.enums import CardState, Colour, RecordState
from hall.supervision.models import AccountabilityRecord, Card
from tests.builders import Hall, make_center, make_department, make_staff, make_user
from tests.guards.world import undone
from tests.hall.supervision.builders import (
    NOW,
    TOO_LATE,
    Facts,
    card_in,
    hand_card,
    make_draft,
    make_rule,
    second_supervisor,
    switched_on,
    tried,
)
from tests.hall.supervision.test_accountability import attempt as attempt_record
from tests.hall.supervision.test_accountability import measured, open_one, record_in
from tests.hall.supervision.test_cards import DEEDS, attempt

FRESH, ABOVE = "fresh", "above"
READERS = {"raiser", "decider", FRESH, ABOVE}
MAY = {
    "answer": {"person", "chief"},
    "appeal": {"person", "chief"},
    "uphold": READERS,
    "revoke": READERS,
    "confirm": {FRESH, ABOVE},
    "overturn": {FRESH, ABOVE},
}


def cast(hall: Hall, decider: User) -> dict[str, User]:
    """Everybody by what they are to a card of the clerk that the supervisor raised."""
    hall.center.parent = make_center("市政务服务中心")
    hall.center.save()
    below = make_center("乡镇便民服务中心", parent=hall.center)
    other = make_department(hall.center, "自然资源局")
    foreign_chief = make_user("chief", make_staff(other))
    other.chief_representative = foreign_chief.staff
    other.save()
    return {
        "person": hall.clerk, "chief": hall.chief, "colleague": hall.other_clerk, "approver": hall.approver,
        "foreign chief": foreign_chief, "raiser": hall.supervisor, "decider": decider, "auditor": hall.auditor,
        "admin": hall.admin, FRESH: second_supervisor(hall), "stranger": Hall().supervisor,
        ABOVE: make_user("supervisor", make_staff(center=hall.center.parent)),
        "below": make_user("supervisor", make_staff(center=below)),
    }  # fmt: skip


@pytest.mark.parametrize("state", CardState.values)
def test_every_deed_of_everybody_in_every_state_of_a_card(hall: Hall, state: str) -> None:
    decider = second_supervisor(hall)
    card, done = card_in(hall, state, deciding=decider), set()
    everybody = cast(hall, decider)
    for deed, states in DEEDS.items():
        # Where the state forbids it, one who otherwise may is enough.
        for name in everybody if state in states else list(MAY[deed])[:1]:
            with undone(), suppress(Refused):
                attempt(card, deed, everybody[name], TOO_LATE if deed == "uphold" else NOW)
                done.add((deed, name))
    assert done == {(deed, name) for deed, names in MAY.items() for name in names if state in DEEDS[deed]}


@pytest.mark.parametrize("state", CardState.values)
def test_a_page_offers_exactly_what_the_actions_allow(hall: Hall, state: str) -> None:
    decider = second_supervisor(hall)
    card = card_in(hall, state, deciding=decider)
    card = Card.objects.select_related("department", "center").get(pk=card.pk)
    for name, user in cast(hall, decider).items():
        offered = {d["label"] for d in card_page.doings(card, user) if d["allowed"]}
        labels = {"answer": "反馈", "uphold": "认定成立", "revoke": "认定不成立", "appeal": "申诉", "confirm": "维持",
                  "overturn": "撤销"}  # fmt: skip
        assert offered == {labels[deed] for deed in DEEDS if state in DEEDS[deed] and name in MAY[deed]}, name


def test_a_refusal_leaves_neither_change_nor_event(hall: Hall) -> None:
    card, events = hand_card(hall), Event.objects.count()
    for deed, by in (("answer", hall.other_clerk), ("uphold", hall.auditor), ("confirm", hall.supervisor)):
        with pytest.raises(Refused):
            attempt(card, deed, by)
    card.refresh_from_db()
    assert (card.state, card.feedback, Event.objects.count()) == (CardState.AWAITING, "", events)


def test_who_may_not_is_told_so_before_the_state_is(hall: Hall) -> None:
    card = card_in(hall, CardState.CONFIRMED)
    with pytest.raises(NotPermitted, match="当事人或所在部门首席代表"):
        attempt(card, "answer", hall.auditor)
    with pytest.raises(Refused, match="申诉后维持") as caught:
        attempt(card, "answer", hall.clerk)
    assert not isinstance(caught.value, NotPermitted)


def test_who_answered_as_chief_and_became_supervisor_does_not_decide(hall: Hall) -> None:
    card = cards.answer(hand_card(hall), text="x", plea="", by=hall.chief, at=NOW)
    hall.chief.role = "supervisor"
    hall.chief.save()
    with pytest.raises(NotPermitted):
        attempt(card, "uphold", hall.chief)


def test_who_appealed_as_chief_and_became_supervisor_does_not_rule(hall: Hall) -> None:
    card = cards.appeal(card_in(hall, CardState.UPHELD), text="x", by=hall.chief, at=NOW)
    hall.chief.role = "supervisor"
    hall.chief.save()
    with pytest.raises(NotPermitted, match="第二人"):
        attempt(card, "confirm", hall.chief)


def test_a_person_who_lost_the_role_answers_no_longer(hall: Hall) -> None:
    card = hand_card(hall)
    hall.clerk.role = "admin"
    hall.clerk.save()
    with pytest.raises(NotPermitted):
        attempt(card, "answer", hall.clerk)


def test_the_chief_of_the_day_it_was_raised_may_still_answer_from_another_department(hall: Hall) -> None:
    card = hand_card(hall)
    assert hall.chief.staff is not None
    hall.chief.staff.department = make_department(hall.center, "自然资源局")
    hall.chief.staff.save()
    assert rules.may(hall.chief, "answer", card)


def test_a_card_of_a_department_is_answered_by_its_chief_and_not_by_its_clerks(hall: Hall) -> None:
    card = hand_card(hall, subject=Subject(hall.center, hall.department))
    assert rules.may(hall.chief, "answer", card)
    assert not rules.may(hall.clerk, "answer", card)


def test_a_card_of_a_person_without_department_has_no_chief(hall: Hall) -> None:
    loner = make_user("clerk", make_staff(center=hall.center))
    card = hand_card(hall, subject=Subject(hall.center, None, None, loner.staff))
    assert card.chief is None
    assert {name for name in ("answer", "appeal") if rules.may(loner, name, card)} == {"answer", "appeal"}
    assert not rules.may(hall.chief, "answer", card)


@pytest.mark.parametrize("name", ["withdraw", "nonsense", ""])
def test_no_such_deed_is_anybodys(hall: Hall, name: str) -> None:
    card = hand_card(hall)
    assert not any(rules.may(user, name, card) for user in hall.everybody())


RECORD_MAY = {
    "measure": {"setter", "fresh"},
    "serve": {"setter", "fresh"},
    "object": {"person"},
    "finish": {"setter", "fresh"},
    "cancel": {"setter", "fresh"},
}
RECORD_CALLS: dict[str, Callable[[AccountabilityRecord, User], object]] = {
    "measure": lambda r, by: accountability.measure(r, measure="criticism", text="x", basis="x", by=by, at=NOW),
    "serve": lambda r, by: accountability.serve(r, by=by, at=NOW),
    "object": lambda r, by: accountability.object_to(r, text="x", by=by, at=NOW),
    "finish": lambda r, by: accountability.finish(r, text="x", by=by, at=NOW + timedelta(days=9)),
    "cancel": lambda r, by: accountability.cancel(r, text="x", by=by, at=NOW),
}
RECORD_FROM = {
    "measure": {"found"}, "serve": {"measured"}, "object": {"served"}, "finish": {"served", "objected"},
    "cancel": {"found", "measured", "served", "objected"},
}  # fmt: skip


@pytest.mark.parametrize("state", RecordState.values)
def test_every_deed_of_everybody_in_every_state_of_a_record(hall: Hall, state: str) -> None:
    record, done = record_in(hall, state), set()
    everybody = {
        "person": hall.clerk, "chief": hall.chief, "colleague": hall.other_clerk, "auditor": hall.auditor,
        "admin": hall.admin, "setter": hall.supervisor, "fresh": second_supervisor(hall),
        "stranger": Hall().supervisor,
    }  # fmt: skip
    for name, user in everybody.items():
        for deed, call in RECORD_CALLS.items():
            with undone(), suppress(Refused):
                call(record, user)
                done.add((deed, name))
    allowed = {(deed, name) for deed, names in RECORD_MAY.items() for name in names if state in RECORD_FROM[deed]}
    if state == RecordState.OBJECTED:  # whoever set the measure does not judge the objection to it
        allowed -= {("finish", "setter"), ("cancel", "setter")}
    assert done == allowed


def test_a_supervisor_writes_nothing_in_a_record_about_themselves(hall: Hall) -> None:
    concerned = second_supervisor(hall)
    record = open_one(hall, subject=Subject(hall.center, None, None, concerned.staff))
    for deed in ("measure", "cancel"):
        with pytest.raises(NotPermitted):
            RECORD_CALLS[deed](record, concerned)
    record = accountability.serve(measured(hall, record), by=hall.supervisor, at=NOW)
    assert RECORD_CALLS["object"](record, concerned)


def test_a_record_of_a_department_has_nobody_to_object_and_may_take_effect_at_once(hall: Hall) -> None:
    record = open_one(hall, subject=Subject(hall.center, hall.department))
    record = accountability.serve(measured(hall, record), by=hall.supervisor, at=NOW)
    for user in hall.everybody():
        with pytest.raises(NotPermitted):
            RECORD_CALLS["object"](record, user)
    assert accountability.finish(record, text="", by=hall.supervisor, at=NOW).state == RecordState.FINAL


def test_a_refused_deed_on_a_record_leaves_neither_change_nor_event(hall: Hall) -> None:
    record, events = open_one(hall), Event.objects.count()
    with pytest.raises(Refused):
        attempt_record(hall, record, "serve")
    record.refresh_from_db()
    assert (record.state, Event.objects.count()) == (RecordState.FOUND, events)


@pytest.mark.parametrize("measure", ["", "nonsense", "\x00", "final"])
def test_a_measure_is_one_of_the_list(hall: Hall, measure: str) -> None:
    record = open_one(hall)
    with pytest.raises(Refused) as caught:
        accountability.measure(record, measure=measure, text="x", basis="x", by=hall.supervisor, at=NOW)
    assert caught.value.field == "measure"


def test_a_citizens_number_stands_in_no_measure(hall: Hall) -> None:
    record = open_one(hall)
    with pytest.raises(Refused, match="手机号") as caught:
        accountability.measure(
            record, measure="criticism", text="见 13800000000", basis="x", by=hall.supervisor, at=NOW
        )
    assert caught.value.field == "text"
    record.refresh_from_db()
    assert record.state == RecordState.FOUND


def test_what_is_cancelled_says_why(hall: Hall) -> None:
    with pytest.raises(Refused) as caught:
        accountability.cancel(open_one(hall), text="", by=hall.supervisor, at=NOW)
    assert caught.value.field == "text"


def test_nobody_objects_to_what_was_not_served(hall: Hall) -> None:
    with pytest.raises(Refused, match="还没有送达"):
        accountability.objection_due(open_one(hall))


def test_a_record_is_about_people_of_one_center(hall: Hall) -> None:
    with pytest.raises(Refused, match="同一个中心") as caught:
        open_one(hall, subject=Subject(hall.center, make_department(Hall().center, "外县局")))
    assert caught.value.field == "staff"
    assert not AccountabilityRecord.objects.exists()


@pytest.mark.parametrize("role", ["clerk", "approver", "chief", "admin", "auditor"])
def test_only_supervisors_touch_rules(hall: Hall, source: Facts, role: str) -> None:
    user, draft = getattr(hall, role), make_draft(make_rule(), hall.supervisor)
    tried(draft, hall.supervisor)
    wording = rule_actions.Wording("red", 5, "x", "x", "x", {"days": 3})
    for call in (
        lambda: rule_actions.save_draft(draft, wording, by=user, at=NOW),
        lambda: rule_actions.switch_on(draft, applies_from=NOW.date(), by=user, at=NOW),
        lambda: rule_actions.switch_off(draft, by=user, at=NOW),
        lambda: rule_actions.discard(draft, by=user, at=NOW),
    ):
        with pytest.raises(NotPermitted):
            call()
    draft.refresh_from_db()
    assert (draft.status, draft.colour) == ("draft", "yellow")


@pytest.mark.parametrize("where", ["above", "below", "stranger"])
def test_a_draft_is_its_own_centers_alone(hall: Hall, source: Facts, where: str) -> None:
    users = cast(hall, second_supervisor(hall))
    draft = make_draft(make_rule(), hall.supervisor)
    with pytest.raises(NotPermitted):
        rule_actions.discard(draft, by=users[where], at=NOW)
    assert (draft in queries.versions_visible_to(users[where])) == (where != "stranger")


def test_a_colleague_of_the_same_center_goes_on_with_the_draft(hall: Hall, source: Facts) -> None:
    draft, colleague = make_draft(make_rule(), hall.supervisor), second_supervisor(hall)
    tried(draft, hall.supervisor)
    on = rule_actions.switch_on(draft, applies_from=NOW.date(), by=colleague, at=NOW)
    assert (on.drafted_by, on.enabled_by) == (hall.supervisor, colleague)


def test_a_center_keeps_no_rules_that_hold_everywhere(hall: Hall, source: Facts) -> None:
    keeper = User.objects.create_user("keeper", None, role="supervisor")
    everywhere = make_draft(make_rule(), keeper)
    with pytest.raises(NotPermitted):
        rule_actions.discard(everywhere, by=hall.supervisor, at=NOW)
    with pytest.raises(NotPermitted):
        rule_actions.switch_off(switched_on(hall, make_rule("own")), by=keeper, at=NOW)


def test_an_upheld_red_card_leads_on_to_a_record_for_those_who_write_them(hall: Hall) -> None:
    card = card_in(hall, CardState.UPHELD, colour=Colour.RED)
    assert {u.role for u in hall.everybody() if card_page.may_open_record(card, u)} == {"supervisor"}
    assert not card_page.may_open_record(card_in(hall, CardState.UPHELD), hall.supervisor)
    assert not card_page.may_open_record(hand_card(hall, colour=Colour.RED), hall.supervisor)
    assert not card_page.may_open_record(card, Hall().supervisor)


def test_an_account_of_no_person_is_nobody_a_card_or_a_record_is_about(hall: Hall) -> None:
    hall.clerk.staff = None
    nobody = Card(department=make_department(hall.center, "税务局"))
    assert (nobody.staff_id, nobody.chief_id) == (None, None)
    for rule in (rules.is_person, rules.is_chief, rules.may_answer, rules.may_appeal):
        assert not rule.test(hall.clerk, nobody), rule.name
    assert not rules.is_person.test(hall.clerk, AccountabilityRecord(department=nobody.department))
