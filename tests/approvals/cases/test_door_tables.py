"""Every verb against every wrong state, and every verb against every role, through the real actions (N15)."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction

from approvals.cases import actions
from approvals.cases.actions import MaterialFacts
from approvals.cases.enums import CaseState, CorrectableField, DeliveryMethod, MaterialState
from approvals.cases.models import Case
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from tests.approvals.cases.ways import FRIDAY, MISSING, put
from tests.builders import Hall, make_item_version

pytestmark = pytest.mark.django_db
S = CaseState
AT: datetime = FRIDAY
Verb = Callable[[Hall, Case, Any], Any]


def material(case: Case) -> MaterialFacts:
    return MaterialFacts(material=case.version_filed.materials.first(), state=MaterialState.RECEIVED)


VERBS: dict[str, Verb] = {
    "accept": lambda _, c, by: actions.accept(c, by=by, at=AT),
    "accept_with_promise": lambda _, c, by: actions.accept_with_promise(c, by=by, at=AT, deferred=[]),
    "notify_supplement": lambda _, c, by: actions.notify_supplement(c, by=by, at=AT, items=MISSING),
    "supplement": lambda _, c, by: actions.supplement(c, by=by, at=AT, received=[], complete=False),
    "tell_not_required": lambda _, c, by: actions.tell_not_required(c, by=by, at=AT, reason="不需要"),
    "refuse": lambda _, c, by: actions.refuse(c, by=by, at=AT, reason="不归", competent_organ={"name": "某局"}),
    "pause": lambda h, c, by: actions.pause(c, by=by, at=AT, ground=h.ground(), notified_days=3, reason="评审"),
    "resume": lambda h, c, by: actions.resume(c, by=by, at=AT, ground=h.ground()),
    "extend": lambda _, c, by: actions.extend(c, by=by, at=AT, reason="复杂"),
    "give_hearing_notice": lambda _, c, by: actions.give_hearing_notice(c, by=by, at=AT, matter="邻里利益"),
    "inspect": lambda h, c, by: actions.inspect(
        c, by=by, at=AT, first=h.clerk.staff, second=h.approver.staff, inspected_at=AT, passed=True, finding="符合"
    ),
    "complete_step": lambda _, c, by: actions.complete_step(c, by=by, at=AT, opinion="符合"),
    "receive_material": lambda _, c, by: actions.receive_material(c, [material(c)], by=by, at=AT),
    "correct": lambda _, c, by: actions.propose_correction(
        c, by=by, at=AT, field=CorrectableField.SUMMARY, value="新摘要", reason="写错"
    ),
    "hand_over": lambda h, c, by: actions.hand_over(c, by=by, at=AT, to=h.other_clerk.staff, reason="调班"),
    "accept_hand_over": lambda _, c, by: actions.accept_hand_over(c, by=by, at=AT),
    "decline_hand_over": lambda _, c, by: actions.decline_hand_over(c, by=by, at=AT, reason="不在岗"),
    "charge_fee": lambda _, c, by: actions.charge_fee(c, by=by, at=AT, amount=Decimal(5), receipt_number="冀1"),
    "propose_return": lambda _, c, by: actions.propose_return(c, by=by, at=AT, reason="虚假"),
    "confirm_return": lambda _, c, by: actions.confirm_return(c, by=by, at=AT),
    "reject_return": lambda _, c, by: actions.reject_return(c, by=by, at=AT, opinion="真实"),
    "grant": lambda _, c, by: actions.grant(c, by=by, at=AT),
    "deny": lambda _, c, by: actions.deny(c, by=by, at=AT, reason="不符合"),
    "deliver": lambda _, c, by: actions.deliver(c, by=by, at=AT, method=DeliveryMethod.COLLECTED),
    "withdraw": lambda _, c, by: actions.withdraw(c, by=by, at=AT),
    "end_unsupplemented": lambda _, c, by: actions.end_unsupplemented(c, by=by, at=AT, reason="未补"),
    "void": lambda _, c, by: actions.void(c, by=by, at=AT, reason="录错"),
    "archive": lambda _, c, by: actions.archive(c, by=by, at=AT),
}

EARLY = {S.RECEIVED, S.SUPPLEMENTING}
REVIEW = {S.REVIEWING, S.PAUSED}
OPEN = {*EARLY, *REVIEW, S.RETURNING, S.GRANTED, S.DENIED}
ENDED = {S.DELIVERED, S.NOT_REQUIRED, S.REFUSED, S.WITHDRAWN, S.LAPSED, S.RETURNED, S.VOIDED}
# Written from the law and the house rules, not from transitions.py: who reads this can check it.
MAY_START: dict[str, set[CaseState]] = {
    "accept": EARLY,
    "accept_with_promise": EARLY,
    "notify_supplement": EARLY,
    "supplement": {S.SUPPLEMENTING},
    "tell_not_required": {S.RECEIVED},
    "refuse": {S.RECEIVED},
    "pause": REVIEW,
    "resume": {S.PAUSED},
    "extend": REVIEW,
    "give_hearing_notice": REVIEW,
    "inspect": REVIEW,
    "complete_step": {S.REVIEWING},
    "receive_material": OPEN,
    "correct": OPEN | ENDED,
    "hand_over": OPEN,
    "accept_hand_over": OPEN,
    "decline_hand_over": OPEN,
    "charge_fee": OPEN,
    "propose_return": {S.SUPPLEMENTING, S.REVIEWING},
    "confirm_return": {S.RETURNING},
    "reject_return": {S.RETURNING},
    "grant": {S.REVIEWING},
    "deny": {S.REVIEWING},
    "deliver": {S.GRANTED, S.DENIED},
    "withdraw": {*EARLY, *REVIEW, S.RETURNING},
    "end_unsupplemented": {S.SUPPLEMENTING, S.REVIEWING},
    "void": {*EARLY, *REVIEW, S.RETURNING},
    "archive": ENDED,
}
# Who may, of the people of the case's own department; the chief heads the organ as well.
PEOPLE = ("clerk", "approver", "chief", "supervisor", "admin", "auditor")
DESK, BENCH = {"clerk", "chief"}, {"approver", "chief"}
MAY_DO: dict[str, set[str]] = {
    "accept": DESK,
    "accept_with_promise": DESK,
    "notify_supplement": DESK,
    "supplement": DESK,
    "tell_not_required": DESK | BENCH,
    "refuse": DESK | BENCH,
    "pause": BENCH,
    "resume": DESK | BENCH,
    "extend": {"chief"},
    "give_hearing_notice": BENCH,
    "inspect": DESK | BENCH,
    "complete_step": DESK | BENCH,
    "receive_material": DESK | BENCH,
    "correct": DESK | BENCH,
    "hand_over": DESK,
    # Only whom it was offered to, and here nobody was.
    "accept_hand_over": set(),
    "decline_hand_over": set(),
    "charge_fee": DESK,
    "propose_return": DESK | BENCH,
    "confirm_return": BENCH,
    "reject_return": BENCH,
    "grant": BENCH,
    "deny": BENCH,
    "deliver": DESK,
    "withdraw": DESK,
    "end_unsupplemented": BENCH,
    "void": {"chief"},
    "archive": DESK,
}


@pytest.fixture(scope="module")
def cases(house: Hall) -> dict[CaseState, Case]:
    """One bare case in each state."""
    version = make_item_version(house.department)
    return {state: put(house, version, state) for state in CaseState}


def test_the_tables_speak_of_the_same_verbs():
    assert set(VERBS) == set(MAY_START) == set(MAY_DO)


@pytest.mark.parametrize("verb", VERBS)
def test_n15_the_verb_is_refused_in_every_other_state(house, cases, verb):
    for state in set(CaseState) - MAY_START[verb]:
        with pytest.raises(Refused, match=f"办件在“{state.label}”环节，不能办理") as refusal:
            VERBS[verb](house, cases[state], house.chief)
        assert not isinstance(refusal.value, NotPermitted), state


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_is_left_of_a_refused_verb(house, cases, verb):
    state = next(iter(set(CaseState) - MAY_START[verb]))
    with pytest.raises(Refused):
        VERBS[verb](house, cases[state], house.chief)
    assert not Event.objects.filter(docket=cases[state].docket).exists()
    assert Case.objects.get(pk=cases[state].pk).version == cases[state].version


@pytest.mark.parametrize("verb", VERBS)
def test_the_verb_is_refused_to_every_other_role(house, cases, verb):
    state = next(state for state in CaseState if state in MAY_START[verb])
    for who in set(PEOPLE) - MAY_DO[verb]:
        with pytest.raises(NotPermitted):
            VERBS[verb](house, cases[state], getattr(house, who))


@pytest.mark.parametrize("verb", VERBS)
def test_who_may_is_not_stopped_by_role_or_state(house, cases, verb):
    """Something else may still be missing, such as a pause to resume; role and state are not what stops them."""
    for state in MAY_START[verb]:
        for who in MAY_DO[verb]:
            complaint = said(house, cases[state], verb, who)
            assert "环节，不能办理" not in complaint, (state, who)
            assert not complaint.startswith("NotPermitted"), (state, who, complaint)


def said(house: Hall, case: Case, verb: str, who: str) -> str:
    """What the person hears, or nothing; whatever happened is undone."""
    try:
        with transaction.atomic():
            VERBS[verb](house, case, getattr(house, who))
            transaction.set_rollback(True)
    except NotPermitted as refusal:
        return f"NotPermitted {refusal.sentence}"
    except Refused as refusal:
        return refusal.sentence
    except (ObjectDoesNotExist, IntegrityError):
        return "the bare row lacks its history"
    return ""
