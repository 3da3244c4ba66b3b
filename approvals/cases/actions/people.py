"""What is put right afterwards, and new query codes."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from approvals.cases import codes, door, rules
from approvals.cases.door import Move
from approvals.cases.enums import CaseState, Channel, CorrectableField, PartyRole
from approvals.cases.models import Case, Correction, Party, SavedFilter
from hall.access.models import User
from hall.facts.errors import NotPermitted, Refused
from hall.ledger import actions as ledger
from hall.privacy.canonical import canonical_identity, canonical_name, canonical_phone
from hall.privacy.indexes import blind_index

_PERSONAL = frozenset(
    {CorrectableField.NAME, CorrectableField.IDENTITY, CorrectableField.PHONE, CorrectableField.ADDRESS}
)
_CONSEQUENCES = frozenset({CorrectableField.DEEMED_ACCEPTANCE, CorrectableField.LAPSE})
_TIMES = frozenset({CorrectableField.RECEIVED_AT, CorrectableField.ACCEPTED_AT})


def propose_correction(
    case: Case, *, by: User, at: datetime, field: CorrectableField, value: str, reason: str, seen: int | None = None
) -> Correction:
    """Ask for a wrong fact to be put right. Nothing changes until a second person agrees (law 16)."""
    with door.opened(case, "correct", by=by, at=at, seen=seen) as move:
        if not reason.strip():
            raise Refused("请写明更正理由。", field="reason")
        if move.case.corrections.filter(field=field, agreed__isnull=True).exists():
            raise Refused("这一项的更正正在复核中。", field="field")
        before = current_value(move.case, field)
        _require_acceptable(move.case, field, value, before)
        row = Correction.objects.create(
            case=move.case, field=field, before=before, after=value, reason=reason, proposed_by=by, proposed_at=at
        )
        move.say(field=str(field), reason=reason)
    return row


def current_value(case: Case, field: CorrectableField) -> str:
    """The value as it stands, as text; empty for consequences that are undone rather than changed."""
    if field in _PERSONAL:
        return str(getattr(_applicant(case), field.value))
    if field in _TIMES:
        moment = getattr(case, field.value)
        return timezone.localtime(moment).isoformat() if moment else ""
    return str(getattr(case, field.value, ""))


def _applicant(case: Case) -> Party:
    found = case.parties.filter(role=PartyRole.APPLICANT).first()
    if found is None:
        raise Refused("这个办件是从原系统导入的，没有申请人，不能更正。", field="field")
    return found


def _require_acceptable(case: Case, field: CorrectableField, value: str, before: str) -> None:
    if field in _CONSEQUENCES:
        _require_undoable(case, field)
        return
    if not value.strip() and field != CorrectableField.SUMMARY:
        raise Refused("请填写新值。", field="value")
    if value == before:
        raise Refused("新值与原值相同。", field="value")
    if field in _TIMES and _moment(value) is None:
        raise Refused("请按“年-月-日 时:分”填写时间。", field="value")
    if field == CorrectableField.CHANNEL and value not in Channel.values:
        raise Refused("请从列表中选择渠道。", field="value")


def _require_undoable(case: Case, field: CorrectableField) -> None:
    if field == CorrectableField.DEEMED_ACCEPTANCE and not (case.deemed_accepted and case.state == CaseState.REVIEWING):
        raise Refused("这件办件不是视为受理，或者已经往下办了，不能更正。", field="field")
    if field == CorrectableField.LAPSE and case.state != CaseState.LAPSED:
        raise Refused("这件办件没有视为撤回。", field="field")


def _moment(text: str) -> datetime | None:
    try:
        parsed = parse_datetime(text)
    except ValueError:
        return None
    if parsed is None:
        return None
    return timezone.make_aware(parsed) if timezone.is_naive(parsed) else parsed


def review_correction(correction: Correction, *, by: User, at: datetime, agreed: bool, opinion: str = "") -> Correction:
    """A second person decides; agreeing applies the change and recomputes the clocks."""
    with door.opened(correction.case, "review_correction", by=by, at=at) as move:
        row = Correction.objects.select_for_update().get(pk=correction.pk)
        if row.agreed is not None:
            raise Refused("这项更正已经复核过了。")
        if row.proposed_by_id == by.pk:
            raise NotPermitted("更正须由提请人以外的人复核。")
        if not agreed and not opinion.strip():
            raise Refused("不同意更正请写明意见。", field="opinion")
        row.agreed, row.opinion, row.reviewed_by, row.reviewed_at = agreed, opinion, by, at
        row.save(update_fields=["agreed", "opinion", "reviewed_by", "reviewed_at"])
        move.say(field=row.field, agreed=agreed)
        if agreed:
            _apply(move, CorrectableField(row.field), row.after)
    if agreed:
        _undo_consequence(move.case, CorrectableField(row.field), by=by, at=at)
    return row


def _apply(move: Move, field: CorrectableField, value: str) -> None:
    if field in _PERSONAL:
        _apply_personal(move.case, field, value)
    elif field in _TIMES:
        moment = _moment(value)
        if moment is None or moment > move.at + door.CLOCK_SKEW:
            raise Refused("更正后的时间不能晚于现在。")
        _require_order(move.case, field, moment)
        move.set(**{field.value: moment})
    elif field in (CorrectableField.CHANNEL, CorrectableField.SUMMARY):
        move.set(**{field.value: value})


def _require_order(case: Case, field: CorrectableField, moment: datetime) -> None:
    times: dict[str, Any] = {name: getattr(case, name) for name in ("received_at", "accepted_at", "decided_at")}
    times[field.value] = moment
    known = [value for value in times.values() if value is not None]
    if known != sorted(known):
        raise Refused("更正后的时间与其他经过的先后不符。")


def _apply_personal(case: Case, field: CorrectableField, value: str) -> None:
    party = _applicant(case)
    changed = [field.value]
    canonical = {
        CorrectableField.NAME: canonical_name,
        CorrectableField.IDENTITY: canonical_identity,
        CorrectableField.PHONE: canonical_phone,
    }
    if field in canonical:
        index = f"{field.value}_index"
        setattr(party, index, blind_index(field.value, canonical[field](value)))
        changed.append(index)
    setattr(party, field.value, value)
    party.save(update_fields=changed)


def _undo_consequence(case: Case, field: CorrectableField, *, by: User, at: datetime) -> None:
    """What the law did by itself is undone as its own event, so that the ledger shows both."""
    if field == CorrectableField.DEEMED_ACCEPTANCE:
        with door.opened(case, "undo_deemed_acceptance", by=by, at=at) as move:
            move.set(accepted_at=None, accepted_by=None, deemed_accepted=False)
            move.case.steps.all().delete()
            move.to(CaseState.RECEIVED)
    elif field == CorrectableField.LAPSE:
        with door.opened(case, "undo_lapse", by=by, at=at) as move:
            move.set(closed_at=None, closing_code="", closing_reason="")
            # Only a stopped case can be resumed, so nothing may still stand still when it goes back to review.
            move.case.pauses.filter(end_on__isnull=True).update(end_on=timezone.localdate(at), ended_by=by)
            move.to(CaseState.REVIEWING if move.case.accepted_at else CaseState.SUPPLEMENTING)


@transaction.atomic
def confirm_printed(case: Case, *, by: User, at: datetime) -> None:
    """The receipt is in the applicant's hand: the query code in clear is forgotten (law 13)."""
    _require_may_hand_out_code(case, by)
    codes.forget(case, at=at)
    _note(case, "case.receipt_printed", by=by, at=at)


