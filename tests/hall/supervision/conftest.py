"""What the tests of this room share."""

from collections.abc import Iterator

import pytest

from tests.builders import Hall
from tests.hall.supervision.builders import Facts, announced


@pytest.fixture
def hall(db: None) -> Hall:
    return Hall()


@pytest.fixture
def source() -> Iterator[Facts]:
    with announced() as made:
        yield made
