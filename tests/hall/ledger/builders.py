"""Rows and helpers for tests of the ledger and the outbox: no case, no center, only accounts and events."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from django.db import connection, transaction

from hall.access.models import User
from hall.ledger import actions, kinds, sealing
from hall.ledger.models import Event
from hall.ledger.verifying import unsealed

T = TypeVar("T")
AT = datetime(2026, 4, 13, 2, 0, tzinfo=UTC)  # 10:00 in Beijing
KIND = "test.happened"
CENTER = "1303020012"
_serial = count(1)

kinds.register(KIND, "测试事件")


def make_account(**facts: Any) -> User:
    """An administrator without a staff record: all the lower rooms need of a person."""
    return User.objects.create_user(f"ledger{next(_serial)}", None, **{"role": "admin", **facts})


def make_event(**facts: Any) -> Event:
    defaults = {"docket": "D1", "kind": KIND, "center_code": CENTER, "actor": None, "occurred_at": AT}
    return actions.append(**{**defaults, **facts})


def at_once(times: int, work: Callable[[int], T]) -> list[T]:
    """Run `work(0)` … `work(times - 1)` in threads of their own, each with its own connection."""

    def run(number: int) -> T:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=min(times, 20)) as pool:
        return list(pool.map(run, range(times)))


def seal_now() -> None:
    """Seal everything, also what a transaction of another session holds back for a moment."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        sealing.seal(AT)
        if not unsealed():
            return
        time.sleep(0.05)
    raise AssertionError("events stayed unsealed for a minute")


def make_events(number: int, **facts: Any) -> list[Event]:
    """Events of one transaction, which one seal therefore covers."""
    with transaction.atomic():
        return [make_event(**facts) for _ in range(number)]


def later(minutes: float = 0, **parts: float) -> datetime:
    return AT + timedelta(minutes=minutes, **parts)


@contextmanager
def behind_the_triggers(*tables: str) -> Iterator[Any]:
    """A cursor that may do what the triggers refuse, as the owner of the database could."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
