"""One hall for all tests of a file; what a test changes is undone after it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.builders import Hall


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[Hall]:
    """A transaction around one file, with the hall it builds once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Hall()
        transaction.set_rollback(True)


@pytest.fixture
def hall(house: Hall) -> Hall:
    """The hall of the file."""
    return house
