"""Who may do what about a bad grade: a predicate a sentence, combined per deed. State is asked elsewhere.

`row` is a Rectification with its evaluation. The person the grade concerns never works on it, and whoever put it right
never asks afterwards whether it was.
"""

from typing import TYPE_CHECKING, Final

from rules.predicates import Predicate, predicate

from hall.access.rules import has_right
from hall.access.scope import centers_of
from hall.rectification.enums import RectificationState

if TYPE_CHECKING:
    from hall.access.models import User
    from hall.rectification.models import Rectification


def right(name: str) -> Predicate:
    """The role of the account carries this right."""

    def carries(user: "User", _row: "Rectification") -> bool:
        return has_right(user, name)

    return predicate(carries, name=name)


@predicate
def is_handler(user: "User", row: "Rectification") -> bool:
    """The grade speaks of this person's work."""
    return user.staff_id is not None and user.staff_id == row.evaluation.handler_id


@predicate
def own_department(user: "User", row: "Rectification") -> bool:
    """The case was of the person's department."""
    return (
        user.staff is not None
        and user.staff.department_id is not None
        and (user.staff.department_id == row.evaluation.department_id)
    )


@predicate
def in_reach(user: "User", row: "Rectification") -> bool:
    """The center is one the person watches."""
    return centers_of(user).filter(pk=row.evaluation.center_id).exists()


@predicate
def without_leader(_user: "User", row: "Rectification") -> bool:
    """Nobody of the department could put it right: no department is known, or its chief is whom the grade concerns."""
    department = row.evaluation.department
    return department is None or department.chief_representative_id in (None, row.evaluation.handler_id)


@predicate
def worked_on_it(user: "User", row: "Rectification") -> bool:
    """This person contacted, or put right."""
    return user.pk in (row.contacted_by_id, row.rectified_by_id)


@predicate
def revisited_before(user: "User", row: "Rectification") -> bool:
    """This person asked in the first round and may not put it right in the second."""
    return row.steps.filter(deed="revisit", done_by=user).exists()


@predicate
def tried_before(user: "User", row: "Rectification") -> bool:
    """This person took part in an earlier step of putting it right."""
    return row.steps.filter(deed__in=("attempt", "contact", "rectify", "explain"), done_by=user).exists()


@predicate
def is_appellant(user: "User", row: "Rectification") -> bool:
    """This person appealed."""
    appeal = getattr(row.evaluation, "appeal", None)
    return appeal is not None and appeal.appealed_by_id == user.pk


@predicate
def nobody_to_ask(_user: "User", row: "Rectification") -> bool:
    """Anonymous: there is no way to reach the person."""
    return not row.named


@predicate
def was_revisited(_user: "User", row: "Rectification") -> bool:
    """Somebody else asked afterwards."""
    return row.state == RectificationState.REVISITED


@predicate
def to_be_contacted(_user: "User", row: "Rectification") -> bool:
    """The person is being contacted, or the matter put right with them."""
    return row.state in (RectificationState.CONTACTING, RectificationState.RECTIFYING)


@predicate
def to_be_revisited(_user: "User", row: "Rectification") -> bool:
    """The person is to be asked whether it was put right."""
    return row.state in (RectificationState.RECTIFIED, RectificationState.ANSWERED)


leads: Final = right("evaluation.rectify") & own_department
stands_in: Final = right("evaluation.revisit") & in_reach & without_leader
may_work_on: Final = ~is_handler & ~revisited_before & (leads | stands_in)
may_contact: Final = may_work_on
may_revisit: Final = right("evaluation.revisit") & in_reach & ~is_handler & ~worked_on_it & ~tried_before
# Whoever has to call needs the number: the one who contacts, later the one who asks again.
may_reveal: Final = (right("unmask") & may_contact & to_be_contacted) | (may_revisit & to_be_revisited)
# Two people see every bad grade: where nobody could be asked again, whoever put it right does not close it too.
may_close: Final = right("evaluation.close") & in_reach & ~is_handler & (was_revisited | ~worked_on_it)
may_appeal: Final = right("evaluation.appeal") & (is_handler | leads)
may_decide_appeal: Final = right("evaluation.appeal.decide") & in_reach & ~is_handler & ~is_appellant
# What must have happened before a case may be closed: the person was asked, or cannot be.
may_skip_revisit: Final = nobody_to_ask | was_revisited

PERMITS: Final[dict[str, Predicate]] = {
    "attempt": may_contact,
    "contact": may_contact,
    "reveal": may_reveal,
    "rectify": may_work_on,
    "explain": may_work_on,
    "revisit": may_revisit,
    "close": may_close,
    "appeal": may_appeal,
    "decide": may_decide_appeal,
}
_LEAD: Final = "由办件所属部门的首席代表办理；差评涉及的经办人本人不办，回访过的人也不办。"
WHO: Final[dict[str, str]] = {
    "attempt": _LEAD,
    "contact": _LEAD,
    "reveal": "只有联系或回访评价人的人才能查看联系电话。",
    "rectify": _LEAD,
    "explain": _LEAD,
    "revisit": "由没有参与联系和整改的督查人员回访。",
    "close": "由督查人员审定后公开；差评涉及的经办人本人不办，没有回访的，整改人也不办。",
    "appeal": "由经办人本人或所属部门的首席代表申诉。",
    "decide": "由申诉人和经办人以外的督查人员裁定。",
}


def may(user: "User", deed: str, row: "Rectification") -> bool:
    """Whether the person may do this, state aside."""
    return bool(PERMITS[deed].test(user, row))


def knows_the_day(user: "User", row: "Rectification") -> bool:
    """Whether days may be shown: of an anonymous grade the handler learns the month only."""
    return row.named or not is_handler.test(user, row)
