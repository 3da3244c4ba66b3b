"""Every sealed column of the house is part of a person's copy, or left out for a reason that can be read (P12)."""

import pytest

from hall.privacy import sealed
from hall.retention import kinds, persons
from hall.retention.persons import Part

PARTS = {part.name: part for part in persons.parts()}


def given_out() -> set[str]:
    return {column for part in persons.parts() for column in part.covers}


def test_p12_every_sealed_column_is_given_out_or_left_out_with_a_reason() -> None:
    assert {str(place) for place in sealed.places()} == given_out() | set(persons.left_out())


def test_p12_no_column_is_both() -> None:
    assert not given_out() & set(persons.left_out())


def test_p12_no_two_parts_give_out_one_column() -> None:
    assert sum(len(part.covers) for part in persons.parts()) == len(given_out())


@pytest.mark.parametrize(("column", "reason"), sorted(persons.left_out().items()))
def test_p12_a_reason_is_a_sentence_for_people(column: str, reason: str) -> None:
    assert len(reason) > 10, column


def test_p12_what_citizens_wrote_is_never_left_out() -> None:
    assert {"cases", "complaints", "evaluations", "rectifications"} == set(PARTS)


@pytest.mark.parametrize("column", ["cases_party.identity", "conduct_complaint.text", "evaluation_evaluation.text"])
def test_p12_the_heart_of_it_is_given_out(column: str) -> None:
    assert column in given_out()


def test_a_part_announced_twice_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persons, "_parts", dict(PARTS))
    persons.register(Part("cases", "换了", frozenset(), lambda _: iter(())))
    assert [part.label for part in persons.parts() if part.name == "cases"] == ["换了"]


def test_kinds_of_keeping_are_there_for_every_kind_of_record() -> None:
    assert {"evaluation", "complaint", "case_permit"} <= {kind.name for kind in kinds.kinds()}


def test_without_a_room_that_knows_numbers_nobody_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persons, "_finders", [])
    found = persons.find(None, "x")  # type: ignore[arg-type]
    assert (found.index, found.references, found.phones, found.centers) == ("x", frozenset(), frozenset(), frozenset())
