"""One hall for all tests of a file, as in the room of evaluations."""

from tests.hall.evaluation.conftest import hall, house

__all__ = ["hall", "house"]
