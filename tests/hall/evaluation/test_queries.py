"""What other pages ask: where the evaluation of a case stands, and who may stand beside an opened box."""

from datetime import timedelta

import pytest

from hall.evaluation import actions, queries, registration, tokens
from hall.evaluation.enums import BadReason, GoodReason, Grade, is_bad, reasons_for
from hall.evaluation.queries import GIVEN, NOT_INVITED, OPEN, OVER
from hall.facts import parameters
from hall.ledger import kinds
from hall.ledger.models import Event
from tests.builders import MONDAY, Hall, make_staff
from tests.hall.evaluation.builders import box_of, given, invited

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


def test_the_state_of_a_case_through_its_life(hall: Hall) -> None:
    invitation = invited(hall)
    docket = invitation.docket
    state = queries.evaluation_state(docket, at=LATER)
    assert (state.word, state.is_open, state.until) == (OPEN, True, MONDAY.date() + timedelta(days=90))
    assert queries.evaluation_state(docket, at=MONDAY + timedelta(days=91)).word == OVER
    given(invitation, Grade.VERY_BAD, anonymous=False)
    state = queries.evaluation_state(docket, at=LATER)
    assert (state.word, state.label, state.is_open) == (GIVEN, "已评价", False)


def test_an_anonymous_answer_leaves_the_state_as_it_was(hall: Hall) -> None:
    invitation = invited(hall)
    before = queries.evaluation_state(invitation.docket, at=LATER)
    given(invitation, Grade.VERY_BAD, anonymous=True)
    assert queries.evaluation_state(invitation.docket, at=LATER) == before


def test_no_invitation_no_state(hall: Hall) -> None:
    undone = invited(hall)
    actions.revoke(docket=undone.docket, at=LATER)
    for docket in (undone.docket, "nobody", ""):
        assert queries.evaluation_state(docket, at=LATER).word == NOT_INVITED


def test_the_state_never_says_what_was_said(hall: Hall) -> None:
    invitation = invited(hall)
    given(invitation, Grade.VERY_BAD, anonymous=False)
    state = queries.evaluation_state(invitation.docket, at=LATER)
    assert not [label for label in Grade.labels if label in repr(state) + state.label]


def test_asking_for_the_state_costs_little(hall: Hall, django_assert_max_num_queries: object) -> None:
    docket = invited(hall).docket
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        queries.evaluation_state(docket, at=LATER)


def test_a_link_is_found_by_its_digest(hall: Hall) -> None:
    invitation = invited(hall)
    invited(hall)
    assert queries.by_token(tokens.token_of(invitation.docket, "qr"), "qr") == invitation
    assert queries.by_token(tokens.token_of("nobody", "qr"), "qr") is None


def test_those_who_may_witness_serve_there_and_are_somebody_else(hall: Hall) -> None:
    box = box_of(hall)
    gone = make_staff(hall.department, left_on=MONDAY.date() - timedelta(days=1))
    people = set(queries.witnesses(hall.supervisor, box, on=MONDAY.date()))
    assert hall.clerk.staff in people
    assert not people & {hall.supervisor.staff, gone, Hall().clerk.staff}


def test_the_national_lists_are_whole() -> None:
    assert (len(GoodReason), len(BadReason)) == (8, 16)
    assert GoodReason.labels[0] == "一窗受理一次办结"
    assert BadReason.labels[-1] == "服务态度差效率低"
    assert len({*GoodReason.labels, *BadReason.labels}) == 24


@pytest.mark.parametrize(
    ("grade", "label", "bad"),
    [(5, "非常满意", False), (4, "满意", False), (3, "基本满意", False), (2, "不满意", True), (1, "非常不满意", True)],
)
def test_five_grades_two_of_them_bad(grade: int, label: str, bad: bool) -> None:
    assert (Grade(grade).label, is_bad(grade)) == (label, bad)
    assert reasons_for(grade) is (BadReason if bad else GoodReason)


@pytest.mark.parametrize(
    ("kind", "data", "sentence"),
    [
        ("evaluation.given", {"grade": 2, "via": "pad"}, "办事人评价：不满意，窗口评价器"),
        ("evaluation.asked", {"window": "3"}, "请办事人评价：3 号窗口评价器"),
        ("evaluation.box_opened", {"box": "东门", "found": 4}, "开评价箱：东门，取出 4 张"),
        ("evaluation.paper_entered", {"box": "东门", "count": 4}, "录入纸质评价：东门，4 张"),
        ("evaluation.box_retired", {"box": "东门"}, "停用评价箱：东门"),
        ("device.paired", {"device": "3 号评价器"}, "设备配对：3 号评价器"),
        ("evaluation.given", {"grade": 9, "via": "pad"}, "办事人评价"),
    ],
)
def test_every_event_reads_as_a_sentence(kind: str, data: dict[str, object], sentence: str) -> None:
    assert kinds.describe(Event(kind=kind, data=data)) == sentence


def test_every_number_has_a_value_and_a_source() -> None:
    names = [key.name for key in parameters.declared() if key.name.startswith("evaluation.")]
    assert {"evaluation.open_days", "evaluation.pad_seconds", "evaluation.staff_address_hours"} <= set(names)
    for name in names:
        assert parameters.in_force(name, center=None, on=MONDAY.date()).source


def test_announcing_twice_changes_nothing() -> None:
    before = len(parameters.declared())
    registration.announce()
    assert len(parameters.declared()) == before
