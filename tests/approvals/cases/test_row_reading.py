"""The lines of a list: read in two statements they say what the objects say, masked, in the order that was asked."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from approvals.cases import actions, row_reading
from approvals.cases.enums import CaseState, PartyKind, PartyRole
from approvals.cases.models import Case, ClockRow
from hall.privacy.enums import IdentityKind
from tests.approvals.cases.acting import offered
from tests.approvals.cases.ways import FRIDAY, WAYS
from tests.builders import Hall, accepted_case, make_case, make_item_version, moment, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def twins(hall: Hall) -> list[Case]:
    """Several that are alike."""
    own = make_item_version(hall.department)
    return [make_case(hall, own) for _ in range(9)]


def row_of(case: Case, at: datetime = FRIDAY) -> row_reading.Row:
    [row] = row_reading.rows(Case.objects.filter(pk=case.pk), at)
    return row


@pytest.mark.parametrize("state", list(WAYS))
def test_a_line_says_what_the_objects_say(hall: Hall, state: CaseState) -> None:
    case = Case.objects.get(pk=WAYS[state](hall).pk)
    row = row_of(case)
    assert (row.docket, row.item, row.center, row.department, row.handler) == (
        case.docket, case.version_filed.name, case.center.name, case.department.name, case.handler.name
    )  # fmt: skip
    assert (row.state, row.channel, row.received_at) == (
        case.get_state_display(), case.get_channel_display(), case.received_at
    )  # fmt: skip
    assert row.applicant == case.parties.get(role=PartyRole.APPLICANT).masked_name


def test_lines_keep_the_order_that_was_asked(twins: list[Case]) -> None:
    found = Case.objects.filter(pk__in=[case.pk for case in twins])
    for order in ("docket", "-docket"):
        asked = found.order_by(order)
        assert [row.docket for row in row_reading.rows(asked, FRIDAY)] == [case.docket for case in asked]


def test_a_list_without_cases_has_no_lines() -> None:
    assert row_reading.rows(Case.objects.none(), FRIDAY) == []


def test_the_person_is_masked(hall: Hall) -> None:
    assert row_of(make_case(hall, applicant=person("欧阳小明"))).applicant not in ("欧阳小明", "")


def test_the_organisation_is_masked(hall: Hall) -> None:
    firm = person("秦皇岛市测试商贸有限公司", identity_kind=IdentityKind.USCC, identity="91130302MA07XXXX00")
    firm = replace(firm, kind=PartyKind.ORGANISATION)
    assert row_of(make_case(hall, applicant=firm)).applicant not in ("秦皇岛市测试商贸有限公司", "")


def test_a_case_without_an_applicant_has_a_line(hall: Hall) -> None:
    case = make_case(hall)
    case.parties.all().delete()
    assert row_of(case).applicant == ""


def test_who_was_offered_the_case_stands_beside_its_handler_until_the_answer(hall: Hall) -> None:
    case = offered(hall)
    assert row_of(case).offered_to == case.handovers.get().to_staff.name
    actions.accept_hand_over(case, by=hall.other_clerk, at=timezone.now())
    assert row_of(case).offered_to == ""


def test_a_case_that_is_over_has_no_lamp_and_no_day(hall: Hall) -> None:
    row = row_of(WAYS[CaseState.DELIVERED](hall))
    assert (row.lamp, row.css, row.due) == (None, "off", None)


def test_a_stopped_case_shows_no_day(hall: Hall) -> None:
    case = accepted_case(hall, make_item_version(hall.department, steps=()))
    case = actions.pause(case, by=hall.approver, at=FRIDAY, ground=hall.ground(), notified_days=3, reason="评审")
    assert (row_of(case).due, row_of(case).css) == (None, "hold")


def test_the_day_is_of_the_clock_whose_lamp_is_shown(hall: Hall) -> None:
    case = accepted_case(hall, make_item_version(hall.department, steps=(("审查", 15), ("决定", 5))))
    row = row_of(case, moment("2026-04-14 09:00"))
    step = ClockRow.objects.get(case=case, clock="step")
    assert row.due == step.due < ClockRow.objects.get(case=case, clock="decision").due
    assert row.lamp is not None
    assert row.lamp.text.startswith("环节剩")


@pytest.mark.parametrize("number", [1, 9])
def test_a_line_costs_no_statement_of_its_own(twins: list[Case], number: int, django_assert_num_queries: Any) -> None:
    found = Case.objects.filter(pk__in=[case.pk for case in twins[:number]])
    row_reading.rows(found, FRIDAY)  # the calendar is in memory from here
    with django_assert_num_queries(4):  # which cases, their clocks, their words, the calendar once for the one region
        assert len(row_reading.rows(found, FRIDAY)) == number


def test_a_file_has_the_same_lines_however_many_pieces_they_are_read_in(
    twins: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Case.objects.filter(pk__in=[case.pk for case in twins]).order_by("docket")
    whole = list(row_reading.cells(found, FRIDAY))
    monkeypatch.setattr(row_reading, "_AT_ONCE", 2)
    assert list(row_reading.cells(found, FRIDAY)) == whole
    assert [line[0] for line in whole] == [case.docket for case in found]
    assert {len(line) for line in whole} == {len(row_reading.COLUMNS)}
