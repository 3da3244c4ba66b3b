"""Who may: predicates over accounts, combined with & and |."""

from typing import TYPE_CHECKING, Any

from rules import Predicate, predicate

from hall.access.roles import BY_NAME, TABLE, rights_of

if TYPE_CHECKING:
    from hall.access.models import User
    from hall.organisation.models import Department


def has_right(user: Any, right: str) -> bool:
    """Whether an enabled account that is logged in holds `right`; a misspelt right raises KeyError, never passes."""
    name = BY_NAME[right].name
    return bool(user.is_authenticated and user.is_active and name in rights_of(user.role))


def may(right: str) -> Predicate:
    """`has_right` as a predicate, for `may("cases.decide") & not_the_acceptor`."""
    name = BY_NAME[right].name
    return predicate(lambda user: has_right(user, name), f"may:{name}")


def is_head_of(user: "User", department: "Department") -> bool:
    """本机关负责人, who alone approves an extension (行政许可法 42)."""
    return user.staff_id is not None and department.head_id == user.staff_id


def is_chief_of(user: "User", department: "Department") -> bool:
    """首席代表 of the department."""
    return user.staff_id is not None and department.chief_representative_id == user.staff_id


def needs_second_factor(user: "User", *, for_all: bool) -> bool:
    """Roles that approve, watch or keep the house, or all by the hall's switch; demonstration accounts never."""
    return not user.demonstration and (for_all or TABLE[user.role].second_factor)  # type: ignore[index]
