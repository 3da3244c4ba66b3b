"""One hall for all tests of a file: built once, inside a transaction around the file, with a copy for every test.

Each test runs in a savepoint of its own, so what it changes in the tables is undone, and the copy it holds is nobody
else's. A file with a test that commits cannot be inside a transaction: there every test builds its own.
Imported by tests/conftest.py.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import connections, transaction

from tests.builders import Hall

COMMITTING = pytest.StashKey[set[str]]()


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = set(getattr(item, "fixturenames", ()))
    return bool(marker and marker.kwargs.get("transaction")) or bool(asked & {"transactional_db", "live_server"})


def _committing_files(session: pytest.Session) -> set[str]:
    """The files with a test that commits, looked for once."""
    if COMMITTING not in session.stash:
        session.stash[COMMITTING] = {str(item.path) for item in session.items if _commits(item)}
    return session.stash[COMMITTING]


@pytest.fixture(scope="module")
def file_tables(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[bool]:
    """A transaction around one file: what it builds once every test finds again. False where there can be none."""
    if str(request.path) in _committing_files(request.session):
        yield False
        return
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        # A file that was sent and closed ends its request, and Django would drop a connection inside a transaction.
        patch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
        yield True
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def house(file_tables: bool) -> Hall | None:
    """The hall of the file."""
    return Hall() if file_tables else None


@pytest.fixture
def hall(house: Hall | None, db: None) -> Hall:
    """The hall of the file, in a copy of one's own."""
    return Hall() if house is None else deepcopy(house)
