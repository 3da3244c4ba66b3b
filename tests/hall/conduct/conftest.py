"""What the tests of this room share."""

import pytest

from tests.builders import Hall


@pytest.fixture
def hall(db: None) -> Hall:
    return Hall()
