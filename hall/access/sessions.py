"""How long a log-in lasts on the shared window PC, and what an account owes before it may work.

Pure over a session's dict. Idle time-out by the hall's setting, twelve hours at most, then log in again (C34). What is
owed: a first or expired password to change, a second factor to enter.
"""

from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any, Final

from hall.access.models import User
from hall.access.rules import needs_second_factor
from hall.organisation.enums import PasswordPolicy
from hall.organisation.models import Installation

ABSOLUTE: Final = timedelta(hours=12)
PASSWORD_AGE: Final = timedelta(days=90)  # 等保: complexity and periodic change (GB/T 22239-2019 8.1.4.1 a)
RESOLUTION: Final = timedelta(seconds=30)  # the time of the last request is written no more often than this
STARTED, SEEN = "hall_started", "hall_seen"

REASONS: Final = {
    "idle": "一段时间没有操作，已自动退出。请重新登录。",
    "long": "登录已满 12 小时，请重新登录。",
    "left": "这个账号已停用，请联系系统管理员。",
    "out": "已退出。",
    "changed": "账号的口令或角色已改动，请重新登录。",
}


def start(session: MutableMapping[str, Any], at: datetime) -> None:
    """Begin the two clocks at log-in."""
    session[STARTED] = session[SEEN] = at.timestamp()


def ended(session: MutableMapping[str, Any], user: User, *, idle_minutes: int, at: datetime) -> str:
    """Why the session is over (a key of REASONS), or an empty text while it lasts."""
    if user.staff is not None and user.staff.left_on is not None and user.staff.left_on < at.date():
        return "left"
    now = at.timestamp()
    if now - session.setdefault(STARTED, now) >= ABSOLUTE.total_seconds():
        return "long"
    if now - session.setdefault(SEEN, now) >= idle_minutes * 60:
        return "idle"
    return ""


def touch(session: MutableMapping[str, Any], at: datetime) -> None:
    """Remember the last request, without writing the session at every one."""
    if at.timestamp() - session[SEEN] >= RESOLUTION.total_seconds():
        session[SEEN] = at.timestamp()


def owed(user: User, house: Installation, *, verified: bool, at: datetime) -> str | None:
    """The name of the page the account must visit first, None when nothing is owed. The second factor comes first."""
    if needs_second_factor(user, for_all=house.second_factor_for_all) and not verified:
        return "access:second_factor"
    if user.must_change_password or password_expired(user, house, at=at):
        return "access:password"
    return None


def password_expired(user: User, house: Installation, *, at: datetime) -> bool:
    """Only 等保 wants periodic change; demonstration accounts are exempt."""
    if house.password_policy != PasswordPolicy.DENGBAO or user.demonstration:
        return False
    return user.password_changed_at is not None and at - user.password_changed_at >= PASSWORD_AGE
