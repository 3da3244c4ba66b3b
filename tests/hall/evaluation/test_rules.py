"""Who may ask and who may open boxes, over all roles and places; and the last day, over days and settings."""

from datetime import date, timedelta

import pytest

from hall.access.enums import Role
from hall.evaluation import actions, rules
from hall.evaluation.models import Invitation
from hall.facts.models import Setting
from hall.facts.parameters import MissingSetting
from tests.builders import MONDAY, Hall, make_department, make_staff, make_user, moment
from tests.hall.evaluation.builders import given, invited

pytestmark = pytest.mark.django_db
WINDOWS = {Role.CLERK, Role.CHIEF}


def one(role: str, hall: Hall, where: str) -> object:
    """Somebody of this role in the department, beside it, in its center at large, or in another center."""
    if where == "own":
        staff = make_staff(hall.department)
    elif where == "beside":
        staff = make_staff(make_department(hall.center, f"{role}旁边的局"))
    elif where == "center":
        staff = make_staff(center=hall.center)
    else:
        staff = make_staff(Hall().department)
    return make_user(role, staff)


@pytest.mark.parametrize("where", ["own", "beside", "center", "elsewhere"])
def test_who_may_ask_for_an_answer(hall: Hall, where: str) -> None:
    invitation = invited(hall)
    allowed = {role for role in Role.values if rules.may_ask(one(role, hall, where), invitation)}
    assert allowed == (WINDOWS if where in ("own", "center") else set())


@pytest.mark.parametrize("where", ["own", "beside", "center", "elsewhere"])
def test_who_may_open_boxes(hall: Hall, where: str) -> None:
    allowed = {role for role in Role.values if rules.may_open_boxes(one(role, hall, where), hall.center)}
    assert allowed == ({Role.SUPERVISOR} if where != "elsewhere" else set())


def test_nobody_disabled_may_do_either(hall: Hall) -> None:
    clerk, keeper = one(Role.CLERK, hall, "own"), one(Role.SUPERVISOR, hall, "own")
    for user in (clerk, keeper):
        user.is_active = False  # type: ignore[attr-defined]
    assert not rules.may_ask(clerk, invited(hall))
    assert not rules.may_open_boxes(keeper, hall.center)


def test_a_supervisor_of_the_city_opens_boxes_of_its_counties(hall: Hall) -> None:
    below = Hall()
    below.center.parent = hall.center
    below.center.save()
    assert rules.may_open_boxes(hall.supervisor, below.center)
    assert not rules.may_open_boxes(below.supervisor, hall.center)


@pytest.mark.parametrize(
    ("closed", "last"),
    [
        ("2026-04-13 10:08", date(2026, 7, 12)),
        ("2026-04-13 23:59", date(2026, 7, 12)),
        ("2026-04-14 00:00", date(2026, 7, 13)),
        ("2025-12-31 17:00", date(2026, 3, 31)),
    ],
)
def test_the_last_day_is_counted_from_beijings_day(hall: Hall, closed: str, last: date) -> None:
    assert rules.last_day(invited(hall, at=moment(closed))) == last


@pytest.mark.parametrize(("at", "open_"), [("2026-07-12 23:59", True), ("2026-07-13 00:00", False)])
def test_the_last_day_counts_whole(hall: Hall, at: str, open_: bool) -> None:
    invitation = invited(hall, at=moment("2026-04-13 10:08"))
    assert rules.in_time(invitation, moment(at)) is open_
    assert rules.open_for_evaluation(invitation, moment(at)) is open_


def test_the_setting_of_the_day_of_closing_holds(hall: Hall) -> None:
    """A shorter time set later does not cut off who was promised more."""
    facts = {"source": "本厅规定", "effective_from": MONDAY.date() + timedelta(days=1)}
    Setting.objects.create(key=rules.OPEN_DAYS, center=hall.center, value=5, **facts)
    before, after = invited(hall), invited(hall, at=MONDAY + timedelta(days=1))
    assert (rules.last_day(before) - before.closed_at.date()).days == 90
    assert (rules.last_day(after) - after.closed_at.date()).days == 5


def test_without_a_number_nothing_is_guessed(hall: Hall) -> None:
    invitation = invited(hall, at=moment("2019-12-31 09:00"))
    with pytest.raises(MissingSetting):
        rules.in_time(invitation, MONDAY)


@pytest.mark.parametrize("revoked", [True, False])
@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("late", [True, False])
def test_open_is_standing_unanswered_and_in_time(hall: Hall, revoked: bool, answered: bool, late: bool) -> None:
    invitation = invited(hall)
    if answered:
        given(invitation)
    if revoked:
        Invitation.objects.filter(pk=invitation.pk).update(revoked_at=MONDAY + timedelta(hours=2))
        invitation.refresh_from_db()
    at = MONDAY + timedelta(days=91 if late else 1)
    assert rules.open_for_evaluation(invitation, at) is not (revoked or answered or late)
    assert rules.is_given(invitation) is answered


def test_a_center_may_set_how_fast_its_pads_clear(hall: Hall) -> None:
    other = Hall()
    facts = {"source": "本中心规定", "effective_from": MONDAY.date()}
    Setting.objects.create(key=rules.PAD_SECONDS, center=hall.center, value=45, **facts)
    found = [rules.pad_seconds(center.pk, MONDAY) for center in (hall.center, other.center)]
    assert found == [45, 60]


def test_who_asks_must_hold_the_right_also_where_the_page_was_open_before(hall: Hall) -> None:
    clerk = make_user(Role.CLERK, make_staff(hall.department, window=hall.window))
    invitation = invited(hall)
    assert actions.ask(invitation=invitation, by=clerk, at=MONDAY)
    clerk.role = Role.AUDITOR
    assert not rules.may_ask(clerk, invitation)


@pytest.mark.parametrize("revoked", [True, False])
@pytest.mark.parametrize("answer", ["none", "signed", "anonymous"])
@pytest.mark.parametrize("late", [True, False])
def test_it_looks_open_until_the_last_day_unless_somebody_signed(
    hall: Hall, revoked: bool, answer: str, late: bool
) -> None:
    invitation = invited(hall)
    if answer != "none":
        given(invitation, anonymous=answer == "anonymous")
    if revoked:
        Invitation.objects.filter(pk=invitation.pk).update(revoked_at=MONDAY + timedelta(hours=2))
        invitation.refresh_from_db()
    at = MONDAY + timedelta(days=91 if late else 1)
    assert rules.is_signed(invitation) is (answer == "signed")
    assert rules.looks_open(invitation, at) is not (revoked or late or answer == "signed")
