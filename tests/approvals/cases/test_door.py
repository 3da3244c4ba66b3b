"""The door of every change (law 8): the order of refusals, what is written, and that nothing is written by halves."""

from datetime import timedelta

import pytest

from approvals.cases import actions, door
from approvals.cases.enums import CaseState, DeliveryMethod
from approvals.cases.errors import Stale
from approvals.cases.models import Case, ClockRow
from hall.access.models import User
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from hall.outbox.models import Message
from tests.approvals.cases.ways import FRIDAY, LATER, TUESDAY, WEDNESDAY, granted
from tests.builders import MONDAY, Hall, accepted_case, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def received(house: Hall) -> Case:
    return make_case(house)


@pytest.fixture(scope="module")
def reviewing(house: Hall) -> Case:
    return accepted_case(house)


def events(case: Case) -> list[Event]:
    return list(Event.objects.filter(docket=case.docket).order_by("id"))


def last(case: Case) -> Event:
    return events(case)[-1]


# --- in which order a person hears why not ---------------------------------------------------------------------------


def test_somebody_elses_change_is_told_before_anything_else(house, reviewing):
    """The version is old, the state is wrong and the right is missing: what changed comes first."""
    with pytest.raises(Stale):
        actions.accept(reviewing, by=house.auditor, at=MONDAY, seen=1)


def test_the_state_is_told_before_the_right(house, reviewing):
    with pytest.raises(Refused, match="在“审查”环节，不能办理“受理”"):
        actions.accept(reviewing, by=house.auditor, at=MONDAY)


def test_the_right_is_told_before_the_time(house, received):
    with pytest.raises(NotPermitted):
        actions.accept(received, by=house.auditor, at=MONDAY - timedelta(days=1))


def test_the_time_is_told_before_the_fields(house, reviewing):
    with pytest.raises(Refused, match="时间不能早于") as refusal:
        actions.deny(reviewing, by=house.approver, at=MONDAY - timedelta(days=1), reason="")
    assert refusal.value.field == "at"


def test_nobody_signed_in_may_do_what_people_do(received):
    with pytest.raises(NotPermitted), door.opened(received, "accept", by=None, at=MONDAY):
        pass


@pytest.mark.parametrize("name", ["deem_accepted"])
def test_no_person_does_what_the_clock_does(house, received, name):
    with (
        pytest.raises(NotPermitted, match="系统按期限自动办理"),
        door.opened(received, name, by=house.chief, at=MONDAY),
    ):
        pass


def test_an_arrow_the_table_does_not_have_is_refused(house, received):
    move = door.Move(received, "accept", by=house.clerk, at=MONDAY)
    with pytest.raises(Refused, match="“待受理”的办件不能转到“准予待送达”"):
        move.to(CaseState.GRANTED)


# --- the version a person saw ----------------------------------------------------------------------------------------


def test_the_version_seen_lets_the_change_through(house, received):
    assert actions.accept(received, by=house.clerk, at=MONDAY, seen=received.version).version == received.version + 1


def test_an_unread_change_of_the_same_state_counts_too(house, reviewing):
    seen = reviewing.version
    actions.hand_over(reviewing, by=house.clerk, at=TUESDAY, to=house.other_clerk.staff, reason="调班")
    with pytest.raises(Stale) as stale:
        actions.grant(reviewing, by=house.approver, at=TUESDAY, seen=seen)
    assert [(e.kind, e.actor) for e in stale.value.events] == [("case.hand_over", house.clerk)]


def test_stale_lists_only_what_came_after(house, received):
    seen = actions.accept(received, by=house.clerk, at=MONDAY).version
    actions.complete_step(received, by=house.approver, at=TUESDAY, opinion="符合")
    actions.complete_step(received, by=house.approver, at=WEDNESDAY, opinion="符合")
    with pytest.raises(Stale) as stale:
        actions.grant(received, by=house.approver, at=FRIDAY, seen=seen)
    assert [e.kind for e in stale.value.events] == ["case.complete_step"] * 2


def test_a_version_from_the_future_is_stale_as_well(house, received):
    with pytest.raises(Stale):
        actions.accept(received, by=house.clerk, at=MONDAY, seen=received.version + 5)


def test_every_move_raises_the_version_by_one(house):
    case = make_case(house)
    seen = [case.version]
    case = actions.accept(case, by=house.clerk, at=MONDAY)
    seen.append(case.version)
    case = actions.grant(case, by=house.approver, at=FRIDAY)
    seen.append(case.version)
    assert seen == [1, 2, 3]


# --- the event -------------------------------------------------------------------------------------------------------


def test_u05_the_event_names_move_actor_role_and_moment(house, received):
    actions.accept(received, by=house.clerk, at=TUESDAY)
    event = last(received)
    assert (event.kind, event.actor, event.actor_role) == ("case.accept", house.clerk, "clerk")
    assert (event.occurred_at, event.center_code) == (TUESDAY, house.center.code)


