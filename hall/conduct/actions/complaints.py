"""Complaints about staff: receive, decide on acceptance, look into it, decide, answer, object once, review.

Four people at least part the work: who is complained about, who looks into it, who decides, who reviews. Texts live in
encrypted columns; events and messages carry number, state and days only.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from hall.access.models import User
from hall.access.rules import has_right
from hall.conduct import parameters, queries, rules
from hall.conduct.enums import BLAMED, ComplaintChannel, Verdict
from hall.conduct.models import Complaint
from hall.conduct.transitions import COMPLAINT, allowed, target
from hall.facts.errors import NotPermitted, Refused
from hall.ledger import actions as ledger
from hall.organisation.models import Center, Department, Staff
from hall.outbox import actions as outbox

_MARK = "TS"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody complains of. Name and contact may stay empty: then the answer waits behind number and code."""

    text: str
    about: str = ""
    happened_on: date | None = None
    contact_name: str = ""
    contact: str = ""


@transaction.atomic
def receive(
    *, center: Center, said: Said, channel: str, form_key: UUID, by: User | None, at: datetime
) -> tuple[Complaint, bool]:
    """Take a complaint; the public does so without an account. The same form again gives the same complaint.

    Returns the row, and whether it is new. Raises Refused, and NotPermitted where staff without the right register one.
    """
    if by is not None and not (has_right(by, "complaints.handle") and rules.in_center(by, center.pk)):
        raise NotPermitted("登记投诉需要“登记、分派、裁定对工作人员的投诉”的权限。")
    if by is None and channel != ComplaintChannel.WEB:
        raise NotPermitted("网上提交的投诉只能记为网上来源。")
    if said.happened_on is not None and said.happened_on > timezone.localdate(at):
        raise Refused("发生日期不能晚于今天。", field="happened_on")
    _one_at_a_time(form_key)
    earlier = Complaint.objects.select_related("center").filter(form_key=form_key).first()
    if earlier is not None:
        return earlier, False
    row = Complaint(
        center=center, channel=channel, form_key=form_key, received_at=at, received_by=by, text=said.text.strip(),
        about=said.about.strip(), happened_on=said.happened_on, contact_name=said.contact_name.strip(),
        contact=said.contact.strip(), accept_due_on=parameters.due_on(parameters.ACCEPT_DAYS, center=center, at=at),
    )  # fmt: skip
    row.number = ledger.next_document_no(center=center.code, mark=_MARK, year=timezone.localdate(at).year)
    row.save(force_insert=True)
    _tell("complaint.received", row, by=by, at=at, channel=channel, due=row.accept_due_on.isoformat())
    return row, True


@transaction.atomic
def accept(
    *, complaint: Complaint, department: Department | None, staff: Staff | None, investigator: Staff, by: User,
    at: datetime,
) -> Complaint:  # fmt: skip
    """Accept it and give it to the chief of the department concerned, never to the person complained about."""
    row = _for_handling(complaint.pk, by, "accept")
    _place(row, department, staff, by)
    _give(row, investigator)
    row.state, row.accepted_at, row.accepted_by = target(COMPLAINT, "accept"), at, by
    row.decide_due_on = parameters.due_on(parameters.DECIDE_DAYS, center=row.center, at=at)
    row.save()
    _tell("complaint.accepted", row, by=by, at=at, due=row.decide_due_on.isoformat(), late=_late(row.accept_due_on, at))
    _write_investigator(row, at)
    return row


