"""Between the rows and the pure clock: read the facts of a case, compute, keep the cache in step (law 2)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from approvals.cases import clock
from approvals.cases.clock import (
    NO_REGIME,
    CaseFacts,
    ClockKind,
    Deadline,
    ExtensionFact,
    Level,
    PauseFact,
    RegimeFacts,
    StepFact,
    WarnRule,
)
from approvals.cases.clock_duration import spare_days, took
from approvals.cases.enums import CaseState, ParameterKey
from approvals.cases.models import Case, ClockRow, SupplementNotice
from approvals.cases.parameters import whole_numbers
from approvals.catalogue.enums import LimitUnit
from approvals.catalogue.models import Regime
from hall.ledger import actions as ledger
from hall.organisation.models import Center
from hall.workdays import calendars
from hall.workdays.arithmetic import Calendar
from hall.workdays.opening import OpeningTimes
from hall.workdays.terms import Limit


def limit(count: int | None, unit: str) -> Limit | None:
    """A limit from a pair of columns, or None."""
    return None if count is None or not unit else Limit(count, unit)


def regime_facts(regime: Regime | None) -> RegimeFacts:
    """What the statute attaches to time; nothing where the item names none (law 6)."""
    if regime is None:
        return NO_REGIME
    return RegimeFacts(
        name=regime.name,
        notice=limit(regime.notice_limit_count, regime.notice_limit_unit),
        deemed_acceptance=regime.deemed_acceptance,
        delivery=limit(regime.delivery_limit_count, regime.delivery_limit_unit),
        notice_article=regime.notice_article,
        decision_article=regime.decision_article,
        delivery_article=regime.delivery_article,
        extension_article=regime.extension_article,
    )


def pause_facts(case: Case, calendar: Calendar) -> tuple[PauseFact, ...]:
    """The pauses in order, each with the day the applicant was told it would be over."""
    return tuple(
        PauseFact(
            ground=pause.ground.code,
            label=pause.ground.name,
            start_on=pause.start_on,
            end_on=pause.end_on,
            stops_statute=pause.ground.stops_statute,
            document_no=pause.document_no,
            article=f"{pause.ground.law}{pause.ground.article}",
            notified_until=calendar.add(pause.start_on, pause.notified_days).on,
        )
        for pause in case.pauses.all()
    )


def extension_facts(case: Case) -> tuple[ExtensionFact, ...]:
    """The extension, if one was approved."""
    extension = getattr(case, "extension", None)
    if extension is None:
        return ()
    regime = case.version_filed.regime
    return (
        ExtensionFact(
            count=extension.count,
            unit=extension.unit,
            approved_on=timezone.localdate(extension.approved_at),
            document_no=extension.document_no,
            moves_promise=case.version_filed.extension_moves_promise,
            article=f"{regime.statute}{regime.extension_article}" if regime else "",
            approver=regime.get_extension_approver_display() if regime else "",
        ),
    )


def step_facts(case: Case) -> tuple[StepFact, ...]:
    """The steps begun so far."""
    return tuple(
        StepFact(
            key=str(record.step_id),
            label=record.step.name,
            limit=record.step.limit,
            started_at=record.started_at,
            ended_at=record.ended_at,
        )
        for record in case.steps.all()
    )


def _waiting_for(case: Case, notice: SupplementNotice | None) -> dict[str, Any]:
    """What the applicant owes: a correction after the notice (补正), or a promised supplement (容缺)."""
    if case.state == CaseState.SUPPLEMENTING and notice and notice.due_on and notice.fulfilled_at is None:
        return {
            "supplement_due_on": notice.due_on,
            "supplement_start_on": timezone.localdate(notice.given_at),
            "supplement_label": "补正",
        }
    promised = case.accepted_at is not None and case.version_filed.promise_supplement
    owed = [d for d in case.deferred.all() if d.received_at is None] if promised else []
    if not owed:
        return {}
    first = min(owed, key=lambda d: d.due_on)
    return {"supplement_due_on": first.due_on, "supplement_start_on": timezone.localdate(first.promised_at)}


def first_facts(case: Case) -> CaseFacts:
    """What is known of a case on the day it is filed: when it came and what was promised."""
    promise = limit(case.promise_count, case.promise_unit)
    return CaseFacts(
        received_at=timezone.localtime(case.received_at),
        promise=promise,
        statute=limit(case.statute_count, case.statute_unit),
        regime=regime_facts(case.version_filed.regime),
        opening=_opening_for(case.center, [promise]),
        statute_source=case.version_filed.statute_note.split("。")[0],
    )


def facts_of(case: Case, calendar: Calendar) -> CaseFacts:
    """Everything the clock needs, in its own words. What can only happen after acceptance is not looked for before."""
    notices = list(case.notices.all())
    notice = notices[0] if notices else None
    accepted = case.accepted_at is not None
    steps = step_facts(case) if accepted else ()
    first = first_facts(case)
    return replace(
        first,
        noticed_at=_local(notice.given_at) if notice else None,
        accepted_at=_local(case.accepted_at),
        decided_at=_local(case.decided_at),
        granted=case.granted,
        delivered_at=_local(case.delivered_at),
        closed_at=_local(case.closed_at),
        pauses=pause_facts(case, calendar) if accepted else (),
        extensions=extension_facts(case) if accepted else (),
        steps=steps,
        opening=first.opening or _opening_for(case.center, [step.limit for step in steps]),
        **_waiting_for(case, notices[-1] if notices else None),
    )


def _opening_for(center: Center, limits: Iterable[Limit | None]) -> OpeningTimes | None:
    """The center's hours, where a limit is counted in them."""
    counted = any(one is not None and one.unit == LimitUnit.OPENING_HOUR for one in limits)
    return opening_times(center) if counted else None


