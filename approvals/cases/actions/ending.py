"""Deciding, delivering, and the other ways a case ends."""

from datetime import datetime

from django.utils import timezone

from approvals.cases import closing, door, messages, papers
from approvals.cases.door import Move
from approvals.cases.enums import CaseState, ClosingCode, DeliveryMethod, DocumentKind
from approvals.cases.models import Case, ReturnReview
from approvals.catalogue.enums import ItemKind
from hall.access.models import User
from hall.facts.errors import NotPermitted, Refused


def grant(case: Case, *, by: User, at: datetime, result: str = "", reason: str = "", seen: int | None = None) -> Case:
    """Grant (准予). Raises Refused while a promised material (容缺) is still outstanding."""
    with door.opened(case, "grant", by=by, at=at, seen=seen) as move:
        owed = [d.material.name for d in move.case.deferred.filter(received_at=None).select_related("material")]
        if owed:
            raise Refused(f"容缺材料还没有补齐，不能出证：{'、'.join(owed)}。")
        _decide(move, granted=True, reason=reason)
        document = papers.issue(
            move.case, DocumentKind.DECISION_GRANT, by=by, at=at, decided_on=timezone.localdate(at),
            result=result or move.case.version_filed.result_name,
            remark=reason, **_words_of_a_permit(move.case, "准予行政许可决定书"),
        )  # fmt: skip
        move.say(document=document.number)
        move.to(CaseState.GRANTED)
    messages.tell_applicant(move.case, "granted", at=at)
    return move.case


def deny(case: Case, *, by: User, at: datetime, reason: str, seen: int | None = None) -> Case:
    """Refuse the licence with reasons and remedies (不予许可, art. 38)."""
    with door.opened(case, "deny", by=by, at=at, seen=seen) as move:
        if not reason.strip():
            raise Refused("不予许可必须说明理由，并告知复议和诉讼的权利。", field="reason")
        remedies = papers.remedies(move.case)
        if remedies is None:
            raise Refused("事项没有写复议和诉讼的途径，不能作出不予决定。请先完善事项。")
        _decide(move, granted=False, reason=reason)
        document = papers.issue(
            move.case, DocumentKind.DECISION_DENY, by=by, at=at, decided_on=timezone.localdate(at),
            reasons=[line for line in reason.splitlines() if line.strip()], remedies=remedies,
            **_words_of_a_permit(move.case, "不予行政许可决定书"),
        )  # fmt: skip
        move.say(document=document.number)
        move.to(CaseState.DENIED)
    messages.tell_applicant(move.case, "denied", at=at)
    return move.case


def _words_of_a_permit(case: Case, title: str) -> dict[str, str]:
    """A permit is called one on its paper; payments, confirmations and services keep the neutral words."""
    return {"title": title, "verb": "行政许可"} if case.version_filed.kind == ItemKind.PERMIT else {}


def _decide(move: Move, *, granted: bool, reason: str) -> None:
    move.set(decided_at=move.at, decided_by=move.by, granted=granted, decision_reason=reason)
    move.case.steps.filter(ended_at__isnull=True).update(ended_at=move.at, ended_by=move.by)
    move.say(granted=granted)


def deliver(
    case: Case,
    *,
    by: User,
    at: datetime,
    method: DeliveryMethod,
    tracking: str = "",
    signed: bool = True,
    seen: int | None = None,
) -> Case:
    """Hand over the result: collected, posted or brought (art. 44). The case is closed."""
    with door.opened(case, "deliver", by=by, at=at, seen=seen) as move:
        if method == DeliveryMethod.POSTED and not tracking.strip():
            raise Refused("邮寄送达请填寄递单号。", field="tracking")
        move.set(delivered_at=move.at, delivery_method=method)
        kinds = (DocumentKind.DECISION_GRANT, DocumentKind.DECISION_DENY)
        decisions = move.case.documents.filter(kind__in=kinds, voided_at__isnull=True)
        document = papers.issue(
            move.case, DocumentKind.DELIVERY_RECEIPT, by=by, at=at, method=DeliveryMethod(method).label,
            tracking=tracking, delivered_at=move.at if signed else None,
            documents=[{"name": d.get_kind_display(), "number": d.number, "copies": 1} for d in decisions],
            **closing.on_paper(move.case),
        )  # fmt: skip
        move.say(method=str(method), document=document.number)
        move.close(ClosingCode.ISSUED if move.case.granted else ClosingCode.OTHER)
        move.to(CaseState.DELIVERED)
    messages.tell_applicant(move.case, "delivered", at=at)
    return move.case


