"""Raising cards and signals: number, row, event and messages in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from hall.access.models import User
from hall.access.rules import has_right
from hall.access.scope import centers_of
from hall.facts import parameters
from hall.facts.errors import NotPermitted, Refused
from hall.facts.periods import midnight
from hall.facts.sources import Fact
from hall.ledger import actions as ledger
from hall.ledger.actions import NewEvent
from hall.organisation.models import Center, Department, Staff, Window
from hall.supervision import messages
from hall.supervision.actions.rules import GROUND_DAYS
from hall.supervision.enums import Colour
from hall.supervision.impersonal import checked
from hall.supervision.models import Card, RuleVersion, Signal
from hall.workdays.calendars import calendar_for

FACT: Final = "【事实】"
# A card by a rule takes the number of its version.
FEEDBACK_DAYS: Final = "supervision.feedback_days"
_TWICE: Final = "这件事已经发过牌，同一件事不重复发牌。"
__all__ = ["Subject", "raise_by_hand", "raise_card", "raise_signal", "refuse_loose"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a card is for, and where. A department without a person answers through its chief representative."""

    center: Center
    department: Department | None = None
    window: Window | None = None
    staff: Staff | None = None


def raise_card(fact: Fact, *, version: RuleVersion, at: datetime) -> Card:
    """A card of a version on a fact. Raises Refused where the fact names nobody; IntegrityError where it has a card."""
    subject = _subject(fact)
    card = Card(
        rule=version.rule,
        version=version,
        colour=version.colour,
        source=version.rule.source,
        fact_key=fact.key,
        fact_url=fact.url[:300],
        fact_text=fact.text[:500],
        docket=fact.docket,
        reason=version.reason.replace(FACT, fact.text)[:1000],
        basis=version.basis,
        happened_at=fact.occurred_at,
    )
    return _issue(card, subject, days=version.feedback_days, by=None, at=at)


def raise_by_hand(
    *,
    colour: str,
    subject: Subject,
    reason: str,
    basis: str,
    happened_at: datetime,
    by: User,
    at: datetime,
    fact_key: str = "",
    docket: str = "",
    fact_url: str = "",
) -> Card:
    """A card a person raises, after a patrol or a complaint, say. `fact_key` keeps one fact from two cards.

    Raises NotPermitted without the right or outside of the scope, Refused where the fact has a card, the moment lies
    ahead, or nobody is named.
    """
    if not has_right(by, "supervision.raise") or not centers_of(by).filter(pk=subject.center.pk).exists():
        raise NotPermitted("督查牌由本中心或上级中心的督查人员发。")
    if by.staff_id is not None and subject.staff is not None and by.staff_id == subject.staff.pk:
        raise NotPermitted("不能给自己发牌。")
    if happened_at > at:
        raise Refused("发生时间不能晚于现在。", field="happened_at")
    oldest = parameters.whole_number(GROUND_DAYS, center=None, on=timezone.localdate(at))
    if at - happened_at > timedelta(days=oldest):
        raise Refused(f"{oldest} 天以前的事不再发牌。", field="happened_at")
    refuse_loose(subject)
    if fact_key and Card.objects.filter(fact_key=fact_key).exists():
        raise Refused(_TWICE)
    days = parameters.whole_number(FEEDBACK_DAYS, center=subject.center.pk, on=timezone.localdate(at))
    card = Card(
        colour=Colour(colour),
        fact_key=fact_key or f"hand:{uuid4()}",
        fact_url=fact_url,
        fact_text=checked(reason, "reason")[:500],
        docket=docket,
        reason=reason,
        basis=basis,
        happened_at=happened_at,
    )
    try:
        with transaction.atomic():
            return _issue(card, subject, days=days, by=by, at=at)
    except IntegrityError as error:
        if "card_once_a_fact" in str(error):
            raise Refused(_TWICE) from error
        raise


def raise_signal(fact: Fact, *, version: RuleVersion, at: datetime) -> Signal:
    """A reminder: a row for the desk, a message to the chief representative."""
    subject = _subject(fact)
    signal = Signal(
        rule=version.rule,
        version=version,
        fact_key=fact.key,
        docket=fact.docket,
        fact_url=fact.url[:300],
        fact_text=fact.text[:500],
        happened_at=fact.occurred_at,
        raised_at=at,
        **_columns(subject),
    )
    signal.save(force_insert=True)
    if subject.department is not None:
        messages.tell_signal(signal, chief=subject.department.chief_representative_id, at=at)
    return signal


def _issue(card: Card, subject: Subject, *, days: int, by: User | None, at: datetime) -> Card:
    today = timezone.localdate(at)
    for name, value in _columns(subject).items():
        setattr(card, name, value)
    card.chief_id = subject.department.chief_representative_id if subject.department else None
    card.raised_at, card.raised_by = at, by
    card.feedback_due = calendar_for(subject.center.region_id).add(today, days).on
    card.late_at = midnight(card.feedback_due + timedelta(days=1))
    # The number last: its row stays locked until the transaction ends.
    card.number = ledger.next_document_no(center=subject.center.region6, mark=Colour(card.colour).mark, year=today.year)
    card.save(force_insert=True)
    ledger.append_many([event_of(card, "supervision.card_raised", by=by, at=at)])
    messages.tell(card, "raised", at=at)
    return card


def event_of(card: Card, kind: str, *, by: User | None, at: datetime, **data: Any) -> NewEvent:
    """An event of a card, under the docket of its case, or under its own number where there is none."""
    facts = {"card": card.number, "colour": card.colour, "rule": card.rule.code if card.rule else "", **data}
    return NewEvent(card.docket or card.number, kind, card.center.code, by, at, facts)


def _columns(subject: Subject) -> dict[str, Any]:
    return {
        "center": subject.center, "department": subject.department, "window": subject.window, "staff": subject.staff,
    }  # fmt: skip


def _subject(fact: Fact) -> Subject:
    """Who answers for a fact; the person's own department where the fact names none."""
    staff = Staff.objects.select_related("department").get(pk=fact.staff) if fact.staff else None
    own = staff.department if staff else None
    department = Department.objects.get(pk=fact.department) if fact.department else own
    window = Window.objects.get(pk=fact.window) if fact.window else None
    home = fact.center or (department.center_id if department else None)
    if home is None:
        raise Refused("这件事实没有说明发生在哪个中心。")
    subject = Subject(Center.objects.get(pk=home), department, window, staff)
    refuse_loose(subject)
    return subject


def refuse_loose(subject: Subject) -> None:
    """Whom it is for must be somebody, of that very center. Raises Refused."""
    if subject.staff is None and subject.department is None:
        raise Refused("督查牌要发给一个人或一个部门。", field="staff")
    parts: Sequence[Staff | Department | Window | None] = (subject.staff, subject.department, subject.window)
    if any(part is not None and part.center_id != subject.center.pk for part in parts):
        raise Refused("人员、部门和窗口要属于同一个中心。", field="staff")
