"""The due process of a card: who may do what in which state, by when, and what is told."""

from contextlib import suppress
from datetime import date, timedelta

import pytest

from hall.facts.errors import NotPermitted, Refused
from hall.facts.models import Setting
from hall.ledger.models import Event
from hall.outbox.models import Message
from hall.supervision import rules
from hall.supervision.actions import Subject, cards
from hall.supervision.enums import STANDING, TAKEN_BACK, CardState, Colour, Ground
from hall.supervision.models import Card
from tests.builders import Hall, make_center, make_department, make_staff, make_user, moment
from tests.guards.world import undone
from tests.hall.supervision.builders import IN_TIME, NOW, TOO_LATE, card_in, hand_card, second_supervisor, subject

DEEDS = {
    "answer": {CardState.AWAITING},
    "uphold": {CardState.AWAITING, CardState.ANSWERED},
    "revoke": {CardState.AWAITING, CardState.ANSWERED},
    "appeal": {CardState.UPHELD},
    "confirm": {CardState.APPEALING},
    "overturn": {CardState.APPEALING},
}


def attempt(card: Card, deed: str, by: object, at: object = NOW) -> Card:
    """One deed with plain facts."""
    facts = {"text": "写明了情况。"}
    if deed == "answer":
        facts["plea"] = ""
    if deed in ("revoke", "overturn"):
        facts["ground"] = "self_corrected"
    return getattr(cards, deed)(card, by=by, at=at, **facts)  # type: ignore[no-any-return]


@pytest.mark.parametrize("state", CardState.values)
def test_each_deed_happens_in_its_states_only(hall: Hall, state: str) -> None:
    card, other, went = card_in(hall, state), second_supervisor(hall), set()
    for deed in DEEDS:
        by = hall.clerk if deed in ("answer", "appeal") else other
        with undone(), suppress(Refused):
            attempt(card, deed, by, TOO_LATE if deed == "uphold" else NOW)
            went.add(deed)
    assert went == {deed for deed, states in DEEDS.items() if state in states}


@pytest.mark.parametrize("state", CardState.values)
def test_the_machine_withdraws_whatever_stands_and_nothing_else(hall: Hall, state: str) -> None:
    card = card_in(hall, state)
    if state in STANDING:
        assert cards.withdraw(card, at=NOW).state == CardState.WITHDRAWN
    else:
        with pytest.raises(Refused):
            cards.withdraw(card, at=NOW)


# Who stands in which relation to a card in which the clerk is the person, the chief answered, `decider` decided.
WHO = {
    "answer": {"person", "chief"},
    "appeal": {"person", "chief"},
    "uphold": {"raiser", "decider", "fresh", "above"},
    "revoke": {"raiser", "decider", "fresh", "above"},
    "confirm": {"fresh", "above"},
    "overturn": {"fresh", "above"},
}


def test_who_may_do_what_by_role_and_by_part_in_the_matter(hall: Hall) -> None:
    decider = second_supervisor(hall)
    card = card_in(hall, CardState.APPEALING, deciding=decider)
    hall.center.parent = make_center("市政务服务中心")
    hall.center.save()
    above = make_user("supervisor", make_staff(center=hall.center.parent))
    everybody = {
        "person": hall.clerk, "chief": hall.chief, "colleague": hall.other_clerk, "approver": hall.approver,
        "raiser": hall.supervisor, "decider": decider, "fresh": second_supervisor(hall), "admin": hall.admin,
        "auditor": hall.auditor, "stranger": Hall().supervisor, "above": above,
    }  # fmt: skip
    card = Card.objects.select_related("department", "center").get(pk=card.pk)
    for deed, allowed in WHO.items():
        assert {name for name, user in everybody.items() if rules.may(user, deed, card)} == allowed, deed


def test_nobody_may_withdraw_by_hand(hall: Hall) -> None:
    card = hand_card(hall)
    assert not any(rules.may(user, "withdraw", card) for user in hall.everybody())


def test_a_supervisor_never_decides_on_a_card_of_their_own(hall: Hall) -> None:
    concerned = second_supervisor(hall)
    card = hand_card(hall, subject=Subject(hall.center, None, None, concerned.staff))
    assert not rules.may(concerned, "uphold", card)


def test_a_chief_who_came_later_answers_too(hall: Hall) -> None:
    card = hand_card(hall)
    new = make_user("chief", make_staff(hall.department))
    hall.department.chief_representative = new.staff
    hall.department.save()
    card.refresh_from_db()
    assert rules.may(new, "answer", card)
    assert rules.may(hall.chief, "answer", card)


def test_a_card_nobody_answered_is_decided_when_its_time_is_over(hall: Hall) -> None:
    card = hand_card(hall)
    with pytest.raises(Refused, match="5月20日"):
        attempt(card, "uphold", second_supervisor(hall), moment("2026-05-20 23:59"))
    assert attempt(card, "uphold", second_supervisor(hall), TOO_LATE).state == CardState.UPHELD


@pytest.mark.parametrize(("at", "late"), [(IN_TIME, False), (TOO_LATE, True)])
def test_late_feedback_is_taken_and_marked(hall: Hall, at: object, late: bool) -> None:
    attempt(hand_card(hall), "answer", hall.clerk, at)
    assert Event.objects.get(kind="supervision.card_answer").data["late"] is late


def test_an_appeal_is_made_within_its_days(hall: Hall) -> None:
    card = card_in(hall, CardState.UPHELD)
    assert card.appeal_due == date(2026, 5, 20)
    with pytest.raises(Refused, match="5月20日"):
        attempt(card, "appeal", hall.clerk, TOO_LATE)
    assert attempt(card, "appeal", hall.clerk, IN_TIME).state == CardState.APPEALING


