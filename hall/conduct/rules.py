"""Who may, in what concerns conduct. The second person is never the first, and nobody judges himself."""

from hall.access.models import User
from hall.access.rules import has_right
from hall.access.scope import centers_of, departments_of
from hall.conduct.enums import BulletinState, ComplaintState, RectificationState
from hall.conduct.models import Bulletin, Complaint, Patrol, Rectification
from hall.conduct.transitions import BULLETIN, COMPLAINT, RECTIFICATION, allowed


def in_center(user: User, center_id: int) -> bool:
    """Whether the center lies where the account may look."""
    return centers_of(user).filter(pk=center_id).exists()


def is_person(user: User, staff_id: int | None) -> bool:
    """Whether the account belongs to this member of staff."""
    return staff_id is not None and user.staff_id == staff_id


def may_patrol(user: User, patrol: Patrol) -> bool:
    """Who began the round walks it to its end."""
    return has_right(user, "patrol.record") and patrol.started_by_id == user.pk and patrol.finished_at is None


def answers_for(user: User, row: Rectification) -> bool:
    """The responsible department answers; what belongs to none is answered by any chief of the center."""
    finding = row.finding
    if not has_right(user, "patrol.answer"):
        return False
    if finding.department_id is None:
        return in_center(user, finding.center_id)
    return departments_of(user).filter(pk=finding.department_id).exists()


def may_answer(user: User, row: Rectification) -> bool:
    return answers_for(user, row) and allowed(RECTIFICATION, "answer", row.state)


def may_recheck(user: User, row: Rectification) -> bool:
    """A patroller of the place, never who answered."""
    return (
        has_right(user, "patrol.record")
        and in_center(user, row.finding.center_id)
        and row.state == RectificationState.ANSWERED
        and row.answered_by_id != user.pk
    )


def may_edit_bulletin(user: User, row: Bulletin) -> bool:
    return _writes(user, row) and row.drafted_by_id == user.pk and allowed(BULLETIN, "edit", row.state)


def may_review_bulletin(user: User, row: Bulletin) -> bool:
    return _writes(user, row) and row.drafted_by_id != user.pk and row.state == BulletinState.SUBMITTED


def may_withdraw_bulletin(user: User, row: Bulletin) -> bool:
    return _writes(user, row) and allowed(BULLETIN, "withdraw", row.state)


def _writes(user: User, row: Bulletin) -> bool:
    return has_right(user, "bulletins.write") and in_center(user, row.center_id)


def handles(user: User, row: Complaint) -> bool:
    """Supervisors of the place, unless the complaint is about themselves."""
    return has_right(user, "complaints.handle") and in_center(user, row.center_id) and not is_person(user, row.staff_id)


def may_take(user: User, row: Complaint) -> bool:
    """Decide whether it is accepted, and who looks into it."""
    return handles(user, row) and allowed(COMPLAINT, "accept", row.state)


def may_reassign(user: User, row: Complaint) -> bool:
    return handles(user, row) and allowed(COMPLAINT, "reassign", row.state)


def may_investigate(user: User, row: Complaint) -> bool:
    """Whom it was given to, never the person complained about."""
    return (
        has_right(user, "complaints.answer")
        and is_person(user, row.investigator_id)
        and not is_person(user, row.staff_id)
        and allowed(COMPLAINT, "report", row.state)
    )


def may_decide(user: User, row: Complaint) -> bool:
    """A second person decides what was found."""
    return handles(user, row) and allowed(COMPLAINT, "decide", row.state) and row.reported_by_id != user.pk


def may_object(user: User, row: Complaint) -> bool:
    """The person complained about, once, to a verdict that blames."""
    return (
        is_person(user, row.staff_id)
        and row.state == ComplaintState.DECIDED
        and row.objected_at is None
        and row.outcome in ("upheld", "partly")
    )


def may_review(user: User, row: Complaint) -> bool:
    """A third person decides the objection."""
    return (
        handles(user, row)
        and row.objected_at is not None
        and row.reviewed_at is None
        and user.pk not in (row.decided_by_id, row.reported_by_id)
    )


def sees_complainant(user: User, row: Complaint) -> bool:
    """Name and contact are for those who answer the complainant, not for who is looked into or looks into it."""
    return handles(user, row)


def sees_what_was_said(user: User, row: Complaint) -> bool:
    """The text itself: handlers and the investigator; material is not handed to the one complained about."""
    return handles(user, row) or (is_person(user, row.investigator_id) and not is_person(user, row.staff_id))
