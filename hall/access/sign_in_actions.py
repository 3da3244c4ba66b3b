"""The only door for the list of log-ins: a log-in begins, gets another key, is ended by the person from elsewhere."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction

from hall.access import sessions
from hall.access.models import SignIn, User
from hall.access.sign_ins import browser_of
from hall.ledger import actions as ledger


@transaction.atomic
def begin(session: SessionBase, *, user: User, agent: str, at: datetime) -> None:
    """Somebody logged in: the session is written at once, for its key is what it is known by."""
    session.save()
    key = str(session.session_key)
    SignIn.objects.create(session_key=key, user=user, began_at=at, browser=browser_of(agent))


@contextmanager
def kept(session: SessionBase) -> Iterator[None]:
    """Whatever gives the session a new key inside the block, the log-in stays the same one."""
    before = session.session_key
    yield
    SignIn.objects.filter(session_key=before).update(session_key=session.session_key)


@transaction.atomic
def end(*, user: User, keys: Collection[str], at: datetime) -> int:
    """End log-ins of one's own by the keys of their sessions: the next request from there has to log in."""
    own = SignIn.objects.select_for_update().filter(user=user, session_key__in=keys)
    found = list(own.values_list("session_key", flat=True))
    if not found:
        return 0
    Session.objects.filter(session_key__in=found).delete()
    SignIn.objects.filter(session_key__in=found).delete()
    center = user.staff.center.code if user.staff else ""
    facts = {"account": user.pk, "ended": len(found)}
    ledger.append(docket="", kind="access.sign_ins_ended", center_code=center, actor=user, occurred_at=at, data=facts)
    return len(found)


def forget_over(*, at: datetime) -> None:
    """Drop what no session can last from."""
    SignIn.objects.filter(began_at__lt=at - sessions.ABSOLUTE).delete()
