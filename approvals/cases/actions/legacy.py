"""Importing cases of another system: all or nothing, without messages, cards or legal consequences."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from approvals.cases.clock import ClockKind, Level
from approvals.cases.clock_duration import spare_days
from approvals.cases.enums import CaseState, ClosingCode
from approvals.cases.legacy import LegacyCase, LegacyMap
from approvals.cases.models import Case, ClockRow
from approvals.catalogue.enums import VersionStatus
from approvals.catalogue.models import ItemVersion
from hall.access.models import User
from hall.facts.errors import Refused
from hall.ledger import actions as ledger
from hall.ledger.actions import NewEvent
from hall.organisation.models import Staff
from hall.organisation.tables import Row
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import calendar_for

BATCH = 500


@transaction.atomic
def import_cases(
    cases: Sequence[LegacyCase], legacy: LegacyMap, *, by: User | None, at: datetime, events: Iterable[Row] = ()
) -> list[Case]:
    """Write the cases with their own numbers, channels, times and deadlines. Raises Refused for unknown item, staff.

    Docket numbers of this house are given by the day of receipt, in the order of the file.
    """
    version = _version(legacy.item)
    staff = _staff({case.handler for case in cases} | {legacy.handler}, version)
    rows = [_case(case, version, staff[case.handler]) for case in sorted(cases, key=lambda c: (c.received_at, c.line))]
    Case.objects.bulk_create(rows, batch_size=BATCH)
    due = {case.number: case.due_on for case in cases if case.due_on}
    calendar = calendar_for(version.item.department.center.region_id)
    ClockRow.objects.bulk_create(
        (_clock(row, due[row.legacy_number], calendar) for row in rows if row.legacy_number in due), BATCH
    )
    ledger.append_many(_filed(row, by, at) for row in rows)
    ledger.append_many(_history(rows, legacy, events, by))
    return rows


def _version(code: str) -> ItemVersion:
    """The item's published version, else its newest draft: what was filed elsewhere needs no publication here."""
    versions = ItemVersion.objects.filter(item__code=code).select_related("item__department__center")
    version = versions.filter(status=VersionStatus.PUBLISHED).first() or versions.first()
    if version is None:
        raise Refused(f"没有编码为 {code} 的事项，请先导入事项目录。")
    return version


def _staff(numbers: set[str], version: ItemVersion) -> dict[str, Staff]:
    center = version.item.department.center_id
    found = {s.number: s for s in Staff.objects.filter(number__in=numbers, center_id=center)}
    missing = sorted(numbers - set(found))
    if missing:
        raise Refused(f"中心里没有这些工号：{'、'.join(missing[:10])}。请在对照表 [handlers] 里对应好。")
    return found


def _case(case: LegacyCase, version: ItemVersion, handler: Staff) -> Case:
    department = version.item.department
    center = department.center
    closed: dict[str, Any] = {}
    if case.closed_at is not None:
        closed = {
            "closed_at": case.closed_at,
            "closing_code": ClosingCode.ISSUED if case.granted else ClosingCode.OTHER,
            "archived_at": case.closed_at,
            "decided_at": case.closed_at if case.granted is not None else None,
            "granted": case.granted,
        }
    return Case(
        docket=ledger.next_docket(
            region6=center.region6, center4=center.center_no, on=timezone.localdate(case.received_at)
        ),
        center=center,
        department=department,
        version_filed=version,
        state=CaseState.ARCHIVED if case.closed_at else CaseState.REVIEWING,
        case_kind=version.case_kind,
        channel=case.channel,
        first_handler=handler,
        handler=handler,
        received_at=case.received_at,
        accepted_at=case.received_at,
        legacy_number=case.number,
        legacy_due_on=case.due_on,
        imported=True,
        summary=case.summary,
        **closed,
    )


def _clock(case: Case, due: date, calendar: Calendar) -> ClockRow:
    """The decision clock with the day the old system gave; late from the midnight after it, as everywhere (law 5).

    How early it was decided is known, how long it stood still is not: net and elapsed days stay empty.
    """
    late_from = timezone.make_aware(datetime.combine(due + timedelta(days=1), time.min))
    warn_from = timezone.make_aware(datetime.combine(due, time.min))
    return ClockRow(
        case=case,
        clock=ClockKind.DECISION,
        label="原系统期限",
        start_on=timezone.localdate(case.received_at),
        unit="day",
        due=due,
        promise_due=due,
        warn_from=warn_from,
        late_from=late_from,
        changes=[[warn_from.isoformat(), Level.DUE_SOON.value], [late_from.isoformat(), Level.OVER_PROMISE.value]],
        next_look_at=None if case.closed_at else warn_from,
        ended_on=timezone.localdate(case.closed_at) if case.closed_at else None,
        spare_days=spare_days(timezone.localdate(case.decided_at), due, calendar) if case.decided_at else None,
    )


def _filed(case: Case, by: User | None, at: datetime) -> NewEvent:
    return NewEvent(
        docket=case.docket,
        kind="case.imported",
        center_code=case.center.code,
        actor=by,
        occurred_at=at,
        data={
            "version": case.version,
            "to": case.state,
            "channel": case.channel,
            "received": case.received_at.isoformat(),
        },
    )


def _history(cases: Sequence[Case], legacy: LegacyMap, events: Iterable[Row], by: User | None) -> list[NewEvent]:
    """The old system's own steps, each with its time there; recorded now."""
    if not legacy.events:
        return []
    by_number = {case.legacy_number: case for case in cases}
    history: dict[str, list[NewEvent]] = defaultdict(list)
    for row in events:
        case = by_number.get(row.get(legacy.events["number"]))
        if case is None:
            continue
        moment = datetime.fromisoformat(row.get(legacy.events["at"])).replace(tzinfo=None)
        data = {"activity": row.get(legacy.events["activity"])[:200]}
        history[case.docket].append(
            NewEvent(case.docket, "case.legacy_step", case.center.code, by, timezone.make_aware(moment), data)
        )
    return [event for steps in history.values() for event in sorted(steps, key=lambda e: e.occurred_at)]
