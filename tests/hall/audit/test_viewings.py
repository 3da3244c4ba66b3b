"""Who looks at full data too often is told of; supervisors see how often and why (P10)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.cases.actions import unmask
from approvals.cases.models import Case
from hall.access.enums import Role
from hall.access.models import User
from hall.audit import actions, viewings
from hall.audit.parameters import VIEWINGS
from hall.facts import parameters
from hall.ledger import actions as ledger
from hall.ledger.models import Event
from hall.outbox.models import Message
from tests.builders import Hall, make_case, make_center, make_staff, make_user, moment
from tests.hall.exports.taking import at_desk, taken

pytestmark = pytest.mark.django_db
AT = moment("2026-05-13 16:00")
URL = "/manage/audit/"


def look(hall: Hall, times: int, *, by: User | None = None, at: object = AT, kind: str = "case.unmasked") -> None:
    """So many looks, as the case's page writes them."""
    by = by or hall.clerk
    new = ledger.NewEvent("D1", kind, hall.center.code, by, at, {"reason": "核对身份"})  # type: ignore[arg-type]
    ledger.append_many([new] * times)


def told() -> list[Message]:
    return list(Message.objects.filter(template="staff_many_viewings"))


def test_the_number_is_dated_and_has_a_source() -> None:
    row = parameters.in_force(VIEWINGS, center=None, on=AT.date())
    assert row.value == 50
    assert "个人信息保护法" in row.source


def test_p10_fifty_looks_a_day_are_nobodys_business(hall: Hall) -> None:
    look(hall, 50)
    assert actions.watch(at=AT) == 0
    assert told() == []


def test_p10_the_fifty_first_look_of_a_day_tells_the_supervisor_once(hall: Hall) -> None:
    look(hall, 51)
    assert actions.watch(at=AT) == 1
    look(hall, 1)
    assert actions.watch(at=AT + timedelta(minutes=1)) == 0
    (message,) = told()
    assert message.recipient_ref == str(hall.supervisor.staff_id)
    assert message.context == {"times": 51, "limit": 50}


def test_p10_the_alarm_is_on_record_without_a_name(hall: Hall) -> None:
    look(hall, 51)
    actions.watch(at=AT)
    event = Event.objects.get(kind=actions.MANY)
    assert event.center_code == hall.center.code
    assert event.data == {"account": hall.clerk.pk, "times": 51, "limit": 50, "day": "2026-05-13"}


def test_p10_the_next_day_counts_from_nothing_and_tells_again(hall: Hall) -> None:
    look(hall, 51)
    actions.watch(at=AT)
    tomorrow = AT + timedelta(days=1)
    assert actions.watch(at=tomorrow) == 0
    look(hall, 51, at=tomorrow)
    assert actions.watch(at=tomorrow) == 1
    assert len(told()) == 2


def test_p10_a_real_look_counts(hall: Hall) -> None:
    case: Case = make_case(hall, at=AT)
    unmask(case, by=hall.clerk, at=AT, reason="电话通知补正")
    look(hall, 50)
    assert actions.watch(at=AT) == 1


def test_p10_a_telephone_of_somebody_who_graded_counts_too(hall: Hall) -> None:
    look(hall, 30)
    look(hall, 21, kind="rectification.revealed")
    assert actions.watch(at=AT) == 1


def test_p10_two_people_do_not_add_up(hall: Hall) -> None:
    look(hall, 40)
    look(hall, 40, by=hall.other_clerk)
    assert actions.watch(at=AT) == 0


def test_p10_a_supervisor_is_not_told_of_herself_but_her_colleague_is(hall: Hall) -> None:
    colleague = make_user(Role.SUPERVISOR, make_staff(center=hall.center))
    look(hall, 51, by=hall.supervisor)
    actions.watch(at=AT)
    assert [message.recipient_ref for message in told()] == [str(colleague.staff_id)]


def test_p10_where_a_center_has_no_supervisor_the_one_above_is_told(hall: Hall) -> None:
    below = make_center("乡便民服务中心", parent=hall.center)
    clerk = make_user(Role.CLERK, make_staff(center=below))
    look(hall, 51, by=clerk)
    actions.watch(at=AT)
    assert [message.recipient_ref for message in told()] == [str(hall.supervisor.staff_id)]


def test_the_page_says_how_often_whom_and_why(hall: Hall) -> None:
    look(hall, 2, at=moment("2026-05-02 09:00"))
    today = viewings.people(hall.supervisor, AT.date(), 50)
    assert [(one.name, one.today, one.month, one.over) for one in today] == [(hall.clerk.display_name, 0, 2, False)]
    text = at_desk(hall.supervisor).get(URL).content.decode()
    for words in (hall.clerk.display_name, "核对身份", "2026-05-02 09:00", "查看完整信息"):
        assert words in text


def test_p10_whoever_is_over_the_limit_carries_a_sign(hall: Hall) -> None:
    look(hall, 51)
    (one,) = viewings.people(hall.supervisor, AT.date(), 50)
    assert (one.today, one.over) == (51, True)


def test_looks_at_another_center_are_not_shown(hall: Hall) -> None:
    other = Hall(make_center("邻区中心"))
    look(other, 1)
    page = at_desk(hall.auditor).get(URL, {"person": other.clerk.pk}).content.decode()
    assert other.clerk.display_name not in page
    assert "核对身份" not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [("period=2026-05", 3), ("period=2026-04", 0), ("person={clerk}", 2), ("person={other}", 1), ("person=x", 3),
     ("period=%00", 3), ("person=99999999999999999999", 3)],
)  # fmt: skip
def test_a_period_and_a_person_narrow_it(hall: Hall, query: str, shown: int) -> None:
    look(hall, 2)
    look(hall, 1, by=hall.other_clerk)
    asked = query.format(clerk=hall.clerk.pk, other=hall.other_clerk.pk)
    assert at_desk(hall.auditor).get(f"{URL}?{asked}").context["page"].paginator.count == shown


def test_the_list_leaves_with_its_reasons(hall: Hall) -> None:
    look(hall, 1)
    book = taken(hall.supervisor, f"{URL}export/?period=2026-05")
    assert book.column("理由") == ["核对身份"]
    assert "2026 年 5 月" in book.filters


def test_the_page_asks_as_much_for_three_people_as_for_one(hall: Hall) -> None:
    desk, asked = at_desk(hall.supervisor), []
    desk.get(URL)
    for by in (hall.clerk, hall.other_clerk, hall.approver):
        look(hall, 1, by=by)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            desk.get(URL)
        asked.append(len(seen))
    assert asked[0] == asked[2]


def test_an_empty_page_says_what_will_stand_there(hall: Hall) -> None:
    assert "还没有人查看过" in at_desk(hall.auditor).get(URL).content.decode()
