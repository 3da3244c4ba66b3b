"""From receipt to acceptance, or to a reasoned no (行政许可法 art. 32)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from approvals.cases import clockwork, closing, door, messages, papers, transitions
from approvals.cases.clock import ClockKind, deemed_accepted_on
from approvals.cases.door import Move
from approvals.cases.enums import CaseState, ClosingCode, CorrectableField, DocumentKind, MaterialState, ParameterKey
from approvals.cases.models import Case, DeferredMaterial, StepRecord, SupplementNotice
from approvals.cases.parameters import lapse_rule, whole_number
from approvals.catalogue.enums import LapseSubject, MaterialNeed
from hall.access.models import User
from hall.facts.errors import Refused
from hall.workdays.calendars import calendar_for
from hall.workdays.terms import Limit, end_of_term


def accept(case: Case, *, by: User, at: datetime, seen: int | None = None) -> Case:
    """Accept a complete application (art. 32(5)). Raises Refused while a required material is missing."""
    with door.opened(case, "accept", by=by, at=at, seen=seen) as move:
        missing = missing_materials(move.case)
        if missing:
            raise Refused(f"还缺必要材料：{'、'.join(missing)}。请一次性告知，或登记已收到。")
        _begin_review(move, accepted_at=move.at)
    messages.tell_applicant(move.case, "accepted", at=at)
    return move.case


def missing_materials(case: Case) -> list[str]:
    """Names of required materials that are neither received nor waived, in the list's order."""
    settled = {
        row.material_id for row in case.materials.all() if row.state in (MaterialState.RECEIVED, MaterialState.WAIVED)
    }
    required = case.version_filed.materials.exclude(need=MaterialNeed.CONDITIONAL)
    return [m.name for m in required if m.pk not in settled]


def _begin_review(move: Move, *, accepted_at: datetime, with_document: bool = True) -> None:
    """Set the facts of acceptance, start the first step and issue 受理通知书."""
    case = move.case
    move.set(accepted_at=accepted_at, accepted_by=move.by, deemed_accepted=move.by is None)
    move.to(CaseState.REVIEWING)
    first = case.version_filed.steps.first()
    if first is not None:
        StepRecord.objects.get_or_create(case=case, step=first, defaults={"started_at": accepted_at})
    if with_document:
        document = papers.issue(
            case,
            DocumentKind.ACCEPTANCE,
            by=move.by,
            at=move.at,
            deemed=move.by is None,
            limits=_limits_in_words(case),
            **_due(move),
            **_owed(case),
        )
        move.say(document=document.number)


def _limits_in_words(case: Case) -> str:
    promise = clockwork.limit(case.promise_count, case.promise_unit)
    statute = clockwork.limit(case.statute_count, case.statute_unit)
    words = [f"法定办理期限 {statute}"] if statute else []
    return "，".join([*words, f"承诺办理期限 {promise}"] if promise else words)


def _due(move: Move) -> dict[str, Any]:
    """The last day of the decision for the paper, marked while its calendar is not published (law 3)."""
    for deadline in clockwork.running(move.case, at=move.at):
        if deadline.clock == ClockKind.DECISION:
            return {"due": deadline.due_at or deadline.due, "provisional": deadline.provisional}
    return {}


def _owed(case: Case) -> dict[str, Any]:
    """What was promised for later, so that the paper does not call the application complete."""
    owed = list(case.deferred.filter(received_at=None).select_related("material").order_by("material__position"))
    if not owed:
        return {}
    return {
        "deferred": [{"name": row.material.name, "copies": row.material.copies} for row in owed],
        "deferred_due": min(row.due_on for row in owed),
    }


def accept_with_promise(
    case: Case, *, by: User, at: datetime, deferred: Sequence[int], seen: int | None = None
) -> Case:
    """Accept although some deferrable materials are missing, against a written promise (容缺受理).

    `deferred`: ids of the materials promised. Raises Refused where the item offers no 容缺, or another one is missing.
    """
    with door.opened(case, "accept_with_promise", by=by, at=at, seen=seen) as move:
        version = move.case.version_filed
        term = version.supplement
        if term is None:
            raise Refused("这个事项不能容缺受理。")
        materials = list(version.materials.filter(pk__in=deferred))
        if not materials or not all(m.may_be_deferred for m in materials):
            raise Refused("只有列明可以容缺后补的材料才能后补，请至少选一项。", field="deferred")
        still = set(missing_materials(move.case)) - {m.name for m in materials}
        if still:
            raise Refused(f"还缺不能容缺的材料：{'、'.join(sorted(still))}。")
        due = _end_of(move.case, Limit(term.count, term.unit), start=timezone.localdate(at))
        for material in materials:
            DeferredMaterial.objects.create(case=move.case, material=material, due_on=due, promised_at=at)
            move.case.materials.update_or_create(material=material, defaults={"state": MaterialState.PROMISED})
        rule = lapse_rule(move.case.center, LapseSubject.SUPPLEMENT, timezone.localdate(at))
        document = papers.issue(
            move.case,
            DocumentKind.PROMISE_SUPPLEMENT,
            by=by,
            at=at,
            materials=[{"name": m.name, "copies": m.copies, "note": m.hint} for m in materials],
            due=due,
            consequence=f"逾期不补的，依照{rule}视为撤回申请" if rule else "逾期不补的，由本机关书面决定终止办理",
        )
        move.say(promised=[m.name for m in materials], promise_document=document.number, due=due.isoformat())
        _begin_review(move, accepted_at=move.at)
    messages.tell_applicant(move.case, "accepted_with_promise", at=at, due=messages.spoken_day(due))
    return move.case


