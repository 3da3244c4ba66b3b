"""Every closed case is invited once; an undone closing takes it back; a clerk asks and chooses nothing."""

from datetime import timedelta

import pytest

from hall.access.enums import Role
from hall.evaluation import actions, queries, tokens
from hall.evaluation.enums import Grade
from hall.evaluation.errors import Closed
from hall.evaluation.models import Asking, Invitation
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from tests.builders import MONDAY, Hall, make_department, make_staff, make_user
from tests.hall.evaluation.builders import given, invited, new_docket

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(minutes=5)


def test_the_invitation_keeps_a_digest_and_no_link(hall: Hall) -> None:
    invitation = invited(hall)
    assert invitation.token_digest == tokens.digest_of(invitation.docket)


def test_inviting_twice_is_inviting_once(hall: Hall) -> None:
    docket = new_docket(hall)
    assert invited(hall, docket=docket) == invited(hall, docket=docket, at=LATER)
    assert Invitation.objects.count() == 1


def test_an_undone_closing_takes_the_invitation_back(hall: Hall) -> None:
    invitation = invited(hall)
    actions.revoke(docket=invitation.docket, at=LATER)
    invitation.refresh_from_db()
    assert invitation.revoked_at == LATER
    assert not Invitation.objects.live().exists()


def test_closing_again_invites_anew_and_the_printed_link_works(hall: Hall) -> None:
    first = invited(hall)
    actions.revoke(docket=first.docket, at=LATER)
    second = invited(hall, docket=first.docket, at=LATER)
    assert second != first
    assert queries.by_token(tokens.token_of(first.docket, "qr"), "qr") == second


def test_what_is_evaluated_stays_although_the_closing_is_undone(hall: Hall) -> None:
    invitation = invited(hall)
    given(invitation, Grade.BAD)
    actions.revoke(docket=invitation.docket, at=LATER + timedelta(hours=2))
    assert Invitation.objects.live().get() == invitation
    assert invited(hall, docket=invitation.docket) == invitation


@pytest.mark.parametrize("times", [1, 2])
def test_revoking_is_idempotent_also_where_nothing_was(hall: Hall, times: int) -> None:
    invitation = invited(hall)
    for minute in range(times):
        actions.revoke(docket=invitation.docket, at=LATER + timedelta(minutes=minute))
    actions.revoke(docket="nobody", at=LATER)
    invitation.refresh_from_db()
    assert invitation.revoked_at == LATER


def test_a_name_too_long_for_the_column_is_cut(hall: Hall) -> None:
    invitation = invited(hall, item_name="事" * 400, item_code="1" * 80)
    assert (len(invitation.item_name), len(invitation.item_code)) == (300, 64)


def test_asking_shows_the_question_at_the_clerks_window(hall: Hall) -> None:
    invitation = invited(hall)
    asking = actions.ask(invitation=invitation, by=hall.clerk, at=LATER)
    assert (asking.window, asking.asked_by, asking.shown_at) == (hall.window, hall.clerk, None)
    event = Event.objects.get(kind="evaluation.asked")
    assert (event.docket, event.actor, event.data) == (invitation.docket, hall.clerk, {"window": hall.window.number})


@pytest.mark.parametrize("role", Role.values)
def test_who_may_ask(hall: Hall, role: str) -> None:
    user = make_user(role, make_staff(hall.department, window=hall.window))
    invitation = invited(hall)
    if role in (Role.CLERK, Role.CHIEF):
        assert actions.ask(invitation=invitation, by=user, at=LATER)
    else:
        with pytest.raises(NotPermitted):
            actions.ask(invitation=invitation, by=user, at=LATER)


def test_nobody_asks_for_another_department(hall: Hall) -> None:
    other = make_department(hall.center, "税务局")
    with pytest.raises(NotPermitted):
        actions.ask(invitation=invited(hall, department=other), by=hall.clerk, at=LATER)


def test_a_comprehensive_window_asks_for_all_of_its_center(hall: Hall) -> None:
    clerk = make_user(Role.CLERK, make_staff(center=hall.center, window=hall.window))
    assert actions.ask(invitation=invited(hall), by=clerk, at=LATER)


def test_without_a_window_there_is_no_pad(hall: Hall) -> None:
    with pytest.raises(Refused, match="窗口"):
        actions.ask(invitation=invited(hall), by=hall.other_clerk, at=LATER)


def test_nobody_asks_for_what_is_signed_revoked_or_over(hall: Hall) -> None:
    done, undone, old = invited(hall), invited(hall), invited(hall)
    given(done, at=LATER, anonymous=False)
    actions.revoke(docket=undone.docket, at=LATER)
    for invitation, at in ((done, LATER), (undone, LATER), (old, MONDAY + timedelta(days=91))):
        with pytest.raises(Closed):
            actions.ask(invitation=invitation, by=hall.clerk, at=at)
    assert not Asking.objects.exists()


def test_a_question_is_marked_shown_once(hall: Hall) -> None:
    asking = actions.ask(invitation=invited(hall), by=hall.clerk, at=LATER)
    for minutes in (1, 2):
        actions.mark_shown(asking=asking, at=LATER + timedelta(minutes=minutes))
    asking.refresh_from_db()
    assert asking.shown_at == LATER + timedelta(minutes=1)
