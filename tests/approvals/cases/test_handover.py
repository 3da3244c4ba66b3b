"""A hand-over must be accepted: until then the case stays with whoever holds it (首问责任制)."""

import pytest
from django.urls import reverse

from approvals.cases import actions
from approvals.cases.models import Case, Handover
from approvals.cases.registration import open_cases_of
from hall.access.enums import Role
from hall.access.models import User
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from hall.organisation.models import Absence
from hall.outbox.models import Message
from tests.approvals.cases import acting
from tests.approvals.cases.acting import as_user
from tests.approvals.cases.ways import FRIDAY, TUESDAY, WEDNESDAY
from tests.builders import Hall, accepted_case, make_staff, make_user, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(hall) -> Case:
    return accepted_case(hall)


@pytest.fixture
def offered(hall, case) -> Case:
    return offer(hall, case)


def offer(hall: Hall, case: Case, *, by: User | None = None, to: User | None = None) -> Case:
    receiver = (to or hall.other_clerk).staff
    return actions.hand_over(case, by=by or hall.clerk, at=TUESDAY, to=receiver, reason="调班")


def told(case: Case) -> list[tuple[str, str]]:
    found = Message.objects.filter(docket=case.docket, template__startswith="staff_hand").order_by("created_at", "pk")
    return [(message.template, message.recipient_ref) for message in found]


def test_an_offer_moves_nothing(hall, offered):
    assert offered.handler == hall.clerk.staff
    row = offered.handovers.get()
    assert (row.is_pending, row.to_staff, row.accepted_at, row.answered_by) == (
        True,
        hall.other_clerk.staff,
        None,
        None,
    )
    assert Event.objects.get(docket=offered.docket, kind="case.hand_over").data["pending"] is True
    assert told(offered) == [("staff_handover_offered", str(hall.other_clerk.staff_id))]


def test_accepting_makes_it_ones_own(hall, offered):
    case = actions.accept_hand_over(offered, by=hall.other_clerk, at=WEDNESDAY)
    assert (case.handler, case.first_handler) == (hall.other_clerk.staff, hall.clerk.staff)
    row = case.handovers.get()
    assert (row.accepted_at, row.answered_by) == (WEDNESDAY, hall.other_clerk)
    assert Event.objects.filter(docket=case.docket, kind="case.accept_hand_over", actor=hall.other_clerk).exists()
    assert ("staff_handover_accepted", str(hall.clerk.staff_id)) in told(case)


def test_declining_leaves_it_where_it_was(hall, offered):
    case = actions.decline_hand_over(offered, by=hall.other_clerk, at=WEDNESDAY, reason="不熟悉这个事项")
    assert case.handler == hall.clerk.staff
    row = case.handovers.get()
    assert (row.declined_at, row.decline_reason, row.accepted_at) == (WEDNESDAY, "不熟悉这个事项", None)
    assert ("staff_handover_declined", str(hall.clerk.staff_id)) in told(case)


def test_declining_needs_a_reason(hall, offered):
    with pytest.raises(Refused, match="理由"):
        actions.decline_hand_over(offered, by=hall.other_clerk, at=WEDNESDAY, reason="  ")
    assert offered.handovers.get().is_pending


@pytest.mark.parametrize("who", ["clerk", "chief", "approver", "supervisor", "admin"])
def test_only_the_receiver_answers(hall, offered, who):
    for answer in (
        lambda: actions.accept_hand_over(offered, by=getattr(hall, who), at=WEDNESDAY),
        lambda: actions.decline_hand_over(offered, by=getattr(hall, who), at=WEDNESDAY, reason="忙"),
    ):
        with pytest.raises(NotPermitted):
            answer()


def test_answering_twice_does_nothing_twice(hall, offered):
    actions.accept_hand_over(offered, by=hall.other_clerk, at=WEDNESDAY)
    with pytest.raises(NotPermitted):
        actions.accept_hand_over(offered, by=hall.other_clerk, at=WEDNESDAY)
    assert Event.objects.filter(docket=offered.docket, kind="case.accept_hand_over").count() == 1


def test_one_offer_at_a_time(hall, offered):
    with pytest.raises(Refused, match="正在等对方接收"):
        offer(hall, offered, to=hall.approver)
    actions.decline_hand_over(offered, by=hall.other_clerk, at=WEDNESDAY, reason="忙")
    offer(hall, offered, to=hall.approver)
    assert offered.handovers.count() == 2


