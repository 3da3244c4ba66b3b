"""Second authorisation of long lists with personal data (导出二次授权). The only door to clearances.

What is granted is one list (address and filters) for one purpose and one person, until a moment.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Q

from hall.access.enums import Role
from hall.access.models import User
from hall.access.scope import supervisors_over
from hall.exports import parameters, rules, trail
from hall.exports.enums import ClearanceState
from hall.exports.models import LONGEST_ADDRESS, Clearance
from hall.facts.errors import NotPermitted, Refused
from hall.ledger import actions as ledger
from hall.outbox import actions as outbox
from hall.privacy.detector import personal_kinds
from hall.privacy.indexes import blind_index

_BATCH = 500
# Two files at once would each not see that the other leaves.
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtext('exports.alone'), %s)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to take out. `filters` as the ledger keeps them: without words somebody typed."""

    title: str
    address: str
    purpose: str
    form: str
    rows: int
    filters: dict[str, str] = field(default_factory=dict)
    before: int = 0  # rows of the same list this person took out alone that day

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.address, self.purpose)


class SecondNeeded(Refused):
    """The list is too long for one person alone; `wanted` is what to ask a second person for."""

    def __init__(self, wanted: Wanted, alone: int) -> None:
        before = f"您今天已独自导出这份名单 {wanted.before} 行，" if wanted.before else ""
        words = f"共 {wanted.rows} 行，含个人信息，{before}{'合计' if before else ''}超过 {alone} 行的须由第二人批准。"
        super().__init__(words, field="form")
        self.wanted = wanted


def fingerprint(address: str, purpose: str) -> str:
    """One list for one purpose, found without being read."""
    return blind_index("exports.clearance", f"{address}\n{purpose}")


def admit(wanted: Wanted, *, personal: bool, by: User, at: datetime) -> Clearance | None:
    """Let a list out: None where one person may take it alone, else the clearance, which is marked as used.

    Raises SecondNeeded. Called in the transaction that writes the event of the file.
    """
    if not personal:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, [by.pk])
    alone = parameters.number(parameters.ALONE, by=by, at=at)
    before = trail.taken_alone(by, wanted.title, besides=wanted.filters, at=at)
    if not rules.needs_second(personal=personal, rows=wanted.rows, before=before, alone=alone):
        return None
    granted = Clearance.objects.select_for_update(of=("self",)).select_related("decided_by__staff")
    found = granted.filter(asked_by=by, fingerprint=wanted.fingerprint, granted=True, expires_at__gt=at).first()
    if found is None or not rules.covers(found, rows=wanted.rows, alone=alone):
        raise SecondNeeded(replace(wanted, before=before), alone)
    found.taken_at = at
    found.save(update_fields=["taken_at"])
    return found


def named_in(clearance: Clearance | None) -> dict[str, str]:
    """What the event of a file says of the clearance it left by."""
    return {"clearance": str(clearance.pk)} if clearance else {}


def granted_for(by: User, address: str, at: datetime) -> Clearance | None:
    """The newest clearance by which this person may take this very list out now, to fill in what was asked."""
    good = Clearance.objects.filter(asked_by=by, granted=True, expires_at__gt=at)[:50]
    return next((one for one in good if one.address == address), None)


@transaction.atomic
def ask_for(wanted: Wanted, *, by: User, at: datetime) -> Clearance:
    """Ask a second person. The same list for the same purpose waits once, however often it is sent. Raises Refused."""
    if len(wanted.address) > LONGEST_ADDRESS:
        raise Refused("筛选条件太长，请减少一些再导出。")
    if personal_kinds(wanted.purpose):
        raise Refused("用途里不要写证件号、手机号或卡号，请删去。", field="purpose")
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)  # two clicks: the second finds the first
    waiting = Clearance.objects.filter(asked_by=by, fingerprint=wanted.fingerprint, granted=None, expires_at__gt=at)
    if found := waiting.first():
        return found
    clearance = Clearance.objects.create(
        center=by.staff.center if by.staff else None, title=wanted.title[:100], address=wanted.address,
        fingerprint=wanted.fingerprint, filters=wanted.filters, purpose=wanted.purpose, form=wanted.form,
        rows=wanted.rows, rows_before=wanted.before, asked_by=by, asked_at=at,
        expires_at=at + timedelta(days=parameters.number(parameters.WAIT, by=by, at=at)),
    )  # fmt: skip
    _note("exports.asked", clearance, by=by, at=at, reason=wanted.purpose)
    for user in deciders(clearance):
        _send(clearance, user, "staff_export_asked", at=at, rows=wanted.rows)
    return clearance


