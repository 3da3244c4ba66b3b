"""责任追究: finding, measure, serving, objection, end. Restricted; every look by somebody else leaves an event."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from rules.predicates import Predicate

from hall.access.models import User
from hall.access.rules import has_right
from hall.access.scope import centers_of
from hall.facts import parameters
from hall.facts.errors import NotPermitted, Refused
from hall.ledger import actions as ledger
from hall.supervision import messages, rules, transitions
from hall.supervision.actions.raising import Subject, refuse_loose
from hall.supervision.enums import FOUND_TRUE, Colour, Measure, Origin, RecordState
from hall.supervision.impersonal import checked
from hall.supervision.models import AccountabilityRecord, Card
from hall.workdays.calendars import calendar_for

OBJECTION_DAYS: Final = "supervision.objection_days"
_WRITERS: Final = "责任追究由本中心或上级中心的督查人员办理，当事人不能办理自己的。"
_WHO: Final[dict[str, tuple[Predicate, str]]] = {
    "measure": (rules.may_write_record, _WRITERS),
    "serve": (rules.may_write_record, _WRITERS),
    "object": (rules.is_person, "异议由当事人本人提出。"),
    "finish": (rules.may_write_record, _WRITERS),
    "cancel": (rules.may_write_record, _WRITERS),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """What a record begins with: an upheld red card, a complaint by its number, or something else."""

    origin: Origin
    ref: str = ""
    card: Card | None = None


def open_record(*, subject: Subject, ground: Ground, finding: str, by: User, at: datetime) -> AccountabilityRecord:
    """Write a finding down. Raises Refused where the card is no upheld red one, or has a record already."""
    if not has_right(by, "accountability.write") or not centers_of(by).filter(pk=subject.center.pk).exists():
        raise NotPermitted(_WRITERS)
    if by.staff_id is not None and subject.staff is not None and subject.staff.pk == by.staff_id:
        raise NotPermitted(_WRITERS)
    if subject.staff is None and subject.department is None:
        raise Refused("请选当事人或部门。", field="staff")
    refuse_loose(subject)
    if ground.card is not None:
        _refuse_unfit(ground.card)
    with transaction.atomic():
        if ground.card is not None:
            _refuse_second(ground.card)
        record = AccountabilityRecord(
            center=subject.center,
            department=subject.department,
            staff=subject.staff,
            origin=ground.origin,
            origin_ref=ground.card.number if ground.card else ground.ref,
            card=ground.card,
            finding=checked(finding, "finding"),
            found_at=at,
            found_by=by,
            number=ledger.next_document_no(center=subject.center.region6, mark="责", year=timezone.localdate(at).year),
        )
        record.save(force_insert=True)
        _log(record, "found", by=by, at=at)
    return record


def measure(
    record: AccountabilityRecord, *, measure: str, text: str, basis: str, by: User, at: datetime
) -> AccountabilityRecord:
    """Choose what follows, with its legal basis."""
    if measure not in Measure.values:
        raise Refused("请从列出的措施里选一个。", field="measure")
    with _opened(record, "measure", by=by, at=at) as (locked, columns):
        columns |= {
            "measure": measure, "measure_text": checked(text, "text"), "basis": basis, "measured_at": at,
            "measured_by": by,
        }  # fmt: skip
    return locked


def serve(record: AccountabilityRecord, *, by: User, at: datetime) -> AccountabilityRecord:
    """Give the measure to the person; the time for an objection begins."""
    with _opened(record, "serve", by=by, at=at) as (locked, columns):
        columns |= {"served_at": at, "served_by": by}
        messages.tell_record(locked, "served", at=at)
    return locked


def object_to(record: AccountabilityRecord, *, text: str, by: User, at: datetime) -> AccountabilityRecord:
    """The person objects, within `supervision.objection_days` working days of being served."""
    with _opened(record, "object", by=by, at=at) as (locked, columns):
        if timezone.localdate(at) > objection_due(locked):
            raise Refused("异议期限已经过了。", field="text")
        columns |= {"objection": text, "objected_at": at, "objected_by": by}
    return locked


def finish(record: AccountabilityRecord, *, text: str, by: User, at: datetime) -> AccountabilityRecord:
    """It takes effect: after the time for an objection, or when a second reader found the objection unfounded."""
    with _opened(record, "finish", by=by, at=at) as (locked, columns):
        if locked.state == RecordState.OBJECTED:
            _require_second(locked, by)
        elif locked.staff_id is not None and timezone.localdate(at) <= objection_due(locked):
            due = objection_due(locked)
            raise Refused(f"异议期限到 {due.month}月{due.day}日，期满后才能生效。")
        columns |= {"ruling": text, "ended_at": at, "ended_by": by}
        messages.tell_record(locked, "final", at=at)
    return locked


def cancel(record: AccountabilityRecord, *, text: str, by: User, at: datetime) -> AccountabilityRecord:
    """It is taken back, with the reason; an objection is heard by a second reader."""
    if not text:
        raise Refused("请写明撤销的理由。", field="text")
    with _opened(record, "cancel", by=by, at=at) as (locked, columns):
        if locked.state == RecordState.OBJECTED:
            _require_second(locked, by)
        columns |= {"ruling": text, "ended_at": at, "ended_by": by}
        messages.tell_record(locked, "cancelled", at=at)
    return locked


def permitted(name: str, record: AccountabilityRecord, *, by: User) -> bool:
    """Whether the person may do this to the record, state aside."""
    return bool(_WHO[name][0].test(by, record))


def looked_at(record: AccountabilityRecord, *, by: User, at: datetime) -> None:
    """Somebody other than the person opened the record: that is on the trail."""
    if not rules.is_person.test(by, record):
        _log(record, "viewed", by=by, at=at)


def objection_due(record: AccountabilityRecord) -> Any:
    """The last day for an objection. Raises Refused where nothing was served yet."""
    if record.served_at is None:
        raise Refused("还没有送达。")
    served = timezone.localdate(record.served_at)
    days = parameters.whole_number(OBJECTION_DAYS, center=record.center_id, on=served)
    return calendar_for(record.center.region_id).add(served, days).on


@contextmanager
def _opened(
    record: AccountabilityRecord, name: str, *, by: User, at: datetime
) -> Iterator[tuple[AccountabilityRecord, dict[str, Any]]]:
    """Lock, re-check right and state; then columns, state and event together."""
    move, (permit, who) = transitions.RECORD[name], _WHO[name]
    with transaction.atomic():
        AccountabilityRecord.objects.select_for_update().only("pk").get(pk=record.pk)
        locked = AccountabilityRecord.objects.select_related("center", "staff", "card").get(pk=record.pk)
        if not permit.test(by, locked):
            raise NotPermitted(who)
        if locked.state not in move.sources:
            raise Refused(f"责任追究在“{RecordState(locked.state).label}”状态，不能“{move.label}”。")
        columns: dict[str, Any] = {}
        yield locked, columns
        columns["state"] = move.target
        for field, value in columns.items():
            setattr(locked, field, value)
        locked.save(update_fields=sorted(columns))
        _log(locked, name, by=by, at=at)


def _require_second(record: AccountabilityRecord, by: User) -> None:
    if not rules.may_hear_objection.test(by, record):
        raise NotPermitted("异议由定措施以外的人处理。")


def _refuse_unfit(card: Card) -> None:
    if card.colour != Colour.RED or card.state not in FOUND_TRUE:
        raise Refused("只有成立的红牌可以转责任追究。")


def _refuse_second(card: Card) -> None:
    Card.objects.select_for_update().only("pk").get(pk=card.pk)
    if card.accountability.exclude(state=RecordState.CANCELLED).exists():
        raise Refused("这张红牌已经转了责任追究。")


def _log(record: AccountabilityRecord, word: str, *, by: User, at: datetime) -> None:
    ledger.append(
        docket=record.number,
        kind=f"accountability.{word}",
        center_code=record.center.code,
        actor=by,
        occurred_at=at,
        data={"record": record.number},
    )