def opening_times(center: Center) -> OpeningTimes | None:
    """The hours of a usual week, for promises in 营业小时; single days that differ do not move a promise.

    None where the center has given none: a promise in 营业小时 then runs on, for no opening hour would ever come.
    """
    weekly: dict[int, list[tuple[time, time]]] = {}
    for row in center.opening_hours.all():
        weekly.setdefault(row.weekday - 1, []).append((row.opens, row.closes))
    return OpeningTimes({day: tuple(sorted(hours)) for day, hours in weekly.items()}) if weekly else None


def _local(moment: datetime | None) -> datetime | None:
    return None if moment is None else timezone.localtime(moment)


def warn_rule(case: Case, on: date) -> WarnRule:
    """When the lamp turns 临期, as the center of the case has set it."""
    return warn_rule_of(case.center_id, on)


def warn_rule_of(center: int, on: date) -> WarnRule:
    """When the lamp turns 临期 at a center."""
    keys = (ParameterKey.WARN_LAST_DAYS, ParameterKey.WARN_SHARE)
    found = whole_numbers(keys, center=center, on=on)
    return WarnRule(last_days=found[keys[0]], percent=found[keys[1]])


def calendar_of(case: Case) -> Calendar:
    """What the days of a case are counted by: in an act what the door read with it, from first to last; else as now."""
    if case.calendar_token is None:
        return calendars.calendar_for(case.region_code)
    return calendars.under(case.calendar_token, case.region_code)


def running(case: Case, *, at: datetime) -> tuple[Deadline, ...]:
    """The clocks of a case as they stand at `at`, computed afresh; a closed case has none, whatever its facts."""
    if case.closed_at is not None:
        return ()
    calendar = calendar_of(case)
    today = timezone.localdate(at)
    return clock.deadlines(facts_of(case, calendar), calendar, today=today, warn=warn_rule(case, today))


