"""An account that was made, changed or removed behind the door is found from its own history (U02)."""

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from hall.access import actions as access
from hall.access.enums import Role
from hall.access.models import User
from hall.audit import accounts, actions, tasks
from hall.ledger.models import Event
from tests.builders import Hall, make_staff
from tests.hall.exports.taking import at_desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def settled(hall: Hall) -> None:
    assert accounts.apart() == []


def sql(text: str, *given: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, given)


def found() -> list[tuple[str, str, str]]:
    """What a check puts on record: account, deed, center."""
    before = set(Event.objects.values_list("pk", flat=True))
    actions.check_accounts(at=timezone.now())
    new = Event.objects.exclude(pk__in=before).filter(kind="ledger.foreign").order_by("pk")
    return [(event.data["row"], event.data["deed"], event.center_code) for event in new]


@pytest.mark.parametrize(
    "change", ["role = 'admin'", "is_active = NOT is_active", "username = 'somebody'", "staff_id = NULL"]
)
def test_u02_a_changed_account_is_found_once(hall: Hall, change: str) -> None:
    sql(f"UPDATE access_user SET {change} WHERE id = %s", hall.clerk.pk)
    center = "" if "staff_id" in change else hall.center.code
    assert found() == [(str(hall.clerk.pk), "UPDATE", center)]
    assert found() == []


def test_u02_an_account_made_by_hand_is_found(hall: Hall) -> None:
    sql("INSERT INTO access_user (username, password, role, is_active, must_change_password, demonstration,"
        " session_epoch, created_at) VALUES ('ghost', '!', 'admin', true, false, false, 0, now())")  # fmt: skip
    ghost = User.objects.get(username="ghost")
    assert found() == [(str(ghost.pk), "INSERT", "")]
    assert found() == []


def test_u02_an_account_removed_by_hand_is_found(hall: Hall) -> None:
    sql("DELETE FROM access_user WHERE id = %s", hall.other_clerk.pk)
    assert found() == [(str(hall.other_clerk.pk), "DELETE", "")]
    assert found() == []


def test_u02_what_goes_through_the_door_is_nothing_to_find(hall: Hall) -> None:
    now = timezone.now()
    access.set_role(user=hall.clerk, role=Role.APPROVER, by=hall.admin, at=now)
    access.set_active(user=hall.other_clerk, active=False, by=hall.admin, at=now)
    access.create_account(
        username="newcomer", role=Role.CLERK, staff=make_staff(hall.department), by=hall.admin, at=now
    )
    User.objects.filter(pk=hall.approver.pk).update(last_login=now)
    assert found() == []


def test_u02_the_record_of_changes_says_so_too_and_names_nobody(hall: Hall) -> None:
    sql("UPDATE access_user SET role = 'admin' WHERE id = %s", hall.clerk.pk)
    tasks.check_accounts()
    last = User.history.filter(id=hall.clerk.pk).latest("history_id")
    assert (last.history_change_reason, last.history_user, last.role) == ("绕过系统改动", None, "admin")


def test_u02_the_auditor_reads_it_as_found_afterwards(hall: Hall) -> None:
    sql("UPDATE access_user SET role = 'admin' WHERE id = %s", hall.clerk.pk)
    actions.check_accounts(at=timezone.now())
    text = at_desk(hall.auditor).get("/manage/audit/foreign/").content.decode()
    assert "事后核对发现" in text
    assert "账号" in text