def withdraw(case: Case, *, by: User, at: datetime, reason: str = "", seen: int | None = None) -> Case:
    """The applicant takes the application back before the decision."""
    with door.opened(case, "withdraw", by=by, at=at, seen=seen) as move:
        _end_open_pauses(move)
        document = papers.issue(
            move.case, DocumentKind.TERMINATION, by=by, at=at, ground="withdrawn", ended_on=timezone.localdate(at),
            reason=reason, **closing.on_paper(move.case),
        )  # fmt: skip
        move.say(document=document.number)
        move.close(ClosingCode.RETURNED, reason or "申请人撤回")
        move.to(CaseState.WITHDRAWN)
    messages.tell_applicant(move.case, "ended", at=at)
    return move.case


def void(case: Case, *, by: User, at: datetime, reason: str, seen: int | None = None) -> Case:
    """Void a case that was entered by mistake. Its number is not used again."""
    with door.opened(case, "void", by=by, at=at, seen=seen) as move:
        _require_reason(reason)
        _end_open_pauses(move)
        for document in move.case.documents.filter(voided_at__isnull=True):
            papers.void(document, at=at, reason=f"办件作废：{reason}"[:200])
        move.close(ClosingCode.VOIDED, reason)
        move.say(reason=reason)
        move.to(CaseState.VOIDED)
    return move.case


def archive(case: Case, *, by: User, at: datetime, seen: int | None = None) -> Case:
    """File a closed case away."""
    with door.opened(case, "archive", by=by, at=at, seen=seen) as move:
        move.set(archived_at=move.at)
        move.to(CaseState.ARCHIVED)
    return move.case


def propose_return(case: Case, *, by: User, at: datetime, reason: str, seen: int | None = None) -> Case:
    """Ask for the application to be returned (退件). The clock runs on until a second person has agreed."""
    with door.opened(case, "propose_return", by=by, at=at, seen=seen) as move:
        _require_reason(reason)
        ReturnReview.objects.create(
            case=move.case, from_state=move.source, reason=reason, proposed_by=by, proposed_at=at
        )
        move.say(reason=reason)
        move.to(CaseState.RETURNING)
    return move.case


def confirm_return(case: Case, *, by: User, at: datetime, opinion: str = "", seen: int | None = None) -> Case:
    """A second person agrees: the case ends as returned, with a written decision and remedies."""
    with door.opened(case, "confirm_return", by=by, at=at, seen=seen) as move:
        review = _review(move, agreed=True, opinion=opinion)
        document = papers.issue(
            move.case, DocumentKind.TERMINATION, by=by, at=at, ground="returned", ended_on=timezone.localdate(at),
            reason=review.reason, remedies=papers.remedies(move.case), **closing.on_paper(move.case),
        )  # fmt: skip
        move.say(document=document.number)
        move.close(ClosingCode.RETURNED, review.reason)
        move.to(CaseState.RETURNED)
    messages.tell_applicant(move.case, "ended", at=at)
    return move.case


def reject_return(case: Case, *, by: User, at: datetime, opinion: str, seen: int | None = None) -> Case:
    """A second person does not agree: the case goes back where it was."""
    with door.opened(case, "reject_return", by=by, at=at, seen=seen) as move:
        if not opinion.strip():
            raise Refused("不同意退件请写明意见。", field="opinion")
        review = _review(move, agreed=False, opinion=opinion)
        move.say(opinion=opinion)
        move.to(CaseState(review.from_state))
    return move.case


def _review(move: Move, *, agreed: bool, opinion: str) -> ReturnReview:
    review = move.case.returns.get(agreed__isnull=True)
    if move.by is None or review.proposed_by_id == move.by.pk:
        raise NotPermitted("退件须由提请人以外的人复核。")
    review.agreed, review.opinion, review.reviewed_by, review.reviewed_at = agreed, opinion, move.by, move.at
    review.save(update_fields=["agreed", "opinion", "reviewed_by", "reviewed_at"])
    return review


def _end_open_pauses(move: Move) -> None:
    move.case.pauses.filter(end_on__isnull=True).update(end_on=timezone.localdate(move.at), ended_by=move.by)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("请写明理由。", field="reason")
