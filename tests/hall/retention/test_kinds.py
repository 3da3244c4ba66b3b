"""Every sealed column of the house is emptied by some kind when its years are over, or a line says why not (P11)."""

import pytest

from hall.privacy import sealed
from hall.retention import kinds


def erased() -> set[str]:
    return {column for kind in kinds.kinds() for column in kind.erases}


def test_p11_every_sealed_column_is_erased_or_kept_for_a_reason() -> None:
    assert {str(place) for place in sealed.places()} == erased() | set(kinds.kept())


def test_p11_no_column_is_both() -> None:
    assert not erased() & set(kinds.kept())


def test_p11_every_kind_says_what_it_empties() -> None:
    assert not [kind.name for kind in kinds.kinds() if not kind.erases]


@pytest.mark.parametrize(("column", "reason"), sorted(kinds.kept().items()))
def test_p11_a_reason_is_a_sentence_for_people(column: str, reason: str) -> None:
    assert len(reason) > 10, column