def _end_of(case: Case, limit: Limit, *, start: date) -> date:
    return end_of_term(start, limit, (), calendar_for(case.region_code)).due


def notify_supplement(
    case: Case,
    *,
    by: User,
    at: datetime,
    items: Sequence[Mapping[str, str]],
    reason: str = "",
    seen: int | None = None,
) -> Case:
    """Tell everything that is missing, once (一次性告知, art. 32(4)). `items`: name, problem, requirement of each.

    Raises Refused for an empty list, or a second notice without a reason.
    """
    with door.opened(case, "notify_supplement", by=by, at=at, seen=seen) as move:
        if not items or not all(item.get("name") and item.get("requirement") for item in items):
            raise Refused("请逐项写明缺什么、怎么补。", field="items")
        sequence = move.case.notices.count() + 1
        if sequence > 1 and not reason:
            raise Refused("补正内容应当一次告知。再次告知必须写明理由。", field="reason")
        days = whole_number(ParameterKey.SUPPLEMENT_DAYS, center=case.center_id, on=timezone.localdate(at))
        due = _end_of(move.case, Limit(days, "workday"), start=timezone.localdate(at))
        SupplementNotice.objects.create(
            case=move.case,
            sequence=sequence,
            items=[dict(item) for item in items],
            reason=reason,
            due_on=due,
            given_at=at,
            given_by=by,
        )
        document = papers.issue(
            move.case, DocumentKind.SUPPLEMENT_NOTICE, by=by, at=at, items=[dict(i) for i in items], reply_by=due,
            second_reason=reason,
        )  # fmt: skip
        move.say(sequence=sequence, count=len(items), due=due.isoformat(), document=document.number)
        if reason:
            move.say(reason=reason)
        move.to(CaseState.SUPPLEMENTING)
    messages.tell_applicant(move.case, "supplement", at=at, due=messages.spoken_day(due))
    return move.case


def supplement(
    case: Case, *, by: User, at: datetime, received: Sequence[int], complete: bool, seen: int | None = None
) -> Case:
    """Record what came after the notice. A full supplement accepts the case as of that day (art. 32(5)).

    `received`: ids of materials handed in. Raises Refused where it is called complete and a material is still missing.
    """
    with door.opened(case, "supplement", by=by, at=at, seen=seen) as move:
        for material in move.case.version_filed.materials.filter(pk__in=received):
            move.case.materials.update_or_create(
                material=material, defaults={"state": MaterialState.RECEIVED, "received_at": at}
            )
        move.say(received=len(received), complete=complete)
        if complete:
            missing = missing_materials(move.case)
            if missing:
                raise Refused(f"还没有补齐：{'、'.join(missing)}。", field="received")
            notice = move.case.notices.last()
            if notice is not None:
                notice.fulfilled_at = at
                notice.save(update_fields=["fulfilled_at"])
            _begin_review(move, accepted_at=move.at)
    if complete:
        messages.tell_applicant(move.case, "accepted", at=at)
    return move.case


def tell_not_required(case: Case, *, by: User, at: datetime, reason: str, seen: int | None = None) -> Case:
    """Tell that no licence is needed for the matter (不受理告知, art. 32(1)). The case ends."""
    with door.opened(case, "tell_not_required", by=by, at=at, seen=seen) as move:
        _require_reason(reason)
        document = papers.issue(move.case, DocumentKind.NOT_REQUIRED, by=by, at=at, reason=reason)
        move.say(document=document.number)
        move.close(ClosingCode.OTHER, reason)
        move.to(CaseState.NOT_REQUIRED)
    messages.tell_applicant(move.case, "ended", at=at)
    return move.case


