"""What the law did by itself, undone by two people: the case goes on where it stood, and its clocks with it (law 7)."""

import pytest

from approvals.cases import actions
from approvals.cases.actions.lateness import sweep
from approvals.cases.enums import CaseState, CorrectableField
from approvals.cases.models import Case, ClockRow
from hall.ledger.models import Event
from tests.approvals.cases.ways import FRIDAY, LATER, lapse_rule, noticed, with_promise
from tests.builders import Hall, make_case, moment

pytestmark = pytest.mark.django_db
NEXT = moment("2026-06-02 09:00")


def undo(house: Hall, case: Case, field: CorrectableField) -> Case:
    row = actions.propose_correction(case, by=house.clerk, at=LATER, field=field, value="", reason="当时有误")
    actions.review_correction(row, by=house.approver, at=NEXT, agreed=True)
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def lapsed_while_paused(house: Hall) -> Case:
    """A promised paper never came, while an expert review was still going on."""
    lapse_rule(house, "supplement")
    case = actions.pause(
        with_promise(house), by=house.approver, at=FRIDAY, ground=house.ground(), notified_days=60, reason="评审"
    )
    lapsed = actions.lapse(case, at=LATER)
    assert lapsed is not None
    return lapsed


def test_undoing_a_lapse_brings_the_case_back_to_its_desk(house):
    lapse_rule(house)
    case = undo(house, actions.lapse(noticed(house), at=LATER), CorrectableField.LAPSE)
    assert (case.state, case.closed_at, case.closing_code) == (CaseState.SUPPLEMENTING, None, "")


def test_undoing_a_lapse_leaves_nothing_stopped_that_nobody_can_resume(house, lapsed_while_paused):
    """Under review nothing may stand still: only a stopped case can be resumed."""
    case = undo(house, lapsed_while_paused, CorrectableField.LAPSE)
    assert case.state == CaseState.REVIEWING
    assert not case.pauses.filter(end_on__isnull=True).exists()
    assert not ClockRow.objects.get(case=case, clock="decision").stopped


def test_an_undone_lapse_does_not_happen_again_by_itself(house):
    lapse_rule(house)
    case = undo(house, actions.lapse(noticed(house), at=LATER), CorrectableField.LAPSE)
    sweep(at=NEXT)
    assert Case.objects.get(pk=case.pk).state == CaseState.SUPPLEMENTING


def test_an_undone_acceptance_does_not_happen_again_by_itself(house):
    case = make_case(house, complete=False)
    sweep(at=moment("2026-04-21 00:00:05"))
    case = undo(house, Case.objects.get(pk=case.pk), CorrectableField.DEEMED_ACCEPTANCE)
    sweep(at=NEXT)
    assert Case.objects.get(pk=case.pk).state == CaseState.RECEIVED


@pytest.mark.parametrize("field", [CorrectableField.DEEMED_ACCEPTANCE, CorrectableField.LAPSE])
def test_both_the_consequence_and_its_undoing_stay_on_record(house, field):
    if field == CorrectableField.LAPSE:
        lapse_rule(house)
        case = actions.lapse(noticed(house), at=LATER)
        wanted = ["case.lapse", "case.correct", "case.review_correction", "case.undo_lapse"]
    else:
        case = actions.deem_accepted(make_case(house), at=moment("2026-04-21 00:00:05"))
        wanted = ["case.deem_accepted", "case.correct", "case.review_correction", "case.undo_deemed_acceptance"]
    undo(house, case, field)
    kinds = list(
        Event.objects.filter(docket=case.docket, kind__in=wanted).order_by("id").values_list("kind", flat=True)
    )
    assert kinds == wanted