def deciders(clearance: Clearance) -> list[User]:
    """Who is told: the supervisors of the place or of the nearest one above; else the chiefs of the place."""
    asker = clearance.asked_by
    if found := supervisors_over(clearance.center, besides=asker):
        return found
    chiefs = User.objects.filter(role=Role.CHIEF, is_active=True, staff__center=clearance.center_id)
    return list(chiefs.filter(staff__isnull=False).exclude(pk=asker.pk).order_by("pk"))


@transaction.atomic
def decide(*, clearance: Clearance, granted: bool, reason: str, by: User, at: datetime) -> Clearance:
    """The second person lets the list go, or says why not. Raises Refused, NotPermitted."""
    row = Clearance.objects.select_for_update(of=("self",)).select_related("center", "asked_by__staff").get(
        pk=clearance.pk
    )  # fmt: skip
    if row.state(at) != ClearanceState.WAITING:
        raise Refused("这份申请已经审批过，或者已经过期。")
    if row.asked_by_id == by.pk:
        raise NotPermitted("导出须由申请人以外的人批准。")
    if not rules.may_decide(by, row, at):
        raise NotPermitted("您不能批准这个中心的导出。")
    if not granted:
        _said(reason)
    row.granted, row.decided_by, row.decided_at = granted, by, at
    row.reason = "" if granted else reason
    if granted:
        row.expires_at = at + timedelta(hours=parameters.number(parameters.KEEP, by=row.asked_by, at=at))
    row.save(update_fields=["granted", "decided_by", "decided_at", "reason", "expires_at"])
    _note("exports.granted" if granted else "exports.refused", row, by=by, at=at, reason=row.reason or row.purpose)
    _send(row, row.asked_by, "staff_export_decided", at=at, granted=granted)
    return row


def _said(reason: str) -> None:
    if not reason.strip():
        raise Refused("请写明不批准的理由。", field="reason")
    if personal_kinds(reason):
        raise Refused("理由里不要写证件号、手机号或卡号，请删去。", field="reason")


@transaction.atomic
def forget_over(*, at: datetime) -> int:
    """Empty the addresses of what is over: the words somebody searched by are of no more use. Returns how many."""
    over = Clearance.objects.filter(Q(granted=False) | Q(expires_at__lte=at)).filter(address__isnull=False)
    found = list(over.select_for_update(skip_locked=True).order_by("pk")[:_BATCH])
    for row in found:
        row.address = None
        row.save(update_fields=["address"])
    return len(found)


def _note(kind: str, clearance: Clearance, *, by: User, at: datetime, reason: str) -> None:
    code = clearance.center.code if clearance.center else ""
    data = {"title": clearance.title, "rows": clearance.rows, "reason": reason, "clearance": str(clearance.pk)}
    ledger.append(docket="", kind=kind, center_code=code, actor=by, occurred_at=at, data=data)


def _send(clearance: Clearance, user: User, template: str, *, at: datetime, **facts: Any) -> None:
    outbox.enqueue(
        docket="", channel="inbox", template=template, recipient_kind="user", recipient_ref=str(user.pk),
        dedupe_key=f"{template}:{clearance.pk}:{user.pk}", available_at=at, context={"title": clearance.title, **facts},
    )  # fmt: skip