def _one_at_a_time(form_key: UUID) -> None:
    """Two presses on one form wait for each other; the lock goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [form_key.int & 0x7FFF_FFFF_FFFF_FFFF])


def _place(row: Complaint, department: Department | None, staff: Staff | None, by: User) -> None:
    for field, place in (("department", department), ("staff", staff)):
        if place is not None and place.center_id != row.center_id:
            raise Refused("要选这个中心的部门和人员。", field=field)
    if staff is not None and staff.pk == by.staff_id:
        raise NotPermitted("投诉的是您本人，请另一位督查人员处理。")
    row.department, row.staff = department or (staff.department if staff else None), staff


def _give(row: Complaint, investigator: Staff) -> None:
    if row.staff_id == investigator.pk:
        raise Refused("被投诉的人不能调查自己，请选别人。", field="investigator")
    if not queries.investigators_for(row).filter(pk=investigator.pk).exists():
        raise Refused("这个人不能调查投诉，请从列出的人里选。", field="investigator")
    row.investigator = investigator


@transaction.atomic
def reassign(*, complaint: Complaint, investigator: Staff, by: User, at: datetime) -> Complaint:
    """Give it to somebody else; the days run on."""
    row = _for_handling(complaint.pk, by, "reassign")
    _give(row, investigator)
    row.save()
    _tell("complaint.reassigned", row, by=by, at=at)
    _write_investigator(row, at)
    return row


@transaction.atomic
def decline(*, complaint: Complaint, answer: str, by: User, at: datetime) -> Complaint:
    """Not accepted; the complainant reads why, and where else to go."""
    row = _for_handling(complaint.pk, by, "decline")
    row.answer = _written(answer, "answer", "请写明为什么不受理、可以向哪里反映；这段话会答复投诉人。")
    row.state, row.accepted_at, row.accepted_by = target(COMPLAINT, "decline"), at, by
    row.save()
    _tell("complaint.declined", row, by=by, at=at, late=_late(row.accept_due_on, at))
    return row


@transaction.atomic
def report(*, complaint: Complaint, text: str, by: User, at: datetime) -> Complaint:
    """The investigator says what was found."""
    row = _locked(complaint.pk)
    mine = rules.is_person(by, row.investigator_id) and not rules.is_person(by, row.staff_id)
    if not (mine and has_right(by, "complaints.answer")):
        raise NotPermitted("调查报告由被分派的人提交。")
    _must(row, "report")
    row.report = _written(text, "report", "请写明查了什么、看到什么、是否属实。")
    row.state, row.reported_at, row.reported_by, row.returned = target(COMPLAINT, "report"), at, by, ""
    row.save()
    _tell("complaint.reported", row, by=by, at=at)
    return row


@transaction.atomic
def send_back(*, complaint: Complaint, note: str, by: User, at: datetime) -> Complaint:
    """The report does not suffice: back to the investigator; the days run on."""
    row = _for_handling(complaint.pk, by, "send_back")
    _not(by, row.reported_by_id, "提交报告的人不能裁定。")
    row.returned = _written(note, "note", "请写明还要查什么。")
    row.state, row.reported_at, row.reported_by = target(COMPLAINT, "send_back"), None, None
    row.save()
    _tell("complaint.returned", row, by=by, at=at)
    _write_investigator(row, at)
    return row


@transaction.atomic
def decide(*, complaint: Complaint, verdict: str, reason: str, answer: str, by: User, at: datetime) -> Complaint:
    """Upheld, partly or not, with the answer to the complainant; the person concerned is told and may object."""
    row = _for_handling(complaint.pk, by, "decide")
    _not(by, row.reported_by_id, "提交报告的人不能裁定。")
    if row.staff_id is None and row.department_id is None and verdict in BLAMED:
        raise Refused("属实的投诉要落到部门或人员；请退回补充，写明涉及谁。", field="verdict")
    row.verdict, row.reason = Verdict(verdict), _written(reason, "reason", "请写明裁定理由。")
    row.answer = _written(answer, "answer", "请写明给投诉人的答复。")
    row.state, row.decided_at, row.decided_by = target(COMPLAINT, "decide"), at, by
    row.save()
    late = _late(row.decide_due_on, at)
    _tell("complaint.decided", row, by=by, at=at, verdict=verdict, staff=row.staff_id, late=late)
    if row.staff_id:
        _message("staff_complaint_decided", row.staff_id, row, at, verdict=row.outcome_label)
    return row


@transaction.atomic
def object_to(*, complaint: Complaint, text: str, by: User, at: datetime) -> Complaint:
    """The person complained about objects, once."""
    row = _locked(complaint.pk)
    if not rules.is_person(by, row.staff_id):
        raise NotPermitted("异议由被投诉的人提出。")
    if not rules.may_object(by, row):
        raise Refused("只能对认定属实的裁定提一次异议。")
    row.objection = _written(text, "objection", "请写明不同意的理由。")
    row.objected_at, row.objected_by = at, by
    row.save()
    _tell("complaint.objected", row, by=by, at=at)
    decider = row.decided_by.staff_id if row.decided_by else None
    if decider:
        _message("staff_complaint_objected", decider, row, at)
    return row


@transaction.atomic
def review(*, complaint: Complaint, verdict: str, reason: str, answer: str, by: User, at: datetime) -> Complaint:
    """A third person decides the objection; what is overturned no longer counts, and stays readable."""
    row = _for_handling(complaint.pk, by, "review")
    _not(by, row.decided_by_id, "裁定的人不能复核自己的裁定，请另一位督查人员复核。")
    _not(by, row.reported_by_id, "提交报告的人不能复核。")
    if not rules.may_review(by, row):
        raise Refused("没有待复核的异议。")
    row.review_verdict, row.review_reason = Verdict(verdict), _written(reason, "reason", "请写明复核理由。")
    row.answer = answer.strip() or row.answer
    row.reviewed_at, row.reviewed_by = at, by
    row.save()
    _tell("complaint.reviewed", row, by=by, at=at, verdict=verdict, staff=row.staff_id)
    if row.staff_id:
        _message("staff_complaint_decided", row.staff_id, row, at, verdict=row.outcome_label)
    return row


@transaction.atomic
def show_contact(*, complaint: Complaint, by: User, at: datetime) -> Complaint:
    """Who the complainant is and how to reach them, to those who answer; every look leaves a trail."""
    row = _locked(complaint.pk)
    if not rules.sees_complainant(by, row):
        raise NotPermitted("投诉人的联系方式只给处理投诉的督查人员看。")
    _tell("complaint.contact_seen", row, by=by, at=at)
    return row


def _for_handling(pk: UUID, by: User, deed: str) -> Complaint:
    row = _locked(pk)
    if not rules.handles(by, row):
        raise NotPermitted("处理投诉需要“登记、分派、裁定对工作人员的投诉”的权限，且投诉的不是您本人。")
    _must(row, deed)
    return row


def _must(row: Complaint, deed: str) -> None:
    if not allowed(COMPLAINT, deed, row.state):
        raise Refused(f"这件投诉是“{row.get_state_display()}”，不能这样办。")


def _not(by: User, first: int | None, sentence: str) -> None:
    if first == by.pk:
        raise NotPermitted(sentence)


def _written(text: str, field: str, sentence: str) -> str:
    if not text.strip():
        raise Refused(sentence, field=field)
    return text.strip()


def _late(due: date | None, at: datetime) -> bool:
    return due is not None and timezone.localdate(at) > due


def _locked(pk: UUID) -> Complaint:
    rows = Complaint.objects.select_related("center", "decided_by")
    return rows.select_for_update(of=("self",)).get(pk=pk)


def _write_investigator(row: Complaint, at: datetime) -> None:
    if row.investigator_id:
        due = f"{row.decide_due_on:%Y-%m-%d}" if row.decide_due_on else ""
        _message("staff_complaint_assigned", row.investigator_id, row, at, due=due)


def _message(template: str, staff: int, row: Complaint, at: datetime, **facts: str) -> None:
    outbox.enqueue(
        docket="", channel="inbox", template=template, recipient_kind="staff", recipient_ref=str(staff),
        dedupe_key=f"{template}:{row.pk}:{at.isoformat()}", available_at=at,
        context={"number": row.number, **facts},
    )  # fmt: skip


def _tell(kind: str, row: Complaint, *, by: User | None, at: datetime, **data: object) -> None:
    facts = {"complaint": str(row.pk), "number": row.number, **data}
    ledger.append(docket="", kind=kind, center_code=row.center.code, actor=by, occurred_at=at, data=facts)
