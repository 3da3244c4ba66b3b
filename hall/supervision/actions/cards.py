"""The due process of a card: answered, decided, appealed, ruled on, withdrawn. The only door for changing one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from hall.access.models import User
from hall.facts import parameters
from hall.facts.errors import NotPermitted, Refused
from hall.ledger import actions as ledger
from hall.supervision import messages, rules, transitions
from hall.supervision.actions.raising import event_of
from hall.supervision.enums import NAMED_GROUNDS, CardState, Ground
from hall.supervision.models import AccountabilityNote, Card
from hall.workdays.calendars import calendar_for

APPEAL_DAYS = "supervision.appeal_days"


class Change:
    """One change under way: the locked card and what is to be written."""

    def __init__(self, card: Card) -> None:
        self.card = card
        self.fields: set[str] = set()
        self.data: dict[str, Any] = {}

    def set(self, **facts: Any) -> None:
        """Change columns of the card."""
        for name, value in facts.items():
            setattr(self.card, name, value)
            self.fields.add(name)


@contextmanager
def _opened(card: Card, name: str, *, by: User | None, at: datetime) -> Iterator[Change]:
    """Lock, re-check state and right, then write state, event and messages together (law 8)."""
    move = transitions.CARD[name]
    with transaction.atomic():
        Card.objects.select_for_update().only("pk").get(pk=card.pk)
        locked = Card.objects.select_related("center", "department", "staff", "rule").get(pk=card.pk)
        # Who may not is told so, whatever the state: 403 before 422.
        if by is not None and not rules.may(by, name, locked):
            raise NotPermitted(rules.WHO[name])
        if locked.state not in move.sources:
            state = CardState(locked.state).label
            raise Refused(f"督查牌在“{state}”状态，不能办理“{move.label}”。")
        change = Change(locked)
        yield change
        change.set(state=move.target)
        locked.save(update_fields=sorted(change.fields))
        ledger.append_many([event_of(locked, f"supervision.card_{name}", by=by, at=at, **change.data)])


def answer(card: Card, *, text: str, plea: str, by: User, at: datetime) -> Card:
    """Feedback by the person or the chief representative; late feedback is taken, and stays marked as late."""
    with _opened(card, "answer", by=by, at=at) as change:
        change.set(feedback=text, plea=plea, answered_at=at, answered_by=by)
        change.data |= {"late": at >= change.card.late_at, "plea": plea}
    return change.card


def uphold(card: Card, *, text: str, by: User, at: datetime) -> Card:
    """The card stands. Without feedback only when the time for it is over. Starts the time for an appeal."""
    with _opened(card, "uphold", by=by, at=at) as change:
        _refuse_early(change.card, at)
        days = parameters.whole_number(APPEAL_DAYS, center=change.card.center_id, on=timezone.localdate(at))
        due = calendar_for(change.card.center.region_id).add(timezone.localdate(at), days).on
        change.set(decision=text, decided_at=at, decided_by=by, appeal_due=due)
        change.data |= {"appeal_due": due.isoformat()}
        messages.tell(change.card, "upheld", at=at)
    return change.card


def revoke(card: Card, *, text: str, ground: str, by: User, at: datetime) -> Card:
    """The card is taken back at the first reading, on a named ground."""
    _refuse_ground(ground)
    with _opened(card, "revoke", by=by, at=at) as change:
        change.set(decision=text, decided_at=at, decided_by=by, ground=ground, withdrawn_at=at)
        change.data |= {"ground": ground}
        messages.tell(change.card, "revoked", at=at)
    return change.card


def appeal(card: Card, *, text: str, by: User, at: datetime) -> Card:
    """Once, by the person or the chief representative, within the time set by `supervision.appeal_days`."""
    with _opened(card, "appeal", by=by, at=at) as change:
        due = change.card.appeal_due
        if due is not None and timezone.localdate(at) > due:
            raise Refused(f"申诉期限到 {due.month}月{due.day}日，已经过了。")
        change.set(appeal=text, appealed_at=at, appealed_by=by)
    return change.card


def confirm(card: Card, *, text: str, by: User, at: datetime) -> Card:
    """The second reader finds the card right; there is no further appeal here."""
    with _opened(card, "confirm", by=by, at=at) as change:
        change.set(ruling=text, ruled_at=at, ruled_by=by)
        messages.tell(change.card, "confirmed", at=at)
    return change.card


def overturn(card: Card, *, text: str, ground: str, by: User, at: datetime) -> Card:
    """The second reader takes the card back on a named ground."""
    _refuse_ground(ground)
    with _opened(card, "overturn", by=by, at=at) as change:
        change.set(ruling=text, ruled_at=at, ruled_by=by, ground=ground, withdrawn_at=at)
        change.data |= {"ground": ground}
        messages.tell(change.card, "overturned", at=at)
    return change.card


def withdraw(card: Card, *, ground: Ground = Ground.GROUND_GONE, at: datetime) -> Card:
    """The machine takes a card back whose fact no longer holds; what was built on it gets a note."""
    with _opened(card, "withdraw", by=None, at=at) as change:
        change.data |= {"ground": ground.value, "from": change.card.state}
        change.set(ground=ground.value, withdrawn_at=at)
        messages.tell(change.card, "withdrawn", at=at)
        AccountabilityNote.objects.bulk_create(
            AccountabilityNote(
                record=record, text=f"所依据的督查牌 {change.card.number} 已自动撤销，请复核。", noted_at=at
            )
            for record in change.card.accountability.all()
        )
    return change.card


def _refuse_early(card: Card, at: datetime) -> None:
    if card.state == CardState.AWAITING and at < card.late_at:
        due = card.feedback_due
        raise Refused(f"反馈期限到 {due.month}月{due.day}日，期满或收到反馈后才能认定成立。")


def _refuse_ground(ground: str) -> None:
    if ground not in dict(NAMED_GROUNDS):
        raise Refused("请从列出的撤销理由里选一个。", field="ground")
