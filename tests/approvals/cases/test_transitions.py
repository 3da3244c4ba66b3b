"""The table of moves: whole, equal to the database's, and enforced there against raw SQL (law 8, N15)."""

import itertools

import pytest
from django.db import IntegrityError, connection, transaction

from approvals.cases import rules, transitions
from approvals.cases.enums import CLOSED, ENDED, OPEN, CaseState
from approvals.cases.models import Case, TransitionArrow
from tests.builders import Hall, make_case, moment

PAIRS = [(s, t) for s, t in itertools.product(CaseState, CaseState) if s != t]


def test_every_line_names_its_ground():
    assert all(line.article and line.label for line in transitions.TABLE)


def test_names_are_unique():
    assert len(transitions.BY_NAME) == len(transitions.TABLE)


@pytest.mark.parametrize("state", CaseState)
def test_every_state_is_the_last_or_has_an_exit(state):
    exits = {t for s, t in transitions.state_changes() if s == state}
    assert bool(exits) is (state != CaseState.ARCHIVED)


@pytest.mark.parametrize("state", [s for s in CaseState if s != CaseState.RECEIVED])
def test_every_state_can_be_reached(state):
    assert any(t == state for _, t in transitions.state_changes())


def test_groups_cover_every_state_once():
    assert sorted([*OPEN, *CLOSED]) == sorted(CaseState)
    assert set(ENDED) < set(CLOSED)


@pytest.mark.parametrize("line", transitions.TABLE, ids=lambda line: line.name)
def test_every_line_has_somebody_who_may_or_is_the_systems(line):
    who = (line.name in rules.PERMITS, line.name in rules.SYSTEM_ONLY, line.name in rules.BY_CORRECTION_ONLY)
    assert sum(who) == 1


@pytest.mark.parametrize("line", transitions.TABLE, ids=lambda line: line.name)
@pytest.mark.parametrize("state", CaseState)
def test_allowed_agrees_with_the_sources(line, state):
    assert transitions.allowed(line.name, state) is (state in line.sources)


def test_staying_is_a_move_only_where_the_line_says_so():
    assert transitions.leads_to("extend", CaseState.REVIEWING, CaseState.REVIEWING)
    assert not transitions.leads_to("grant", CaseState.REVIEWING, CaseState.REVIEWING)


@pytest.mark.django_db
def test_database_holds_the_same_table():
    assert set(TransitionArrow.objects.values_list("source", "target")) == transitions.state_changes()


@pytest.mark.django_db
def test_n15_trigger_allows_exactly_the_table():
    """Every pair of states is tried on a real row; the trigger and the table agree on all of them."""
    case = make_case(Hall())
    refused = set()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE cases_case DROP CONSTRAINT case_closed_has_time")
        for source, target in PAIRS:
            cursor.execute("ALTER TABLE cases_case DISABLE TRIGGER cases_moves")
            cursor.execute("UPDATE cases_case SET state = %s WHERE id = %s", [source.value, case.pk])
            cursor.execute("ALTER TABLE cases_case ENABLE TRIGGER cases_moves")
            try:
                with transaction.atomic():
                    cursor.execute("UPDATE cases_case SET state = %s WHERE id = %s", [target.value, case.pk])
            except IntegrityError:
                refused.add((source.value, target.value))
    assert {(s.value, t.value) for s, t in PAIRS} - refused == transitions.state_changes()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value"), [("docket", "130302001220260413000029"), ("first_handler_id", None), ("center_id", None)]
)
def test_number_first_handler_and_center_never_change(column, value):
    hall = Hall()
    case, other = make_case(hall), Hall()
    value = value or {"first_handler_id": hall.other_clerk.staff_id, "center_id": other.center.pk}[column]
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**{column: value})


@pytest.mark.django_db
def test_a_case_begins_as_received():
    case = make_case(Hall())
    case.pk, case.docket, case.state = None, "130302001220260413000029", CaseState.GRANTED
    case.accepted_at = case.decided_at = moment("2026-04-14 09:00")
    case.granted, case.decided_by = True, case.first_handler.user
    with pytest.raises(IntegrityError, match="begins as received"), transaction.atomic():
        case.save(force_insert=True)


@pytest.mark.django_db
def test_issued_document_is_not_edited_or_deleted():
    document = make_case(Hall()).documents.get()
    for statement in ("UPDATE cases_officialdocument SET sha256 = 'x'", "DELETE FROM cases_officialdocument"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{statement} WHERE id = %s", [document.pk])