def begin(case: Case, *, calendar: Calendar, warn: WarnRule, at: datetime) -> None:
    """Write the clocks of a case filed in this very transaction: there is nothing yet to read or to move."""
    found = clock.deadlines(first_facts(case), calendar, today=timezone.localdate(at), warn=warn)
    rows = []
    for deadline in found:
        row = ClockRow(case=case, clock=deadline.clock.value, subject=deadline.key)
        _fill(row, deadline, kept=frozenset())
        rows.append(row)
    ClockRow.objects.bulk_create(rows)


@dataclass(frozen=True, slots=True)
class Moved:
    """One running clock whose day changed."""

    row: ClockRow
    old: date
    new: date


def refresh(case: Case, *, at: datetime, reason: str = "办件经过变化，期限重新计算") -> list[Moved]:
    """Rewrite the case's clock rows from its facts; returns the clocks that moved.

    A row's version rises only when its date moves (law 9). Legacy cases keep the deadlines their own system gave.
    """
    if case.imported and case.legacy_due_on is not None:
        _settle_legacy(case, at=at)
        return []
    rows = {(row.clock, row.subject): row for row in case.clocks.all()}
    moved = []
    for deadline in running(case, at=at):
        key = (deadline.clock.value, deadline.key)
        row = rows.pop(key, None) or ClockRow(case=case, clock=key[0], subject=key[1], version=0)
        change = _write(row, deadline, at=at, reason=reason)
        moved += [change] if change else []
    for row in rows.values():
        _end(row, at=at)
        if row.clock == ClockKind.DECISION and case.decided_at is not None:
            moved += _measure(case, row, at=at, reason=reason)
    return moved


def _measure(case: Case, row: ClockRow, *, at: datetime, reason: str) -> list[Moved]:
    """Write how long the decision took. Where a correction moved the acceptance, its last day moves as well."""
    calendar = calendar_of(case)
    facts = facts_of(case, calendar)
    moved = _put_right(case, row, facts, calendar, at=at, reason=reason) if begins_elsewhere(case, row) else None
    write_duration(row, facts, calendar)
    return [moved] if moved else []


def begins_elsewhere(case: Case, row: ClockRow) -> bool:
    """The clock was measured from another moment than the one the case now names."""
    in_hours = row.due_at is not None
    return case.accepted_at is not None and (in_hours or row.start_on != timezone.localdate(case.accepted_at))


def _put_right(
    case: Case, row: ClockRow, facts: CaseFacts, calendar: Calendar, *, at: datetime, reason: str
) -> Moved | None:
    """The last day as it would have been, and the flags that were true by the moment of the decision."""
    assert case.decided_at is not None  # noqa: S101 — asked before
    day, ended = timezone.localdate(case.decided_at), row.ended_on
    before = replace(facts, decided_at=None, granted=None, delivered_at=None, closed_at=None)
    found = clock.deadlines(before, calendar, today=day, warn=warn_rule(case, day))
    deadline = next((one for one in found if one.clock == ClockKind.DECISION), None)
    if deadline is None:
        return None
    moved = _write(row, deadline, at=at, reason=reason, true_by=case.decided_at)
    row.ended_on, row.next_look_at = ended, None
    row.save(update_fields=["ended_on", "next_look_at"])
    return moved


def write_duration(row: ClockRow, facts: CaseFacts, calendar: Calendar) -> None:
    """Fill in the days of an ended decision clock, where they differ from what stands there."""
    days = took(facts, calendar)
    if days is None or facts.decided_at is None:
        return
    spare = spare_days(timezone.localdate(facts.decided_at), row.due, calendar)
    if (row.net_days, row.elapsed_days, row.spare_days) != (*days, spare):
        row.net_days, row.elapsed_days, row.spare_days = *days, spare
        row.save(update_fields=["net_days", "elapsed_days", "spare_days"])


