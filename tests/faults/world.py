"""The small world of the portal: one hall, clerks at their windows, one item. Run beside it by `manage.py shell`.

Each function prints one line of JSON, which is its answer. Everything in it is made up.
"""

import json
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.utils import timezone

from approvals.cases import codes
from hall.access import sessions
from hall.access.enums import Role
from hall.access.models import User
from hall.ledger import sealing, verifying
from hall.outbox import actions as outbox
from hall.outbox.actions import NewMessage
from tests.builders import Hall, make_case, make_item_version, make_staff, make_user, make_window
from tests.faults.portal import TOKEN

CLERKS = 8


def build() -> None:
    """The hall, its clerks logged in, and ten cases with the codes that were printed for them."""
    with transaction.atomic():
        hall = Hall()
        version = make_item_version(hall.department)
        clerks = [
            make_user(Role.CLERK, make_staff(hall.department, window=make_window(hall.center)), username=f"clerk{n}")
            for n in range(CLERKS)
        ]
        cases = [make_case(hall, version, at=timezone.now()) for _ in range(10)]
    answer(
        item=version.item.code,
        materials=[material.pk for material in version.materials.all()],
        cookies=[logged_in(clerk) for clerk in clerks],
        clerks=[clerk.username for clerk in clerks],
        printed=[(case.docket, codes.pending(case, at=timezone.now())) for case in cases],
    )


def logged_in(user: User) -> str:
    """The cookies of somebody who has just logged in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    sessions.start(session, timezone.now())
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={TOKEN}"


def enqueue(number: int, word: str) -> None:
    """So many messages for the first clerk's inbox."""
    user = User.objects.get(username="clerk0")
    at = timezone.now()
    outbox.enqueue_many(
        NewMessage(
            docket="", channel="inbox", template="staff_due_soon", recipient_kind="user", recipient_ref=str(user.pk),
            dedupe_key=f"{word}|{n}", available_at=at, context={"item": "测试许可", "clock": "受理", "due": "今天"},
        )
        for n in range(number)
    )  # fmt: skip
    answer(number=number)


def verify() -> None:
    """Seal what is finished and compute every chain anew."""
    sealing.seal(timezone.now())
    answer(faults=[str(fault) for fault in verifying.verify()], unsealed=verifying.unsealed())


def answer(**facts: object) -> None:
    """For whoever started us."""
    print(json.dumps(facts, ensure_ascii=False))
