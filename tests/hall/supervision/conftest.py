"""What the tests of this room share."""

from collections.abc import Iterator

import pytest

from tests.hall.supervision.builders import Facts, announced


@pytest.fixture
def source() -> Iterator[Facts]:
    with announced() as made:
        yield made
