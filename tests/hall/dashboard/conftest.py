"""One season for all tests of a file that ask for it; what a test changes is undone after it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.hall.dashboard.season import Season


@pytest.fixture(scope="module")
def spring(django_db_setup: None, django_db_blocker: Any) -> Iterator[Season]:
    """A transaction around one file, with the season it builds once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Season()
        transaction.set_rollback(True)


@pytest.fixture
def season(spring: Season) -> Season:
    """The season of the file."""
    return spring
