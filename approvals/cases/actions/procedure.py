"""What happens during review: special procedures, extension, hearing, checks on site, steps."""

from datetime import date, datetime

from django.utils import timezone

from approvals.cases import clockwork, door, messages, papers
from approvals.cases.clock import PauseFact, check_extension, check_pause
from approvals.cases.door import Move
from approvals.cases.enums import CaseState, DocumentKind
from approvals.cases.models import Case, Extension, HearingNotice, Inspection, OfficialDocument, Pause, StepRecord
from approvals.catalogue.enums import ExtensionApprover
from approvals.catalogue.models import PauseGround
from hall.access.models import User
from hall.facts.errors import Refused
from hall.organisation.models import Staff
from hall.workdays.calendars import calendar_for
from hall.workdays.terms import UNIT_LABELS, Limit, end_of_term


def pause(
    case: Case, *, by: User, at: datetime, ground: PauseGround, notified_days: int, reason: str, seen: int | None = None
) -> Case:
    """Stop the clock for a special procedure, approved by `by` and told to the applicant in writing (art. 45, law 6).

    Raises Refused for a ground the item's regime does not have, one already open, or a start on or after the due day.
    """
    with door.opened(case, "pause", by=by, at=at, seen=seen) as move:
        today = timezone.localdate(at)
        if ground.regime_id != move.case.version_filed.regime_id:
            raise Refused("这个事项适用的制度没有这一停表事由。", field="ground")
        if notified_days < 1:
            raise Refused("请写明需要几个工作日，并书面告知申请人。", field="notified_days")
        if move.case.pauses.filter(ground=ground, end_on__isnull=True).exists():
            raise Refused("这一事由已在停表中。", field="ground")
        if move.case.pauses.filter(ground=ground, end_on__gt=today).exists():
            raise Refused("同一事由的停表时间不能重叠。", field="ground")
        _require_pausable(move, ground, today)
        row = Pause.objects.create(
            case=move.case, ground=ground, start_on=today, notified_days=notified_days, reason=reason,
            document_no="", approved_by=by, created_at=at,
        )  # fmt: skip
        document = _tell_procedure(move, row)
        row.document_no = document.number
        row.save(update_fields=["document_no"])
        move.say(
            ground=ground.code,
            label=ground.name,
            start_on=today.isoformat(),
            days=notified_days,
            document=document.number,
        )
        move.to(CaseState.PAUSED)
    messages.tell_applicant(move.case, "paused", at=at, ground=ground.name, days=notified_days)
    return move.case


def _require_pausable(move: Move, ground: PauseGround, today: date) -> None:
    calendar = calendar_for(move.case.region_code)
    fact = PauseFact(
        ground=ground.code,
        label=ground.name,
        start_on=today,
        end_on=None,
        stops_statute=ground.stops_statute,
        document_no="",
        article=ground.article,
    )
    sentence = check_pause(clockwork.facts_of(move.case, calendar), fact, calendar, today=today)
    if sentence:
        raise Refused(sentence)


def _tell_procedure(move: Move, row: Pause) -> OfficialDocument:
    ends_on = calendar_for(move.case.region_code).add(row.start_on, row.notified_days).on
    return papers.issue(
        move.case,
        DocumentKind.SPECIAL_PROCEDURE,
        by=move.by,
        at=move.at,
        ground=row.ground.name,
        stops_statute=row.ground.stops_statute,
        rests_on=f"{row.ground.law}{row.ground.article}",
        starts_on=row.start_on,
        needed=f"{row.notified_days} 个工作日",
        ends_on=ends_on,
        reason=row.reason,
    )


def resume(case: Case, *, by: User, at: datetime, ground: PauseGround, seen: int | None = None) -> Case:
    """End one pause as of today; the clock runs again when none is left open."""
    with door.opened(case, "resume", by=by, at=at, seen=seen) as move:
        row = move.case.pauses.filter(ground=ground, end_on__isnull=True).first()
        if row is None:
            raise Refused("这一事由没有在停表。", field="ground")
        row.end_on, row.ended_by = timezone.localdate(at), by
        row.save(update_fields=["end_on", "ended_by"])
        move.say(ground=ground.code, label=ground.name, end_on=row.end_on.isoformat())
        still = move.case.pauses.filter(end_on__isnull=True).exists()
        move.to(CaseState.PAUSED if still else CaseState.REVIEWING)
    messages.tell_applicant(move.case, "resumed", at=at)
    return move.case


