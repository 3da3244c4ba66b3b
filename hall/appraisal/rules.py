"""Who may: predicates over accounts and rows. A second person is never the first, and nobody marks himself."""

from hall.access.models import User
from hall.access.rules import has_right
from hall.access.scope import REACHES_DOWN, centers_of
from hall.appraisal.enums import SubjectKind
from hall.appraisal.models import Attendance, Award, DutySwap, DutyTurn, ManualMark, Objection, Score
from hall.organisation.models import Staff, Window


def reaches(user: User, center_id: int) -> bool:
    """Whether a watcher's own centers hold this one."""
    return user.role in REACHES_DOWN and centers_of(user).filter(pk=center_id).exists()


def leads(user: User, department_id: int | None) -> bool:
    """Whether the account speaks for this department in the hall: its chief representative."""
    own = user.staff.department_id if user.staff else None
    leading = has_right(user, "awards.nominate") and user.role not in REACHES_DOWN
    return leading and own is not None and own == department_id


def is_own(user: User, score: Score) -> bool:
    """Whether the sheet is the person's own."""
    return score.staff_id is not None and score.staff_id == user.staff_id


def speaks_for(user: User, score: Score) -> bool:
    """One's own sheet, or as chief those of the department and of its windows."""
    return is_own(user, score) if score.kind == SubjectKind.PERSON else leads(user, score.department_id)


def may_object(user: User, score: Score) -> bool:
    """The appraised, with the right."""
    return has_right(user, "appraisal.object") and speaks_for(user, score)


def may_score(user: User, score: Score) -> bool:
    """Marks by judgement: never on one's own sheet."""
    return has_right(user, "appraisal.score") and reaches(user, score.period.center_id) and not is_own(user, score)


def may_decide_mark(user: User, mark: ManualMark) -> bool:
    """A second person agrees to a mark."""
    return may_score(user, mark.score) and user.pk != mark.marked_by_id


def may_decide_objection(user: User, objection: Objection, scorer: int | None) -> bool:
    """A second reader: neither who objected nor who gave the mark."""
    return may_score(user, objection.score) and user.pk not in (objection.raised_by_id, scorer)


def may_run(user: User, center_id: int) -> bool:
    """Open, announce and freeze the periods of a center."""
    return has_right(user, "appraisal.score") and reaches(user, center_id)


def may_write_scheme(user: User, center_id: int | None) -> bool:
    """Write the rules of a center."""
    return has_right(user, "appraisal.scheme") and center_id is not None and reaches(user, center_id)


def may_nominate(user: User, subject: Staff | Window, *, watches: bool | None = None) -> bool:
    """The chief within the department, a supervisor within the centers; nobody himself. `watches`: whether the person
    reaches the subject's center, where that was asked already.
    """
    if not has_right(user, "awards.nominate") or (isinstance(subject, Staff) and subject.pk == user.staff_id):
        return False
    return (reaches(user, subject.center_id) if watches is None else watches) or leads(user, subject.department_id)


def may_decide_award(user: User, award: Award) -> bool:
    """Not who nominated, not who is honoured."""
    if not has_right(user, "awards.decide") or user.pk == award.nominated_by_id:
        return False
    return reaches(user, award.center_id) and (award.staff_id is None or award.staff_id != user.staff_id)


def may_withdraw_award(user: User, award: Award) -> bool:
    """Who may decide honours of the center, the nominator too."""
    return has_right(user, "awards.decide") and reaches(user, award.center_id)


def may_record(user: User, staff: Staff) -> bool:
    """The chief for the own department, a supervisor for the center."""
    if not has_right(user, "attendance.record"):
        return False
    return reaches(user, staff.center_id) or leads(user, staff.department_id)


def may_correct(user: User, row: Attendance) -> bool:
    """Who keeps the attendance, except one's own rows."""
    return may_record(user, row.staff) and row.staff_id != user.staff_id


def may_sign_return(user: User, row: Attendance) -> bool:
    """Back from outside: the person, or who keeps the attendance."""
    return row.staff_id == user.staff_id or may_record(user, row.staff)


def may_arrange(user: User, center_id: int) -> bool:
    """Keep the roster."""
    return has_right(user, "duty.roster") and reaches(user, center_id)


def may_log(user: User, turn: DutyTurn) -> bool:
    """Only who is on duty writes the log."""
    return has_right(user, "duty.log") and user.staff_id is not None and turn.staff_id == user.staff_id


def may_answer_swap(user: User, swap: DutySwap) -> bool:
    """Only the person who was asked."""
    return user.staff_id is not None and swap.to_id == user.staff_id and user.pk != swap.asked_by_id