def test_the_event_says_from_where_to_where_and_which_version(house, received):
    case = actions.accept(received, by=house.clerk, at=TUESDAY)
    assert last(received).data.items() >= {"from": "received", "to": "reviewing", "version": case.version}.items()


def test_a_move_that_stays_names_no_states(house, reviewing):
    actions.complete_step(reviewing, by=house.approver, at=TUESDAY, opinion="符合")
    assert not {"from", "to"} & set(last(reviewing).data)


def test_u05_what_the_system_did_has_no_actor(house):
    case = make_case(house)
    actions.deem_accepted(case, at=FRIDAY + timedelta(days=14))
    assert [(e.actor, e.actor_role) for e in events(case) if e.kind == "case.deem_accepted"] == [(None, "")]


def test_filing_and_acceptance_are_two_events_in_order(house):
    case = accepted_case(house)
    assert [e.kind for e in events(case)] == ["case.register", "case.accept"]


# --- all or nothing --------------------------------------------------------------------------------------------------


def fail_halfway(case: Case, house: Hall) -> None:
    with door.opened(case, "accept", by=house.clerk, at=MONDAY) as move:
        move.set(accepted_at=MONDAY, accepted_by=house.clerk)
        move.to(CaseState.REVIEWING)
        move.write()
        _ = 1 / 0


def test_an_exception_inside_undoes_columns_event_and_clocks(house, received):
    before = list(ClockRow.objects.filter(case=received).values())
    with pytest.raises(ZeroDivisionError):
        fail_halfway(received, house)
    fresh = Case.objects.get(pk=received.pk)
    assert (fresh.state, fresh.version, len(events(received))) == ("received", 1, 1)
    assert list(ClockRow.objects.filter(case=received).values()) == before


def test_a_refused_move_sends_no_message(house, reviewing):
    before = Message.objects.filter(docket=reviewing.docket).count()
    with pytest.raises(Refused):
        actions.deny(reviewing, by=house.approver, at=FRIDAY, reason=" ")
    assert Message.objects.filter(docket=reviewing.docket).count() == before


def test_only_the_columns_named_are_written(house, received):
    """Somebody fixed the summary meanwhile: accepting does not write the old one back."""
    Case.objects.filter(pk=received.pk).update(summary="新的摘要")
    with door.opened(received, "accept", by=house.clerk, at=MONDAY) as move:
        move.case.summary = "旧的摘要"
        move.set(accepted_at=MONDAY, accepted_by=house.clerk)
        move.to(CaseState.REVIEWING)
    assert Case.objects.get(pk=received.pk).summary == "新的摘要"


def test_the_caller_gets_the_locked_row_not_the_old_object(house, received):
    case = actions.accept(received, by=house.clerk, at=MONDAY)
    assert (received.state, case.state) == (CaseState.RECEIVED, CaseState.REVIEWING)


# --- clocks of two hosts differ a little (T13) -----------------------------------------------------------------------

ACCEPT_AT = MONDAY + timedelta(minutes=5)


@pytest.fixture
def fresh(house: Hall) -> Case:
    return actions.accept(make_case(house), by=house.clerk, at=ACCEPT_AT)


@pytest.mark.parametrize("seconds", [1, 60, 119, 120])
def test_a_host_two_minutes_behind_may_still_decide(house, fresh, seconds):
    case = actions.grant(fresh, by=house.approver, at=ACCEPT_AT - timedelta(seconds=seconds))
    assert case.decided_at >= case.accepted_at


def test_a_host_behind_may_accept_what_was_just_received(house):
    case = make_case(house)
    case = actions.accept(case, by=house.clerk, at=MONDAY - timedelta(seconds=90))
    assert case.accepted_at == case.received_at


def test_a_host_behind_may_finish_a_step_just_begun(house, fresh):
    case = actions.complete_step(fresh, by=house.approver, at=ACCEPT_AT - timedelta(seconds=30), opinion="符合")
    assert case.steps.get(step__name="审查").ended_at == ACCEPT_AT


def test_a_host_behind_may_deliver_what_was_just_granted(house):
    case = actions.deliver(
        granted(house), by=house.clerk, at=FRIDAY - timedelta(seconds=45), method=DeliveryMethod.COLLECTED
    )
    assert case.delivered_at == case.decided_at


@pytest.mark.parametrize("seconds", [121, 3600, 86400])
def test_more_than_two_minutes_is_a_wrong_time(house, fresh, seconds):
    with pytest.raises(Refused, match="时间不能早于办件已有的经过"):
        actions.grant(fresh, by=house.approver, at=ACCEPT_AT - timedelta(seconds=seconds))


def test_nothing_is_archived_before_it_was_closed(house):
    case = actions.deliver(granted(house), by=house.clerk, at=LATER, method=DeliveryMethod.COLLECTED)
    with pytest.raises(Refused, match="时间不能早于"):
        actions.archive(case, by=house.clerk, at=FRIDAY + timedelta(days=1))


def test_who_acts_is_any_user_object_with_staff(house, received):
    assert actions.accept(received, by=User.objects.get(pk=house.clerk.pk), at=MONDAY).accepted_by == house.clerk
