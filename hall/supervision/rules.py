"""Who may: one predicate per sentence, combined. Asked by the actions and by the pages.

A `thing` is a card, a version or an accountability record; whether it is in the person's scope is one small query.
"""

from typing import TYPE_CHECKING, Any, Final

from rules.predicates import Predicate, predicate

from hall.access.rules import has_right
from hall.access.scope import centers_of

if TYPE_CHECKING:
    from hall.access.models import User
    from hall.supervision.models import AccountabilityRecord, Card, RuleVersion


def right(name: str) -> Predicate:
    """The role of the account carries this right."""

    def carries(user: "User", _thing: Any) -> bool:
        return has_right(user, name)

    return predicate(carries, name=name)


@predicate
def in_scope(user: "User", thing: Any) -> bool:
    """It happened in the person's center or one below it."""
    return centers_of(user).filter(pk=thing.center_id).exists()


@predicate
def is_person(user: "User", thing: Any) -> bool:
    """It is about this very person."""
    return user.staff_id is not None and user.staff_id == thing.staff_id


@predicate
def is_chief(user: "User", card: "Card") -> bool:
    """The person was chief representative when the card was raised, or is it now (首席代表)."""
    if user.staff_id is None:
        return False
    now = card.department.chief_representative_id if card.department else None
    return user.staff_id in (card.chief_id, now)


@predicate
def raised_it(user: "User", card: "Card") -> bool:
    """The person raised the card by hand."""
    return user.pk == card.raised_by_id


@predicate
def decided_it(user: "User", card: "Card") -> bool:
    """The person decided on the feedback."""
    return user.pk == card.decided_by_id


@predicate
def took_part(user: "User", card: "Card") -> bool:
    """The person answered or appealed."""
    return user.pk in (card.answered_by_id, card.appealed_by_id)


@predicate
def is_home(user: "User", version: "RuleVersion") -> bool:
    """The version belongs to the person's own center; an account of no person keeps those that hold everywhere."""
    return version.center_id == home_of(user)


@predicate
def set_the_measure(user: "User", record: "AccountabilityRecord") -> bool:
    """The person chose the measure."""
    return user.pk == record.measured_by_id


def home_of(user: "User") -> int | None:
    """The center whose rules the person keeps."""
    return user.staff.center_id if user.staff else None


may_answer: Final = right("supervision.answer") & (is_person | is_chief)
may_appeal: Final = may_answer
may_decide: Final = right("supervision.decide") & in_scope & ~is_person & ~took_part
# The second reader: neither who raised the card, nor who decided on the feedback, nor the person.
may_rule: Final = may_decide & ~raised_it & ~decided_it
may_edit: Final = right("supervision.rules") & is_home
may_see_record: Final = is_person | (right("accountability.view") & in_scope)
may_write_record: Final = right("accountability.write") & in_scope & ~is_person
may_hear_objection: Final = may_write_record & ~set_the_measure

CARD: Final[dict[str, Predicate]] = {
    "answer": may_answer,
    "appeal": may_appeal,
    "uphold": may_decide,
    "revoke": may_decide,
    "confirm": may_rule,
    "overturn": may_rule,
}
WHO: Final[dict[str, str]] = {
    "answer": "督查牌由当事人或所在部门首席代表反馈。",
    "appeal": "申诉由当事人或所在部门首席代表提出。",
    "uphold": "反馈由本中心或上级中心的督查人员审核，当事人和反馈人不能审核。",
    "revoke": "反馈由本中心或上级中心的督查人员审核，当事人和反馈人不能审核。",
    "confirm": "申诉由第二人裁定：不能是当事人、发牌人或审核反馈的人。",
    "overturn": "申诉由第二人裁定：不能是当事人、发牌人或审核反馈的人。",
}


def may(user: "User", name: str, card: "Card") -> bool:
    """Whether the person may make this move on this card, state aside; the machine alone withdraws."""
    permit = CARD.get(name)
    return permit is not None and bool(permit.test(user, card))
