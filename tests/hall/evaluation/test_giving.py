"""One case, one answer; a bad one is taken like any other; what is told does not betray who was anonymous."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from hall.evaluation import actions
from hall.evaluation import given as followers
from hall.evaluation.actions.giving import GIVEN_ALREADY, OVER
from hall.evaluation.enums import BadReason, GoodReason, Grade, Origin, Via
from hall.evaluation.errors import Closed
from hall.evaluation.models import Evaluation, Invitation
from hall.facts.errors import Refused
from hall.facts.models import Setting
from hall.ledger.models import Event
from tests.builders import MONDAY, Hall
from tests.hall.evaluation.builders import answer, given, invited

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


@pytest.mark.parametrize("via", [Via.PAD, Via.QR, Via.LOOKUP, Via.MESSAGE, Via.COUNTER])
def test_every_grade_is_taken_every_way_without_a_reason(hall: Hall, via: str) -> None:
    for grade, anonymous in itertools.product(Grade.values, (True, False)):
        evaluation = given(invited(hall), grade, via=via, anonymous=anonymous)
        assert (evaluation.grade, evaluation.reasons, evaluation.text) == (grade, [], "")
        assert (evaluation.active, evaluation.origin, evaluation.anonymous) == (True, Origin.CITIZEN, anonymous)


def test_place_and_people_are_copied_from_the_invitation(hall: Hall) -> None:
    invitation = invited(hall)
    evaluation = Evaluation.objects.get(pk=given(invitation).pk)
    for name in ("center_id", "department_id", "window_id", "handler_id", "item_code", "item_name"):
        assert getattr(evaluation, name) == getattr(invitation, name), name


def test_the_key_of_an_answer_tells_nothing_of_its_moment(hall: Hall) -> None:
    assert {given(invited(hall)).pk.version for _ in range(3)} == {4}


def test_n14_a_case_is_evaluated_once(hall: Hall) -> None:
    invitation = invited(hall)
    given(invitation, Grade.VERY_BAD)
    with pytest.raises(Closed, match=GIVEN_ALREADY):
        given(invitation, Grade.VERY_GOOD)
    assert Evaluation.objects.get().grade == Grade.VERY_BAD


def test_a_revoked_invitation_takes_nothing(hall: Hall) -> None:
    invitation = invited(hall)
    actions.revoke(docket=invitation.docket, at=LATER)
    with pytest.raises(Closed, match=OVER):
        given(invitation)


@pytest.mark.parametrize(("days", "taken"), [(0, True), (90, True), (91, False)])
def test_time_is_over_after_the_days_of_the_setting(hall: Hall, days: int, taken: bool) -> None:
    invitation = invited(hall)
    at = MONDAY.replace(hour=23, minute=59) + timedelta(days=days)
    if taken:
        given(invitation, at=at)
    else:
        with pytest.raises(Closed, match=OVER):
            given(invitation, at=at)


def test_a_center_may_set_its_own_days(hall: Hall) -> None:
    facts = {"source": "本中心规定", "effective_from": MONDAY.date()}
    Setting.objects.create(key="evaluation.open_days", center=hall.center, value=3, **facts)
    with pytest.raises(Closed):
        given(invited(hall), at=MONDAY + timedelta(days=4))


@pytest.mark.parametrize("grade", [Grade.VERY_GOOD, Grade.GOOD, Grade.FAIR])
def test_reasons_for_a_good_grade_are_the_good_ones(hall: Hall, grade: int) -> None:
    given(invited(hall), grade, reasons=tuple(GoodReason.values))
    with pytest.raises(Refused) as refused:
        given(invited(hall), grade, reasons=("b1",))
    assert refused.value.field == "reasons"


@pytest.mark.parametrize("grade", [Grade.BAD, Grade.VERY_BAD])
def test_reasons_for_a_bad_grade_are_all_sixteen(hall: Hall, grade: int) -> None:
    assert given(invited(hall), grade, reasons=tuple(BadReason.values)).reasons == BadReason.values
    with pytest.raises(Refused):
        given(invited(hall), grade, reasons=("g1",))


def test_a_reason_ticked_twice_counts_once(hall: Hall) -> None:
    assert given(invited(hall), Grade.BAD, reasons=("b2", "b1", "b2")).reasons == ["b2", "b1"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"grade": 0}, "grade"),
        ({"grade": 6}, "grade"),
        ({"reasons": ("x",)}, "reasons"),
        ({"text": "长" * 1001}, "text"),
    ],
)
def test_nonsense_is_refused_at_its_field(hall: Hall, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        given(invited(hall), **facts)
    assert refused.value.field == field
    assert not Evaluation.objects.exists()


def test_an_anonymous_person_leaves_no_telephone(hall: Hall) -> None:
    assert given(invited(hall), phone="13800000000").phone is None


def test_who_signs_may_leave_one(hall: Hall) -> None:
    named = given(invited(hall), Grade.BAD, anonymous=False, phone=" 0335-3000002 ")
    assert Evaluation.objects.get(pk=named.pk).phone == "0335-3000002"
    assert given(invited(hall), anonymous=False).phone is None


def test_words_and_telephone_cannot_be_read_in_the_database(hall: Hall) -> None:
    given(invited(hall), Grade.BAD, anonymous=False, text="等了两个小时", phone="0335-3000002")
    with connection.cursor() as cursor:
        cursor.execute("SELECT text, phone FROM evaluation_evaluation")
        text, phone = cursor.fetchone()
    assert "两个小时" not in text
    assert "3000002" not in phone
    assert Evaluation.objects.get().text == "等了两个小时"


def test_from_a_staff_device_it_is_kept_and_told_apart(hall: Hall) -> None:
    evaluation = given(invited(hall), Grade.VERY_GOOD, origin=Origin.STAFF_DEVICE)
    assert not evaluation.active
    assert evaluation not in Evaluation.objects.counted()


def test_what_counts_is_of_citizens_and_not_struck(hall: Hall) -> None:
    kept, struck = given(invited(hall), Grade.BAD), given(invited(hall), Grade.BAD)
    struck.struck_at, struck.struck_reason = LATER, "mistaken"
    struck.save(update_fields=["struck_at", "struck_reason"])
    assert list(Evaluation.objects.counted()) == [kept]
    assert set(Evaluation.objects.bad()) == {kept, struck}
    assert not Evaluation.objects.good().exists()


def told() -> Event:
    return Event.objects.get(kind="evaluation.given")


def test_the_event_of_a_signed_answer_names_the_case(hall: Hall) -> None:
    invitation = invited(hall)
    given(invitation, Grade.BAD, anonymous=False, reasons=("b8",), text="态度生硬")
    assert (told().docket, told().center_code, told().actor) == (invitation.docket, hall.center.code, None)
    facts = {"grade": 2, "via": "qr", "reasons": ["b8"], "anonymous": False, "origin": "citizen"}
    assert told().data == facts


def test_the_event_of_an_anonymous_answer_does_not(hall: Hall) -> None:
    invitation = invited(hall)
    given(invitation, Grade.BAD, text="态度生硬")
    assert told().docket == ""
    assert invitation.docket not in str(told().data)
    assert "态度" not in str(told().data)
    assert not Event.objects.filter(docket=invitation.docket).exists()


def test_followers_are_told_in_the_same_transaction(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(followers, "_followers", {})
    followers.follow("test", lambda evaluation, at: seen.append((evaluation.grade, at)))
    given(invited(hall), Grade.BAD)
    assert seen == [(2, LATER)]

    def fail(*_: object) -> None:
        raise Refused("x")

    followers.follow("test", fail)
    with pytest.raises(Refused):
        given(invited(hall), Grade.BAD)
    assert Evaluation.objects.count() == Event.objects.filter(kind="evaluation.given").count() == 1


def test_an_invitation_of_yesterday_is_looked_at_again(hall: Hall) -> None:
    """What the page read before the person wrote is not believed."""
    stale = invited(hall)
    Invitation.objects.filter(pk=stale.pk).update(revoked_at=LATER)
    with pytest.raises(Closed):
        actions.give(invitation=stale, answer=answer(), via=Via.QR, origin=Origin.CITIZEN, at=LATER)