@transaction.atomic
def renew_code(case: Case, *, by: User, at: datetime, reason: str) -> None:
    """A new query code with a reason; the old one stops working."""
    _require_may_hand_out_code(case, by)
    if not reason.strip():
        raise Refused("请写明换发查询码的理由。", field="reason")
    codes.issue(case, at=at, hours=codes.hours_to_print(case, on=timezone.localdate(at)), reason=reason)
    _note(case, "case.code_renewed", by=by, at=at, reason=reason)


def _require_may_hand_out_code(case: Case, by: User) -> None:
    if not rules.may_hand_out_code.test(by, case):
        raise NotPermitted("查询码由本中心的收件窗口打印和换发。")


def _note(case: Case, kind: str, *, by: User, at: datetime, **data: str) -> None:
    ledger.append(
        docket=case.docket, kind=kind, center_code=case.center.code, actor=by, occurred_at=at, data=dict(data)
    )


def save_filter(*, user: User, name: str, query: str) -> SavedFilter:
    """Keep a list's filter under a name of the person's own; the same name replaces it."""
    saved, _ = SavedFilter.objects.update_or_create(user=user, name=name, defaults={"query": query})
    return saved


def drop_filter(saved: SavedFilter) -> None:
    """Forget a filter."""
    saved.delete()
