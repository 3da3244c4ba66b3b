"""What the files of this room share: a hall built once for a file, and the tools to look at one refusal."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.builders import Hall


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A transaction around one file: what it builds once every test finds again, and nothing stays behind.

    Each test runs in a savepoint of its own, so what a test changes is undone. Not for files with transactional tests.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def house(kept: None) -> Hall:
    """One hall for all tests of a file."""
    return Hall()