def test_the_deputy_offers_as_well(hall, case):
    Absence.objects.create(
        staff=hall.clerk.staff, acting=hall.other_clerk.staff, from_at=moment("2026-04-01 09:00"), reason="leave"
    )
    case = offer(hall, case, by=hall.other_clerk, to=hall.approver)
    assert (case.handler, case.handovers.get().is_pending) == (hall.clerk.staff, True)


def test_the_chief_orders_and_it_holds_at_once(hall, case):
    case = offer(hall, case, by=hall.chief)
    row = case.handovers.get()
    assert (case.handler, row.accepted_at, row.answered_by) == (hall.other_clerk.staff, TUESDAY, hall.chief)
    assert told(case) == [("staff_handed_over", str(hall.other_clerk.staff_id))]


def test_an_order_ends_an_offer_that_waits(hall, offered):
    case = actions.hand_over(offered, by=hall.chief, at=WEDNESDAY, to=hall.approver.staff, reason="统一调配")
    waiting, ordered = case.handovers.all()
    assert (waiting.declined_at, waiting.decline_reason) == (WEDNESDAY, "首席代表另行安排")
    assert (ordered.accepted_at, case.handler) == (WEDNESDAY, hall.approver.staff)
    with pytest.raises(NotPermitted):
        actions.accept_hand_over(case, by=hall.other_clerk, at=FRIDAY)


def test_an_offer_dies_with_the_case(hall, offered):
    actions.withdraw(offered, by=hall.clerk, at=WEDNESDAY, reason="不办了")
    with pytest.raises(Refused, match="申请人撤回"):
        actions.accept_hand_over(offered, by=hall.other_clerk, at=FRIDAY)


def test_who_offered_still_may_not_leave(hall, offered):
    assert open_cases_of(hall.clerk.staff)
    assert open_cases_of(hall.other_clerk.staff) is None


def test_who_has_left_takes_nothing_over(hall, offered):
    hall.other_clerk.staff.left_on = TUESDAY.date()
    hall.other_clerk.staff.save()
    with pytest.raises(Refused, match="离岗"):
        actions.accept_hand_over(offered, by=hall.other_clerk, at=WEDNESDAY)


# --- pages ---------------------------------------------------------------------------------------------------------


def worklist(user: User) -> str:
    return as_user(user).get(reverse("cases:worklist")).content.decode()


def test_the_receiver_sees_it_waiting_and_accepts_with_one_key(hall):
    case = acting.offered(hall)
    text = worklist(hall.other_clerk)
    assert "待接收（1）" in text
    assert 'data-key="x"' in text
    assert case.docket in text
    answer = acting.post(hall.other_clerk, case, "answer_hand_over", accepted="yes")
    assert answer.status_code == 302
    assert Case.objects.get(pk=case.pk).handler == hall.other_clerk.staff
    assert "待接收" not in worklist(hall.other_clerk)


def test_the_sender_sees_that_it_waits(hall):
    case = acting.offered(hall)
    text = worklist(hall.clerk)
    assert f"移交给{hall.other_clerk.staff.name}，待接收" in text
    assert "待接收（" not in text
    detail = as_user(hall.clerk).get(reverse("cases:detail", args=(case.docket,))).content.decode()
    assert "等对方接收" in detail


def test_giving_back_without_a_reason_is_said_at_its_field(hall):
    case = acting.offered(hall)
    answer = acting.post(hall.other_clerk, case, "answer_hand_over", accepted="no")
    assert (answer.status_code, "退回移交请写明理由" in answer.content.decode()) == (422, True)
    assert acting.post(hall.other_clerk, case, "answer_hand_over", accepted="no", reason="忙").status_code == 302
    assert Case.objects.get(pk=case.pk).handler == hall.clerk.staff


def test_offers_ask_the_database_a_fixed_number_of_times(hall, django_assert_max_num_queries):
    acting.offered(hall)
    client = as_user(hall.other_clerk)
    client.get(reverse("cases:worklist"))
    with django_assert_max_num_queries(60) as one:
        client.get(reverse("cases:worklist"))
    for _ in range(2):
        acting.offered(hall)
    with django_assert_max_num_queries(len(one.captured_queries)):
        assert "待接收（3）" in client.get(reverse("cases:worklist")).content.decode()


def test_a_stranger_finds_nothing_to_answer(hall):
    case = acting.offered(hall)
    stranger = make_user(Role.CLERK, make_staff(center=hall.center))  # a comprehensive window sees the case
    assert acting.post(stranger, case, "answer_hand_over", accepted="yes").status_code == 403
    assert Handover.objects.get(case=case).is_pending
