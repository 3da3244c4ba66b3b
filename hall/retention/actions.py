"""Erasing what was kept long enough; placing and lifting holds. The only door for writing of this room."""

import logging
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from hall.access.models import User
from hall.access.rules import has_right
from hall.access.scope import centers_of
from hall.facts import parameters
from hall.facts.errors import NotPermitted, Refused
from hall.ledger import actions as ledger
from hall.organisation.models import Center
from hall.privacy.detector import personal_kinds
from hall.retention import queries
from hall.retention.kinds import Kind, kinds
from hall.retention.models import OPEN, Erased, Hold

logger = logging.getLogger(__name__)
BATCH: Final = 100
_SAYING: Final = "SELECT set_config('hall.task', 'erasure', true)"
_ALONE: Final = "SELECT pg_try_advisory_xact_lock(hashtext('retention'), 0)"


def erase_due(*, at: datetime, batch: int = BATCH) -> int:
    """Erase what is due today, batch by batch, each a transaction of its own; returns how many records.

    May be stopped at any moment. Two at once do not erase twice: the second passes over.
    """
    on, erased = timezone.localdate(at), 0
    for center in Center.objects.order_by("pk"):
        for kind in kinds():
            while number := _erase_batch(kind, center, on=on, at=at, batch=batch):
                erased += number
    return erased


@transaction.atomic
def _erase_batch(kind: Kind, center: Center, *, on: date, at: datetime, batch: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_SAYING)
    rows = list(queries.due(kind, center.pk, on).values_list(kind.reference, kind.ended)[:batch])
    if not rows:
        return 0
    years = parameters.whole_number(kind.setting, center=center.pk, on=on)
    kind.erase([str(reference) for reference, _ in rows], at)
    common: dict[str, Any] = {"kind": kind.name, "center": center, "years": years, "erased_at": at}
    Erased.objects.bulk_create(
        Erased(reference=str(reference), ended_on=timezone.localdate(ended), **common) for reference, ended in rows
    )
    _tell(kind, center, [str(reference) for reference, _ in rows], years=years, at=at)
    return len(rows)


def _tell(kind: Kind, center: Center, references: list[str], *, years: int, at: datetime) -> None:
    common: dict[str, Any] = {"center_code": center.code, "actor": None, "occurred_at": at}
    data = {"label": kind.label, "count": len(references), "years": years}
    ledger.append(docket="", kind="retention.run", data=data, **common)
    if kind.public:
        one = {"label": kind.label, "years": years}
        ledger.append_many(
            ledger.NewEvent(docket=number, kind="retention.erased", data=one, **common) for number in references
        )


@transaction.atomic
def place_hold(*, reference: str, center: Center, reason: str, by: User, at: datetime) -> Hold:
    """From now on nothing of this number is erased. Raises Refused, NotPermitted."""
    _permit(by, center)
    _impersonal(reason, "reason")
    if Hold.objects.filter(OPEN, reference=reference).exists():
        raise Refused("这个编号已经暂停清除。", field="reference")
    if Erased.objects.filter(reference=reference).exists():
        raise Refused("这个编号的个人信息已经清除，不能再暂停。", field="reference")
    hold = Hold.objects.create(reference=reference, center=center, reason=reason, placed_by=by, placed_at=at)
    _note("retention.held", hold, by=by, at=at, reason=reason)
    return hold


@transaction.atomic
def propose_lifting(*, hold: Hold, reason: str, by: User, at: datetime) -> Hold:
    """Ask a second person to let it go. Raises Refused, NotPermitted."""
    hold = _locked(hold, by)
    _impersonal(reason, "reason")
    if hold.lifting_at is not None:
        raise Refused("已经有人提请恢复，等另一个人同意。")
    hold.lifting_reason, hold.lifting_by, hold.lifting_at = reason, by, at
    hold.save(update_fields=["lifting_reason", "lifting_by", "lifting_at"])
    _note("retention.lifting", hold, by=by, at=at, reason=reason)
    return hold


@transaction.atomic
def lift(*, hold: Hold, by: User, at: datetime) -> Hold:
    """The second person agrees. Raises Refused, NotPermitted."""
    hold = _locked(hold, by)
    if hold.lifting_by_id is None:
        raise Refused("要先由一个人提请恢复，并写明理由。")
    if hold.lifting_by_id == by.pk:
        raise NotPermitted("恢复清除须由提请人以外的人同意。")
    hold.lifted_by, hold.lifted_at = by, at
    hold.save(update_fields=["lifted_by", "lifted_at"])
    _note("retention.lifted", hold, by=by, at=at)
    return hold


def _locked(hold: Hold, by: User) -> Hold:
    row = Hold.objects.select_for_update(of=("self",)).select_related("center").get(pk=hold.pk)
    _permit(by, row.center)
    if row.lifted_at is not None:
        raise Refused("已经恢复清除。")
    return row


def _permit(by: User, center: Center) -> None:
    if not has_right(by, "retention.hold") or not centers_of(by).filter(pk=center.pk).exists():
        raise NotPermitted("您不能暂停或恢复这个中心的清除。")


def _impersonal(reason: str, field: str) -> None:
    if not reason.strip():
        raise Refused("请写明理由。", field=field)
    if personal_kinds(reason):
        raise Refused("理由里不要写证件号、手机号或卡号，请删去。", field=field)


def _note(kind: str, hold: Hold, *, by: User, at: datetime, **data: Any) -> None:
    ledger.append(docket=hold.reference, kind=kind, center_code=hold.center.code, actor=by, occurred_at=at, data=data)
