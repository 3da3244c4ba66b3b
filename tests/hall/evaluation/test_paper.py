"""Forms from a sealed box: opened by two, typed in all or none, each traceable to its sheet."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from hall.access.enums import Role
from hall.evaluation import actions
from hall.evaluation.actions import Sheet
from hall.evaluation.enums import Grade, Origin, Via
from hall.evaluation.errors import RowsRefused
from hall.evaluation.models import BoxOpening, Evaluation, PaperBox, PaperForm
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from tests.builders import MONDAY, Hall, make_staff, make_user
from tests.hall.evaluation.builders import answer, box_of, given, invited, opened

pytestmark = pytest.mark.django_db
DAY = MONDAY.date()
AFTER = MONDAY + timedelta(days=2)


def sheet(**facts: Any) -> Sheet:
    """A form that names the matter only."""
    defaults = {"serial": "A001", "given_on": DAY, "answer": answer(Grade.BAD), "item_name": "身份证补领"}
    return Sheet(**{**defaults, **facts})


def entered(opening: BoxOpening, *sheets: Sheet, hall: Hall) -> list[PaperForm]:
    return actions.enter_paper(opening=opening, sheets=sheets, by=hall.supervisor, at=AFTER)


# Boxes and their opening.


@pytest.mark.parametrize("role", Role.values)
def test_who_may_put_up_and_open_boxes(hall: Hall, role: str) -> None:
    user = next(user for user in hall.everybody() if user.role == role)
    if role == Role.SUPERVISOR:
        assert actions.place_box(center=hall.center, name="东门", by=user, at=MONDAY)
        return
    box = box_of(hall)
    facts = {"witness": make_staff(hall.department), "forms_found": 1, "by": user, "at": MONDAY}
    with pytest.raises(NotPermitted):
        actions.place_box(center=hall.center, name="东门", by=user, at=MONDAY)
    with pytest.raises(NotPermitted):
        actions.open_box(box=box, opened_at=MONDAY, **facts)
    with pytest.raises(NotPermitted):
        actions.retire_box(box=box, by=user, at=MONDAY)


def test_a_box_of_another_center_is_out_of_reach(hall: Hall) -> None:
    with pytest.raises(NotPermitted):
        opened(hall, box_of(Hall()))


def test_the_same_name_twice_is_refused_at_its_field(hall: Hall) -> None:
    box_of(hall)
    with pytest.raises(Refused) as refused:
        box_of(hall)
    assert refused.value.field == "name"


def test_an_opening_is_on_record_with_both_people(hall: Hall) -> None:
    opening = opened(hall, found=7)
    assert (opening.opener, opening.recorded_by) == (hall.supervisor.staff, hall.supervisor)
    assert opening.witness != opening.opener
    event = Event.objects.get(kind="evaluation.box_opened")
    assert event.data == {"box": "一楼东门评价箱", "found": 7, "opening": opening.pk}
    assert event.docket == ""


def test_nobody_opens_a_box_alone(hall: Hall) -> None:
    facts = {"opened_at": MONDAY, "forms_found": 1, "by": hall.supervisor, "at": MONDAY}
    with pytest.raises(Refused, match="两人") as refused:
        actions.open_box(box=box_of(hall), witness=hall.supervisor.staff, **facts)
    assert refused.value.field == "witness"


def test_the_second_person_serves_in_the_center(hall: Hall) -> None:
    box = box_of(hall)
    gone = make_staff(hall.department, left_on=DAY - timedelta(days=1))
    for person in (gone, make_staff(Hall().department)):
        with pytest.raises(Refused, match="在岗"):
            actions.open_box(box=box, opened_at=MONDAY, witness=person, forms_found=1, by=hall.supervisor, at=MONDAY)


def test_an_account_of_nobody_opens_no_box(hall: Hall) -> None:
    machine = make_user(Role.SUPERVISOR)
    machine.staff = None
    machine.save()
    facts = {"witness": make_staff(hall.department), "forms_found": 1, "by": machine, "at": MONDAY}
    with pytest.raises(NotPermitted, match="不属于任何人"):
        actions.open_box(box=box_of(hall), opened_at=MONDAY, **facts)


def test_no_box_was_opened_tomorrow(hall: Hall) -> None:
    facts = {"witness": make_staff(hall.department), "forms_found": 1, "by": hall.supervisor}
    with pytest.raises(Refused) as refused:
        actions.open_box(box=box_of(hall), opened_at=AFTER, at=MONDAY, **facts)
    assert refused.value.field == "opened_at"


def test_a_box_taken_away_is_not_opened(hall: Hall) -> None:
    box = box_of(hall)
    for _ in range(2):
        actions.retire_box(box=box, by=hall.supervisor, at=MONDAY)
    assert Event.objects.filter(kind="evaluation.box_retired").count() == 1
    with pytest.raises(Refused, match="停用"):
        opened(hall, box)


# The forms.


def test_a_form_without_a_case_counts_without_an_invitation(hall: Hall) -> None:
    (form,) = entered(opened(hall), sheet(department=hall.department), hall=hall)
    evaluation = form.evaluation
    assert (evaluation.invitation, evaluation.center, evaluation.department) == (None, hall.center, hall.department)
    assert (evaluation.via, evaluation.origin, evaluation.active) == (Via.PAPER, Origin.CITIZEN, False)
    assert (evaluation.item_name, timezone.localdate(evaluation.given_at)) == ("身份证补领", DAY)
    assert evaluation in Evaluation.objects.counted()


def test_a_form_with_a_case_is_the_one_answer_to_it(hall: Hall) -> None:
    invitation = invited(hall)
    (form,) = entered(opened(hall), sheet(docket=invitation.docket, item_name=""), hall=hall)
    assert form.evaluation.invitation == invitation
    assert form.evaluation.handler == hall.clerk.staff
    with pytest.raises(Exception, match="已经评价过"):
        given(invitation, at=AFTER)


def test_each_form_leads_to_its_sheet(hall: Hall) -> None:
    opening = opened(hall)
    entered(opening, sheet(serial="A001"), sheet(serial="A002"), hall=hall)
    found = PaperForm.objects.order_by("serial").values_list("serial", "opening", "entered_by")
    assert list(found) == [(n, opening.pk, hall.supervisor.pk) for n in ("A001", "A002")]
    event = Event.objects.get(kind="evaluation.paper_entered")
    assert event.data == {"box": opening.box.name, "count": 2, "opening": opening.pk}


def test_the_typist_is_the_actor_and_an_anonymous_case_is_not_named(hall: Hall) -> None:
    invitation = invited(hall)
    entered(opened(hall), sheet(docket=invitation.docket), hall=hall)
    event = Event.objects.get(kind="evaluation.given")
    assert (event.actor, event.docket) == (hall.supervisor, "")


def refusals(opening: BoxOpening, *sheets: Sheet, hall: Hall) -> dict[int, str | None]:
    with pytest.raises(RowsRefused) as refused:
        entered(opening, *sheets, hall=hall)
    return {row: refusal.field for row, refusal in refused.value.rows.items()}


def test_every_wrong_row_gets_its_sentence_and_nothing_is_saved(hall: Hall) -> None:
    opening = opened(hall)
    right = sheet(serial="A001")
    early = invited(hall, at=MONDAY)
    wrong = {
        1: (sheet(serial="A002", item_name=""), "docket"),
        2: (sheet(serial="A003", given_on=DAY + timedelta(days=1)), "given_on"),
        3: (sheet(serial="A004", docket=early.docket, given_on=DAY - timedelta(days=1)), "given_on"),
        4: (sheet(serial="A001"), "serial"),
    }
    found = refusals(opening, right, *[bad for bad, _ in wrong.values()], hall=hall)
    assert found == {row: field for row, (_, field) in wrong.items()}
    assert not Evaluation.objects.exists()
    assert not Event.objects.filter(kind__in=["evaluation.given", "evaluation.paper_entered"]).exists()


def test_a_number_nobody_has_or_of_elsewhere_is_refused(hall: Hall) -> None:
    there = invited(Hall())
    for docket in ("130302001220260413099999", there.docket):
        assert refusals(opened(hall, box_of(hall, docket)), sheet(docket=docket), hall=hall) == {0: "docket"}


def test_a_case_evaluated_already_is_refused(hall: Hall) -> None:
    invitation = invited(hall)
    given(invitation)
    assert refusals(opened(hall), sheet(docket=invitation.docket), hall=hall) == {0: "docket"}


def test_two_forms_for_one_case_are_one_too_many(hall: Hall) -> None:
    docket = invited(hall).docket
    sheets = (sheet(serial="1", docket=docket), sheet(serial="2", docket=docket))
    assert refusals(opened(hall), *sheets, hall=hall) == {1: "docket"}


def test_the_day_on_the_form_decides_whether_it_was_in_time(hall: Hall) -> None:
    invitation = invited(hall, at=MONDAY - timedelta(days=95))
    opening = opened(hall)
    assert refusals(opening, sheet(docket=invitation.docket), hall=hall) == {0: "docket"}
    in_time = sheet(docket=invitation.docket, given_on=DAY - timedelta(days=6))
    assert entered(opening, in_time, hall=hall)


def test_who_signs_without_a_case_leaves_a_telephone(hall: Hall) -> None:
    opening = opened(hall)
    signed = sheet(answer=answer(Grade.BAD, anonymous=False))
    assert refusals(opening, signed, hall=hall) == {0: "phone"}
    called = replace(signed, answer=answer(Grade.BAD, anonymous=False, phone="0335-3000002"))
    assert entered(opening, called, hall=hall)[0].evaluation.phone == "0335-3000002"


def test_a_department_of_elsewhere_is_refused(hall: Hall) -> None:
    other = Hall().department
    assert refusals(opened(hall), sheet(department=other), hall=hall) == {0: "department"}


def test_no_more_forms_than_were_found(hall: Hall) -> None:
    opening = opened(hall, found=2)
    entered(opening, sheet(serial="1"), hall=hall)
    with pytest.raises(Refused, match="2 张"):
        entered(opening, sheet(serial="2"), sheet(serial="3"), hall=hall)
    assert entered(opening, sheet(serial="2"), hall=hall)


def test_a_serial_number_belongs_to_its_box(hall: Hall) -> None:
    entered(opened(hall), sheet(), hall=hall)
    assert entered(opened(hall, box_of(hall, "西门")), sheet(), hall=hall)
    assert refusals(opened(hall, PaperBox.objects.first()), sheet(), hall=hall) == {0: "serial"}


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHIEF, Role.AUDITOR])
def test_windows_do_not_type_in_what_is_said_of_them(hall: Hall, role: str) -> None:
    opening = opened(hall)
    user = next(user for user in hall.everybody() if user.role == role)
    with pytest.raises(NotPermitted):
        actions.enter_paper(opening=opening, sheets=[sheet()], by=user, at=AFTER)
