"""Where a person is logged in at this moment, read from the sessions themselves (ASVS 7.5.2). Reading only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from hall.access import sessions
from hall.access.models import SignIn, User

MOST: Final = 50  # a person has a few windows; the newest are shown
# The first that fits: what others are built on stands further down.
_BROWSERS: Final = (
    ("Edg", "Edge"), ("QIHU", "360"), ("360SE", "360"), ("MicroMessenger", "微信"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("HarmonyOS", "鸿蒙"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnSignIn:
    """One log-in that lasts. `here`: the one that asks."""

    key: int
    session_key: str
    began_at: datetime
    seen_at: datetime
    browser: str
    here: bool


def browser_of(agent: str) -> str:
    """The kind of browser and system, and nothing finer: enough to know one's own again."""
    kinds = [next((name for sign, name in table if sign in agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, kinds)) or "其他浏览器"


def of(user: User, *, here: str, idle_minutes: int, at: datetime) -> list[OwnSignIn]:
    """The log-ins of `user` that would open a page at this moment, the newest first."""
    found = list(SignIn.objects.filter(user=user)[:MOST])
    rows = Session.objects.filter(session_key__in=[one.session_key for one in found], expire_date__gt=at)
    held = {row.session_key: row.get_decoded() for row in rows}
    pairs = [(one, held[one.session_key]) for one in found if one.session_key in held]
    return [
        OwnSignIn(
            one.pk, one.session_key, one.began_at, _seen(session, one), one.browser, here=one.session_key == here
        )
        for one, session in pairs
        if _lasts(session, user, idle_minutes=idle_minutes, at=at)
    ]  # fmt: skip


def _lasts(session: dict[str, Any], user: User, *, idle_minutes: int, at: datetime) -> bool:
    valid = constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    return valid and not sessions.ended(session, user, idle_minutes=idle_minutes, at=timezone.localtime(at))


def _seen(session: dict[str, Any], one: SignIn) -> datetime:
    stamp = session.get(sessions.SEEN)
    return datetime.fromtimestamp(stamp, tz=one.began_at.tzinfo) if stamp else one.began_at