def test_the_days_of_an_appeal_are_a_setting_of_the_center(hall: Hall) -> None:
    Setting.objects.create(
        key="supervision.appeal_days", center=hall.center, value=3, source="本级办法", effective_from=date(2026, 1, 1)
    )
    assert card_in(hall, CardState.UPHELD).appeal_due == date(2026, 5, 18)


@pytest.mark.parametrize("state", [CardState.CONFIRMED, CardState.OVERTURNED])
def test_there_is_one_appeal(hall: Hall, state: str) -> None:
    with pytest.raises(Refused):
        attempt(card_in(hall, state), "appeal", hall.clerk)


@pytest.mark.parametrize("deed", ["revoke", "overturn"])
@pytest.mark.parametrize("ground", ["", "ground_gone", "nonsense"])
def test_taking_back_needs_a_ground_of_the_list(hall: Hall, deed: str, ground: str) -> None:
    card = card_in(hall, CardState.ANSWERED if deed == "revoke" else CardState.APPEALING)
    with pytest.raises(Refused) as caught:
        getattr(cards, deed)(card, text="x", ground=ground, by=second_supervisor(hall), at=NOW)
    assert caught.value.field == "ground"


@pytest.mark.parametrize("state", CardState.values)
def test_what_is_taken_back_has_a_moment_and_a_ground(hall: Hall, state: str) -> None:
    card = card_in(hall, state)
    assert (card.withdrawn_at is not None, card.ground != "") == (state in TAKEN_BACK, state in TAKEN_BACK)


@pytest.mark.parametrize(
    ("state", "template"),
    [("awaiting", "raised"), ("upheld", "upheld"), ("revoked", "revoked"), ("confirmed", "confirmed"),
     ("overturned", "overturned"), ("withdrawn", "withdrawn")],
)  # fmt: skip
def test_the_person_and_the_chief_are_told_at_every_turn(hall: Hall, state: str, template: str) -> None:
    card_in(hall, state)
    told = Message.objects.filter(template=f"supervision_{template}").values_list("recipient_ref", flat=True)
    assert set(told) == {str(hall.clerk.staff_id), str(hall.chief.staff_id)}


def test_what_people_wrote_is_in_no_event_and_no_message(hall: Hall) -> None:
    card_in(hall, CardState.OVERTURNED)
    written = [str(event.data) for event in Event.objects.all()] + [str(m.context) for m in Message.objects.all()]
    assert not [text for text in written if "送件" in text or "报备" in text]


def test_what_people_wrote_is_encrypted(hall: Hall) -> None:
    from django.db import connection  # noqa: PLC0415 - the only test that looks below the model

    card = card_in(hall, CardState.ANSWERED)
    with connection.cursor() as cursor:
        cursor.execute("SELECT feedback FROM supervision_card WHERE id = %s", [card.pk])
        assert "送件" not in cursor.fetchone()[0]
    assert Card.objects.get(pk=card.pk).feedback == "当时在送件。"


def test_a_double_submit_does_not_do_a_thing_twice(hall: Hall) -> None:
    stale = hand_card(hall)
    attempt(stale, "answer", hall.clerk)
    with pytest.raises(Refused):
        attempt(stale, "answer", hall.clerk)
    assert Event.objects.filter(kind="supervision.card_answer").count() == 1


def test_a_card_by_hand_needs_the_right_and_the_scope(hall: Hall) -> None:
    for user in (hall.clerk, hall.chief, hall.auditor, hall.admin, Hall().supervisor):
        with pytest.raises(NotPermitted):
            hand_card(hall, by=user)


def test_nobody_raises_a_card_on_themselves(hall: Hall) -> None:
    with pytest.raises(NotPermitted, match="自己"):
        hand_card(hall, subject=subject(hall, staff=hall.supervisor.staff))


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"happened_at": NOW + timedelta(minutes=1)}, "不能晚于现在"),
        ({"happened_at": NOW - timedelta(days=401)}, "400 天以前"),
        ({"reason": "申请人 13800000000 反映态度生硬。"}, "手机号"),
    ],
)
def test_a_card_by_hand_that_makes_no_sense_is_refused(hall: Hall, facts: dict[str, object], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        hand_card(hall, **facts)


def test_a_card_is_for_somebody_of_that_center(hall: Hall) -> None:
    with pytest.raises(Refused, match="一个人或一个部门"):
        hand_card(hall, subject=Subject(hall.center))
    with pytest.raises(Refused, match="同一个中心"):
        hand_card(hall, subject=Subject(hall.center, make_department(Hall().center, "自然资源局")))


def test_one_fact_gets_one_card_by_hand(hall: Hall) -> None:
    hand_card(hall, fact_key="patrol.finding:7")
    with pytest.raises(Refused, match="已经发过牌"):
        hand_card(hall, fact_key="patrol.finding:7")
    assert hand_card(hall).fact_key.startswith("hand:")


def test_colours_have_series_of_their_own(hall: Hall) -> None:
    numbers = [hand_card(hall, colour=colour).number for colour in (Colour.YELLOW, Colour.RED, Colour.RED)]
    region = hall.center.region6
    assert numbers == [f"{region}-黄-2026-00001", f"{region}-红-2026-00001", f"{region}-红-2026-00002"]


def test_grounds_a_person_may_name_are_all_but_the_machines() -> None:
    from hall.supervision.enums import NAMED_GROUNDS  # noqa: PLC0415 - the only test that asks

    assert set(dict(NAMED_GROUNDS)) == set(Ground.values) - {Ground.GROUND_GONE.value}