def _write(
    row: ClockRow, deadline: Deadline, *, at: datetime, reason: str, true_by: datetime | None = None
) -> Moved | None:
    """`true_by`: the moment at which a clock that is over already was stopped, where that is not now."""
    first, old = row.version == 0, row.due
    # While a limit is stopped its day is not known: the last known one is kept, and the version rises when the clock
    # runs again and the day differs from it.
    kept = frozenset[str]() if first else _unknown(deadline)
    moves = any(getattr(row, name) != getattr(deadline, name) for name in _DAYS if name not in kept)
    _fill(row, deadline, kept=kept)
    row.ended_on = None
    row.version += 1 if first or moves else 0
    row.save()
    if first or not moves:
        return None
    _carry_flags(row, deadline, at=at, reason=reason, true_by=true_by or at)
    return Moved(row, old, deadline.due)


def _fill(row: ClockRow, deadline: Deadline, *, kept: frozenset[str]) -> None:
    """Copy what was computed into the row, but for the columns named in `kept`."""
    for name in _COPIED:
        if name not in kept:
            setattr(row, name, getattr(deadline, name))
    row.changes = [[change.at.isoformat(), change.level.value] for change in deadline.changes]
    # The earliest change, past ones included: the sweep looks at both and flags each once.
    row.next_look_at = min((change.at for change in deadline.changes), default=None)


def _unknown(deadline: Deadline) -> frozenset[str]:
    """The columns whose day nobody knows while the pause lasts."""
    unknown = {"due", "due_at", "promise_due"} if deadline.stopped else set[str]()
    return frozenset(unknown | ({"statute_due"} if deadline.statute_stopped else set()))


_DAYS = ("due", "due_at", "statute_due")
_COPIED = (
    "start_on",
    "unit",
    "due",
    "due_at",
    "promise_due",
    "statute_due",
    "warn_from",
    "late_from",
    "statute_late_from",
    "provisional",
    "stopped",
    "statute_stopped",
    "stop_label",
    "stop_since",
    "stop_overrun",
    "label",
)


def _end(row: ClockRow, *, at: datetime) -> None:
    if row.ended_on is None:
        row.ended_on = timezone.localdate(at)
        row.next_look_at = None
        row.stopped = row.statute_stopped = False
        row.save(update_fields=["ended_on", "next_look_at", "stopped", "statute_stopped"])


def _settle_legacy(case: Case, *, at: datetime) -> None:
    """The day the other system gave stands. Its clock ends with what is decided here, and runs on if that is undone."""
    over = case.decided_at is not None or case.closed_at is not None
    decided = timezone.localdate(case.decided_at) if case.decided_at else None
    for row in case.clocks.filter(clock=ClockKind.DECISION, ended_on__isnull=over):
        if over:
            _end(row, at=at)
        else:
            row.ended_on, row.next_look_at = None, row.warn_from
        row.spare_days = spare_days(decided, row.due, calendar_of(case)) if decided else None
        row.save(update_fields=["ended_on", "next_look_at", "spare_days"])


def _carry_flags(row: ClockRow, deadline: Deadline, *, at: datetime, reason: str, true_by: datetime) -> None:
    """A flag still true under the new date goes over to the new version without a message; another is withdrawn."""
    reached = {change.level for change in deadline.changes if change.at <= true_by}
    for flag in row.case.flags.filter(
        clock=row.clock, subject=row.subject, withdrawn_at__isnull=True, version__lt=row.version
    ).order_by("pk"):
        if Level(flag.level) in reached:
            row.case.flags.get_or_create(
                clock=row.clock,
                subject=row.subject,
                version=row.version,
                level=flag.level,
                defaults={"true_at": flag.true_at, "recorded_at": at, "carried": True},
            )
            continue
        flag.withdrawn_at, flag.withdrawn_reason = at, reason[:200]
        flag.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        ledger.append(
            docket=row.case.docket,
            kind="case.flag_withdrawn",
            center_code=row.case.center.code,
            actor=None,
            occurred_at=at,
            data={"clock": row.clock, "level": flag.level, "reason": reason},
        )