def refuse(
    case: Case, *, by: User, at: datetime, reason: str, competent_organ: Mapping[str, str], seen: int | None = None
) -> Case:
    """Refuse what belongs to another organ, naming it (不予受理决定, art. 32(2)). The case ends."""
    with door.opened(case, "refuse", by=by, at=at, seen=seen) as move:
        _require_reason(reason)
        if not competent_organ.get("name"):
            raise Refused("请写明应当向哪个机关申请。", field="organ_name")
        document = papers.issue(
            move.case, DocumentKind.REFUSAL, by=by, at=at, reason=reason, competent_organ=dict(competent_organ),
            remedies=papers.remedies(move.case),
        )  # fmt: skip
        move.say(document=document.number, organ=competent_organ["name"])
        move.close(ClosingCode.OTHER, reason)
        move.to(CaseState.REFUSED)
    messages.tell_applicant(move.case, "ended", at=at)
    return move.case


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("请写明理由。", field="reason")


def deem_accepted(case: Case, *, at: datetime) -> Case | None:
    """No notice within the limit: the case is accepted from the day of receipt (art. 32(4)). Done by the sweep.

    Returns None where the law does not say so (any more), which makes a second call harmless.
    """
    fresh = Case.objects.get(pk=case.pk)
    calendar = calendar_for(fresh.region_code)
    day = deemed_accepted_on(clockwork.facts_of(fresh, calendar), calendar, today=timezone.localdate(at))
    if day is None or fresh.state != CaseState.RECEIVED or _put_right(fresh, CorrectableField.DEEMED_ACCEPTANCE):
        return None
    with door.opened(case, "deem_accepted", by=None, at=at) as move:
        _begin_review(move, accepted_at=move.case.received_at)
        move.say(deemed_from=day.isoformat())
    messages.tell_applicant(move.case, "deemed_accepted", at=at, by_clock=True)
    messages.tell_staff(move.case, "deemed_accepted", at=at, staff_id=move.case.handler_id, key="deemed")
    return move.case


def _put_right(case: Case, consequence: CorrectableField) -> bool:
    """Two people have undone this consequence before; it does not come back by itself, an officer decides."""
    return case.corrections.filter(field=consequence, agreed=True).exists()


def lapse(case: Case, *, at: datetime) -> Case | None:
    """What the applicant owes never came: deemed withdrawn, only where the center's rule says so (law 7).

    Returns None where no rule says so, nothing is overdue, or the case stands where nothing lapses: it is flagged only.
    """
    if not transitions.allowed("lapse", case.state) or _put_right(case, CorrectableField.LAPSE):
        return None
    subject = LapseSubject.CORRECTION if case.state == CaseState.SUPPLEMENTING else LapseSubject.SUPPLEMENT
    rule = lapse_rule(case.center, subject, timezone.localdate(at))
    if rule is None or not _overdue(case, at=at):
        return None
    with door.opened(case, "lapse", by=None, at=at) as move:
        document = papers.issue(
            move.case, DocumentKind.TERMINATION, by=None, at=at, ground="deemed", ended_on=timezone.localdate(at),
            reason=f"逾期未补，依照{rule}视为撤回申请。", remedies=papers.remedies(move.case),
            **closing.on_paper(move.case),
        )  # fmt: skip
        move.say(rule=str(rule), document=document.number)
        move.close(ClosingCode.NOT_SUPPLEMENTED, str(rule))
        move.to(CaseState.LAPSED)
    messages.tell_applicant(move.case, "lapsed", at=at, by_clock=True)
    return move.case


def end_unsupplemented(case: Case, *, by: User, at: datetime, reason: str, seen: int | None = None) -> Case:
    """Where no rule lets the case lapse by itself, an officer ends it by a written decision with remedies (law 7)."""
    with door.opened(case, "end_unsupplemented", by=by, at=at, seen=seen) as move:
        _require_reason(reason)
        if not _overdue(move.case, at=at):
            raise Refused("补正或补齐期限还没有过，不能终止办理。")
        document = papers.issue(
            move.case, DocumentKind.TERMINATION, by=by, at=at, ground="unsupplemented", ended_on=timezone.localdate(at),
            reason=reason, remedies=papers.remedies(move.case), **closing.on_paper(move.case),
        )  # fmt: skip
        move.say(document=document.number)
        move.close(ClosingCode.NOT_SUPPLEMENTED, reason)
        move.to(CaseState.LAPSED)
    messages.tell_applicant(move.case, "ended", at=at)
    return move.case


def _overdue(case: Case, *, at: datetime) -> bool:
    """Whether what the applicant owes is past its last day."""
    facts = clockwork.facts_of(case, calendar_for(case.region_code))
    return facts.supplement_due_on is not None and timezone.localdate(at) - facts.supplement_due_on >= timedelta(days=1)
