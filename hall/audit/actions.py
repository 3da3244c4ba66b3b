"""Telling people what they should look at, once; removing logs whose time is over. The only door of this room."""

import logging
from datetime import date, datetime, time
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from hall.access.enums import Role
from hall.access.models import User
from hall.access.rules import has_right
from hall.access.scope import supervisors_over
from hall.audit import accounts, clocks, foreign, keeping, viewings
from hall.audit.parameters import VIEWINGS
from hall.facts import parameters
from hall.facts.errors import NotPermitted
from hall.ledger import actions as ledger
from hall.ledger import clock_actions
from hall.ledger.models import Event, HostClock
from hall.ledger.queries import clocks as heard_of
from hall.outbox import actions as outbox
from hall.privacy.detector import personal_kinds

logger = logging.getLogger(__name__)
MANY: Final = "audit.many_viewings"
REMOVED: Final = "audit.logs_removed"
OFF: Final = "audit.clock_off"
BEHIND: Final = "绕过系统改动"
_TOLD: Final = 50  # people at most; a house has a few of each
_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtext('audit.watch'), 0)"


@transaction.atomic
def watch(*, at: datetime) -> int:
    """Tell of everything that needs telling; returns how many matters. Two at once tell once."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
    return _tell_viewings(at) + _tell_clocks(at) + _tell_foreign(at)


def _tell_viewings(at: datetime) -> int:
    """Who had full data shown more often today than the center allows: its supervisors, once a day and person (P10)."""
    today = timezone.localdate(at)
    counted = viewings.counted_on(today)
    accounts = User.objects.select_related("staff__center").filter(pk__in=counted).order_by("pk")
    return sum(_tell_of(account, counted[account.pk], today, at) for account in accounts)


def _tell_of(account: User, times: int, today: date, at: datetime) -> bool:
    center = account.staff.center if account.staff else None
    limit = parameters.whole_number(VIEWINGS, center=center.pk if center else None, on=today)
    begin = timezone.make_aware(datetime.combine(today, time.min))
    told = Event.objects.filter(kind=MANY, occurred_at__gte=begin, data__account=account.pk)
    if times <= limit or told.exists():
        return False
    data = {"account": account.pk, "times": times, "limit": limit, "day": today.isoformat()}
    code = center.code if center else ""
    ledger.append(docket="", kind=MANY, center_code=code, actor=None, occurred_at=at, data=data)
    for user in supervisors_over(center, besides=account):
        key = f"{MANY}:{account.pk}:{today}:{user.pk}"
        _send(user, "staff_many_viewings", key, at, {"times": times, "limit": limit})
    return True


def _tell_clocks(at: datetime) -> int:
    """Machines whose clock went wrong: every administrator, once until it is right again (U09)."""
    allowed, told = clocks.seconds_allowed(at), 0
    for clock in heard_of():
        off = clocks.is_off(clock, allowed)
        if off and clock.told_at is None:
            _tell_clock(clock, allowed, at)
            told += 1
        elif not off and clock.told_at is not None:
            clock_actions.mark_told(clock, at=None)
    return told


def _tell_clock(clock: HostClock, allowed: int, at: datetime) -> None:
    # A machine is named by its administrator; a name that looks like somebody's number goes nowhere.
    host = "（名称略）" if personal_kinds(clock.host) else clock.host
    data = {"host": host, "process": clock.process, "apart": clocks.apart(clock), "allowed": allowed}
    ledger.append(docket="", kind=OFF, center_code="", actor=None, occurred_at=at, data=data)
    for admin in _accounts(Role.ADMIN):
        _send(admin, "staff_clock_off", f"{OFF}:{clock.pk}:{int(at.timestamp())}:{admin.pk}", at, data)
    clock_actions.mark_told(clock, at=at)


def _tell_foreign(at: datetime) -> int:
    """Rows changed behind the doors today: auditors who may see them, once a day (U02)."""
    today = timezone.localdate(at)
    begin = timezone.make_aware(datetime.combine(today, time.min))
    if not foreign.since(begin).exists():
        return 0
    told = 0
    for auditor in _accounts(Role.AUDITOR):
        number = foreign.visible_to(auditor).filter(occurred_at__gte=begin).count()
        if number:
            _send(auditor, "staff_foreign_change", f"audit.foreign:{today}:{auditor.pk}", at, {"number": number})
            told = 1
    return told


@transaction.atomic
def check_accounts(*, at: datetime) -> int:
    """Put on record which accounts were changed behind the door, and bring their history up to what is (U02).

    Found afterwards, so nobody can say by which role of the database. Each is told of once. Returns how many.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
    found = accounts.apart()
    rows = User.objects.select_related("staff__center").in_bulk([one.account for one in found])
    for one in found:
        account = rows.get(one.account)
        center = account.staff.center.code if account and account.staff else ""
        data = {"role": "db:?", "table": "access_user", "row": str(one.account), "deed": one.deed, "from": ""}
        ledger.append(docket="", kind=foreign.KIND, center_code=center, actor=None, occurred_at=at, data=data)
        _catch_up(one, account)
    return len(found)


def _catch_up(one: accounts.Apart, account: User | None) -> None:
    if account is not None:
        changed = one.deed == "UPDATE"
        User.history.bulk_history_create([account], update=changed, default_change_reason=BEHIND)
        return
    last = User.history.filter(id=one.account).order_by("-history_id")[0]
    last.pk, last.history_type, last.history_user_id, last.history_change_reason = None, "-", None, BEHIND
    last.save(force_insert=True)


def remove_logs(*, by: User | None, at: datetime) -> int:
    """Remove packed logs whose months are over; by somebody who reads the ledger, or by the nightly run (`by` None).

    The event is committed first: a log that is gone is on record, whatever happens in between (U08). Returns how many
    files went. Raises NotPermitted.
    """
    if by is not None and not has_right(by, "ledger.read"):
        raise NotPermitted("只有审计人员能清除到期的日志。")
    on = timezone.localdate(at)
    due = keeping.over(on)
    if not due:
        return 0
    span = {"first": due[0].day.isoformat(), "last": due[-1].day.isoformat()}
    data = {**span, "files": len(due), "months": keeping.months(on)}
    code = by.staff.center.code if by and by.staff else ""
    ledger.append(docket="", kind=REMOVED, center_code=code, actor=by, occurred_at=at, data=data)
    for one in due:
        one.path.unlink(missing_ok=True)
    logger.info("removed logs files=%d", len(due))
    return len(due)


def _accounts(role: Role) -> list[User]:
    active = User.objects.select_related("staff__center").filter(role=role, is_active=True, staff__isnull=False)
    return list(active.order_by("pk")[:_TOLD])


def _send(user: User, template: str, key: str, at: datetime, context: dict[str, Any]) -> None:
    outbox.enqueue(
        docket="", channel="inbox", template=template, recipient_kind="staff", recipient_ref=str(user.staff_id),
        dedupe_key=key, available_at=at, context=context,
    )  # fmt: skip
