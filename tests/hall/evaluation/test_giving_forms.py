"""The questions themselves: what is asked, what is hidden, what becomes of it."""

from typing import Any

import pytest
from django.http import QueryDict

from hall.evaluation.enums import BadReason, GoodReason, Grade
from hall.evaluation.forms.giving import WHO, WHY, DetailsForm, GradeForm
from hall.evaluation.forms.paper import reason_key
from hall.facts.errors import Refused


def posted(**fields: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    return data


def test_the_first_question_has_five_choices_and_none_is_chosen() -> None:
    field = GradeForm()["grade"]
    assert [choice.data["value"] for choice in field] == [5, 4, 3, 2, 1]
    assert [choice.data["selected"] for choice in field] == [False] * 5
    assert field.value() is None


@pytest.mark.parametrize("value", ["", "0", "6", "满意", "5 ", "\x00", "٥"])
def test_what_is_no_grade_is_asked_again(value: str) -> None:
    assert not GradeForm(posted(grade=value)).is_valid()


@pytest.mark.parametrize(("asked", "shown"), [(WHY, WHY), (WHO, WHO), (WHY + WHO, WHY + WHO)])
def test_a_screen_shows_what_it_asks_for_and_nothing_else(asked: tuple[str, ...], shown: tuple[str, ...]) -> None:
    form = DetailsForm(grade=2, asked=asked)
    assert tuple(field.name for field in form.visible_fields()) == shown


@pytest.mark.parametrize("grade", Grade.values)
def test_neither_reason_nor_signature_is_chosen_beforehand(grade: int) -> None:
    form = DetailsForm(grade=grade)
    for name in ("reasons", "anonymous"):
        assert not any(choice.data["selected"] for choice in form[name]), name
    assert form["text"].value() is None


@pytest.mark.parametrize("grade", Grade.values)
def test_the_reasons_are_those_of_the_half(grade: int) -> None:
    offered = [value for value, _ in DetailsForm(grade=grade).fields["reasons"].choices]  # type: ignore[attr-defined]
    assert offered == (GoodReason.values if grade >= 3 else BadReason.values)


def test_the_grade_of_an_earlier_screen_is_not_overwritten_by_what_was_said_there() -> None:
    form = DetailsForm(grade=1, initial={"grade": 5, "reasons": ["b1"], "text": "慢"})
    assert (form["grade"].value(), form["reasons"].value(), form["text"].value()) == (1, ["b1"], "慢")


@pytest.mark.parametrize(("word", "anonymous"), [("yes", True), ("no", False)])
def test_the_answer_says_what_was_chosen(word: str, anonymous: bool) -> None:
    sent = posted(grade=2, reasons=["b1", "b8"], text=" 慢 ", anonymous=word, phone="0335-3000002")
    form = DetailsForm(sent, grade=2)
    assert form.is_valid(), form.errors
    answer = form.answer()
    assert (answer.grade, answer.reasons, answer.text) == (2, ("b1", "b8"), "慢")
    assert (answer.anonymous, answer.phone) == (anonymous, "0335-3000002")


@pytest.mark.parametrize(("length", "valid"), [(0, True), (1000, True), (1001, False)])
def test_a_thousand_signs_and_no_more(length: int, valid: bool) -> None:
    assert DetailsForm(posted(grade=2, text="长" * length, anonymous="yes"), grade=2).is_valid() is valid


@pytest.mark.parametrize(("field", "lands"), [("text", "text"), ("grade", "grade"), (None, None), ("nowhere", None)])
def test_a_refusal_lands_at_its_field(field: str | None, lands: str | None) -> None:
    form = DetailsForm(posted(grade=2, anonymous="yes"), grade=2)
    assert form.is_valid()
    form.refuse(Refused("不行。", field=field))
    found = form.errors.get(lands) if lands else form.non_field_errors()
    assert list(found or ()) == ["不行。"]


def test_the_numbers_beside_the_reasons_are_those_the_typist_writes() -> None:
    (_, good), (_, bad) = reason_key()
    assert (good[0], good[-1]) == ((1, "一窗受理一次办结"), (8, "服务热情效率高"))
    assert (bad[7], bad[-1]) == ((8, "服务态度生硬"), (16, "服务态度差效率低"))