def extend(case: Case, *, by: User, at: datetime, reason: str, seen: int | None = None) -> Case:
    """Extend the decision limit once, by as much as the regime says, approved by the head of the organ (art. 42).

    Raises Refused where the regime has no extension, one was given, or the statutory limit has run out.
    """
    with door.opened(case, "extend", by=by, at=at, seen=seen) as move:
        regime = move.case.version_filed.regime
        if regime is None or regime.extension_count is None:
            raise Refused("这个事项适用的制度没有延期。")
        if regime.extension_approver != ExtensionApprover.ORGAN_HEAD:
            raise Refused(f"这个事项的延期须由{regime.get_extension_approver_display()}批准，请线下报批后登记。")
        if not reason.strip():
            raise Refused("请写明延期理由，并告知申请人。", field="reason")
        calendar = calendar_for(move.case.region_code)
        sentence = check_extension(clockwork.facts_of(move.case, calendar), calendar, on=timezone.localdate(at))
        if sentence:
            raise Refused(sentence)
        old, _ = _decision_due(move.case, at=at)
        row = Extension.objects.create(
            case=move.case, count=regime.extension_count, unit=regime.extension_unit, reason=reason, document_no="",
            approved_by=by, approved_at=at,
        )  # fmt: skip
        move.case.refresh_from_db(fields=["version"])
        new, provisional = _decision_due(Case.objects.get(pk=move.case.pk), at=at)
        document = papers.issue(
            move.case, DocumentKind.EXTENSION_NOTICE, by=by, at=at, reason=reason,
            approver=regime.get_extension_approver_display(), approved_on=timezone.localdate(at),
            extended_by=f"{row.count} {UNIT_LABELS[row.unit]}", old_due=old, new_due=new, provisional=provisional,
        )  # fmt: skip
        row.document_no = document.number
        row.save(update_fields=["document_no"])
        move.say(count=row.count, unit=row.unit, document=document.number, old=old.isoformat(), new=new.isoformat())
    messages.tell_applicant(move.case, "extended", at=at, due=messages.spoken_day(new))
    return move.case


def _decision_due(case: Case, *, at: datetime) -> tuple[date, bool]:
    """The statutory last day of the decision clock, or the promised one where the item has no statute; provisional?"""
    for deadline in clockwork.running(case, at=at):
        if deadline.clock == "decision":
            due = deadline.statute_due or deadline.due
            return due, calendar_for(case.region_code).is_provisional(deadline.start_on, due)
    raise Refused("决定时钟没有在走，不能延期。")


def give_hearing_notice(case: Case, *, by: User, at: datetime, matter: str, seen: int | None = None) -> Case:
    """Tell the applicant of the right to a hearing (art. 46, 47)."""
    with door.opened(case, "give_hearing_notice", by=by, at=at, seen=seen) as move:
        regime = move.case.version_filed.regime
        if regime is None or regime.hearing_request_count is None:
            raise Refused("这个事项适用的制度没有听证。")
        if not matter.strip():
            raise Refused("请写明听证事项。", field="matter")
        term = Limit(regime.hearing_request_count, regime.hearing_request_unit)
        apply_by = end_of_term(timezone.localdate(at), term, (), calendar_for(move.case.region_code)).due
        document = papers.issue(
            move.case, DocumentKind.HEARING_NOTICE, by=by, at=at, matter=matter, apply_within=str(term)
        )
        HearingNotice.objects.create(
            case=move.case, matter=matter, apply_by=apply_by, document_no=document.number, given_at=at, given_by=by
        )
        move.say(document=document.number, apply_by=apply_by.isoformat())
    messages.tell_applicant(move.case, "hearing", at=at, due=messages.spoken_day(apply_by))
    return move.case


def inspect(
    case: Case,
    *,
    by: User,
    at: datetime,
    first: Staff,
    second: Staff,
    inspected_at: datetime,
    passed: bool,
    finding: str,
    seen: int | None = None,
) -> Case:
    """Record a check on site by two officers (art. 34). It does not stop the clock: art. 45 does not name it."""
    with door.opened(case, "inspect", by=by, at=at, seen=seen) as move:
        if first.pk == second.pk:
            raise Refused("现场核查须由两名以上工作人员进行，请选另一人。", field="second")
        if inspected_at > at + door.CLOCK_SKEW:
            raise Refused("核查时间不能晚于现在。", field="inspected_at")
        if not finding.strip():
            raise Refused("请写明核查情况。", field="finding")
        Inspection.objects.create(
            case=move.case, first_officer=first, second_officer=second, inspected_at=inspected_at, passed=passed,
            finding=finding, recorded_by=by,
        )  # fmt: skip
        move.say(officers=[first.number, second.number], passed=passed)
    return move.case


def complete_step(case: Case, *, by: User, at: datetime, opinion: str, seen: int | None = None) -> Case:
    """Finish the running step and begin the next one of the item."""
    with door.opened(case, "complete_step", by=by, at=at, seen=seen) as move:
        current = move.case.steps.filter(ended_at__isnull=True).first()
        if current is None:
            raise Refused("没有正在办理的环节。")
        if not opinion.strip():
            raise Refused("请写办理意见。", field="opinion")
        current.ended_at, current.ended_by, current.opinion = max(move.at, current.started_at), by, opinion
        current.save(update_fields=["ended_at", "ended_by", "opinion"])
        done = set(move.case.steps.values_list("step_id", flat=True))
        following = move.case.version_filed.steps.exclude(pk__in=done).first()
        if following is not None:
            StepRecord.objects.create(case=move.case, step=following, started_at=current.ended_at)
        move.say(step=current.step.name, next=following.name if following else "")
    return move.case
