"""What the database refuses, whoever asks: a changed answer, a second one, one that cannot be."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from hall.evaluation.enums import Grade, Origin, Via
from hall.evaluation.models import BoxOpening, Evaluation, Invitation, PaperBox, PaperForm
from tests.builders import MONDAY, Hall, make_staff
from tests.hall.evaluation.builders import box_of, given, invited, opened

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    [
        {"grade": 5}, {"reasons": ["b1"]}, {"anonymous": False}, {"given_at": MONDAY}, {"via": "pad"},
        {"active": False}, {"origin": "staff_device", "active": False}, {"item_name": "别的"}, {"handler": None},
        {"invitation": None, "via": "paper", "active": False},
    ],
)  # fmt: skip
def test_an_answer_cannot_be_changed(hall: Hall, change: dict[str, Any]) -> None:
    evaluation = given(invited(hall), Grade.BAD)
    with pytest.raises(DatabaseError, match="given once"), transaction.atomic():
        Evaluation.objects.filter(pk=evaluation.pk).update(**change)


def test_nor_its_words(hall: Hall) -> None:
    evaluation = given(invited(hall), Grade.BAD, text="慢")
    evaluation.text = "快"
    with pytest.raises(DatabaseError, match="given once"), transaction.atomic():
        evaluation.save()


def test_nor_be_deleted_or_emptied(hall: Hall) -> None:
    evaluation = given(invited(hall))
    with pytest.raises(DatabaseError, match="given once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM evaluation_evaluation WHERE id = %s", [evaluation.pk])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE evaluation_evaluation CASCADE")


def test_it_can_be_struck_once(hall: Hall) -> None:
    mine = Evaluation.objects.filter(pk=given(invited(hall), Grade.BAD).pk)
    mine.update(struck_at=MONDAY + timedelta(days=3), struck_reason="malicious")
    for again in ({"struck_at": None, "struck_reason": ""}, {"struck_reason": "mistaken"}):
        with pytest.raises(DatabaseError, match="given once"), transaction.atomic():
            mine.update(**again)


def row(hall: Hall, **facts: Any) -> dict[str, Any]:
    """A row that is right, with one thing changed."""
    right = {
        "invitation": invited(hall), "center": hall.center, "grade": 2, "anonymous": True, "via": Via.QR,
        "origin": Origin.CITIZEN, "active": True, "given_at": MONDAY,
    }  # fmt: skip
    return {**right, **facts}


def test_the_row_of_this_table_is_right(hall: Hall) -> None:
    Evaluation.objects.create(**row(hall))


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("evaluation_grade_known", {"grade": 0}),
        ("evaluation_grade_known", {"grade": 6}),
        ("evaluation_reasons_of_the_half", {"reasons": ["g1"]}),
        ("evaluation_reasons_of_the_half", {"grade": 3, "reasons": ["b1"]}),
        ("evaluation_reasons_of_the_half", {"reasons": ["b17"]}),
        ("evaluation_way_known", {"via": "fax"}),
        ("evaluation_way_known", {"origin": "robot", "active": False}),
        ("evaluation_anonymous_without_phone", {"phone": "0335-3000002"}),
        ("evaluation_active_in_person", {"via": "paper"}),
        ("evaluation_active_in_person", {"origin": "staff_device"}),
        ("evaluation_of_a_case_or_on_paper", {"invitation": None}),
        ("evaluation_struck_with_reason", {"struck_at": MONDAY}),
        ("evaluation_struck_with_reason", {"struck_reason": "mistaken"}),
        ("evaluation_struck_with_reason", {"struck_at": MONDAY, "struck_reason": "other"}),
    ],
)
def test_what_cannot_be_is_refused_by_name(hall: Hall, name: str, facts: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Evaluation.objects.create(**row(hall, **facts))


def test_a_case_has_one_live_invitation_and_one_answer(hall: Hall) -> None:
    invitation = invited(hall)
    given(invitation)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluation.objects.create(**row(hall, invitation=invitation))
    twin = {f.attname: getattr(invitation, f.attname) for f in Invitation._meta.fields if f.attname != "id"}
    with pytest.raises(IntegrityError, match="invitation_once_a_case"), transaction.atomic():
        Invitation.objects.create(**twin)


def test_a_box_is_opened_by_two(hall: Hall) -> None:
    person = hall.supervisor.staff
    facts = {"box": box_of(hall), "opened_at": MONDAY, "forms_found": 1, "recorded_by": hall.supervisor}
    with pytest.raises(IntegrityError, match="box_opening_two_people"), transaction.atomic():
        BoxOpening.objects.create(**facts, opener=person, witness=person, recorded_at=MONDAY)
    facts |= {"witness": make_staff(hall.department), "recorded_at": MONDAY - timedelta(minutes=1)}
    with pytest.raises(IntegrityError, match="box_opening_not_in_the_future"), transaction.atomic():
        BoxOpening.objects.create(**facts, opener=person)


def test_a_box_has_one_name_and_ends_after_it_began(hall: Hall) -> None:
    box_of(hall, "东门")
    facts = {"center": hall.center, "placed_on": MONDAY.date()}
    with pytest.raises(IntegrityError, match="paper_box_name"), transaction.atomic():
        PaperBox.objects.create(name="东门", **facts)
    with pytest.raises(IntegrityError, match="retired_after"), transaction.atomic():
        PaperBox.objects.create(name="西门", retired_on=MONDAY.date() - timedelta(days=1), **facts)


def test_a_serial_number_is_used_once_in_a_box(hall: Hall) -> None:
    opening = opened(hall)
    facts = {"opening": opening, "box": opening.box, "entered_by": hall.supervisor, "entered_at": MONDAY}
    PaperForm.objects.create(serial="A1", evaluation=given(invited(hall)), **facts)
    with pytest.raises(IntegrityError, match="paper_form_serial_once"), transaction.atomic():
        PaperForm.objects.create(serial="A1", evaluation=given(invited(hall)), **facts)
