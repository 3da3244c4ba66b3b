"""What was changed behind the doors is shown to auditors, and they are told (U02)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from approvals.cases.models import Case
from hall.audit import actions, foreign
from hall.outbox.models import Message
from tests.builders import Hall, make_case, make_center
from tests.hall.exports.taking import at_desk, taken

pytestmark = pytest.mark.django_db
URL = "/manage/audit/foreign/"


def change(hall: Hall) -> Case:
    """A case whose summary was changed by hand; what waits for the end of the transaction happens now."""
    case = make_case(hall)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(
            "INSERT INTO ledger_event (docket, kind, center_code, actor_role, occurred_at, data) VALUES"
            " (%s, 'ledger.foreign', %s, 'db:postgres', clock_timestamp(), %s)",
            [case.docket, hall.center.code,
             '{"role": "db:postgres", "table": "cases_case", "row": "1", "deed": "UPDATE", "from": "10.0.0.7"}'],
        )  # fmt: skip
    return case


def told() -> list[Message]:
    return list(Message.objects.filter(template="staff_foreign_change"))


def test_u02_the_auditor_reads_which_role_changed_what(hall: Hall) -> None:
    change(hall)
    text = at_desk(hall.auditor).get(URL).content.decode()
    for words in ("postgres", "10.0.0.7", "修改", "办件"):
        assert words in text


def test_another_center_is_not_shown(hall: Hall) -> None:
    other = Hall(make_center("邻区中心"))
    change(other)
    assert "10.0.0.7" not in at_desk(hall.auditor).get(URL).content.decode()


def test_u02_auditors_are_told_once_a_day(hall: Hall) -> None:
    change(hall)
    at = timezone.now()
    assert actions.watch(at=at) == 1
    actions.watch(at=at)
    (message,) = told()
    assert (message.recipient_ref, message.context) == (str(hall.auditor.staff_id), {"number": 1})


def test_u02_the_auditor_of_another_center_is_not_told(hall: Hall) -> None:
    other = Hall(make_center("邻区中心"))
    change(hall)
    actions.watch(at=timezone.now())
    assert str(other.auditor.staff_id) not in [message.recipient_ref for message in told()]


def test_u02_the_health_page_shows_it_for_a_day(hall: Hall) -> None:
    now = timezone.now()
    assert foreign.sign(now).well
    change(hall)
    assert foreign.sign(timezone.now()).says == "24 小时内 1 次，见“审计”"
    assert foreign.sign(now + timedelta(days=2)).well


def test_the_list_leaves(hall: Hall) -> None:
    case = change(hall)
    book = taken(hall.auditor, f"{URL}export/")
    assert book.column("编号") == [case.docket]
    assert book.column("对象") == ["办件"]


def test_an_empty_page_says_what_would_stand_there(hall: Hall) -> None:
    assert "没有绕过系统的改动" in at_desk(hall.auditor).get(URL).content.decode()
