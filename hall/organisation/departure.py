"""What must be settled before a person may leave: rooms above announce their checks in `AppConfig.ready`.

A check gets the person and answers a sentence such as "还有 3 件未办结的办件，请先移交。", or None.
"""

from collections.abc import Callable

from hall.organisation.models import Staff

Check = Callable[[Staff], str | None]
_checks: list[Check] = []


def register(check: Check) -> None:
    """Add a check once."""
    if check not in _checks:
        _checks.append(check)


def unregister(check: Check) -> None:
    """Take a check away again; tests leave no trace."""
    _checks.remove(check)


def obstacles(staff: Staff) -> list[str]:
    """Everything that still ties the person to the hall, each as a sentence that says what to do."""
    return [sentence for check in _checks if (sentence := check(staff))]


def roles_still_held(staff: Staff) -> str | None:
    """Posts and offices need a successor first, or nobody would act for them."""
    held = [f"岗位“{post.name}”" for post in staff.posts_as_a.all()]
    held += [f"岗位“{post.name}”的 B 岗" for post in staff.posts_as_b.all()]
    held += [f"{department.name}负责人" for department in staff.heads.all()]
    held += [f"{department.name}首席代表" for department in staff.represents.all()]
    return f"{staff.name}仍任{'、'.join(held)}，请先指定接任的人。" if held else None
