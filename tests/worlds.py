"""One hall for all tests of a file: built once, inside a transaction around the file, with a copy for every test.

Each test runs in a savepoint of its own, so what it changes in the tables is undone, and the copy it holds is nobody
else's. A test that commits cannot be inside a transaction: before the first one of a file (pytest-django lets them come
last) the transaction is rolled back, and from there on every test of the file builds its own.
Imported by tests/conftest.py.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from copy import deepcopy
from typing import Any

import pytest
from django.db import connections, transaction

from tests.builders import Hall

OPEN = pytest.StashKey[dict[str, ExitStack]]()  # the transactions that are open, by file
OVER = pytest.StashKey[set[str]]()  # the files that have begun to commit


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = set(getattr(item, "fixturenames", ()))
    return bool(marker and marker.kwargs.get("transaction")) or bool(asked & {"transactional_db", "live_server"})


def make_way(item: pytest.Item) -> None:
    """End the transaction of the file where the test that comes next commits. Called before its fixtures are made."""
    if _commits(item):
        file, stash = str(item.path), item.session.stash
        stash.setdefault(OVER, set()).add(file)
        if around := stash.setdefault(OPEN, {}).pop(file, None):
            around.close()


def _begin(blocker: Any) -> ExitStack:
    """A transaction that is rolled back when it is closed."""
    around = ExitStack()
    around.enter_context(blocker.unblock())
    patch = around.enter_context(pytest.MonkeyPatch.context())
    around.enter_context(transaction.atomic())
    # A file that was sent and closed ends its request, and Django would drop a connection inside a transaction.
    patch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
    around.callback(transaction.set_rollback, True)
    return around


@pytest.fixture(scope="module")
def file_tables(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[bool]:
    """A transaction around one file: what it builds once every test finds again. False where there can be none."""
    file, stash = str(request.path), request.session.stash
    if file in stash.setdefault(OVER, set()):
        yield False
        return
    stash.setdefault(OPEN, {})[file] = _begin(django_db_blocker)
    yield True
    if around := stash[OPEN].pop(file, None):
        around.close()


@pytest.fixture(scope="module")
def house(file_tables: bool) -> Hall | None:
    """The hall of the file."""
    return Hall() if file_tables else None


@pytest.fixture
def hall(request: pytest.FixtureRequest, house: Hall | None, db: None) -> Hall:
    """The hall of the file, in a copy of one's own."""
    over = str(request.path) in request.session.stash[OVER]
    return Hall() if house is None or over else deepcopy(house)
